/**
 * The machine and the search written a second time, as plainly as possible: states are objects, the visited set is a hash set, the
 * rules are transcribed once more from the description of the kernel. It says what the engine must find: the same numbers of states
 * and transitions, the same depth, the same verdicts after equally many steps.
 *
 * <p>It stands on the oracle for the allocator and on nothing else of the model but the configuration: not on the machine, its
 * domains, its codes or the engine. It is not fast, not for users, and good for a few thousand states only.
 */
@NullMarked
package dev.iovacheck.engine.naive;

import org.jspecify.annotations.NullMarked;
