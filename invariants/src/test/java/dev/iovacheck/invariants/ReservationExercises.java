package dev.iovacheck.invariants;

import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.machine.Action;
import java.util.Map;
import java.util.function.Supplier;

/** Drives machines to the rows of {@link ReservationErrors}. */
final class ReservationExercises {

    private static final long PAGE = Question.PAGE;

    private ReservationExercises() {}

    static void addTo(Map<String, Supplier<String>> all) {
        all.put("posted-wrong-type", () -> called(device().posted().lazy().call(0, 3, 4)));
        all.put("posted-no-memory", () -> new Drive(
                        device().posted().explore(true, false, false, false).call(0, 3, 4))
                .does(Action.Kind.ADD, 0)
                .doesWithoutMemory(Action.Kind.RESERVE, 0)
                .result());
        all.put(
                "posted-no-group",
                () -> called(new Question()
                        .posted()
                        .byteDevice(null, 0, 7 * PAGE, 7 * PAGE, 1, 1)
                        .call(0, 3, 4)));
        all.put("posted-success", () -> {
            String nothing = called(device().posted().bytes(0, 3 * PAGE, 0, Reservation.When.ANY));
            String wrapped = called(device().posted().bytes(0, -PAGE, 2 * PAGE, Reservation.When.ANY));
            String occupied = new Drive(device().posted().call(0, 1, 7))
                    .does(Action.Kind.ADD, 0)
                    .does(Action.Kind.MAP, 0)
                    .does(Action.Kind.RESERVE, 0)
                    .result();
            return nothing.equals(wrapped) && wrapped.equals(occupied) ? occupied : "differs";
        });
        all.put(
                "hardened-no-domain",
                () -> called(new Question()
                        .hardened()
                        .byteDevice(null, 0, 7 * PAGE, 7 * PAGE, 1, 1)
                        .call(0, 3, 4)));
        all.put("hardened-zero", () -> called(device().hardened().bytes(0, 3 * PAGE, 0, Reservation.When.ANY)));
        all.put("hardened-wrap", () -> called(device().hardened().bytes(0, -PAGE, 2 * PAGE, Reservation.When.ANY)));
        all.put("hardened-clash", () -> new Drive(device().hardened().call(0, 1, 7))
                .does(Action.Kind.ADD, 0)
                .does(Action.Kind.MAP, 0)
                .does(Action.Kind.RESERVE, 0)
                .result());
        all.put("hardened-no-memory", () -> new Drive(
                        device().hardened().explore(true, false, false, false).call(0, 3, 4))
                .does(Action.Kind.ADD, 0)
                .doesWithoutMemory(Action.Kind.RESERVE, 0)
                .result());
    }

    /** Pages 1..7. */
    private static Question device() {
        return new Question().device("g", 1, 7, 1, 1);
    }

    private static String called(Question question) {
        return new Drive(question)
                .does(Action.Kind.ADD, 0)
                .does(Action.Kind.RESERVE, 0)
                .result();
    }
}
