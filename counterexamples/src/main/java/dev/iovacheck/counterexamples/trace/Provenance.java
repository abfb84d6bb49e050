package dev.iovacheck.counterexamples.trace;

import java.util.OptionalLong;

/**
 * Where a counterexample comes from.
 *
 * @param version of this program
 * @param commit it was built from; empty if the build did not know
 * @param java version of Java that it ran on
 * @param engine what found it: {@code exhaustive}, {@code simulate}
 * @param seed of the random walks; empty if nothing was random
 */
public record Provenance(String version, String commit, String java, String engine, OptionalLong seed) {}
