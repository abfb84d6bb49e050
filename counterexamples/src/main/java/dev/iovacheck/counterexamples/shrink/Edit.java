package dev.iovacheck.counterexamples.shrink;

import dev.iovacheck.model.config.Configuration;
import java.util.List;

/**
 * A smaller or simpler configuration.
 *
 * @param to the other configuration
 * @param goneReservations indices of the reservations that are left out
 * @param deviceOfGone index of a device of which a buffer is left out, or -1
 * @param goneBuffer which one, or -1
 * @param mustShorten whether it is of use only if fewer actions are then enough
 */
record Edit(Configuration to, List<Integer> goneReservations, int deviceOfGone, int goneBuffer, boolean mustShorten) {

    Edit {
        goneReservations = List.copyOf(goneReservations);
    }

    /** One that leaves all reservations and buffers in their places. */
    static Edit of(Configuration to) {
        return new Edit(to, List.of(), -1, -1, false);
    }

    /** One that is no simpler, but may make the way shorter. */
    static Edit toShorten(Configuration to) {
        return new Edit(to, List.of(), -1, -1, true);
    }
}
