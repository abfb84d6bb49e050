package dev.iovacheck.cli.report;

import dev.iovacheck.cli.result.Location;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.ReplayedStep;
import dev.iovacheck.counterexamples.explain.Explanation;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.LocatedConfiguration;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.machine.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Where in the user's file a finding and its steps are at home. */
final class FindingPlaces {

    /** Rules that compare an address with what the hardware can use. */
    private static final List<String> OF_WINDOWS = List.of("lower-bound", "upper-bound", "satisfiable-window");

    private final LocatedConfiguration located;
    private final String source;
    private final String file;

    /** @param source the file as places name it, which becomes {@code file} */
    FindingPlaces(LocatedConfiguration located, String source, String file) {
        this.located = located;
        this.source = source;
        this.file = file;
    }

    Location file() {
        return Location.of(file);
    }

    /** What {@code expect:} says under a key; the file if it says nothing. */
    Location expected(String key) {
        return location(located.expected().get(key)).orElse(file());
    }

    Location goal(int index) {
        return index < located.goals().size()
                ? location(located.goals().get(index)).orElse(file())
                : file();
    }

    /**
     * What has to be looked at first: of an address outside the hardware's window, the window; otherwise the reservation that the step to
     * blame makes, or the last one that was made on the way, or a declared one in which the last range lies; otherwise the device of the
     * last step.
     */
    Location of(Replay replay) {
        int device = lastDevice(replay);
        if (OF_WINDOWS.contains(replay.counterexample().invariant().id())) {
            Optional<Location> window = location(located.place(LocatedConfiguration.Key.WINDOW, device));
            if (window.isPresent()) {
                return window.get();
            }
        }
        return reservation(replay)
                .or(() -> declared(replay, device))
                .or(() -> location(located.place(LocatedConfiguration.Key.DEVICE, device)))
                .orElse(file());
    }

    private static int lastDevice(Replay replay) {
        List<ReplayedStep> steps = replay.steps();
        return IntStream.iterate(steps.size() - 1, index -> index >= 0, index -> index - 1)
                .map(index -> steps.get(index).action().device())
                .filter(device -> device >= 0)
                .findFirst()
                .orElse(replay.counterexample().devices().get(0));
    }

    private Optional<Location> reservation(Replay replay) {
        List<ReplayedStep> steps = replay.steps();
        int blamed = Explanation.of(replay).step();
        if (blamed > 0) {
            Optional<Location> place = reservation(steps.get(blamed - 1).action());
            if (place.isPresent()) {
                return place;
            }
        }
        return IntStream.iterate(steps.size() - 1, index -> index >= 0, index -> index - 1)
                .mapToObj(index -> reservation(steps.get(index).action()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** A declared reservation or region of the device, or of all, in which a range of the last step lies. */
    private Optional<Location> declared(Replay replay, int device) {
        List<ReplayedStep> steps = replay.steps();
        List<Extent> mapped =
                steps.isEmpty() ? List.of() : steps.get(steps.size() - 1).mapped();
        Configuration configuration = located.configuration();
        for (Reservation reservation : configuration.reservations()) {
            if (mapped.stream().anyMatch(range -> touches(range, reservation))) {
                return location(located.reservations().get(reservation.index()));
            }
        }
        List<Device> owners = new ArrayList<>(configuration.devices());
        owners.add(0, configuration.devices().get(device)); // its own first
        for (Device owner : owners) {
            for (int region = 0; region < owner.regions().size(); region++) {
                Extent extent = owner.regions().get(region).extent();
                if (mapped.stream().anyMatch(extent::intersects)) {
                    return location(located.regionPlace(owner.index(), region));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean touches(Extent range, Reservation reservation) {
        return reservation.length() != 0
                && Long.compareUnsigned(reservation.start(), reservation.start() + reservation.length() - 1) <= 0
                && range.intersects(new Extent(reservation.start(), reservation.start() + reservation.length() - 1));
    }

    private Optional<Location> reservation(Action action) {
        int reservation = action.reservation();
        return reservation >= 0 && reservation < located.reservations().size()
                ? location(located.reservations().get(reservation))
                : Optional.empty();
    }

    /** Of a step: the reservation that it makes, the workload that maps, otherwise its device. */
    Location of(Action action) {
        int device = action.device();
        Optional<Location> place = reservation(action);
        if (place.isEmpty() && device >= 0) {
            place = action.kind() == Action.Kind.MAP
                    ? location(located.place(LocatedConfiguration.Key.WORKLOAD, device))
                            .or(() -> device(device))
                    : device(device);
        }
        return place.orElse(file());
    }

    private Optional<Location> device(int device) {
        return location(located.place(LocatedConfiguration.Key.DEVICE, device));
    }

    private Optional<Location> location(@Nullable String place) {
        return Location.parse(Objects.requireNonNullElse(place, ""), source, file);
    }
}
