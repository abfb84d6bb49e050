package dev.iovacheck.engine;

/** A checkpoint cannot be used, or none can be made; the message is for users. */
public final class CheckpointException extends RuntimeException {

    private static final long serialVersionUID = 1;

    CheckpointException(String message) {
        super(message);
    }
}
