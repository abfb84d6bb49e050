package dev.iovacheck.cli.compare;

import dev.iovacheck.constraint.suggest.Realisation;
import dev.iovacheck.constraint.suggest.Repair;
import dev.iovacheck.constraint.suggest.RepairSolver;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Expectation;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.kernel.KernelProfile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A configuration as other mechanisms, kernels and modes would have it. The mechanism that it has stays as it is written. With another one its
 * devices keep what they are and what their drivers do, and the windows are kept as the solver of {@code suggest} would write it down: with
 * as little waste as there can be. {@code none} reserves nothing; {@code dma-ranges} lists the windows.
 */
public final class Variants {

    private final List<Mechanism> mechanisms;
    private final List<KernelProfile> kernels;
    private final List<Iommu.Mode> modes;
    private final Duration limit;

    /**
     * Of each what is wanted; an empty list leaves what a configuration has.
     *
     * @param limit for finding out what a mechanism has to reserve
     */
    public Variants(List<Mechanism> mechanisms, List<KernelProfile> kernels, List<Iommu.Mode> modes, Duration limit) {
        this.mechanisms = List.copyOf(mechanisms);
        this.kernels = List.copyOf(kernels);
        this.modes = List.copyOf(modes);
        this.limit = limit;
    }

    /** All of them, mechanism by mechanism, kernel by kernel. */
    public List<Variant> of(Configuration given) {
        List<Variant> all = new ArrayList<>();
        for (Mechanism mechanism : mechanisms.isEmpty() ? List.of(given.mechanism()) : mechanisms) {
            for (KernelProfile kernel : kernels.isEmpty() ? List.of(given.kernel()) : kernels) {
                for (Iommu.Mode mode : modes.isEmpty() ? List.of(given.iommu().mode()) : modes) {
                    all.add(variant(given, mechanism, kernel, mode));
                }
            }
        }
        return all;
    }

    private Variant variant(Configuration given, Mechanism mechanism, KernelProfile kernel, Iommu.Mode mode) {
        boolean isGiven = mechanism == given.mechanism()
                && kernel == given.kernel()
                && mode == given.iommu().mode();
        List<String> words = new ArrayList<>();
        if (!mechanisms.isEmpty() || (kernels.isEmpty() && modes.isEmpty())) {
            words.add(mechanism.label());
        }
        if (!kernels.isEmpty()) {
            words.add(kernel.label());
        }
        if (!modes.isEmpty()) {
            words.add(mode.name().toLowerCase(Locale.ROOT));
        }
        String label =
                mechanisms.isEmpty() && kernels.isEmpty() && modes.isEmpty() ? name(given) : String.join(", ", words);
        Configuration set = isGiven ? given : with(given, kernel, mode);
        if (mechanism == given.mechanism()) {
            return new Variant(label, set, Optional.empty());
        }
        if (mechanism.isCall() && given.mechanism().isCall()) {
            return new Variant(label, set.toBuilder().mechanism(mechanism).build(), Optional.empty());
        }
        return realised(label, bare(set), mechanism);
    }

    private static String name(Configuration given) {
        return given.title().isEmpty() ? given.source() : given.title();
    }

    private static Configuration with(Configuration given, KernelProfile kernel, Iommu.Mode mode) {
        Iommu iommu = given.iommu();
        return given.toBuilder()
                .kernel(kernel)
                .iommu(new Iommu(
                        iommu.granuleShift(),
                        iommu.aperture(),
                        iommu.forceAperture(),
                        mode,
                        iommu.flushQueues(),
                        iommu.defaultDomain()))
                .expectation(new Expectation(Map.of(), Expectation.Expected.HOLDS, OptionalLong.empty()))
                .build();
    }

    /** Without what its mechanism says. */
    private static Configuration bare(Configuration given) {
        boolean hasRanges = given.mechanism() == Mechanism.DMA_RANGES;
        List<Device> devices = given.devices().stream()
                .map(device -> {
                    Device.Builder builder = device.toBuilder().iommuRanges(List.of());
                    return (hasRanges ? builder.dmaRanges(List.of()) : builder).build();
                })
                .toList();
        return given.toBuilder()
                .mechanism(Mechanism.NONE)
                .devices(devices)
                .reservations(List.of())
                .goals(List.of())
                .expectation(new Expectation(Map.of(), Expectation.Expected.HOLDS, OptionalLong.empty()))
                .build();
    }

    private Variant realised(String label, Configuration bare, Mechanism mechanism) {
        if (mechanism == Mechanism.NONE) {
            return new Variant(label, bare, Optional.empty());
        }
        if (mechanism == Mechanism.DMA_RANGES) {
            List<Device> devices = bare.devices().stream()
                    .map(device -> device.toBuilder()
                            .dmaRanges(List.of(device.window()))
                            .build())
                    .toList();
            return new Variant(
                    label,
                    bare.toBuilder()
                            .mechanism(Mechanism.DMA_RANGES)
                            .devices(devices)
                            .build(),
                    Optional.empty());
        }
        Realisation realisation = Arrays.stream(Realisation.values())
                .filter(each -> each.mechanism() == mechanism)
                .findFirst()
                .orElseThrow();
        if (!realisation.isIn(bare)) {
            return new Variant(label, bare, Optional.of(bare.kernel().label() + " does not know it"));
        }
        Optional<Repair> repair = new RepairSolver(bare, limit).repair();
        return repair.map(found -> new Variant(label, realisation.of(bare, found), Optional.empty()))
                .orElseGet(() -> new Variant(label, bare, Optional.of("unsatisfiable")));
    }
}
