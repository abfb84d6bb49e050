package dev.iovacheck.model.machine;

import java.util.Arrays;

/** The mappings of one domain that drivers hold, ordered by address. Mappings have no identity beyond what is listed here. */
public final class LiveMappings {

    private long[] firstPfns = new long[8];
    private int[] devices = new int[8];
    private int[] sizes = new int[8];
    private int[] slots = new int[8];
    private int[] linked = new int[8];
    private boolean[] lost = new boolean[8];
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
        }
        count = other.count;
        for (int index = 0; index < count; index++) {
            firstPfns[index] = other.firstPfns[index];
            devices[index] = other.devices[index];
            sizes[index] = other.sizes[index];
            slots[index] = other.slots[index];
            linked[index] = other.linked[index];
            lost[index] = other.lost[index];
        }
    }

    /** @param slot which of the device's buffers it belongs to; 0 where buffers are not told apart */
    void add(long firstPfn, int device, int size, int slot) {
        add(firstPfn, device, size, slot, 0, false);
    }

    /** @param linkedParts as {@link #linked} */
    void add(long firstPfn, int device, int size, int slot, int linkedParts) {
        add(firstPfn, device, size, slot, linkedParts, false);
    }

    /**
     * @param linkedParts as {@link #linked}
     * @param isLost whether the domain that it was made in is gone
     */
    void add(long firstPfn, int device, int size, int slot, int linkedParts, boolean isLost) {
        if (count == firstPfns.length) {
            firstPfns = Arrays.copyOf(firstPfns, 2 * count);
            devices = Arrays.copyOf(devices, 2 * count);
            sizes = Arrays.copyOf(sizes, 2 * count);
            slots = Arrays.copyOf(slots, 2 * count);
            linked = Arrays.copyOf(linked, 2 * count);
            lost = Arrays.copyOf(lost, 2 * count);
        }
        int at = count++;
        while (at > 0 && comesAfter(at - 1, firstPfn, device, size, slot, linkedParts, isLost)) {
            firstPfns[at] = firstPfns[at - 1];
            devices[at] = devices[at - 1];
            sizes[at] = sizes[at - 1];
            slots[at] = slots[at - 1];
            linked[at] = linked[at - 1];
            lost[at] = lost[at - 1];
            at--;
        }
        firstPfns[at] = firstPfn;
        devices[at] = device;
        sizes[at] = size;
        slots[at] = slot;
        linked[at] = linkedParts;
        lost[at] = isLost;
    }

    private boolean comesAfter(int at, long firstPfn, int device, int size, int slot, int linkedParts, boolean isLost) {
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
        return order == 0 ? Boolean.compare(lost[one], lost[other]) : order;
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

    /** Which of the device's map sizes it has. */
    public int size(int index) {
        return sizes[index];
    }
}
