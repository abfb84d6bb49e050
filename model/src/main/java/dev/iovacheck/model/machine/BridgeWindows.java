package dev.iovacheck.model.machine;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.kernel.KernelBug;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What {@code iova_reserve_pci_windows} reserves for a PCI device: the windows through which CPUs reach its bus, then the space around
 * and between the DMA windows of its host bridge, which {@code dma-ranges} list. So the bridge's lower bound and holes are kept, unlike
 * those of a platform device (derived, 6.1 and 7.1).
 *
 * @param reserved bytes, inclusive, in the order in which they are reserved. What lies below a DMA window ends with the first byte of the
 *     window, so that the first granule of each window is lost as well
 * @param refused whether a window begins below the end of the one before, in the order in which the kernel looks at them, which ends the
 *     set-up with {@code -EINVAL}; what was reserved up to there stays
 * @param overlap whether windows really overlap: a set-up that is refused without that was refused for nothing
 */
record BridgeWindows(List<Extent> reserved, boolean refused, boolean overlap) {

    private static final long TOP = -1L;

    BridgeWindows {
        reserved = List.copyOf(reserved);
    }

    /** Of the host bridge of a device. Without any window, everything is allowed. */
    static BridgeWindows of(Configuration configuration, Device device) {
        if (device.bus() != Device.Bus.PCI) {
            return new BridgeWindows(List.of(), false, false);
        }
        boolean sorts = !configuration.bugs().contains(KernelBug.B18);
        boolean refusesTouching = configuration.bugs().contains(KernelBug.B17);
        return of(device.bridgeWindows(), sorts ? sorted(device) : device.dmaRanges(), refusesTouching);
    }

    /** Of a bridge with these DMA windows, in any order, whose CPU addresses are their bus addresses. */
    static BridgeWindows of(List<Extent> windows) {
        List<Extent> sorted = new ArrayList<>(windows);
        sorted.sort(Comparator.comparing(Extent::first, Long::compareUnsigned));
        return of(List.of(), sorted, false);
    }

    /** By the addresses that CPUs see ({@code resource_list_first_type}), which need not be the order on the bus (derived). */
    private static List<Extent> sorted(Device device) {
        List<Extent> ranges = device.dmaRanges();
        return IntStream.range(0, ranges.size())
                .boxed()
                .sorted(Comparator.comparing(
                        index -> device.dmaRangesCpu().isEmpty()
                                ? ranges.get(index).first()
                                : device.dmaRangesCpu().get(index),
                        Long::compareUnsigned))
                .map(ranges::get)
                .toList();
    }

    private static BridgeWindows of(List<Extent> outbound, List<Extent> inOrder, boolean refusesTouching) {
        List<Extent> reserved = new ArrayList<>(outbound);
        long start = 0;
        for (Extent window : inOrder) {
            int order = Long.compareUnsigned(window.first(), start);
            if (order < 0 || (order == 0 && refusesTouching)) {
                return new BridgeWindows(reserved, true, overlap(inOrder));
            }
            if (order > 0) {
                reserved.add(new Extent(start, window.first()));
            }
            // Wraps to 0 after a window that ends at the top: everything is reserved then (unverified on hardware).
            start = window.last() + 1;
        }
        boolean topLeft = !inOrder.isEmpty() && inOrder.get(inOrder.size() - 1).first() != TOP && start != TOP;
        if (topLeft) {
            reserved.add(new Extent(start, TOP));
        }
        return new BridgeWindows(reserved, false, overlap(inOrder));
    }

    private static boolean overlap(List<Extent> windows) {
        return IntStream.range(0, windows.size()).anyMatch(one -> IntStream.range(0, one)
                .anyMatch(other -> windows.get(one).intersects(windows.get(other))));
    }
}
