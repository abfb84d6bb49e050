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

    private long[] firstPfns = new long[8];
    private int[] devices = new int[8];
    private int[] sizes = new int[8];
    private int[] slots = new int[8];
    private int[] linked = new int[8];
    private boolean[] lost = new boolean[8];
    private long[] lists = new long[8];
    private int count;

    void clear() {
        count = 0;
    }

    void copyFrom(LiveMappings other) {
        if (firstPfns.length < other.count) {
            firstPfns = new long[other.firstPfns.length];
            devices = new int[other.firstPfns.length];
            sizes = new int[other.firstPfns.length];
            slots = new int[other.firstPfns.length];
            linked = new int[other.firstPfns.length];
            lost = new boolean[other.firstPfns.length];
            lists = new long[other.firstPfns.length];
        }
        count = other.count;
        for (int index = 0; index < count; index++) {
            firstPfns[index] = other.firstPfns[index];
            devices[index] = other.devices[index];
            sizes[index] = other.sizes[index];
            slots[index] = other.slots[index];
            linked[index] = other.linked[index];
            lost[index] = other.lost[index];
            lists[index] = other.lists[index];
        }
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
        if (count == firstPfns.length) {
            firstPfns = Arrays.copyOf(firstPfns, 2 * count);
            devices = Arrays.copyOf(devices, 2 * count);
            sizes = Arrays.copyOf(sizes, 2 * count);
            slots = Arrays.copyOf(slots, 2 * count);
            linked = Arrays.copyOf(linked, 2 * count);
            lost = Arrays.copyOf(lost, 2 * count);
            lists = Arrays.copyOf(lists, 2 * count);
        }
        int at = count++;
        while (at > 0 && comesAfter(at - 1, firstPfn, device, size, slot, linkedParts, isLost, ofList)) {
            firstPfns[at] = firstPfns[at - 1];
            devices[at] = devices[at - 1];
            sizes[at] = sizes[at - 1];
            slots[at] = slots[at - 1];
            linked[at] = linked[at - 1];
            lost[at] = lost[at - 1];
            lists[at] = lists[at - 1];
            at--;
        }
        firstPfns[at] = firstPfn;
        devices[at] = device;
        sizes[at] = size;
        slots[at] = slot;
        linked[at] = linkedParts;
        lost[at] = isLost;
        lists[at] = ofList;
    }

    private boolean comesAfter(
            int at, long firstPfn, int device, int size, int slot, int linkedParts, boolean isLost, long ofList) {
        int order = Long.compareUnsigned(firstPfns[at], firstPfn);
        if (order == 0) {
            order = Integer.compare(devices[at], device);
        }
        if (order == 0) {
            order = Integer.compare(sizes[at], size);
        }
        if (order == 0) {
            order = Integer.compare(slots[at], slot);
        }
        if (order == 0) {
            order = Integer.compare(linked[at], linkedParts);
        }
        if (order == 0) {
            order = Boolean.compare(lost[at], isLost);
        }
        if (order == 0) {
            order = Long.compareUnsigned(lists[at], ofList);
        }
        return order > 0;
    }

    /** Orders two mappings of devices that are alike. */
    int compareButForDevice(int one, int other) {
        int order = Long.compareUnsigned(firstPfns[one], firstPfns[other]);
        if (order == 0) {
            order = Integer.compare(sizes[one], sizes[other]);
        }
        if (order == 0) {
            order = Integer.compare(slots[one], slots[other]);
        }
        if (order == 0) {
            order = Integer.compare(linked[one], linked[other]);
        }
        if (order == 0) {
            order = Boolean.compare(lost[one], lost[other]);
        }
        return order == 0 ? Long.compareUnsigned(lists[one], lists[other]) : order;
    }

    void remove(int index) {
        count--;
        for (int at = index; at < count; at++) {
            firstPfns[at] = firstPfns[at + 1];
            devices[at] = devices[at + 1];
            sizes[at] = sizes[at + 1];
            slots[at] = slots[at + 1];
            linked[at] = linked[at + 1];
            lost[at] = lost[at + 1];
            lists[at] = lists[at + 1];
        }
    }

    /** The domain they were made in is gone. */
    void loseAll() {
        // Those lost before stay in their places: what comes before or after is decided by where they lie.
        for (int index = 0; index < count; index++) {
            lost[index] = true;
        }
    }

    /** Whether the domain that it was made in is gone, replaced under it. */
    public boolean isLost(int index) {
        return lost[index];
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
        return devices[index];
    }

    /** Which of the device's buffers it belongs to; 0 where buffers are not told apart. */
    int slot(int index) {
        return slots[index];
    }

    boolean isTaken(int device, int slot) {
        for (int index = 0; index < count; index++) {
            if (devices[index] == device && slots[index] == slot) {
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
        return linked[index];
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
        return sizes[index];
    }
}
