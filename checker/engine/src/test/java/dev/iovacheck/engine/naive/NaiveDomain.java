package dev.iovacheck.engine.naive;

import dev.iovacheck.model.oracle.ReferenceAllocator;
import dev.iovacheck.model.oracle.ReferenceSnapshot;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The default domain of a group that has a device. Never changed: whoever wants another state takes a copy of the allocator.
 *
 * <p>Two domains are equal if nothing that happens later can tell them apart.
 */
final class NaiveDomain {

    /** No device has initialised the allocator: it is as {@code kzalloc} left it. */
    static final int NOBODY = -1;

    private final int initialiser;
    private final ReferenceAllocator allocator;
    private final List<NaiveMapping> live;
    private final Set<Long> translated;
    private final NaiveQueue queue;
    private final boolean shapeMatters;
    private final ReferenceSnapshot visible;
    private final int hash;

    /**
     * @param initialiser index of the device that initialised the allocator
     * @param allocator not to be changed afterwards
     * @param live mappings that drivers hold, in any order
     * @param translated pfns with a page-table entry
     * @param shapeMatters whether two trees of different shape are different
     */
    NaiveDomain(
            int initialiser,
            ReferenceAllocator allocator,
            List<NaiveMapping> live,
            Set<Long> translated,
            NaiveQueue queue,
            boolean shapeMatters) {
        this.translated = Set.copyOf(translated);
        this.queue = queue;
        this.initialiser = initialiser;
        this.allocator = allocator;
        this.live = live.stream().sorted(NaiveMapping.ORDER).toList();
        this.shapeMatters = shapeMatters;
        ReferenceSnapshot everything = allocator.snapshot();
        visible = shapeMatters ? everything : everything.withoutShape();
        int ofOthers = (initialiser * 31 + queue.hashCode()) * 31 + this.translated.hashCode();
        hash = (ofOthers * 31 + this.live.hashCode()) * 31 + visible.hashCode();
    }

    int initialiser() {
        return initialiser;
    }

    boolean isInitialised() {
        return initialiser != NOBODY;
    }

    ReferenceAllocator allocator() {
        return allocator;
    }

    List<NaiveMapping> live() {
        return live;
    }

    Set<Long> translated() {
        return translated;
    }

    NaiveQueue queue() {
        return queue;
    }

    ReferenceSnapshot visible() {
        return visible;
    }

    NaiveDomain withCpusRenamed(int[] names) {
        // Rings of CPUs keep their order, and so nobody renames CPUs that have rings of their own.
        return new NaiveDomain(initialiser, allocator.withCpusRenamed(names), live, translated, queue, shapeMatters);
    }

    NaiveDomain withDevicesRenamed(int[] names) {
        List<NaiveMapping> renamed =
                live.stream().map(mapping -> mapping.withDeviceRenamed(names)).toList();
        return new NaiveDomain(
                initialiser == NOBODY ? NOBODY : names[initialiser],
                allocator,
                renamed,
                translated,
                queue,
                shapeMatters);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NaiveDomain domain
                && hash == domain.hash
                && initialiser == domain.initialiser
                && live.equals(domain.live)
                && translated.equals(domain.translated)
                && queue.equals(domain.queue)
                && visible.equals(domain.visible);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return "[initialised by " + initialiser + ", live " + live + ", " + queue + ", " + visible + "]";
    }
}
