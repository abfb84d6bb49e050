package dev.iovacheck.model.config;

/** A text is no number, size or range; says what is wrong and what would be right, but not where the text stands. */
public final class QuantityException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String problem;
    private final String remedy;

    QuantityException(String problem, String remedy) {
        super(problem + "; " + remedy);
        this.problem = problem;
        this.remedy = remedy;
    }

    /** What is wrong. */
    public String problem() {
        return problem;
    }

    /** What would be right. */
    public String remedy() {
        return remedy;
    }
}
