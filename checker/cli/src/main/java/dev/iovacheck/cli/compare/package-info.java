/**
 * Several ways to keep the same devices inside their windows, side by side: variants are made of configurations, checked, and put into one
 * table. It checks nothing itself and knows nothing of the kernel.
 */
@NullMarked
package dev.iovacheck.cli.compare;

import org.jspecify.annotations.NullMarked;
