package dev.iovacheck.constraint.induction;

/**
 * Something that may hold or not.
 *
 * @param literal a variable of the solver, negative if it is negated; {@link #TRUE} and {@link #FALSE} are no variables
 */
record Condition(int literal) {

    static final Condition TRUE = new Condition(Integer.MAX_VALUE);
    static final Condition FALSE = new Condition(-Integer.MAX_VALUE);

    Condition negated() {
        return new Condition(-literal);
    }

    boolean isTrue() {
        return literal == TRUE.literal;
    }

    boolean isFalse() {
        return literal == FALSE.literal;
    }
}
