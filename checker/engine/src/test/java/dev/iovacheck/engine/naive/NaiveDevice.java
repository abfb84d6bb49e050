package dev.iovacheck.engine.naive;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is fixed about a device before its driver runs.
 *
 * @param limit highest byte that an allocation for it may end at: the smallest of mask, bus limit and, if it is forced, the end of
 *     the aperture
 * @param startPfn lowest pfn of a domain that it initialises
 * @param refused whether the domain cannot be initialised for it because its addresses and the aperture have nothing in common
 * @param regions what the IOMMU core finds reserved for it
 * @param carved which of them it takes out of a domain that it initialises: all, unless windows of its bridge overlap
 */
record NaiveDevice(
        Device device, long limit, long startPfn, boolean refused, List<Extent> regions, List<Extent> carved) {

    static NaiveDevice of(Configuration configuration, Device device) {
        boolean old = configuration.kernel() == KernelProfile.V6_1;
        boolean forced = configuration.iommu().forceAperture();
        int shift = configuration.iommu().granuleShift();
        Extent aperture = configuration.iommu().aperture();
        List<Extent> ranges = device.dmaRanges();

        List<Long> limits = new ArrayList<>();
        limits.add(device.mask());
        ranges.stream().map(Extent::last).max(Long::compareUnsigned).ifPresent(limits::add);
        limits.removeIf(limit -> limit == 0); // means that none was given
        long limit = limits.stream().min(Long::compareUnsigned).orElse(0L);
        if (forced && Long.compareUnsigned(aperture.last(), limit) < 0) {
            limit = aperture.last();
        }

        // 6.1 takes the lower end of dma-ranges for the lower end of the domain, and looks at the aperture only where
        // it is
        // forced; 7.1 looks at the aperture only.
        long busBase =
                ranges.stream().map(Extent::first).min(Long::compareUnsigned).orElse(0L);
        List<Long> bases = new ArrayList<>(List.of(1L)); // pfn 0 means failure
        if (old) {
            bases.add(busBase >>> shift);
        }
        if (!old || forced) {
            bases.add(aperture.first() >>> shift);
        }

        // 6.1 compares what it was given, be it from dma-ranges or from the mask; 7.1 compares only dma-ranges.
        boolean compared = old ? forced : !ranges.isEmpty();
        long busEnd =
                ranges.stream().map(Extent::last).max(Long::compareUnsigned).orElse(device.mask());
        boolean apart = Long.compareUnsigned(busBase, aperture.last()) > 0
                || Long.compareUnsigned(busEnd, aperture.first()) < 0;

        List<Extent> windows = device.bus() == Device.Bus.PCI ? ranges : List.of();
        List<Extent> around = new ArrayList<>(device.bus() == Device.Bus.PCI ? device.bridgeWindows() : List.of());
        around.addAll(around(windows));
        List<Extent> regions = new ArrayList<>(around);
        regions.addAll(regions(configuration, device));
        return new NaiveDevice(
                device,
                limit,
                bases.stream().max(Long::compareUnsigned).orElse(1L),
                compared && apart,
                regions,
                overlap(windows).isPresent() ? around : regions);
    }

    /** The window that begins inside another one that does not begin above it, the lowest such; nothing if they are disjoint. */
    private static Optional<Extent> overlap(List<Extent> windows) {
        List<Extent> sorted = new ArrayList<>(windows);
        sorted.sort(Comparator.comparing(Extent::first, Long::compareUnsigned));
        for (int index = 1; index < sorted.size(); index++) {
            if (sorted.get(index - 1).contains(sorted.get(index).first())) {
                return Optional.of(sorted.get(index));
            }
        }
        return Optional.empty();
    }

    /** All bytes but those of the windows, each part with the byte above it; below the first overlap only. For windows that end below the top. */
    private static List<Extent> around(List<Extent> windows) {
        List<Extent> parts = new ArrayList<>();
        if (windows.isEmpty()) {
            return parts;
        }
        Optional<Extent> overlap = overlap(windows);
        for (Extent part : unlisted(windows, new Extent(0, -1L))) {
            boolean isTop = part.last() == -1L;
            boolean comesTooLate = overlap.isPresent()
                    && Long.compareUnsigned(part.first(), overlap.get().first()) > 0;
            if (!comesTooLate) {
                parts.add(isTop ? part : new Extent(part.first(), part.last() + 1));
            }
        }
        return parts;
    }

    /** Whether the windows of its bridge overlap. */
    boolean windowsOverlap() {
        return device.bus() == Device.Bus.PCI && overlap(device.dmaRanges()).isPresent();
    }

    private static List<Extent> regions(Configuration configuration, Device device) {
        List<Extent> regions = new ArrayList<>(device.regions().stream()
                // The DMA API has no use for windows that software chose.
                .filter(region -> region.type() != FirmwareRegion.Type.SW_MSI)
                .map(FirmwareRegion::extent)
                .toList());
        Mechanism mechanism = configuration.mechanism();
        // The parser of iommu-addresses came with 6.3.
        if (mechanism == Mechanism.IOMMU_ADDRESSES && configuration.kernel() != KernelProfile.V6_1) {
            configuration.reservations().stream()
                    .filter(entry -> device.node() != null && device.node().equals(node(configuration, entry)))
                    .flatMap(entry -> Stream.ofNullable(entry.promised()))
                    .forEach(regions::add);
        }
        if (mechanism == Mechanism.IOMMU_RANGES && !device.iommuRanges().isEmpty()) {
            regions.addAll(unlisted(device.iommuRanges(), configuration.iommu().aperture()));
        }
        return regions;
    }

    private static String node(Configuration configuration, Reservation entry) {
        if (entry.node() != null) {
            return entry.node();
        }
        String node = configuration.devices().get(entry.device()).node();
        return node == null ? "" : node;
    }

    /** What is left of the aperture when the listed ranges are cut out of it, from below. */
    private static List<Extent> unlisted(List<Extent> listed, Extent aperture) {
        List<Extent> rest = new ArrayList<>(List.of(aperture));
        for (Extent range : listed) {
            List<Extent> smaller = new ArrayList<>();
            for (Extent part : rest) {
                if (!part.intersects(range)) {
                    smaller.add(part);
                    continue;
                }
                if (Long.compareUnsigned(part.first(), range.first()) < 0) {
                    smaller.add(new Extent(part.first(), range.first() - 1));
                }
                if (Long.compareUnsigned(range.last(), part.last()) < 0) {
                    smaller.add(new Extent(range.last() + 1, part.last()));
                }
            }
            rest = smaller;
        }
        rest.sort(Comparator.comparing(Extent::first, Long::compareUnsigned));
        return rest;
    }
}
