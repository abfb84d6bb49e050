package dev.iovacheck.counterexamples.monitor;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of one IOMMU domain of a recording. */
final class DomainTrack {

    /** What is known of a live mapping: the line that made it. */
    final Ranges<Long> live = new Ranges<>();

    /** Lazy domains: what was unmapped and is not given back yet, with the line of its unmap. */
    final Ranges<Long> waiting = new Ranges<>();

    /** Ranges about which something was said already: what follows from that is not said again. */
    final Ranges<Long> forgiven = new Ranges<>();

    final Set<String> devices = new LinkedHashSet<>();

    private final String name;
    final int number;

    @Nullable
    AllocatorTrack allocator;

    /** {@code iommu_dma_cookie}; 0 if not known. */
    long cookie;

    /** Whether it has a flush queue, as far as was seen. */
    boolean isLazy;

    /** The line of the last flush of its IOTLB; 0 for none. */
    long lastFlush;

    /** Whether mappings may be live that were made before the recording. */
    boolean isUnknown = true;

    /** @param number of this track and no other */
    DomainTrack(String name, int number) {
        this.name = name;
        this.number = number;
    }

    /** As messages name it: by its devices, if they are known. */
    String name() {
        return devices.isEmpty() ? name : "the domain of " + String.join(", ", devices);
    }

    /** Whether its allocator has handed out all of this as one range. */
    boolean isAllocated(long first, long last) {
        AllocatorTrack own = allocator;
        return own != null && own.live.covers(first >>> own.shift, last >>> own.shift);
    }

    /** Nothing is known of its mappings any more. */
    void forget() {
        live.clear();
        waiting.clear();
        forgiven.clear();
        isUnknown = true;
    }

    /** What has to do with a range was told. */
    void forgive(long first, long last, long line) {
        if (forgiven.count() > 256) {
            forgiven.clear();
        }
        forgiven.put(first, last, line);
    }

    boolean isForgiven(long first, long last) {
        return forgiven.intersecting(first, last) != null;
    }
}
