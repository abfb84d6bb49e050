package dev.iovacheck.model.iova;

import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.Set;

/**
 * What is fixed about an allocator when the kernel is built and booted.
 *
 * @param profile whose behaviour
 * @param cpus number of possible CPUs, 1..32, numbered from 0
 * @param magazineSize pfns in a magazine, 1..127 ({@code IOVA_MAG_SIZE} is 127; less is a scaled build)
 * @param depotSize magazines a 6.1 depot holds, 1..32 ({@code MAX_GLOBAL_MAGS} is 32); not looked at for 7.1, whose depots have
 *     no limit
 * @param bugs known bugs that it has
 */
public record AllocatorConstants(
        KernelProfile profile, int cpus, int magazineSize, int depotSize, Set<KernelBug> bugs) {

    /** Number of size classes: ranges of 1, 2, 4, ... 32 pfns are cached. {@code IOVA_RANGE_CACHE_MAX_SIZE}, recorded. */
    public static final int ORDERS = 6;

    /** Without any bug that the kernel does not have itself. */
    public AllocatorConstants(KernelProfile profile, int cpus, int magazineSize, int depotSize) {
        this(profile, cpus, magazineSize, depotSize, Set.of());
    }

    public AllocatorConstants {
        bugs = Set.copyOf(bugs);
        require(cpus >= 1 && cpus <= 32, "cpus", cpus);
        require(magazineSize >= 1 && magazineSize <= 127, "magazine size", magazineSize);
        require(depotSize >= 1 && depotSize <= 32, "depot size", depotSize);
    }

    /** Whether the kernel has a known bug. */
    boolean has(KernelBug bug) {
        return bugs.contains(bug);
    }

    private static void require(boolean good, String what, int value) {
        if (!good) {
            throw new IllegalArgumentException(what + " out of bounds: " + value);
        }
    }
}
