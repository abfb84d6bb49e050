/**
 * Measures how fast this engine still is when it has stored many states, keeps the figures as JSON and draws them. It measures only this
 * engine, on the reference model; other tools are measured next door.
 */
@NullMarked
package dev.iovacheck.bench.growth;

import org.jspecify.annotations.NullMarked;
