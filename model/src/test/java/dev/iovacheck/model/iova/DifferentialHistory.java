package dev.iovacheck.model.iova;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.oracle.ReferenceAllocator;
import dev.iovacheck.model.oracle.ReferenceRange;
import dev.iovacheck.model.oracle.ReferenceSnapshot;
import dev.iovacheck.model.packed.BitReader;
import dev.iovacheck.model.packed.BitWriter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * One history of calls, run on the oracle and on {@link IovaDomain} with both ways to keep its nodes; after every call all results
 * and the complete states must be equal. The calls are drawn from seeds, one per step, so that a history can be shortened by leaving
 * steps out; they look at the oracle's state to hit what is there.
 */
final class DifferentialHistory {

    /** What a history may have gone through. The generator is only good if it reaches all of them. */
    enum Goal {
        CACHE_HIT,
        CACHE_FLUSHED,
        DEPOT_USED,
        DEPOT_OVERFLOWED,
        DEPOT_TRIMMED,
        HOTPLUG,
        RESERVED_OVER_NODE,
        SIZE_REMEMBERED,
        NODE_MEMORY_FAILED,
        WARNING,
        ILL_FORMED,
        HINT_DETACHED,
        NULL_DEREFERENCE,
        ENDLESS_SEARCH,
        ANCHOR_FREED,
        LONG_AND_WELL_FORMED
    }

    private static final Set<KernelBug> BUGS = EnumSet.of(
            KernelBug.B01,
            KernelBug.B02,
            KernelBug.B04A,
            KernelBug.B04B,
            KernelBug.B05,
            KernelBug.B11A,
            KernelBug.B11B,
            KernelBug.B12);

    private static final int[] SHIFTS = {12, 12, 20, 26, 27, 28};
    private static final int[] MAGAZINE_SIZES = {1, 1, 2, 2, 4, 127};
    private static final int[] DEPOT_SIZES = {1, 2, 32};
    private static final long[] START_PFNS = {0, 1, 1, 1, 2, 16};
    private static final long[] SIZES = {
        0,
        1,
        1,
        1,
        1,
        1,
        2,
        2,
        2,
        3,
        4,
        4,
        5,
        7,
        8,
        8,
        9,
        15,
        16,
        17,
        31,
        32,
        33,
        63,
        64,
        65,
        1L << 63,
        (1L << 63) + 1,
        -1
    };

    /** Shown when a history fails: the calls so far. */
    private final List<String> log = new ArrayList<>();

    private final Set<Goal> goals = EnumSet.noneOf(Goal.class);
    private final AllocatorConstants constants;
    private final int shift;
    private final long startPfn;
    private final long dma32Pfn;
    private final long home;
    private final boolean abusive;
    private final boolean inverting;
    /** One-page ranges come and go in bursts, so that depots fill; otherwise allocations empty the magazines as fast as frees fill them. */
    private final boolean bursting;

    private boolean draining;
    private final ReferenceAllocator oracle;
    private IovaDomain exact;
    private IovaDomain compact;
    /** Where the domains are stored to and read back into, in turns, so that what is left in there from before shows. */
    private IovaDomain exactSpare;

    private IovaDomain compactSpare;
    private final List<ReferenceRange> live = new ArrayList<>();
    private ReferenceSnapshot state;
    private final Set<Long> cachedNow = new HashSet<>();
    private boolean compactFollows = true;
    private boolean memoryFails;
    private int warnings;
    private int steps;

    DifferentialHistory(long worldSeed) {
        SplittableRandom random = new SplittableRandom(worldSeed);
        KernelProfile profile = random.nextBoolean() ? KernelProfile.V6_1 : KernelProfile.V7_1;
        constants = new AllocatorConstants(
                profile,
                1 + random.nextInt(3),
                MAGAZINE_SIZES[random.nextInt(MAGAZINE_SIZES.length)],
                DEPOT_SIZES[random.nextInt(DEPOT_SIZES.length)],
                bugs(random));
        shift = SHIFTS[random.nextInt(SHIFTS.length)];
        dma32Pfn = 1L << (32 - shift);
        startPfn = START_PFNS[random.nextInt(START_PFNS.length)];
        home = random.nextBoolean() ? (16L << random.nextInt(4)) - 1 : dma32Pfn - 1;
        abusive = random.nextBoolean();
        inverting = abusive && random.nextBoolean();
        bursting = random.nextInt(4) == 0;
        oracle = new ReferenceAllocator(
                shift,
                startPfn,
                constants.cpus(),
                constants.magazineSize(),
                profile.depotIsBounded() ? Optional.of(constants.depotSize()) : Optional.empty(),
                constants.bugs());
        exact = domain(IovaDomain.Nodes.RED_BLACK);
        compact = domain(IovaDomain.Nodes.SORTED);
        exactSpare = domain(IovaDomain.Nodes.RED_BLACK);
        compactSpare = domain(IovaDomain.Nodes.SORTED);
        state = oracle.snapshot();
        log.add("new domain: " + constants + ", shift " + shift + ", start_pfn " + startPfn);
    }

    /** In one world of four, each known bug of the allocator with probability one half. */
    private static Set<KernelBug> bugs(SplittableRandom random) {
        Set<KernelBug> bugs = EnumSet.noneOf(KernelBug.class);
        if (random.nextInt(4) == 0) {
            BUGS.stream().filter(bug -> random.nextBoolean()).forEach(bugs::add);
        }
        return bugs;
    }

    private IovaDomain domain(IovaDomain.Nodes nodes) {
        IovaDomain domain = new IovaDomain(constants, nodes);
        domain.init(shift, startPfn);
        return domain;
    }

    /** Runs one step per seed, up to a crash. */
    Set<Goal> run(List<Long> stepSeeds) {
        for (long seed : stepSeeds) {
            if (oracle.crash().isPresent()) {
                break;
            }
            step(new SplittableRandom(seed));
            steps++;
        }
        if (steps >= 50 && compactFollows) {
            goals.add(Goal.LONG_AND_WELL_FORMED);
        }
        return goals;
    }

    private void step(SplittableRandom random) {
        if (random.nextInt(8) == 0 && !goals.contains(Goal.ANCHOR_FREED)) {
            storeAndReadBack();
        } else if (random.nextInt(8) == 0) {
            copy();
        }
        int choice = random.nextInt(100);
        if (bursting && random.nextInt(10) > 0) {
            draining = draining ? !live.isEmpty() : live.size() > 10;
            choice = draining ? (random.nextInt(8) == 0 ? 95 : 50) : 0;
        }
        if (choice < 34) {
            allocFast(random);
        } else if (choice < 42) {
            alloc(random);
        } else if (choice < 66) {
            freeFast(random);
        } else if (choice < 73) {
            long pfn = freedPfn(random);
            call("free_iova(" + pfn + ")", o -> free(o, pfn), d -> {
                d.freeIova(pfn);
                return "";
            });
        } else if (choice < 76) {
            long pfn = anyPfn(random);
            call("find_iova(" + pfn + ")", o -> o.findIova(pfn).toString(), d -> range(d, d.findIova(pfn)));
        } else if (choice < 86) {
            reserve(random);
        } else if (choice < 90) {
            int cpu = random.nextInt(constants.cpus());
            call("free_cpu_cached_iovas(" + cpu + ")", o -> done(() -> o.freeCpuCachedIovas(cpu)), d -> {
                d.freeCpuCachedIovas(cpu);
                return "";
            });
        } else if (choice < 92) {
            call("free_global_cached_iovas()", o -> done(o::freeGlobalCachedIovas), d -> {
                d.freeGlobalCachedIovas();
                return "";
            });
        } else if (choice < 95) {
            hotplug(random);
        } else if (choice < 98) {
            depotWork(random.nextInt(AllocatorConstants.ORDERS));
        } else {
            memoryFails = !memoryFails;
            log.add("memory " + (memoryFails ? "fails" : "is back"));
            oracle.nodeMemoryFails(memoryFails);
            oracle.magazineMemoryFails(memoryFails);
            exact.setMemoryFails(memoryFails);
            compact.setMemoryFails(memoryFails);
        }
    }

    private void storeAndReadBack() {
        log.add("(stored and read back)");
        IovaDomain stored = exact;
        exact = readBack(exact, exactSpare, IovaDomain.Nodes.RED_BLACK, state);
        exactSpare = stored;
        if (compactFollows) {
            stored = compact;
            compact = readBack(compact, compactSpare, IovaDomain.Nodes.SORTED, state.withoutShape());
            compactSpare = stored;
        }
    }

    private void copy() {
        log.add("(copied)");
        IovaDomain copied = exact;
        exact = copy(exact, exactSpare, IovaDomain.Nodes.RED_BLACK, state);
        exactSpare = copied;
        if (compactFollows) {
            copied = compact;
            compact = copy(compact, compactSpare, IovaDomain.Nodes.SORTED, state.withoutShape());
            compactSpare = copied;
        }
    }

    private IovaDomain copy(IovaDomain from, IovaDomain to, IovaDomain.Nodes nodes, ReferenceSnapshot expected) {
        to.copyFrom(from);
        to.setMemoryFails(memoryFails);
        assertEquals(expected, DomainSnapshot.of(to, constants, nodes), () -> String.join("\n  ", log));
        return to;
    }

    private IovaDomain readBack(IovaDomain from, IovaDomain to, IovaDomain.Nodes nodes, ReferenceSnapshot expected) {
        int[] cpus = IntStream.range(0, constants.cpus()).toArray();
        BitWriter writer = new BitWriter();
        writer.clear();
        new DomainCodec(from, constants, -1L, -1L).write(writer, cpus);
        writer.finish();
        // Online CPUs and failing memory are not part of what is stored.
        to.zero();
        for (int cpu : cpus) {
            if (from.isOnline(cpu)) {
                to.cpuOnline(cpu);
            } else {
                to.cpuDead(cpu);
            }
        }
        to.setMemoryFails(memoryFails);
        BitReader reader = new BitReader();
        reader.start(writer.words(), 0);
        new DomainCodec(to, constants, -1L, -1L).read(reader, shift, startPfn);
        assertEquals(expected, DomainSnapshot.of(to, constants, nodes), () -> String.join("\n  ", log));
        // A tree can heal, and then nothing is stored of what it was.
        assertTrue(from.illFormed() || !to.illFormed(), () -> String.join("\n  ", log));
        return to;
    }

    private void allocFast(SplittableRandom random) {
        int cpu = onlineCpu(random);
        long size = size(random);
        long limit = limit(random);
        boolean flush = random.nextBoolean();
        ReferenceSnapshot before = state;
        String got = call(
                "alloc_iova_fast(cpu " + cpu + ", " + size + ", limit " + limit + ", " + flush + ")",
                o -> Long.toString(o.allocIovaFast(cpu, size, limit, flush)),
                d -> Long.toString(d.allocIovaFast(cpu, size, limit, flush)));
        long pfn = Long.parseLong(got);
        if (pfn != 0) {
            live.add(new ReferenceRange(pfn, pfn + size - 1));
            if (before.tree().equals(state.tree()) && !before.equals(state)) {
                goals.add(Goal.CACHE_HIT);
            }
        } else if (flush && !before.magazines().isEmpty() && state.magazines().isEmpty()) {
            goals.add(Goal.CACHE_FLUSHED);
        }
    }

    private void alloc(SplittableRandom random) {
        long size = size(random);
        long limit = limit(random);
        boolean aligned = random.nextInt(4) > 0;
        call(
                "alloc_iova(" + size + ", limit " + limit + ", " + aligned + ")",
                o -> {
                    Optional<ReferenceRange> range = o.allocIova(size, limit, aligned);
                    range.ifPresent(live::add);
                    return range.toString();
                },
                d -> range(d, d.allocIova(size, limit, aligned)));
    }

    private void freeFast(SplittableRandom random) {
        int cpu = onlineCpu(random);
        ReferenceRange range = live.isEmpty() ? new ReferenceRange(1, 1) : live.get(random.nextInt(live.size()));
        boolean honest = !live.isEmpty() && (!abusive || random.nextInt(8) > 0);
        if (honest) {
            live.remove(range);
        } else if (!abusive) {
            return;
        }
        long pfn = honest ? range.lo() : anyPfn(random);
        long size = honest ? range.hi() - range.lo() + 1 : size(random);
        call(
                "free_iova_fast(cpu " + cpu + ", " + pfn + ", " + size + ")",
                o -> done(() -> o.freeIovaFast(cpu, pfn, size)),
                d -> {
                    d.freeIovaFast(cpu, pfn, size);
                    return "";
                });
    }

    private String free(ReferenceAllocator kernel, long pfn) {
        kernel.freeIova(pfn);
        return "";
    }

    private long freedPfn(SplittableRandom random) {
        if (!abusive || random.nextBoolean()) {
            return live.isEmpty() ? 0 : live.remove(random.nextInt(live.size())).hi();
        }
        return anyPfn(random);
    }

    private void reserve(SplittableRandom random) {
        long lo = anyPfn(random);
        long hi = random.nextInt(5) == 0 ? anyPfn(random) : lo + random.nextInt(24);
        if (inverting && random.nextInt(3) == 0) {
            hi = random.nextInt(3) == 0 ? 0 : lo - 1;
        } else if (Long.compareUnsigned(hi, lo) < 0) {
            hi = lo;
        }
        long to = hi;
        if (!abusive && state.tree().stream().anyMatch(each -> overlaps(each, lo, to))) {
            return;
        }
        List<ReferenceRange> before = state.tree();
        call(
                "reserve_iova(" + lo + ", " + to + ")",
                o -> o.reserveIova(lo, to).toString(),
                d -> range(d, d.reserveIova(lo, to)));
        if (before.size() == state.tree().size() && !before.equals(state.tree())) {
            goals.add(Goal.RESERVED_OVER_NODE);
        }
    }

    private static boolean overlaps(ReferenceRange range, long lo, long hi) {
        return Long.compareUnsigned(lo, range.hi()) <= 0 && Long.compareUnsigned(range.lo(), hi) <= 0;
    }

    private void hotplug(SplittableRandom random) {
        int cpu = random.nextInt(constants.cpus());
        if (!state.online().contains(cpu)) {
            call("cpu_online(" + cpu + ")", o -> done(() -> o.cpuOnline(cpu)), d -> {
                d.cpuOnline(cpu);
                return "";
            });
        } else if (state.online().size() > 1) {
            goals.add(Goal.HOTPLUG);
            call("cpu_dead(" + cpu + ")", o -> done(() -> o.cpuDead(cpu)), d -> {
                d.cpuDead(cpu);
                return "";
            });
        }
    }

    private void depotWork(int anyOrder) {
        if (constants.profile().depotIsBounded()) {
            return;
        }
        int order =
                state.workPending().isEmpty() ? anyOrder : state.workPending().get(0);
        String released = call(
                "depot_work(" + order + ")",
                o -> Boolean.toString(o.depotWork(order)),
                d -> Boolean.toString(d.depotWork(order)));
        if (released.equals("true")) {
            goals.add(Goal.DEPOT_TRIMMED);
        }
    }

    private String call(
            String what, Function<ReferenceAllocator, String> onOracle, Function<IovaDomain, String> onDomain) {
        log.add(what);
        ReferenceSnapshot before = state;
        String expected = onOracle.apply(oracle);
        int warned = oracle.warnings() - warnings;
        warnings = oracle.warnings();
        state = oracle.snapshot();
        compare("red-black nodes", exact, IovaDomain.Nodes.RED_BLACK, state, expected, warned, onDomain);
        compactFollows &= !exact.illFormed();
        if (compactFollows) {
            compare("sorted nodes", compact, IovaDomain.Nodes.SORTED, state.withoutShape(), expected, warned, onDomain);
        }
        noteGoals(before, warned);
        return expected;
    }

    private void compare(
            String nodes,
            IovaDomain domain,
            IovaDomain.Nodes kind,
            ReferenceSnapshot expectedState,
            String expected,
            int warned,
            Function<IovaDomain, String> onDomain) {
        Supplier<String> history = () -> nodes + " after\n  " + String.join("\n  ", log);
        String got = onDomain.apply(domain);
        assertEquals(oracle.crash().isPresent(), domain.crashed(), history);
        assertEquals(
                oracle.crash().equals(Optional.of(ReferenceAllocator.Crash.ENDLESS_SEARCH)), domain.hung(), history);
        assertEquals(warned, domain.warnings(), history);
        if (oracle.crash().isEmpty()) {
            assertEquals(expected, got, history);
            assertEquals(expectedState, DomainSnapshot.of(domain, constants, kind), history);
            compareWhatIsCached(domain, expectedState, history);
        }
    }

    /** What is asked about all caches together, in place of going through them. */
    private void compareWhatIsCached(IovaDomain domain, ReferenceSnapshot expected, Supplier<String> history) {
        for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
            int asked = order;
            List<Long> pfns = new ArrayList<>();
            expected.magazines().stream().filter(each -> each.order() == asked).forEach(each -> {
                pfns.addAll(each.loaded());
                pfns.addAll(each.prev());
            });
            expected.depots().stream().filter(each -> each.order() == asked).forEach(each -> each.magazines()
                    .forEach(pfns::addAll));
            assertEquals(pfns.size(), domain.cachedCount(order), history);
            pfns.forEach(pfn -> assertTrue(domain.isCached(pfn), history));
            cachedNow.addAll(pfns);
        }
        for (ReferenceRange node : expected.tree()) {
            assertEquals(cachedNow.contains(node.lo()), domain.isCached(node.lo()), history);
        }
        cachedNow.clear();
    }

    private void noteGoals(ReferenceSnapshot before, int warned) {
        if (warned > 0) {
            goals.add(Goal.WARNING);
        }
        if (exact.illFormed()) {
            goals.add(Goal.ILL_FORMED);
        }
        if (memoryFails && exact.memoryFailed()) {
            goals.add(Goal.NODE_MEMORY_FAILED);
        }
        if (!state.depots().isEmpty()) {
            goals.add(Goal.DEPOT_USED);
        }
        if (constants.profile().depotIsBounded()
                && !before.depots().isEmpty()
                && before.depots().equals(state.depots())
                && before.tree().size() > state.tree().size()
                && log.get(log.size() - 1).startsWith("free_iova_fast")) {
            goals.add(Goal.DEPOT_OVERFLOWED);
        }
        if (state.max32AllocSize() != dma32Pfn) {
            goals.add(Goal.SIZE_REMEMBERED);
        }
        if (state.cached().equals(ReferenceSnapshot.Hint.NOWHERE)) {
            goals.add(Goal.ANCHOR_FREED);
        } else if (state.cached32().detached() || state.cached().detached()) {
            goals.add(Goal.HINT_DETACHED);
        }
        oracle.crash().ifPresent(crash -> goals.add(Goal.valueOf(crash.name())));
    }

    // ---- drawing ----

    private int onlineCpu(SplittableRandom random) {
        return state.online().get(random.nextInt(state.online().size()));
    }

    private long size(SplittableRandom random) {
        if (bursting && random.nextInt(10) > 0) {
            return 1;
        }
        return random.nextInt(20) == 0 ? home + random.nextInt(3) : SIZES[random.nextInt(SIZES.length)];
    }

    private long limit(SplittableRandom random) {
        return switch (random.nextInt(12)) {
            case 0 -> dma32Pfn - 2 + random.nextInt(4);
            case 1 -> 2 * dma32Pfn - 1;
            case 2 -> -1L >>> shift;
            case 3 -> -1L - random.nextInt(2);
            case 4 -> random.nextInt(80);
            case 5 -> anyPfn(random);
            default -> home;
        };
    }

    private long anyPfn(SplittableRandom random) {
        return switch (random.nextInt(12)) {
            case 0 -> (-1L >>> shift) - random.nextInt(3) + random.nextInt(2);
            case 1 -> random.nextInt(6) == 0 ? -1L : dma32Pfn - 20 + random.nextInt(40);
            case 2, 3 -> random.nextInt(70);
            case 4 -> home - random.nextInt(16);
            case 5, 6 -> cachedPfn(random);
            default -> nodePfn(random);
        };
    }

    private long nodePfn(SplittableRandom random) {
        if (state.tree().isEmpty()) {
            return random.nextInt(20);
        }
        ReferenceRange node = state.tree().get(random.nextInt(state.tree().size()));
        return (random.nextBoolean() ? node.lo() : node.hi()) - 1 + random.nextInt(3);
    }

    private long cachedPfn(SplittableRandom random) {
        List<Long> pfns = new ArrayList<>();
        state.magazines().forEach(each -> {
            pfns.addAll(each.loaded());
            pfns.addAll(each.prev());
        });
        return pfns.isEmpty() ? nodePfn(random) : pfns.get(random.nextInt(pfns.size()));
    }

    private static String done(Runnable call) {
        call.run();
        return "";
    }

    private static String range(IovaDomain domain, boolean there) {
        return (there
                        ? Optional.of(new ReferenceRange(domain.resultLo(), domain.resultHi()))
                        : Optional.<ReferenceRange>empty())
                .toString();
    }
}
