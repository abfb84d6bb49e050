package dev.iovacheck.cli.result;

/** What findings are about that is no invariant. */
public enum OtherRule implements Labelled {
    CONFIGURATION(
            "A configuration can be read and makes sense.",
            "Nothing was checked. Each fault is at its place, with what would be right."),
    UNDECIDED(
            "A search comes to its end.",
            "A limit or an interruption ended it before it could decide. That is never the same as holding; give it more states, time or"
                    + " memory, or a smaller configuration."),
    STATES(
            "A search visits exactly as many states as the configuration expects.",
            "The model or the configuration has changed in what it can do. Look why before the number is changed."),
    SOMETIMES(
            "What a configuration says must happen sometimes can happen.",
            "A search that was complete never came there, so that what holds may hold because nothing happens."),
    RESERVATION_LOST(
            "What a device was kept off when the baseline was written, it is kept off still.",
            "A range is reserved because somebody wants it free: firmware, a picture that is being shown, or a block that cannot use it."
                    + " Often nothing else says so. What was reserved may now be handed out."),
    INTERNAL_ERROR("This program works.", "It does not. Nothing that it says of this configuration may be used.");

    private final String claim;
    private final String reason;

    OtherRule(String claim, String reason) {
        this.claim = claim;
        this.reason = reason;
    }

    /** As findings name it. */
    public String id() {
        return label();
    }

    /** What should be so, one sentence. */
    public String claim() {
        return claim;
    }

    /** What it means if it is not. */
    public String reason() {
        return reason;
    }
}
