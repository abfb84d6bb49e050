/**
 * Random walks through the machine of a configuration: for sizes at which nobody can look at every state, such as the kernel's own
 * magazines of 127 ranges. Finds violations and never shows that there are none.
 *
 * <p>What it finds is made short by leaving actions out, and confirmed by the replayer like everything else.
 */
@NullMarked
package dev.iovacheck.engine.simulate;

import org.jspecify.annotations.NullMarked;
