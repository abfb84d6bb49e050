package dev.iovacheck.model.board;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Iommu;

/**
 * What a driver is taken to map where nobody says it: buffers so large that a few of them fill the space down to its lower end, because
 * top-down allocation hides what is wrong there.
 *
 * @param size bytes of each buffer, a power of two
 * @param live how many one device holds at most
 */
record DefaultWorkload(long size, int live) {

    /** More than this in one group make too many states. */
    private static final int MOST_BUFFERS = 16;

    /**
     * @param limit highest byte that an allocation may end at
     * @param window what the hardware can use
     * @param iommu its aperture and pages
     * @param devices how many devices of the group map; at least one
     */
    static DefaultWorkload of(long limit, Extent window, Iommu iommu, int devices) {
        long lowest = iommu.aperture().first();
        boolean isAbove = Long.compareUnsigned(limit, lowest) >= 0;
        return of(
                isAbove ? limit - lowest : limit,
                isAbove && Long.compareUnsigned(window.first(), lowest) > 0 ? window.first() - lowest : 0,
                iommu.granule(),
                devices);
    }

    /**
     * @param limit the same, from where the aperture begins
     * @param start where the window begins, from there
     */
    private static DefaultWorkload of(long limit, long start, long granule, int devices) {
        // The lower end is met only by a buffer that is no larger than what lies below it.
        int parts = devices == 1 ? 3 : 2;
        long size = Long.highestOneBit((limit >>> parts) + 1);
        long below = Long.highestOneBit(start);
        if (devices == 1
                && below != 0
                && Long.compareUnsigned(below, size) < 0
                && Long.compareUnsigned(Long.divideUnsigned(limit, below), MOST_BUFFERS) < 0) {
            size = below;
        }
        if (Long.compareUnsigned(size, granule) < 0) {
            size = granule;
        }
        long buffers = Long.divideUnsigned(limit, size) + 1;
        long each = (buffers + devices - 1) / devices;
        return new DefaultWorkload(size, (int) Math.min(each, MOST_BUFFERS));
    }
}
