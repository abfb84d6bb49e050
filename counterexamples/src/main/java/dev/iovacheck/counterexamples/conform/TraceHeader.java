package dev.iovacheck.counterexamples.conform;

import dev.iovacheck.model.iova.AllocatorConstants;
import dev.iovacheck.model.kernel.KernelProfile;

/**
 * The first line of a trace: which allocator was recorded.
 *
 * @param constants kernel, CPUs and sizes of the caches
 * @param granuleShift binary logarithm of the bytes per page, 1 to 31
 * @param startPfn lowest pfn that the domain may hand out
 * @param seed seed of the recorder's random generator, 0 for scripts; unsigned
 * @param scenario free text
 */
public record TraceHeader(AllocatorConstants constants, int granuleShift, long startPfn, long seed, String scenario) {

    /** The kernel whose source ran. */
    public KernelProfile profile() {
        return constants.profile();
    }
}
