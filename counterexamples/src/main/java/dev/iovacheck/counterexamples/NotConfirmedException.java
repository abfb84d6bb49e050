package dev.iovacheck.counterexamples;

/** A counterexample did not come true when it was replayed: an error of this program, never a verdict. */
public final class NotConfirmedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public NotConfirmedException(String message) {
        super(message);
    }
}
