package dev.iovacheck.constraint.suggest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.FirmwareRegion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** On eight pages every way to reserve can be tried: the solver finds none that is better, and none where there is none. */
class RepairProperties {

    private static final int PAGES = 8;
    private static final long PAGE = 4096;

    /** What one device is like; numbers are pages, inclusive. */
    private record Small(int low, int high, int mask, int regionLow, int regionHigh, int pages) {

        boolean uses(int page) {
            return page >= Math.max(1, low) && page <= Math.min(high, mask);
        }

        boolean isGiven(int page) {
            return page >= 1 && page <= mask;
        }

        boolean hasRegion(int page) {
            return page >= regionLow && page <= regionHigh;
        }

        int lastUsed() {
            return Math.min(high, mask);
        }

        boolean usesAnything() {
            return Math.max(1, low) <= lastUsed();
        }
    }

    @Property(tries = 300)
    void nothingIsBetterThanWhatTheSolverFinds(@ForAll long seed) {
        Random random = new Random(seed);
        List<Small> devices = new ArrayList<>();
        for (int count = 1 + random.nextInt(2); count > 0; count--) {
            int low = random.nextInt(PAGES);
            int regionLow = random.nextInt(2 * PAGES); // half of them outside: no region
            devices.add(new Small(
                    low,
                    low + random.nextInt(PAGES - low),
                    1 + random.nextInt(PAGES - 1),
                    regionLow,
                    regionLow >= PAGES ? regionLow - 1 : regionLow + random.nextInt(PAGES - regionLow),
                    random.nextInt(4)));
        }
        Optional<Repair> found = new RepairSolver(configuration(devices), Duration.ofMinutes(1)).repair();
        String best = best(devices);
        assertEquals(
                best,
                found.map(repair -> repair.wasted() + " wasted, " + repair.entries() + " entries")
                        .orElse("none"));
    }

    private static Configuration configuration(List<Small> devices) {
        List<Device> described = new ArrayList<>();
        for (Small small : devices) {
            List<FirmwareRegion> regions = small.regionHigh < small.regionLow
                    ? List.of()
                    : List.of(
                            new FirmwareRegion(bytes(small.regionLow, small.regionHigh), FirmwareRegion.Type.RESERVED));
            described.add(Device.builder(described.size(), "d" + described.size())
                    .group("g")
                    .mask((small.mask + 1) * PAGE - 1)
                    .window(bytes(small.low, small.high))
                    .regions(regions)
                    .mapSizes(small.pages == 0 ? List.of() : List.of(small.pages * PAGE))
                    .build());
        }
        return Configuration.builder()
                .source("test")
                .devices(described)
                .checks(List.of("lower-bound"))
                .build();
    }

    private static Extent bytes(int first, int last) {
        return new Extent(first * PAGE, (last + 1) * PAGE - 1);
    }

    /** Tries all sets of reserved pages, and all choices of masks to lower. */
    private static String best(List<Small> devices) {
        int leastWaste = Integer.MAX_VALUE;
        int leastEntries = Integer.MAX_VALUE;
        for (int reserved = 0; reserved < 1 << PAGES; reserved++) {
            for (int low = 0; low < 1 << devices.size(); low++) {
                int waste = waste(devices, reserved, low);
                int runs = Integer.bitCount(reserved & ~(reserved << 1));
                int entries = runs * devices.size() + Integer.bitCount(low);
                if (waste >= 0 && (waste < leastWaste || (waste == leastWaste && entries < leastEntries))) {
                    leastWaste = waste;
                    leastEntries = entries;
                }
            }
        }
        return leastWaste == Integer.MAX_VALUE ? "none" : leastWaste + " wasted, " + leastEntries + " entries";
    }

    /** Pages that are wasted so, -1 if it is no repair. */
    private static int waste(List<Small> devices, int reserved, int low) {
        int waste = 0;
        for (int index = 0; index < devices.size(); index++) {
            Small device = devices.get(index);
            int open = 0;
            for (int page = 0; page < PAGES; page++) {
                int at = page;
                boolean carved = devices.stream().allMatch(each -> each.hasRegion(at));
                boolean closed = carved || (reserved >> page & 1) == 1;
                boolean cut = (low >> index & 1) == 1 && device.usesAnything() && page > device.lastUsed();
                boolean hasRegion = devices.stream().anyMatch(each -> each.hasRegion(at));
                if (device.isGiven(page) && !closed && (hasRegion || (!device.uses(page) && !cut))) {
                    return -1;
                }
                waste += device.uses(page) && closed ? 1 : 0;
                open |= device.uses(page) && !closed ? 1 << page : 0;
            }
            if (device.pages > 0 && !fits(open, Integer.highestOneBit(2 * device.pages - 1))) {
                return -1;
            }
        }
        return waste;
    }

    /** Whether so many pages, a power of two, lie side by side in a set of pages, aligned to their number. */
    private static boolean fits(int open, int pages) {
        int block = (1 << pages) - 1;
        for (int start = 0; start + pages <= PAGES; start += pages) {
            if ((open >> start & block) == block) {
                return true;
            }
        }
        return false;
    }
}
