/** The search and its store, held to what other model checkers count and to plain sets. */
@NullMarked
package dev.iovacheck.engine.search;

import org.jspecify.annotations.NullMarked;
