package dev.iovacheck.constraint.capacity;

import dev.iovacheck.constraint.space.PresentSpace;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.machine.Machine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lays out the places of one request, and what could block them. */
final class RequestMaker {

    private final Configuration configuration;
    private final Machine machine;
    private final PresentSpace present;
    private final int device;
    private final int size;
    private final long pages;
    private final long alignment;
    private final List<Long> places = new ArrayList<>();
    private long placeCount;

    RequestMaker(Configuration configuration, Machine machine, PresentSpace present, int device, int size) {
        this.configuration = configuration;
        this.machine = machine;
        this.present = present;
        this.device = device;
        this.size = size;
        pages = machine.setup(device).nodePfns(size);
        alignment = Request.alignment(pages);
    }

    Request make() {
        for (Extent run : present.open(device)) {
            long first = up(run.first(), alignment);
            if (fits(first, pages, run)) {
                placeCount += (run.last() - (first + pages - 1)) / alignment + 1;
            }
            for (long start = first;
                    fits(start, pages, run) && places.size() <= Request.MOST_PLACES;
                    start += alignment) {
                places.add(start);
            }
        }
        List<Request.Buffers> buffers = new ArrayList<>();
        for (Device other : configuration.devices()) {
            String group = configuration.devices().get(device).group();
            int live = other.index() == device ? other.live() - 1 : other.live();
            if (group != null && group.equals(other.group()) && !other.buffers().isEmpty()) {
                buffers.add(new Request.Buffers(other.index(), live, kinds(other.index())));
            }
        }
        return new Request(device, size, pages, placeCount, places, buffers);
    }

    private List<Request.Kind> kinds(int other) {
        List<Request.Kind> kinds = new ArrayList<>();
        for (int kind = 0; kind < machine.setup(other).mapSizeCount(); kind++) {
            long taken = machine.setup(other).nodePfns(kind);
            List<Long> starts = new ArrayList<>();
            List<Extent> blocked = new ArrayList<>();
            long step = Math.max(Request.alignment(taken), alignment);
            for (Extent run : present.open(other)) {
                long start = up(run.first(), step);
                while (fits(start, taken, run) && placeCount <= Request.MOST_PLACES) {
                    Extent hit = hit(start, start + taken - 1);
                    if (hit != null) {
                        starts.add(start);
                        blocked.add(hit);
                    }
                    start += step;
                }
            }
            kinds.add(new Request.Kind(kind, taken, (taken - 1) / alignment + 1, starts, blocked));
        }
        return kinds;
    }

    /** Numbers of the places that overlap these granules; {@code null} if there are none. */
    private @Nullable Extent hit(long first, long last) {
        int from = Collections.binarySearch(places, first);
        from = from >= 0 ? from : -from - 1;
        if (from > 0 && places.get(from - 1) + pages > first) {
            from--;
        }
        int past = Collections.binarySearch(places, last + 1);
        past = past >= 0 ? past : -past - 1;
        return from < past ? new Extent(from, past - 1) : null;
    }

    private static long up(long pfn, long step) {
        return (pfn + step - 1) & -step;
    }

    private static boolean fits(long start, long taken, Extent run) {
        return start >= run.first() && start + taken - 1 <= run.last();
    }
}
