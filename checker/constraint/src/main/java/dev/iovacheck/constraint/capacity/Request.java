package dev.iovacheck.constraint.capacity;

import dev.iovacheck.constraint.space.PresentSpace;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.machine.DeviceSetup;
import dev.iovacheck.model.machine.Machine;
import java.util.ArrayList;
import java.util.List;

/**
 * A request of one size by one device: the places where it could be put, and the buffers that could lie there instead. All numbers are pfns.
 *
 * <p>An address is a multiple of the request's size rounded up to a power of two, its alignment, and so are the addresses of all others. A
 * buffer whose alignment is not larger blocks one place wherever it lies in it, so that the beginning of the place may stand for all; a larger
 * one blocks the places that it overlaps. No two buffers have to share a place: one of them is enough to block it.
 *
 * @param device index of the device that asks
 * @param size which of its map sizes
 * @param pages granules of the request, rounded up as the allocator does
 * @param placeCount how many places there are
 * @param places first pfns of the places, in the part of the device's window that it can be given; only as many as are looked at
 * @param buffers what may be held at the time
 */
public record Request(int device, int size, long pages, long placeCount, List<Long> places, List<Buffers> buffers) {

    /** More places than this are counted, and not looked at one by one. */
    static final int MOST_PLACES = 4096;

    public Request {
        places = List.copyOf(places);
        buffers = List.copyOf(buffers);
    }

    /**
     * Buffers that a device may hold.
     *
     * @param device its index
     * @param live how many at most
     * @param kinds one for each of its sizes
     */
    public record Buffers(int device, int live, List<Kind> kinds) {}

    /**
     * Buffers of one size.
     *
     * @param size which of the device's map sizes
     * @param pages granules of each
     * @param mostBlocked how many places one blocks at most
     * @param starts where one can lie so that it blocks some place; empty if places are only counted
     * @param blocked for each start the first and the last of the places that are blocked, as their numbers
     */
    public record Kind(int size, long pages, long mostBlocked, List<Long> starts, List<Extent> blocked) {}

    /**
     * Whether a driver of the group maps lists segment by segment, so that one buffer of theirs has several ranges, each in a place of its
     * own. What is said of places and buffers is then not true.
     */
    public boolean hasScattered(Machine machine) {
        return buffers.stream().map(Buffers::device).map(machine::setup).anyMatch(DeviceSetup::mapsSegments);
    }

    /** Whether there are so many places that they are only counted. */
    boolean isTooFine() {
        return placeCount > MOST_PLACES;
    }

    static long alignment(long pages) {
        long power = Long.highestOneBit(pages);
        return power == pages ? pages : power << 1;
    }

    /**
     * All requests of a configuration.
     *
     * @param present what its mechanism leaves open
     */
    public static List<Request> of(Configuration configuration, PresentSpace present) {
        Machine machine = new Machine(configuration);
        List<Request> requests = new ArrayList<>();
        for (Device device : configuration.devices()) {
            if (device.group() == null) {
                continue;
            }
            DeviceSetup setup = machine.setup(device.index());
            for (int size = 0; size < setup.mapSizeCount(); size++) {
                requests.add(new RequestMaker(configuration, machine, present, device.index(), size).make());
            }
        }
        return requests;
    }
}
