package dev.iovacheck.cli.result;

import java.util.Locale;

/** A constant with the name that it has in files: small letters, {@code -} between words. */
public interface Labelled {

    /** Name of the constant. */
    String name();

    /** As files write it. */
    default String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The constant that is written so.
     *
     * @param values of the enumeration
     * @throws IllegalArgumentException if there is none
     */
    static <E extends Labelled> E of(String label, E[] values) {
        for (E value : values) {
            if (value.label().equals(label)) {
                return value;
            }
        }
        throw new IllegalArgumentException("nothing is called '" + label + "' here");
    }
}
