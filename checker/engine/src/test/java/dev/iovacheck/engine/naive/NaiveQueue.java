package dev.iovacheck.engine.naive;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a domain does with ranges that were unmapped, with calls that nothing interrupts: every flush is over before anybody else looks,
 * so that a range that waits has either seen one since or not. Never changed.
 *
 * @param saysLazy whether the type of the domain is DMA-FQ
 * @param queues whether unmapped ranges wait
 * @param timer whether the timer runs down
 * @param rings who waits, oldest first; one list for each CPU, or one for all
 */
record NaiveQueue(boolean saysLazy, boolean queues, boolean timer, List<List<Waiting>> rings) {

    /** @param flushed whether the IOTLB was flushed since it was unmapped */
    record Waiting(long first, long pages, boolean flushed) {}

    static NaiveQueue none(boolean saysLazy, int rings) {
        List<List<Waiting>> empty = new ArrayList<>();
        for (int ring = 0; ring < rings; ring++) {
            empty.add(List.of());
        }
        return new NaiveQueue(saysLazy, false, false, List.copyOf(empty));
    }

    NaiveQueue strict() {
        return new NaiveQueue(false, queues, timer, rings);
    }

    NaiveQueue setUp() {
        return new NaiveQueue(true, true, timer, rings);
    }

    NaiveQueue withTimer(boolean on) {
        return new NaiveQueue(saysLazy, queues, on, rings);
    }

    NaiveQueue flushed() {
        List<List<Waiting>> all = rings.stream()
                .map(ring -> ring.stream()
                        .map(waiting -> new Waiting(waiting.first(), waiting.pages(), true))
                        .toList())
                .toList();
        return new NaiveQueue(saysLazy, queues, timer, all);
    }

    /** Those at the front of a ring that have seen a flush go. */
    NaiveQueue freed(int ring, Consumer<Waiting> free) {
        List<Waiting> left = new ArrayList<>(rings.get(ring));
        while (!left.isEmpty() && left.get(0).flushed()) {
            free.accept(left.remove(0));
        }
        return with(ring, left);
    }

    NaiveQueue with(int ring, List<Waiting> waiting) {
        List<List<Waiting>> all = new ArrayList<>(rings);
        all.set(ring, List.copyOf(waiting));
        return new NaiveQueue(saysLazy, queues, timer, List.copyOf(all));
    }

    /** A range waits from now on; a ring that has no room for it is flushed before. */
    NaiveQueue added(int ring, int places, Waiting range, Consumer<Waiting> free) {
        NaiveQueue room = freed(ring, free);
        if (room.rings().get(ring).size() == places - 1) {
            room = room.flushed().freed(ring, free);
        }
        List<Waiting> more = new ArrayList<>(room.rings().get(ring));
        more.add(range);
        return room.with(ring, more).withTimer(true);
    }

    /** Everything is flushed and goes, ring by ring. */
    NaiveQueue drained(Consumer<Waiting> free) {
        NaiveQueue drained = flushed();
        for (int ring = 0; ring < rings.size(); ring++) {
            drained = drained.freed(ring, free);
        }
        return drained;
    }

    /** Those that the IOTLB may still know. */
    List<Waiting> unflushed() {
        return rings.stream()
                .flatMap(List::stream)
                .filter(waiting -> !waiting.flushed())
                .toList();
    }
}
