package dev.iovacheck.model.fq;

import dev.iovacheck.model.packed.BitReader;
import dev.iovacheck.model.packed.BitWriter;
import java.util.Arrays;

/**
 * The flush queue of a domain of type {@code IOMMU_DOMAIN_DMA_FQ}: ranges that were unmapped and may not be used again before the IOTLB
 * was flushed. There is one ring of entries for each CPU or, in 7.1 for devices that ask for it, one for all. Two counters tell how
 * many flushes were started and how many have finished; an entry remembers how many had been started when it was added, and may go once
 * more than that have finished ({@code struct iova_fq}, derived).
 *
 * <p>A ring of size N holds N - 1 entries: it is full when the place behind {@code tail} is {@code head}. Adding to a full ring is not
 * prevented here, and not in the kernel: {@code tail} meets {@code head}, the ring looks empty, and what was in it is never looked at
 * again.
 *
 * <p>Locks, flushes and the timer's work are the callers' business; a method is one atomic step. Numbers of ranges are pfns.
 */
public final class FlushQueue {

    private final int ringSize;
    private final int[] heads;
    private final int[] tails;
    private final long[] pfns;
    private final int[] sizes;
    private final long[] counters;

    private boolean active;
    private boolean timerOn;
    private long started;
    private long finished;

    /**
     * A queue that is not set up.
     *
     * @param rings how many rings: the number of possible CPUs, or 1
     * @param ringSize entries of a ring, at least 2, of which one stays free; 0 if there never will be a queue
     */
    public FlushQueue(int rings, int ringSize) {
        this.ringSize = ringSize;
        heads = new int[rings];
        tails = new int[rings];
        pfns = new long[rings * ringSize];
        sizes = new int[rings * ringSize];
        counters = new long[rings * ringSize];
    }

    /** There is no queue: {@code fq_domain} is NULL, and unmapped ranges are freed at once. */
    public void clear() {
        active = false;
        timerOn = false;
        started = 0;
        finished = 0;
        Arrays.fill(heads, 0);
        Arrays.fill(tails, 0);
    }

    /** {@code iommu_dma_init_fq}: an empty queue becomes visible to everybody who unmaps. */
    public void publish() {
        active = true;
    }

    /** Becomes equal to another queue of the same rings. */
    public void copyFrom(FlushQueue other) {
        if (!active && !other.active) {
            return;
        }
        active = other.active;
        timerOn = other.timerOn;
        started = other.started;
        finished = other.finished;
        for (int ring = 0; ring < heads.length; ring++) {
            heads[ring] = other.heads[ring];
            tails[ring] = other.tails[ring];
            int end = ring * ringSize + tails[ring];
            for (int at = ring * ringSize + heads[ring]; at != end; at = behind(at, ring)) {
                pfns[at] = other.pfns[at];
                sizes[at] = other.sizes[at];
                counters[at] = other.counters[at];
            }
        }
    }

    private int behind(int at, int ring) {
        return at + 1 == (ring + 1) * ringSize ? ring * ringSize : at + 1;
    }

    // ---- what is done with it ----

    /** {@code fq_flush_iotlb} begins: {@code fq_flush_start_cnt} is counted up. */
    public void flushStarts() {
        started++;
    }

    /** {@code fq_flush_iotlb} ends: {@code fq_flush_finish_cnt} is counted up. */
    public void flushFinishes() {
        finished++;
    }

    /** {@code fq_full}: the next entry would make {@code tail} meet {@code head}. */
    public boolean isFull(int ring) {
        return (tails[ring] + 1) % ringSize == heads[ring];
    }

    /**
     * How many entries {@code fq_ring_free} frees that reads {@code fq_flush_finish_cnt} now: those from {@code head} on for which a flush
     * has finished that had not been started when they were added.
     *
     * @param atOnce whether those of the flush that is due count as well, which is a mistake
     */
    public int releasable(int ring, boolean atOnce) {
        int count = 0;
        while (count < size(ring) && counters[at(ring, count)] < finished + (atOnce ? 1 : 0)) {
            count++;
        }
        return count;
    }

    /** The entry at {@code head} leaves the ring. Its range is to be read before. */
    public void dropFirst(int ring) {
        heads[ring] = (heads[ring] + 1) % ringSize;
    }

    /**
     * Writes an entry at {@code tail}, which remembers how many flushes have been started by now.
     *
     * @return how many entries are lost with that: all, if the ring was full
     */
    public int add(int ring, long pfn, long pages) {
        int lost = isFull(ring) ? ringSize : 0;
        int at = ring * ringSize + tails[ring];
        pfns[at] = pfn;
        sizes[at] = (int) pages;
        counters[at] = started;
        tails[ring] = (tails[ring] + 1) % ringSize;
        return lost;
    }

    /** {@code fq_timer_on} is exchanged for 1; if it was 0 the timer is armed with that. */
    public void armTimer() {
        timerOn = true;
    }

    /** The timer has fired: {@code fq_timer_on} is set to 0. */
    public void timerFires() {
        timerOn = false;
    }

    // ---- views ----

    /** {@code fq_domain} is not NULL: unmapped ranges are queued. */
    public boolean isActive() {
        return active;
    }

    /** {@code fq_timer_on}: the timer is armed, and will fire some time. */
    public boolean isTimerOn() {
        return timerOn;
    }

    /** How many flushes have been started and not finished. */
    public int flushesInFlight() {
        return (int) (started - finished);
    }

    /** How many rings there are. */
    public int rings() {
        return heads.length;
    }

    /** The ring into which a CPU puts its entries. */
    public int ringOf(int cpu) {
        return heads.length == 1 ? 0 : cpu;
    }

    /** Entries that a ring can hold. */
    public int capacity() {
        return ringSize - 1;
    }

    /** Entries in a ring, as {@code head} and {@code tail} tell. */
    public int size(int ring) {
        int size = tails[ring] - heads[ring];
        return size < 0 ? size + ringSize : size;
    }

    /** Whether no ring has an entry. */
    public boolean isEmpty() {
        for (int ring = 0; ring < heads.length; ring++) {
            if (heads[ring] != tails[ring]) {
                return false;
            }
        }
        return true;
    }

    /** Lowest pfn of an entry's range; 0 is the entry at {@code head}. */
    public long pfn(int ring, int index) {
        return pfns[at(ring, index)];
    }

    /** Pfns of an entry's range, as they were unmapped: not rounded up. */
    public long pages(int ring, int index) {
        return sizes[at(ring, index)];
    }

    /** Whether a flush has finished that had not been started when the entry was added. */
    public boolean isReleasable(int ring, int index) {
        return counters[at(ring, index)] < finished;
    }

    private int at(int ring, int index) {
        int place = heads[ring] + index;
        return ring * ringSize + (place < ringSize ? place : place - ringSize);
    }

    // ---- storing ----

    /**
     * Writes a queue that is set up. Counters grow for ever, but only their differences matter: an entry's counter is written as what it is
     * ahead of the flushes that have finished, all those that it is behind being the same.
     *
     * @param order the rings in the order in which they are to be written, of which only as many as there are rings are looked at
     * @param mostInFlight the most flushes that can be in flight
     */
    public void write(BitWriter out, int[] order, int pfnBits, int sizeBits, int mostInFlight) {
        int flushBits = bits(mostInFlight);
        int counterBits = bits(mostInFlight + 1L);
        int countBits = bits(ringSize);
        out.put(timerOn);
        out.put(flushesInFlight(), flushBits);
        for (int number = 0; number < heads.length; number++) {
            int ring = heads.length == 1 ? 0 : order[number];
            int size = size(ring);
            out.put(size, countBits);
            for (int index = 0; index < size; index++) {
                out.put(pfn(ring, index), pfnBits);
                out.put(pages(ring, index), sizeBits);
                out.put(ahead(ring, index), counterBits);
            }
        }
    }

    private long ahead(int ring, int index) {
        return Math.max(counters[at(ring, index)] - finished + 1, 0);
    }

    /** Reads what {@link #write} wrote into a queue that was cleared; it is set up then. */
    public void read(BitReader in, int pfnBits, int sizeBits, int mostInFlight) {
        int counterBits = bits(mostInFlight + 1L);
        active = true;
        timerOn = in.getBoolean();
        finished = 1; // so that an entry can be behind
        started = finished + in.getInt(bits(mostInFlight));
        for (int ring = 0; ring < heads.length; ring++) {
            tails[ring] = in.getInt(bits(ringSize));
            for (int index = 0; index < tails[ring]; index++) {
                int at = ring * ringSize + index;
                pfns[at] = in.get(pfnBits);
                sizes[at] = in.getInt(sizeBits);
                counters[at] = in.getInt(counterBits) - 1L + finished;
            }
        }
    }

    private static int bits(long highest) {
        return 64 - Long.numberOfLeadingZeros(highest);
    }
}
