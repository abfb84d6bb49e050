package dev.iovacheck.model.kernel;

/** How a rule of the model is known. A verdict is no better than the weakest evidence it rests on. */
public enum Evidence {
    /** Seen in recordings of the unmodified kernel source. */
    RECORDED("recorded"),
    /** Agrees with an independent specification that was compared with the kernel source in execution. */
    SPECIFIED("specified"),
    /** Concluded by reading, not executed. */
    DERIVED("derived"),
    /** Plausible, not checked to the end. */
    UNVERIFIED("unverified");

    private final String label;

    Evidence(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
