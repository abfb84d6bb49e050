package dev.iovacheck.model.config;

/** How finely what different CPUs do is mixed. */
public enum Interleaving {
    /** Each call is one step that nothing interrupts. */
    CALLS("calls"),
    /** Each CPU may be inside a call; others run between any two of its atomic steps. */
    STEPS("steps");

    private final String label;

    Interleaving(String label) {
        this.label = label;
    }

    /** As configurations write it. */
    public String label() {
        return label;
    }
}
