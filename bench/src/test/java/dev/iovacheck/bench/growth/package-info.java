/** Tests of the figures on long searches, and of their picture. */
@NullMarked
package dev.iovacheck.bench.growth;

import org.jspecify.annotations.NullMarked;
