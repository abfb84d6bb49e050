package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.machine.Action;
import java.util.Map;
import java.util.function.Supplier;

/** Drives machines to the rows of {@link DmaErrors}. */
final class DmaExercises {

    private DmaExercises() {}

    static void addTo(Map<String, Supplier<String>> all) {
        all.put("dma-alloc-iova", () -> full().machine().outcome().address() == 0 ? "0" : "an address");
        all.put("map-no-iova", () -> full().result());
        all.put("mapping-error", () -> {
            Errno error = full().machine().outcome().mappingError();
            return error == null ? "0" : error.negative();
        });
    }

    /** A device that has asked for more than there is. */
    private static Drive full() {
        return new Drive(new Question().device("g", 1, 1, 2, 1))
                .does(Action.Kind.ADD, 0)
                .does(Action.Kind.MAP, 0)
                .does(Action.Kind.MAP, 0);
    }
}
