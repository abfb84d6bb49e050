package dev.iovacheck.model.machine;

import java.util.Arrays;

/**
 * The mappings of one domain that drivers hold, ordered by address. Mappings have no identity beyond what is listed here.
 *
 * <p>A scatter list that is mapped segment by segment has a range for each of its segments, and an entry here for each of them, tied
 * together by {@link #list}. While a call makes such a list or undoes it, those of its ranges are here that it has made, or has not
 * come to yet; {@link SegmentLists} tells such a list from one that a driver holds.
 */
public final class LiveMappings {

    // Who holds a mapping and how, in one number that sorts mappings at the same address: device, size, slot + 1,
    // linked parts, and whether it is lost.
    private static final int LINKED_SHIFT = 1;
    private static final int SLOT_SHIFT = 9;
    private static final int SIZE_SHIFT = 25;
    private static final int DEVICE_SHIFT = 41;
    private static final int LINKED_MASK = (1 << (SLOT_SHIFT - LINKED_SHIFT)) - 1;
    private static final int SLOT_MASK = (1 << (SIZE_SHIFT - SLOT_SHIFT)) - 1;
    private static final int SIZE_MASK = (1 << (DEVICE_SHIFT - SIZE_SHIFT)) - 1;
    private static final long BUT_DEVICE = (1L << DEVICE_SHIFT) - 1;
    private static final long LOST = 1;

    private long[] firstPfns = new long[8];
    private long[] holders = new long[8];
    private long[] lists = new long[8];
    private int count;

    void clear() {
        count = 0;
    }

    void copyFrom(LiveMappings other) {
        if (firstPfns.length < other.count) {
            resize(other.firstPfns.length);
        }
        count = other.count;
        for (int index = 0; index < count; index++) {
            move(other, index, index);
        }
    }

    private void resize(int length) {
        firstPfns = Arrays.copyOf(firstPfns, length);
        holders = Arrays.copyOf(holders, length);
        lists = Arrays.copyOf(lists, length);
    }

    private void move(LiveMappings from, int index, int to) {
        firstPfns[to] = from.firstPfns[index];
        holders[to] = from.holders[index];
        lists[to] = from.lists[index];
    }

    /** @param slot which of the device's buffers it belongs to; 0 where buffers are not told apart */
    void add(long firstPfn, int device, int size, int slot) {
        add(firstPfn, device, size, slot, 0, false, 0);
    }

    /** @param linkedParts as {@link #linked} */
    void add(long firstPfn, int device, int size, int slot, int linkedParts) {
        add(firstPfn, device, size, slot, linkedParts, false, 0);
    }

    /**
     * @param linkedParts as {@link #linked}
     * @param isLost whether the domain that it was made in is gone
     * @param ofList as {@link #list}
     */
    void add(long firstPfn, int device, int size, int slot, int linkedParts, boolean isLost, long ofList) {
        long holder = (long) device << DEVICE_SHIFT
                | (long) size << SIZE_SHIFT
                | (slot + 1L) << SLOT_SHIFT
                | (long) linkedParts << LINKED_SHIFT
                | (isLost ? LOST : 0);
        if (count == firstPfns.length) {
            resize(2 * count);
        }
        int at = count++;
        while (at > 0 && compare(firstPfns[at - 1], holders[at - 1], lists[at - 1], firstPfn, holder, ofList) > 0) {
            move(this, at - 1, at);
            at--;
        }
        firstPfns[at] = firstPfn;
        holders[at] = holder;
        lists[at] = ofList;
    }

    private static int compare(long pfn, long holder, long list, long otherPfn, long otherHolder, long otherList) {
        if (pfn != otherPfn) {
            return Long.compareUnsigned(pfn, otherPfn);
        }
        return holder == otherHolder ? Long.compareUnsigned(list, otherList) : Long.compare(holder, otherHolder);
    }

    /** Orders two mappings of devices that are alike. */
    int compareButForDevice(int one, int other) {
        return compare(
                firstPfns[one],
                holders[one] & BUT_DEVICE,
                lists[one],
                firstPfns[other],
                holders[other] & BUT_DEVICE,
                lists[other]);
    }

    void remove(int index) {
        count--;
        for (int at = index; at < count; at++) {
            move(this, at + 1, at);
        }
    }

    /** The domain they were made in is gone. */
    void loseAll() {
        // Those lost before stay in their places: what comes before or after is decided by where they lie.
        for (int index = 0; index < count; index++) {
            holders[index] |= LOST;
        }
    }

    /** Whether the domain that it was made in is gone, replaced under it. */
    public boolean isLost(int index) {
        return (holders[index] & LOST) != 0;
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /** The lowest pfn of a mapping. */
    public long firstPfn(int index) {
        return firstPfns[index];
    }

    /** Index of the device that holds it. */
    public int device(int index) {
        return (int) (holders[index] >>> DEVICE_SHIFT);
    }

    /** Which of the device's buffers it belongs to; 0 where buffers are not told apart. */
    int slot(int index) {
        return (int) (holders[index] >>> SLOT_SHIFT & SLOT_MASK) - 1;
    }

    boolean isTaken(int device, int slot) {
        for (int index = 0; index < count; index++) {
            if (device(index) == device && slot(index) == slot) {
                return true;
            }
        }
        return false;
    }

    /**
     * How many parts of a two-phase mapping are linked; one more than it has once they are also synchronised. 0 for other mappings,
     * which are mapped as a whole.
     */
    public int linked(int index) {
        return (int) (holders[index] >>> LINKED_SHIFT) & LINKED_MASK;
    }

    /**
     * The lowest pfn of the first segment of the scatter list that it is a segment of, where that is mapped segment by segment and has
     * several; 0 for what has one range only.
     */
    public long list(int index) {
        return lists[index];
    }

    /** Which of the device's map sizes it has; of a list that is mapped segment by segment, that of its segment. */
    public int size(int index) {
        return (int) (holders[index] >>> SIZE_SHIFT) & SIZE_MASK;
    }
}
