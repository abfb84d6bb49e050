package dev.iovacheck.bench.compare;

/** A tool did not do what it was asked for. The message is for the user. */
final class ToolException extends Exception {

    private static final long serialVersionUID = 1;

    ToolException(String message) {
        super(message);
    }
}
