package dev.iovacheck.invariants;

import dev.iovacheck.model.config.DomainType;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.machine.Action;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** Drives machines to the rows of {@link OwnerErrors}. */
final class OwnerExercises {

    private static final int IDENTITY = DomainType.IDENTITY.ordinal();

    private OwnerExercises() {}

    static void addTo(Map<String, Supplier<String>> all) {
        all.put("claim", () -> unbound(owned()).does(Action.Kind.CLAIM, 0, 0).result());
        all.put("claim-owned", () -> new Drive(owned())
                .does(Action.Kind.ADD, 0)
                .does(Action.Kind.CLAIM, 0, 0)
                .result());
        all.put("claim-direct", () -> unbound(owned().region(FirmwareRegion.Type.DIRECT, 3, 4))
                .does(Action.Kind.CLAIM, 0, 0)
                .result());
        all.put("bind", () -> unbound(owned()).does(Action.Kind.BIND, 0).result());
        all.put("bind-owned", () -> unbound(owned())
                .does(Action.Kind.CLAIM, 0, 0)
                .does(Action.Kind.BIND, 0)
                .result());
        all.put("type", () -> unbound(typed())
                .does(Action.Kind.TYPE_CHANGE, 0, IDENTITY)
                .result());
        all.put("type-owned", () -> new Drive(typed())
                .does(Action.Kind.ADD, 0)
                .does(Action.Kind.TYPE_CHANGE, 0, IDENTITY)
                .result());
        all.put("type-bound", () -> new Drive(typed().kernel(KernelProfile.V6_1))
                .does(Action.Kind.ADD, 0)
                .does(Action.Kind.TYPE_CHANGE, 0, IDENTITY)
                .result());
        all.put("type-many", () -> new Drive(typed().kernel(KernelProfile.V6_1).device("g", 1, 7, 1, 1))
                .does(Action.Kind.ADD, 0)
                .does(Action.Kind.ADD, 1)
                .does(Action.Kind.TYPE_CHANGE, 0, IDENTITY)
                .result());
        all.put("type-forced", () -> unbound(typed().with(device -> device.requiredType(DomainType.DMA)))
                .does(Action.Kind.TYPE_CHANGE, 0, IDENTITY)
                .result());
        all.put("type-lazy", () -> {
            Drive drive = new Drive(switched())
                    .does(Action.Kind.ADD, 0)
                    .does(Action.Kind.ADD, 1)
                    .does(Action.Kind.CHANGE_TYPE, 0, 0);
            return drive.machine().domain(0).queue().isActive() ? drive.result() : "strict";
        });
        all.put("type-lazy-many", () -> new Drive(switched().kernel(KernelProfile.V6_1))
                .does(Action.Kind.ADD, 0)
                .does(Action.Kind.ADD, 1)
                .does(Action.Kind.CHANGE_TYPE, 0, 0)
                .result());
        all.put("type-lazy-taken", () -> unbound(
                        owned().explore(Exploration.Option.LAZY_SWITCH).kernel(KernelProfile.V6_1))
                .does(Action.Kind.CLAIM, 0, 0)
                .does(Action.Kind.CHANGE_TYPE, 0, 0)
                .result());
        all.put("type-lazy-forced", () -> new Drive(new Question()
                        .explore(Exploration.Option.LAZY_SWITCH)
                        .kernel(KernelProfile.V6_1)
                        .device("g", 1, 7, 1, 1)
                        .with(device -> device.requiredType(DomainType.DMA)))
                .does(Action.Kind.ADD, 0)
                .does(Action.Kind.CHANGE_TYPE, 0, 0)
                .result());
        all.put("type-lazy-no-memory", () -> {
            Drive drive = new Drive(switched().explore(Exploration.Option.NO_MEMORY))
                    .does(Action.Kind.ADD, 0)
                    .doesToGroupWithoutMemory(Action.Kind.CHANGE_TYPE, 0);
            return drive.machine().domain(0).queue().isActive() ? "lazy" : drive.result();
        });
        all.put("msi", () -> new Drive(doorbell())
                .does(Action.Kind.ADD, 0)
                .does(Action.Kind.MSI, 0)
                .result());
        all.put("msi-no-space", () -> new Drive(doorbell().region(1, 7))
                .does(Action.Kind.ADD, 0)
                .does(Action.Kind.MSI, 0)
                .result());
    }

    private static Question owned() {
        return new Question().explore(Exploration.Option.OWNERSHIP).device("g", 1, 7, 1, 1);
    }

    private static Question typed() {
        return new Question().explore(Exploration.Option.TYPE_CHANGE).device("g", 1, 7, 1, 1);
    }

    private static Question switched() {
        return new Question()
                .explore(Exploration.Option.LAZY_SWITCH)
                .device("g", 1, 7, 1, 1)
                .device("g", 1, 7, 1, 1);
    }

    private static Question doorbell() {
        return new Question().device("g", 1, 7, 1, 1).with(device -> device.doorbell(OptionalLong.of(0x8020040)));
    }

    private static Drive unbound(Question question) {
        return new Drive(question).does(Action.Kind.ADD, 0).does(Action.Kind.UNBIND, 0);
    }
}
