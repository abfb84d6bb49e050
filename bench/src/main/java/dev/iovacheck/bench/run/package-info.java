/** Runs programs as processes of their own, timed from start to end, and says on what machine. Knows nothing of what they print. */
@NullMarked
package dev.iovacheck.bench.run;

import org.jspecify.annotations.NullMarked;
