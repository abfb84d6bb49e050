/**
 * What holds the engine to other tools: a small reference model, written for Spin, TLC, C++ and this engine with the same semantics, and
 * commands that run it through all of them on one machine, check that they count the same, and print who took how long.
 *
 * <p>Nothing here is shipped, nothing of the checker depends on it, and the reference model says nothing about Linux: it is there so
 * that engines do the same work.
 */
@NullMarked
package dev.iovacheck.bench;

import org.jspecify.annotations.NullMarked;
