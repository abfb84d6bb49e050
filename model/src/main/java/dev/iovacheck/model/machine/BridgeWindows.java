package dev.iovacheck.model.machine;

import dev.iovacheck.model.address.Extent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What {@code iova_reserve_pci_windows} reserves for a PCI device: the space around and between the DMA windows of its host bridge, which
 * {@code dma-ranges} list. So the bridge's lower bound and holes are kept, unlike those of a platform device (derived, 6.1 and 7.1).
 *
 * <p>Not here: the windows for CPU accesses to the bus, which the kernel reserves as well.
 *
 * @param gaps bytes, inclusive, in the order in which they are reserved. Each but the last ends with the first byte of the window above
 *     it, so that the first granule of each window is lost as well
 * @param overlap whether a window begins below the end of the one before, which ends the set-up with {@code -EINVAL}; what was reserved up
 *     to there stays
 */
record BridgeWindows(List<Extent> gaps, boolean overlap) {

    private static final long TOP = -1L;

    BridgeWindows {
        gaps = List.copyOf(gaps);
    }

    /** Of a bridge with these windows, in any order. Without any, everything is allowed. */
    static BridgeWindows of(List<Extent> windows) {
        List<Extent> sorted = new ArrayList<>(windows);
        sorted.sort(Comparator.comparing(Extent::first, Long::compareUnsigned));
        List<Extent> gaps = new ArrayList<>();
        long start = 0;
        for (Extent window : sorted) {
            int order = Long.compareUnsigned(window.first(), start);
            if (order < 0) {
                return new BridgeWindows(gaps, true);
            }
            if (order > 0) {
                gaps.add(new Extent(start, window.first()));
            }
            // Wraps to 0 after a window that ends at the top: everything is reserved then (unverified on hardware).
            start = window.last() + 1;
        }
        boolean topLeft = !sorted.isEmpty() && sorted.get(sorted.size() - 1).first() != TOP && start != TOP;
        if (topLeft) {
            gaps.add(new Extent(start, TOP));
        }
        return new BridgeWindows(gaps, false);
    }
}
