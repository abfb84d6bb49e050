package dev.iovacheck.engine.naive;

import dev.iovacheck.model.address.Extent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a domain does with ranges that were unmapped, with calls that nothing interrupts: every flush is over before anybody else looks,
 * so that a range that waits has either seen one since or not. Never changed.
 *
 * @param saysLazy whether the type of the domain is DMA-FQ
 * @param queues whether unmapped ranges wait
 * @param timer whether the timer runs down
 * @param rings who waits, oldest first; one list for each CPU, or one for all
 * @param iotlb ranges whose translation was taken out of the page table, each in one go, and may still be known to the IOTLB
 */
record NaiveQueue(boolean saysLazy, boolean queues, boolean timer, List<List<Waiting>> rings, Set<Extent> iotlb) {

    /**
     * @param flushed whether the IOTLB was flushed since it came
     */
    record Waiting(long first, long pages, boolean flushed) {}

    static NaiveQueue none(boolean saysLazy, int rings) {
        List<List<Waiting>> empty = new ArrayList<>();
        for (int ring = 0; ring < rings; ring++) {
            empty.add(List.of());
        }
        return new NaiveQueue(saysLazy, false, false, List.copyOf(empty), Set.of());
    }

    NaiveQueue strict() {
        return new NaiveQueue(false, queues, timer, rings, iotlb);
    }

    NaiveQueue setUp() {
        return new NaiveQueue(true, true, timer, rings, iotlb);
    }

    NaiveQueue withTimer(boolean on) {
        return new NaiveQueue(saysLazy, queues, on, rings, iotlb);
    }

    NaiveQueue flushed() {
        List<List<Waiting>> all = rings.stream()
                .map(ring -> ring.stream()
                        .map(waiting -> new Waiting(waiting.first(), waiting.pages(), true))
                        .toList())
                .toList();
        return new NaiveQueue(saysLazy, queues, timer, all, Set.of());
    }

    /** Those at the front of a ring that have seen a flush go. */
    NaiveQueue freed(int ring, Consumer<Waiting> free) {
        List<Waiting> left = new ArrayList<>(rings.get(ring));
        while (!left.isEmpty() && left.get(0).flushed()) {
            free.accept(left.remove(0));
        }
        return with(ring, left, iotlb);
    }

    private NaiveQueue with(int ring, List<Waiting> waiting, Set<Extent> unflushed) {
        List<List<Waiting>> all = new ArrayList<>(rings);
        all.set(ring, List.copyOf(waiting));
        return new NaiveQueue(saysLazy, queues, timer, List.copyOf(all), Set.copyOf(unflushed));
    }

    /**
     * A range waits from now on; a ring that has no room for it is flushed before.
     *
     * @param cleared the granules whose translation went with it: fewer, or none, if the driver was wrong
     */
    NaiveQueue added(int ring, int places, Waiting range, Optional<Extent> cleared, Consumer<Waiting> free) {
        NaiveQueue room = freed(ring, free);
        if (room.rings().get(ring).size() == places - 1) {
            room = room.flushed().freed(ring, free);
        }
        List<Waiting> more = new ArrayList<>(room.rings().get(ring));
        more.add(range);
        Set<Extent> unflushed = new HashSet<>(NaiveProgress.without(
                List.copyOf(room.iotlb()), cleared.stream().toList()));
        cleared.ifPresent(unflushed::add);
        return room.with(ring, more, unflushed).withTimer(true);
    }

    /** Just these granules were flushed; no range that waits is helped by that. */
    NaiveQueue flushed(Extent granules) {
        List<Extent> left = NaiveProgress.without(List.copyOf(iotlb), List.of(granules));
        return new NaiveQueue(saysLazy, queues, timer, rings, Set.copyOf(left));
    }

    /** Everything is flushed and goes, ring by ring. */
    NaiveQueue drained(Consumer<Waiting> free) {
        NaiveQueue drained = flushed();
        for (int ring = 0; ring < rings.size(); ring++) {
            drained = drained.freed(ring, free);
        }
        return drained;
    }
}
