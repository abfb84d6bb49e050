package dev.iovacheck.model.board;

import dev.iovacheck.model.config.Fault;

/**
 * Something that a reader of a board has to say about it.
 *
 * @param severity how much it matters
 * @param place the file, in a device tree also node and property: {@code board.dtb: /soc/video: iommus}
 * @param text what was found
 * @param remedy what would be right, or how to say it; may be empty
 */
public record Finding(Severity severity, String place, String text, String remedy) {

    /** How much a finding matters. */
    public enum Severity {
        /** The kernel would not understand it either, or not as it is meant: no configuration is made. */
        ERROR("error"),
        /** The kernel takes it, and probably not as it is meant. */
        WARNING("warning"),
        /** What was assumed, because the input does not say it. */
        NOTE("note");

        private final String label;

        Severity(String label) {
            this.label = label;
        }

        /** As messages write it. */
        public String label() {
            return label;
        }
    }

    /** The same as a fault; of an error only. */
    Fault fault() {
        return new Fault(place, 0, 0, text, remedy);
    }

    /** {@code board.dtb: /soc/video: iommus: warning: what; what would be right}. */
    @Override
    public String toString() {
        return place + ": " + said();
    }

    /** {@code warning: what; what would be right}, whatever it is about. */
    public String said() {
        return severity.label() + ": " + text + (remedy.isEmpty() ? "" : "; " + remedy);
    }
}
