package dev.iovacheck.invariants;

import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.MissingMemory;
import java.util.Map;
import java.util.function.Supplier;

/** Drives machines to the rows of {@link SetUpErrors}. */
final class SetUpExercises {

    private SetUpExercises() {}

    static void addTo(Map<String, Supplier<String>> all) {
        all.put(
                "init-outside-aperture",
                () -> outside().does(Action.Kind.ADD, 0).result());
        all.put(
                "init-windows-overlap",
                () -> overlapping().does(Action.Kind.ADD, 0).result());
        all.put("init-rcaches", () -> withMsiRegion()
                .does(Action.Kind.ADD, 0, MissingMemory.CACHES.ordinal())
                .result());
        all.put("init-msi-pages", () -> withMsiRegion()
                .does(Action.Kind.ADD, 0, MissingMemory.MSI_PAGES.ordinal())
                .result());
        all.put("init-different", () -> new Drive(new Question()
                        .kernel(KernelProfile.V6_1)
                        .device("g", 1, 7, 1, 1)
                        .device("g", 1, 7, 1, 1)
                        .dmaRange(3, 7))
                .does(Action.Kind.ADD, 0)
                .does(Action.Kind.ADD, 1)
                .result());
        all.put("init-again", () -> new Drive(
                        new Question().device("g", 1, 7, 1, 1).device("g", 1, 7, 1, 1))
                .does(Action.Kind.ADD, 0)
                .does(Action.Kind.ADD, 1)
                .result());
        all.put("init-after-failure", () -> overlapping()
                .does(Action.Kind.ADD, 0)
                .does(Action.Kind.ADD, 1)
                .result());
        all.put("setup-ops", () -> {
            Drive drive = outside().does(Action.Kind.ADD, 0);
            return drive.machine().usesDmaIommu(0) ? "installed" : "nothing";
        });
        all.put("fq-no-memory-at-init", () -> {
            Drive drive = new Drive(new Question()
                            .lazy()
                            .explore(true, false, false, false)
                            .device("g", 1, 7, 1, 1))
                    .doesWithoutMemory(Action.Kind.ADD, 0);
            return drive.machine().domain(0).queue().isActive() ? "lazy" : drive.result();
        });
        all.put("regions-no-memory", () -> {
            Drive drive = new Drive(new Question()
                            .explore(true, false, false, false)
                            .device("g", 1, 7, 1, 1)
                            .region(3, 4))
                    .doesWithoutMemory(Action.Kind.ADD, 0);
            return drive.machine().domain(0).iova().nodeCount() == 0 ? drive.result() : "reserved";
        });
    }

    private static Drive withMsiRegion() {
        return new Drive(new Question()
                .explore(Exploration.Option.SETUP_MEMORY)
                .device("g", 1, 7, 1, 1)
                .region(FirmwareRegion.Type.MSI, 3, 3));
    }

    private static Drive outside() {
        return new Drive(new Question()
                .aperture(0, 8 * Question.PAGE - 1)
                .device("g", 1, 7, 1, 1)
                .dmaRange(8, 15));
    }

    /** Two devices behind a bridge with overlapping windows. */
    private static Drive overlapping() {
        return new Drive(new Question()
                .device("g", 1, 31, 1, 1)
                .pciWindows(4, 15, 8, 31)
                .device("g", 1, 31, 1, 1)
                .pciWindows(4, 15, 8, 31));
    }
}
