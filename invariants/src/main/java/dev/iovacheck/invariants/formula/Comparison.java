package dev.iovacheck.invariants.formula;

/**
 * {@code left < right} or {@code left <= right}, unsigned.
 *
 * @param isStrict whether it is the former
 */
public record Comparison(Term left, boolean isStrict, Term right) {}
