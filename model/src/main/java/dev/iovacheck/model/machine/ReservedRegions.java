package dev.iovacheck.model.machine;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.kernel.Defect;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The reserved regions of a group as user space reads them ({@code reserved_regions} in sysfs, VFIO): those of all its devices, sorted and
 * merged. The allocator does not look at this list. {@code iommu_get_group_resv_regions}, {@code iommu_insert_resv_region}; derived.
 *
 * @param regions sorted by start, then type
 * @param usedAfterFree whether an entry was read after it had been merged away and freed
 */
public record ReservedRegions(List<FirmwareRegion> regions, boolean usedAfterFree) {

    /** Nothing reserved. */
    public static final ReservedRegions NONE = new ReservedRegions(List.of(), false);

    public ReservedRegions {
        regions = List.copyOf(regions);
    }

    /**
     * {@code iommu_insert_resv_region}: puts a region in its place, then merges regions of its type that overlap or touch; those of other
     * types stay as they are. One that ends at 2^64-1 touches nothing, because the address after its end wraps to 0.
     *
     * @param asksFreedEntry the bug of 5.2 to 5.5: once the new entry was merged away, it is asked which type to go on merging, and the
     *     freed memory answers with none
     * @param defect a mistake planted into it, or {@code null}
     */
    public ReservedRegions insert(FirmwareRegion added, boolean asksFreedEntry, @Nullable Defect defect) {
        List<FirmwareRegion> sorted = new ArrayList<>(regions);
        int place = 0;
        while (place < sorted.size() && comesAfter(added, sorted.get(place))) {
            place++;
        }
        sorted.add(place, added);
        List<FirmwareRegion> merged = new ArrayList<>();
        boolean freed = false;
        boolean usedFreed = usedAfterFree;
        for (int index = 0; index < sorted.size(); index++) {
            FirmwareRegion region = sorted.get(index);
            usedFreed |= freed && asksFreedEntry;
            int top = region.type() == added.type() && !(freed && asksFreedEntry) ? lastOf(added.type(), merged) : -1;
            if (top < 0 || isApart(merged.get(top), region)) {
                merged.add(region);
            } else {
                if (defect != Defect.MERGE_FORGETS_REST) {
                    merged.set(top, joined(merged.get(top), region));
                }
                freed |= index == place;
            }
        }
        return new ReservedRegions(merged, usedFreed);
    }

    private static boolean comesAfter(FirmwareRegion region, FirmwareRegion other) {
        int order = Long.compareUnsigned(region.extent().first(), other.extent().first());
        return order > 0 || (order == 0 && region.type().compareTo(other.type()) > 0);
    }

    private static int lastOf(FirmwareRegion.Type type, List<FirmwareRegion> merged) {
        for (int index = merged.size() - 1; index >= 0; index--) {
            if (merged.get(index).type() == type) {
                return index;
            }
        }
        return -1;
    }

    private static boolean isApart(FirmwareRegion top, FirmwareRegion region) {
        return Long.compareUnsigned(region.extent().first(), top.extent().last() + 1) > 0;
    }

    private static FirmwareRegion joined(FirmwareRegion top, FirmwareRegion region) {
        boolean reachesFurther =
                Long.compareUnsigned(region.extent().last(), top.extent().last()) > 0;
        return reachesFurther
                ? new FirmwareRegion(
                        new Extent(top.extent().first(), region.extent().last()), top.type())
                : top;
    }
}
