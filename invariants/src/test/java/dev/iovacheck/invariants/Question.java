package dev.iovacheck.invariants;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.DmaProperties;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A configuration in the making: 7.1, one CPU, 4 KiB pages, magazines of one pfn, unless said otherwise. Devices are d0, d1, ... */
final class Question {

    static final long PAGE = 4096;

    private KernelProfile kernel = KernelProfile.V7_1;
    private Set<KernelBug> bugs = Set.of();
    private int cpus = 1;
    private Extent aperture = new Extent(0, 0xffffffffL);
    private Iommu.Mode mode = Iommu.Mode.STRICT;
    private Mechanism mechanism = Mechanism.NONE;
    private Exploration exploration = new Exploration(false, false, false, false);
    private final List<Device> devices = new ArrayList<>();
    private final List<Reservation> reservations = new ArrayList<>();

    Question kernel(KernelProfile profile) {
        kernel = profile;
        return this;
    }

    Question cpus(int count) {
        cpus = count;
        return this;
    }

    Question aperture(long first, long last) {
        aperture = new Extent(first, last);
        return this;
    }

    Question lazy() {
        mode = Iommu.Mode.LAZY;
        return this;
    }

    Question posted() {
        mechanism = Mechanism.POSTED_API;
        return this;
    }

    Question hardened() {
        mechanism = Mechanism.HARDENED;
        return this;
    }

    Question mechanism(Mechanism used) {
        mechanism = used;
        return this;
    }

    Question explore(boolean noMemory, boolean removal, boolean cpuHotplug, boolean depotWork) {
        exploration = new Exploration(noMemory, removal, cpuHotplug, depotWork);
        return this;
    }

    /** A device whose window and mask are pages {@code low..high} (inclusive), mapping the given numbers of pages. */
    Question device(String group, long low, long high, int live, long... mapPages) {
        return byteDevice(group, low * PAGE, high * PAGE + (PAGE - 1), high * PAGE + (PAGE - 1), live, mapPages);
    }

    /** Makes the last device one behind PCI. */
    Question pci() {
        Device last = devices.get(devices.size() - 1);
        return replace(last, Device.Bus.PCI, last.dmaRanges(), last.regions());
    }

    /** A device with a window and a mask in bytes, both inclusive. */
    Question byteDevice(@Nullable String group, long first, long last, long mask, int live, long... mapPages) {
        List<Long> sizes = new ArrayList<>();
        for (long pages : mapPages) {
            sizes.add(pages * PAGE);
        }
        int index = devices.size();
        devices.add(Device.builder(index, "d" + index)
                .group(group)
                .mask(mask)
                .window(new Extent(first, last))
                .mapSizes(sizes)
                .live(live)
                .build());
        return this;
    }

    /** Lets the last device map other buffers. */
    Question buffers(Buffer... buffers) {
        return change(device -> device.buffers(List.of(buffers)));
    }

    /** Gives the last device other DMA properties. */
    Question dma(UnaryOperator<DmaProperties> wanted) {
        Device last = devices.get(devices.size() - 1);
        return change(device -> device.dma(wanted.apply(last.dma())));
    }

    private Question change(UnaryOperator<Device.Builder> change) {
        Device last = devices.get(devices.size() - 1);
        devices.set(last.index(), change.apply(last.toBuilder()).build());
        return this;
    }

    /** Also explores this. */
    Question explore(Exploration.Option option) {
        exploration = exploration.with(option);
        return this;
    }

    /** Brings known bugs back. */
    Question with(KernelBug... known) {
        bugs = Set.of(known);
        return this;
    }

    /** Gives the last device a {@code dma-ranges} window of pages (inclusive). */
    Question dmaRange(long low, long high) {
        Device last = devices.get(devices.size() - 1);
        return replace(last, last.bus(), List.of(new Extent(low * PAGE, high * PAGE + (PAGE - 1))), last.regions());
    }

    /** Puts the last device behind a PCI host bridge with two DMA windows of pages (inclusive). */
    Question pciWindows(long low, long high, long otherLow, long otherHigh) {
        Device last = devices.get(devices.size() - 1);
        devices.set(
                last.index(),
                last.toBuilder()
                        .bus(Device.Bus.PCI)
                        .dmaRanges(List.of(
                                new Extent(low * PAGE, high * PAGE + (PAGE - 1)),
                                new Extent(otherLow * PAGE, otherHigh * PAGE + (PAGE - 1))))
                        .build());
        return this;
    }

    /** Gives the last device a reserved region of pages (inclusive). */
    Question region(long low, long high) {
        Device last = devices.get(devices.size() - 1);
        List<FirmwareRegion> regions = new ArrayList<>(last.regions());
        regions.add(new FirmwareRegion(new Extent(low * PAGE, high * PAGE + (PAGE - 1)), FirmwareRegion.Type.RESERVED));
        return replace(last, last.bus(), last.dmaRanges(), regions);
    }

    private Question replace(Device device, Device.Bus bus, List<Extent> dmaRanges, List<FirmwareRegion> regions) {
        devices.set(
                device.index(),
                device.toBuilder()
                        .bus(bus)
                        .dmaRanges(dmaRanges)
                        .regions(regions)
                        .build());
        return this;
    }

    /** Gives the last device a region of this type and these pages (inclusive). */
    Question region(FirmwareRegion.Type type, long low, long high) {
        return byteRegion(type, low * PAGE, high * PAGE + (PAGE - 1));
    }

    /** The same in bytes, both inclusive. */
    Question byteRegion(FirmwareRegion.Type type, long first, long last) {
        Device device = devices.get(devices.size() - 1);
        List<FirmwareRegion> regions = new ArrayList<>(device.regions());
        regions.add(new FirmwareRegion(new Extent(first, last), type));
        return replace(device, device.bus(), device.dmaRanges(), regions);
    }

    /** Changes the last device. */
    Question with(UnaryOperator<Device.Builder> change) {
        Device device = devices.get(devices.size() - 1);
        devices.set(device.index(), change.apply(device.toBuilder()).build());
        return this;
    }

    /** A call, at any time, for pages {@code low..high} (inclusive). */
    Question call(int device, long low, long high) {
        return bytes(device, low * PAGE, (high - low + 1) * PAGE, Reservation.When.ANY);
    }

    /** A call with start and length in bytes. */
    Question bytes(int device, long start, long length, Reservation.When when) {
        reservations.add(new Reservation(reservations.size(), device, null, start, length, when));
        return this;
    }

    Configuration build() {
        return Configuration.builder()
                .source("test")
                .kernel(kernel)
                .bugs(bugs)
                .cpus(cpus)
                .iommu(new Iommu(12, aperture, true, mode))
                .devices(devices)
                .mechanism(mechanism)
                .reservations(reservations)
                .exploration(exploration)
                .checks(Catalogue.ids())
                .build();
    }
}
