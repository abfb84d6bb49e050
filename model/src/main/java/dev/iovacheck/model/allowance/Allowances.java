package dev.iovacheck.model.allowance;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Intervals;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.LocatedConfiguration;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.machine.DeviceSetup;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.SetupRegion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Works out allowances, and finds for each cut the place that says so. */
public final class Allowances {

    private final LocatedConfiguration located;
    private final Configuration configuration;
    private final Machine machine;

    public Allowances(LocatedConfiguration located) {
        this.located = located;
        configuration = located.configuration();
        machine = new Machine(configuration);
    }

    /** Of every device behind an IOMMU, one for each device of its group that may be the first; in the order of the configuration. */
    public List<Allowance> all() {
        List<Allowance> all = new ArrayList<>();
        for (Device device : configuration.devices()) {
            for (Device initialiser : configuration.devices()) {
                if (device.group() != null && device.group().equals(initialiser.group())) {
                    all.add(of(device, initialiser));
                }
            }
        }
        return all;
    }

    private Allowance of(Device device, Device initialiser) {
        DeviceSetup own = machine.setup(device.index());
        DeviceSetup first = machine.setup(initialiser.index());
        List<Cut> cuts = new ArrayList<>();
        addStart(initialiser, cuts);
        addEnd(device, cuts);
        addRegions(initialiser, first, cuts);
        boolean refused = first.rangeOutsideAperture() || own.rangeOutsideAperture();
        return new Allowance(device, initialiser, refused ? List.of() : allowed(own, first), cuts, refused);
    }

    private List<Extent> allowed(DeviceSetup own, DeviceSetup first) {
        int shift = configuration.iommu().granuleShift();
        long lastPfn = own.dmaLimit() >>> shift;
        if (Long.compareUnsigned(first.basePfn(), lastPfn) > 0) {
            return List.of();
        }
        List<Extent> pfns = List.of(new Extent(first.basePfn(), lastPfn));
        for (SetupRegion region : first.regions()) {
            if (region.carved()) {
                pfns = Intervals.without(
                        pfns,
                        new Extent(
                                region.extent().first() >>> shift,
                                region.extent().last() >>> shift));
            }
        }
        return pfns.stream()
                .map(pfn -> new Extent(pfn.first() << shift, (pfn.last() << shift) + ((1L << shift) - 1)))
                .toList();
    }

    private void addStart(Device initialiser, List<Cut> cuts) {
        Iommu iommu = configuration.iommu();
        cuts.add(new Cut(new Extent(0, iommu.granule() - 1), Rule.PAGE_ZERO, null, ""));
        long aperture = iommu.aperture().first();
        boolean apertureCounts =
                iommu.forceAperture() || !configuration.kernel().dmaRangesGiveLowerBound();
        if (aperture != 0 && apertureCounts) {
            cuts.add(new Cut(
                    new Extent(0, aperture - 1),
                    Rule.APERTURE_START,
                    null,
                    located.place(LocatedConfiguration.Key.APERTURE, initialiser.index())));
        }
        Optional<Long> lowest =
                initialiser.dmaRanges().stream().map(Extent::first).min(Long::compareUnsigned);
        if (configuration.kernel().dmaRangesGiveLowerBound() && lowest.isPresent() && lowest.get() != 0) {
            cuts.add(new Cut(
                    new Extent(0, lowest.get() - 1),
                    Rule.DMA_RANGES_START,
                    null,
                    located.place(LocatedConfiguration.Key.DMA_RANGES, initialiser.index())));
        }
    }

    private void addEnd(Device device, List<Cut> cuts) {
        if (device.mask() != -1L && device.mask() != 0) {
            cuts.add(above(device.mask(), Rule.MASK, LocatedConfiguration.Key.MASK, device));
        }
        device.dmaRanges().stream()
                .map(Extent::last)
                .max(Comparator.comparing(last -> last, Long::compareUnsigned))
                .filter(last -> last != -1L && last != 0)
                .ifPresent(last ->
                        cuts.add(above(last, Rule.DMA_RANGES_END, LocatedConfiguration.Key.DMA_RANGES, device)));
        Iommu iommu = configuration.iommu();
        if (iommu.forceAperture() && iommu.aperture().last() != -1L) {
            cuts.add(above(iommu.aperture().last(), Rule.APERTURE_END, LocatedConfiguration.Key.APERTURE, device));
        }
    }

    private Cut above(long last, Rule rule, LocatedConfiguration.Key key, Device device) {
        return new Cut(new Extent(last + 1, -1L), rule, null, located.place(key, device.index()));
    }

    /** The set-up lists its regions source after source; so their positions tell where each comes from. */
    private void addRegions(Device initialiser, DeviceSetup first, List<Cut> cuts) {
        List<Reservation> entries = entriesFor(initialiser);
        Device bridge = bridgeOf(initialiser);
        int windows = (int)
                first.regions().stream().filter(region -> region.type() == null).count();
        int own = windows + initialiser.regions().size();
        int ofBridge = own + (bridge == null ? 0 : bridge.regions().size());
        for (int index = 0; index < first.regions().size(); index++) {
            SetupRegion region = first.regions().get(index);
            if (!region.carved()) {
                continue;
            }
            if (index < windows) {
                boolean outbound = index < initialiser.bridgeWindows().size();
                cuts.add(new Cut(
                        region.extent(),
                        outbound ? Rule.BRIDGE_WINDOW : Rule.DMA_GAP,
                        null,
                        located.place(
                                outbound
                                        ? LocatedConfiguration.Key.BRIDGE_WINDOWS
                                        : LocatedConfiguration.Key.DMA_RANGES,
                                initialiser.index())));
            } else if (index < own) {
                cuts.add(ofRegion(region, located.regionPlace(initialiser.index(), index - windows)));
            } else if (index < ofBridge && bridge != null) {
                cuts.add(ofRegion(region, located.regionPlace(bridge.index(), index - own)));
            } else if (configuration.mechanism() == Mechanism.IOMMU_RANGES) {
                cuts.add(new Cut(
                        region.extent(),
                        Rule.IOMMU_RANGES,
                        null,
                        located.place(LocatedConfiguration.Key.IOMMU_RANGES, initialiser.index())));
            } else {
                Reservation entry = entries.get(index - ofBridge);
                cuts.add(new Cut(
                        region.extent(),
                        Rule.IOMMU_ADDRESSES,
                        FirmwareRegion.Type.RESERVED,
                        located.reservations().get(entry.index())));
            }
        }
    }

    private static Cut ofRegion(SetupRegion region, String place) {
        return new Cut(region.extent(), Rule.REGION, region.type(), place);
    }

    private List<Reservation> entriesFor(Device device) {
        return configuration.reservations().stream()
                .filter(entry -> entry.promised() != null && isFor(entry, device))
                .toList();
    }

    private boolean isFor(Reservation entry, Device device) {
        String node = entry.node() != null
                ? entry.node()
                : configuration.devices().get(entry.device()).node();
        return device.node() != null && device.node().equals(node);
    }

    private @Nullable Device bridgeOf(Device device) {
        return configuration.devices().stream()
                .filter(other -> other.name().equals(device.behind()))
                .findFirst()
                .orElse(null);
    }
}
