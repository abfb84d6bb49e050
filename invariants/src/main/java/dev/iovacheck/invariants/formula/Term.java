package dev.iovacheck.invariants.formula;

/** A number in a clause: a quantity of one of the two things that it speaks of, or a constant. */
public sealed interface Term {

    /** Of the first thing. */
    record OfX(Quantity quantity) implements Term {}

    /** Of the second thing. */
    record OfY(Quantity quantity) implements Term {}

    record Constant(long value) implements Term {}

    static Term x(Quantity quantity) {
        return new OfX(quantity);
    }

    static Term y(Quantity quantity) {
        return new OfY(quantity);
    }

    static Term constant(long value) {
        return new Constant(value);
    }

    /** {@code this < other}, unsigned. */
    default Comparison below(Term other) {
        return new Comparison(this, true, other);
    }

    /** {@code this <= other}, unsigned. */
    default Comparison atMost(Term other) {
        return new Comparison(this, false, other);
    }
}
