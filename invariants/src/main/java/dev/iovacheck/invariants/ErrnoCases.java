package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Errno;
import java.util.List;
import java.util.stream.Stream;

/** What the modelled functions return, and when: all rows of {@code docs/errors.md}, in its order. */
final class ErrnoCases {

    /** Evidence of rows, as {@link ErrnoCase#source}. */
    static final String RECORDED = "6.1, 7.1; recorded";

    static final String DERIVED = "6.1, 7.1; derived";

    private static final List<ErrnoCase> ALL = Stream.of(
                    AllocatorErrors.rows(),
                    SetUpErrors.rows(),
                    OwnerErrors.rows(),
                    DmaErrors.rows(),
                    ReservationErrors.rows())
            .flatMap(List::stream)
            .toList();

    private ErrnoCases() {}

    static List<ErrnoCase> all() {
        return ALL;
    }

    /** The rows that end in this error. */
    static List<ErrnoCase> of(Errno errno) {
        return ALL.stream()
                .filter(row -> row.errno().filter(errno::equals).isPresent())
                .toList();
    }
}
