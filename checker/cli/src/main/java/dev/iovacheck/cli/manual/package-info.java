/** Manual pages, made of the commands themselves. What commands do is none of its business. */
@NullMarked
package dev.iovacheck.cli.manual;

import org.jspecify.annotations.NullMarked;
