/** Random walks: what they find is true, short and the same for the same seed. */
@NullMarked
package dev.iovacheck.engine.simulate;

import org.jspecify.annotations.NullMarked;
