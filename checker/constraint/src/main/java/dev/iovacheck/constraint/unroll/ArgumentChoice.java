package dev.iovacheck.constraint.unroll;

import java.util.Locale;

/** Which arguments of a configuration are given, and which are to be found. */
public enum ArgumentChoice {
    /** All are as the configuration has them. */
    GIVEN,
    /** Reservation calls have any start and length of 64 bits, and are made at any time and any number of times. */
    CALLS,
    /** As {@link #CALLS}, and buffers of any size are mapped, as many as one likes. */
    ANY;

    /** As options write it: {@code calls}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether calls are made with any arguments. */
    boolean hasAnyCalls() {
        return this != GIVEN;
    }

    /** Whether buffers have any size. */
    boolean hasAnySizes() {
        return this == ANY;
    }
}
