package dev.iovacheck.model.packed;

/** A state does not fit into the form in which states are stored. The search that met it cannot be complete. */
public final class StateTooLargeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message what is too large, and what can be stored */
    public StateTooLargeException(String message) {
        super(message);
    }
}
