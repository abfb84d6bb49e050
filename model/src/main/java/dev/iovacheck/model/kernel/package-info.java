/** Which kernel is modelled: profiles, errno values, and where each rule of the model comes from. */
@NullMarked
package dev.iovacheck.model.kernel;

import org.jspecify.annotations.NullMarked;
