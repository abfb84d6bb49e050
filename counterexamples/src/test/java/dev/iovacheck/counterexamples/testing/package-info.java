/** What tests of several modules share: replays of known histories, and outputs kept in files. No production code may use it. */
@NullMarked
package dev.iovacheck.counterexamples.testing;

import org.jspecify.annotations.NullMarked;
