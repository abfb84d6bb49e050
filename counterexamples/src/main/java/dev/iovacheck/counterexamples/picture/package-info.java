/**
 * Counterexamples as pictures: the address space as a strip (SVG), a page with all steps (HTML), the graph of states (DOT). Pictures need
 * no network and no scripts to be read, and have their content as text too.
 */
@NullMarked
package dev.iovacheck.counterexamples.picture;

import org.jspecify.annotations.NullMarked;
