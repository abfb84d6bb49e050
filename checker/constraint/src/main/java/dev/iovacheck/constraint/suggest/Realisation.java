package dev.iovacheck.constraint.suggest;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Expectation;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A repair written down as one mechanism has it. */
public enum Realisation {
    /** Reserved-memory nodes list what is not usable. */
    IOMMU_ADDRESSES(Mechanism.IOMMU_ADDRESSES),
    /** Nodes of devices list what is usable. */
    IOMMU_RANGES(Mechanism.IOMMU_RANGES),
    /** Drivers call {@code dma_iova_set_resv_region}, as posted, before they map. */
    CALL(Mechanism.POSTED_API),
    /** The same with the repaired call. */
    REPAIRED_CALL(Mechanism.HARDENED);

    private final Mechanism mechanism;

    Realisation(Mechanism mechanism) {
        this.mechanism = mechanism;
    }

    /** What it uses. */
    public Mechanism mechanism() {
        return mechanism;
    }

    /** Whether a kernel has the mechanism at all. */
    public boolean isIn(Configuration configuration) {
        return this != IOMMU_ADDRESSES || configuration.kernel().readsIommuAddresses();
    }

    /**
     * The configuration with the repair in it, and all of its invariants expected to hold. Devices whose node says something get a node of
     * their own.
     */
    public Configuration of(Configuration configuration, Repair repair) {
        List<Device> devices = new ArrayList<>(configuration.devices());
        List<Reservation> reservations = new ArrayList<>();
        devices.replaceAll(device -> device.toBuilder().iommuRanges(List.of()).build());
        for (Repair.OfDevice change : repair.devices()) {
            Device device = devices.get(change.device());
            Device.Builder changed = device.toBuilder();
            if (change.lowersMask()) {
                changed.mask(change.mask()).dma(device.dma().withCoherentMask(lower(device, change.mask())));
            }
            if (change.ownGroup()) {
                changed.group(device.name());
            }
            switch (this) {
                case IOMMU_ADDRESSES, CALL, REPAIRED_CALL ->
                    change.reserved()
                            .forEach(bytes -> reservations.add(reservation(reservations.size(), change, bytes)));
                case IOMMU_RANGES ->
                    changed.iommuRanges(
                            change.reserved().isEmpty() ? List.of() : usable(configuration, change.reserved()));
            }
            if (this == IOMMU_ADDRESSES || this == IOMMU_RANGES) {
                changed.node(device.name());
            }
            devices.set(change.device(), changed.build());
        }
        return configuration.toBuilder()
                .mechanism(reservations.isEmpty() && this != IOMMU_RANGES ? Mechanism.NONE : mechanism)
                .devices(devices)
                .reservations(reservations)
                .goals(List.of())
                .expectation(new Expectation(Map.of(), Expectation.Expected.HOLDS, OptionalLong.empty()))
                .build();
    }

    private static long lower(Device device, long mask) {
        long coherent = device.dma().coherentMask();
        return Long.compareUnsigned(mask, coherent) < 0 ? mask : coherent;
    }

    private Reservation reservation(int index, Repair.OfDevice change, Extent bytes) {
        Reservation.When when = this == IOMMU_ADDRESSES ? Reservation.When.ANY : Reservation.When.BEFORE_FIRST_MAP;
        return new Reservation(index, change.device(), null, bytes.first(), bytes.size(), when);
    }

    /** What is left of the aperture. */
    private static List<Extent> usable(Configuration configuration, List<Extent> reserved) {
        List<Extent> usable = new ArrayList<>();
        long from = configuration.iommu().aperture().first();
        long last = configuration.iommu().aperture().last();
        for (Extent bytes : reserved) {
            if (Long.compareUnsigned(bytes.first(), from) > 0 && Long.compareUnsigned(from, last) <= 0) {
                usable.add(
                        new Extent(from, Long.compareUnsigned(bytes.first() - 1, last) < 0 ? bytes.first() - 1 : last));
            }
            if (Long.compareUnsigned(bytes.last(), last) >= 0) {
                return usable;
            }
            from = Long.compareUnsigned(bytes.last() + 1, from) > 0 ? bytes.last() + 1 : from;
        }
        usable.add(new Extent(from, last));
        return usable;
    }
}
