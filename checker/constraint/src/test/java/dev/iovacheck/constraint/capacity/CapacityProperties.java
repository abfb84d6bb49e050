package dev.iovacheck.constraint.capacity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.iovacheck.constraint.space.PresentSpace;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** In a space of 16 pages every way to lay buffers out can be tried. */
class CapacityProperties {

    private static final long PAGE = 4096;
    private static final int PAGES = 16;

    @Property(tries = 200)
    void noWayTakesLessThanTheOneThatIsFound(@ForAll long seed) {
        Random random = new Random(seed);
        int low = random.nextInt(8);
        int high = low + 3 + random.nextInt(PAGES - low - 3);
        int live = 1 + random.nextInt(4);
        List<Long> sizes = new ArrayList<>();
        for (int count = 1 + random.nextInt(3); count > 0; count--) {
            long size = (1 + random.nextInt(6)) * PAGE;
            if (!sizes.contains(size)) {
                sizes.add(size);
            }
        }
        Configuration configuration = Configuration.builder()
                .source("test")
                .devices(List.of(Device.builder(0, "d")
                        .window(new Extent(low * PAGE, (high + 1) * PAGE - 1))
                        .mask((high + 1) * PAGE - 1)
                        .live(live)
                        .mapSizes(sizes)
                        .build()))
                .checks(List.of("lower-bound"))
                .build();
        for (Request request : Request.of(configuration, new PresentSpace(configuration))) {
            int least = least(Math.max(1, low), high, live - 1, sizes, rounded(sizes.get(request.size())));
            Answer answer = new CapacitySolver(Duration.ofMinutes(1)).always(request);
            String found = answer instanceof Answer.MayFail mayFail
                    ? "" + mayFail.blockade().used()
                    : "fits";
            assertEquals(least == Integer.MAX_VALUE ? "fits" : "" + least, found, () -> request.toString());
        }
    }

    private static int rounded(long bytes) {
        return Integer.highestOneBit(2 * (int) (bytes / PAGE) - 1);
    }

    /** The fewest pages with which so many buffers, put anywhere, leave no aligned place for so many pages. */
    private static int least(int low, int high, int live, List<Long> sizes, int wanted) {
        int least = Integer.MAX_VALUE;
        Set<Integer> layouts = new HashSet<>(Set.of(0));
        for (int count = 0; count <= live; count++) {
            Set<Integer> more = new HashSet<>();
            for (int layout : layouts) {
                if (!fits(layout, low, high, wanted)) {
                    least = Math.min(least, Integer.bitCount(layout));
                }
                for (long size : sizes) {
                    int pages = rounded(size);
                    for (int at = (low + pages - 1) / pages * pages; at + pages - 1 <= high; at += pages) {
                        int block = ((1 << pages) - 1) << at;
                        if ((layout & block) == 0) {
                            more.add(layout | block);
                        }
                    }
                }
            }
            layouts = more;
        }
        return least;
    }

    private static boolean fits(int layout, int low, int high, int pages) {
        for (int at = (low + pages - 1) / pages * pages; at + pages - 1 <= high; at += pages) {
            if ((layout & ((1 << pages) - 1) << at) == 0) {
                return true;
            }
        }
        return false;
    }
}
