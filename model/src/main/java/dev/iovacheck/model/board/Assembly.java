package dev.iovacheck.model.board;

import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.Interleaving;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.LocatedConfiguration;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts devices that were made of a board together to a configuration, with the mechanism that they ask for. */
final class Assembly {

    private final BoardOptions options;
    private final Findings findings;

    /** @param findings knows the places of what {@code iommu-addresses} reserve */
    Assembly(BoardOptions options, Findings findings) {
        this.options = options;
        this.findings = findings;
    }

    /**
     * A configuration of devices that were made.
     *
     * @param name what it is to be called
     * @param title its title
     * @param aperturePlace where the aperture is said
     */
    LocatedConfiguration of(String name, String title, List<MadeDevice> made, Iommu iommu, String aperturePlace) {
        boolean lists =
                made.stream().anyMatch(each -> !each.device().iommuRanges().isEmpty());
        boolean reserves = made.stream().anyMatch(each -> !each.reserved().isEmpty());
        Map<DeviceTreeNodeAndRange, Integer> seen = new LinkedHashMap<>();
        List<Reservation> reservations = new ArrayList<>();
        List<String> reservationPlaces = new ArrayList<>();
        List<Device> devices = new ArrayList<>();
        List<List<String>> regionPlaces = new ArrayList<>();
        for (MadeDevice each : made) {
            Device device = each.device();
            List<FirmwareRegion> regions = new ArrayList<>(device.regions());
            List<String> places = new ArrayList<>(each.regionPlaces());
            for (ReservedRange range : each.reserved()) {
                String place = findings.place(range.region(), "iommu-addresses");
                String node = String.valueOf(device.node());
                if (lists) {
                    // One configuration has one mechanism; to the allocator it is the same.
                    regions.add(new FirmwareRegion(range.extent(), FirmwareRegion.Type.RESERVED));
                    places.add(place);
                } else if (seen.put(new DeviceTreeNodeAndRange(node, range), device.index()) == null) {
                    reservations.add(new Reservation(
                            reservations.size(),
                            device.index(),
                            null,
                            range.extent().first(),
                            range.extent().size(),
                            Reservation.When.ANY));
                    reservationPlaces.add(place);
                }
            }
            devices.add(device.toBuilder().regions(regions).build());
            regionPlaces.add(places);
        }
        boolean dma = devices.stream().anyMatch(device -> !device.dmaRanges().isEmpty());
        Mechanism mechanism = lists
                ? Mechanism.IOMMU_RANGES
                : reserves ? Mechanism.IOMMU_ADDRESSES : dma ? Mechanism.DMA_RANGES : Mechanism.NONE;
        Configuration configuration = Configuration.builder()
                .source(name)
                .title(title)
                .kernel(options.kernel())
                .iommu(iommu)
                .devices(devices)
                .mechanism(mechanism)
                .reservations(reservations)
                .exploration(exploration(devices, options))
                .checks(options.checks())
                .build();
        return new LocatedConfiguration(
                configuration,
                Map.of(LocatedConfiguration.Key.APERTURE, aperturePlace),
                made.stream().map(MadeDevice::places).toList(),
                regionPlaces,
                reservationPlaces);
    }

    /** Devices with one node get the same reservations; that is said once. */
    private record DeviceTreeNodeAndRange(String node, ReservedRange range) {}

    private static Exploration exploration(List<Device> devices, BoardOptions options) {
        Set<Exploration.Option> tried = EnumSet.noneOf(Exploration.Option.class);
        if (!options.kernel().depotIsBounded()) {
            tried.add(Exploration.Option.DEPOT_WORK);
        }
        if (devices.stream().flatMap(device -> device.regions().stream()).anyMatch(region -> region.type()
                .isDirect())) {
            tried.add(Exploration.Option.DIRECT_MAPS);
        }
        return new Exploration(tried, Interleaving.CALLS);
    }
}
