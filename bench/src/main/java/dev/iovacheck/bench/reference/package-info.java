/** The reference model for this engine, and a program that searches it. */
@NullMarked
package dev.iovacheck.bench.reference;

import org.jspecify.annotations.NullMarked;
