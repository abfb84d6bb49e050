package dev.iovacheck.engine.naive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.ExhaustiveCheck;
import dev.iovacheck.engine.SearchOptions;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.DomainType;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.FlushQueues;
import dev.iovacheck.model.config.Interleaving;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Machines on which the two searches once did not find the same, made as small as they go. Each tells which side was wrong, and what
 * both find now.
 */
class OnceDifferentTest {

    private static final long PAGE = SmallConfigurations.PAGE;

    /** A search that finds the same on both sides. */
    private static NaiveSearch both(Configuration configuration) {
        return Agreement.check(configuration, 60_000).orElseThrow();
    }

    private static Configuration.Builder machine(Device device, Exploration.Option... options) {
        return Configuration.builder()
                .source("test")
                .iommu(new Iommu(12, new Extent(0, 512 * PAGE - 1), true, Iommu.Mode.STRICT))
                .devices(List.of(device))
                .exploration(new Exploration(Set.of(options), Interleaving.CALLS))
                .checks(Agreement.comparable());
    }

    /** Up to {@code last}, so many at a time. */
    private static Device device(long last, int live, Buffer... buffers) {
        return Device.builder(0, "d0")
                .group("g")
                .mask((last + 1) * PAGE - 1)
                .window(new Extent(0, (last + 1) * PAGE - 1))
                .buffers(List.of(buffers))
                .live(live)
                .build();
    }

    private static Reservation call(long first, long last) {
        return new Reservation(0, 0, null, first * PAGE, (last - first + 1) * PAGE, Reservation.When.ANY);
    }

    // ---- the repaired call asks the tree, not owners ----

    /** The naive search refused: it asked owners, and there is nothing in the tree that the call could find. */
    @Test
    void theRepairedCallDoesNotSeeAMappingThatHasLostItsNode() {
        NaiveSearch search = both(machine(device(1, 1, Buffer.page(PAGE)), Exploration.Option.DOUBLE_UNMAP)
                .mechanism(Mechanism.HARDENED)
                .reservations(List.of(call(0, 1)))
                .build());
        assertEquals(15, search.states()); // 16 if it refuses
        assertEquals("", AgreementTest.violated(search));
    }

    /** Both were wrong: a mapping begins in the middle of the node, and the call looked only at where nodes begin, or at owners. */
    @Test
    void theRepairedCallSeesANodeInTheMiddleOfWhichAMappingBegins() {
        NaiveSearch search =
                both(machine(device(3, 1, Buffer.page(2 * PAGE), Buffer.page(PAGE)), Exploration.Option.INNER_ADDRESS)
                        .mechanism(Mechanism.HARDENED)
                        .reservations(List.of(call(2, 2)))
                        .build());
        assertEquals("pte-subset 3", AgreementTest.violated(search));
    }

    /** The naive search let the call have what the node still covers; the contract of the call did too, and was wrong as well. */
    @Test
    void theRepairedCallSeesAllOfTheNodeOfHalfATwoPhaseMapping() {
        Buffer.Segment part = new Buffer.Segment(PAGE, 0);
        Configuration configuration = machine(device(4, 1, Buffer.iova(2 * PAGE, part, part), Buffer.page(PAGE)))
                .mechanism(Mechanism.HARDENED)
                .reservations(List.of(call(3, 3)))
                .build();
        assertEquals("", AgreementTest.violated(both(configuration)));
        assertEquals("Holds", verdict(configuration, "errno-conformance"));
    }

    /** With B12 a node has the size of its mapping, and no other granule is in the way; the naive search counted rounded ones. */
    @Test
    void theRepairedCallSeesNoMoreThanTheNodeWhereSizesAreNotRounded() {
        NaiveSearch search = both(machine(device(7, 1, Buffer.page(3 * PAGE)))
                .bugs(Set.of(KernelBug.B12))
                .mechanism(Mechanism.HARDENED)
                .reservations(List.of(call(7, 7)))
                .build());
        assertEquals("", AgreementTest.violated(search));
    }

    // ---- what is left once the caches are emptied ----

    /** The engine was wrong: it asked for a node as long as the cached range, and a longer one goes as a whole. */
    @Test
    void halfOfATwoPhaseMappingIsNotLost() {
        Buffer.Segment part = new Buffer.Segment(PAGE, 0);
        NaiveSearch search = both(machine(device(4, 1, Buffer.iova(2 * PAGE, part, part)))
                .checks(List.of("space-recoverable"))
                .build());
        assertEquals("", AgreementTest.violated(search));
    }

    /** Likewise: a driver that frees twice takes nothing away from the space. */
    @Test
    void whatIsCachedTwiceIsNotLost() {
        NaiveSearch search = both(machine(device(1, 1, Buffer.page(PAGE)), Exploration.Option.DOUBLE_UNMAP)
                .build());
        assertEquals(NaiveSearch.Kind.HOLDS, search.finding("space-recoverable").kind());
    }

    /** The engine was wrong: in a tree that is out of order, what goes first decides which nodes are found after it. */
    @Test
    void inATreeOutOfOrderCachesAreEmptiedInOrder() {
        Configuration configuration = machine(withRegion(device(11, 2, Buffer.page(3 * PAGE)), 0, 5))
                .kernel(KernelProfile.V6_1)
                .bugs(Set.of(KernelBug.B04A))
                .iommu(new Iommu(12, new Extent(0, (1L << 33) - 1), true, Iommu.Mode.STRICT))
                .build();
        assertEquals(7, both(configuration).finding("space-recoverable").steps());
    }

    // ---- the IOTLB holds what was cleared, and not what was only freed ----

    /** The engine was wrong: undone again, the range was flushed long ago, and nothing is cleared that the IOTLB could hold. */
    @Test
    void whatIsUndoneAgainIsNotInTheIotlbAgain() {
        Buffer.Segment segment = new Buffer.Segment(PAGE, 0);
        NaiveSearch search = both(lazy(machine(device(3, 1, Buffer.sg(segment)), Exploration.Option.DOUBLE_UNMAP))
                .build());
        assertEquals(
                "flush-before-reuse 6", AgreementTest.violated(search)); // and not 4: it is mapped once more before
    }

    /** The engine was wrong: of a mapping that is undone with too large a size the IOTLB holds what there was. */
    @Test
    void whatIsUndoneBesidesAMappingIsNotInTheIotlb() {
        NaiveSearch search = both(
                lazy(machine(device(2, 1, Buffer.page(2 * PAGE), Buffer.page(PAGE)), Exploration.Option.WRONG_SIZE))
                        .build());
        assertEquals("flush-before-reuse 7, natural-alignment 7", AgreementTest.violated(search)); // and not 3
    }

    /** Both were wrong: a flush of some granules takes these out of what the IOTLB may hold, and no others. */
    @Test
    void aFlushOfAPartLeavesTheRest() {
        Buffer twoPhase = Buffer.iova(3 * PAGE, new Buffer.Segment(PAGE / 2, PAGE / 4), new Buffer.Segment(PAGE, 0));
        Device other = Device.builder(1, "d1")
                .group("g")
                .mask(8 * PAGE - 1)
                .window(new Extent(0, 8 * PAGE - 1))
                .buffers(List.of(Buffer.page(PAGE + PAGE / 2, PAGE - 1)))
                .live(1)
                .build();
        NaiveSearch search =
                both(machine(device(7, 1, twoPhase), Exploration.Option.DOUBLE_UNMAP, Exploration.Option.LAZY_SWITCH)
                        .iommu(new Iommu(
                                12,
                                new Extent(0, 512 * PAGE - 1),
                                true,
                                Iommu.Mode.STRICT,
                                new FlushQueues(3, true),
                                DomainType.DMA))
                        .devices(List.of(device(7, 1, twoPhase), other))
                        .build());
        assertEquals(559, search.states());
    }

    /** The naive search was wrong: it did not ask whether what the IOTLB holds is in a cache already. */
    @Test
    void whatWaitsForItsFlushIsNotInACache() {
        Configuration configuration = lazy(machine(withRegion(device(3, 2, Buffer.page(PAGE)), 0, 3)))
                .kernel(KernelProfile.V6_1) // whose depots are finite
                .bugs(Set.of(KernelBug.B04A))
                .build();
        assertEquals(4, both(configuration).finding("flush-before-reuse").steps()); // 5 if caches are not looked at
    }

    // ---- requests that fit ----

    /** The engine was wrong: with B12 three granules are asked for, and not four; there is room for three. */
    @Test
    void whatIsNotRoundedFitsWhereMoreWouldNot() {
        NaiveSearch search = both(machine(device(6, 1, Buffer.page(3 * PAGE)))
                .bugs(Set.of(KernelBug.B12, KernelBug.B04B))
                .iommu(new Iommu(12, new Extent(4 * PAGE, 512 * PAGE - 1), true, Iommu.Mode.STRICT))
                .build());
        assertEquals("cached-hint 1, max32-sound 2", AgreementTest.violated(search));
    }

    // ---- addresses have 64 bits ----

    /** The naive search was wrong: it took a pfn for the address that the device is given, which has no room for all of it. */
    @Test
    void anAddressPastTheTopIsTheOneThatTheDeviceIsGiven() {
        Configuration configuration = machine(Device.builder(0, "d0")
                        .group("g")
                        .bus(Device.Bus.PCI)
                        .mask(4 * PAGE - 1)
                        .window(new Extent(0, 4 * PAGE - 1))
                        .dmaRanges(List.of(new Extent(4 * PAGE, 8 * PAGE - 1)))
                        .mapSizes(List.of(PAGE))
                        .live(1)
                        .build())
                .mechanism(Mechanism.DMA_RANGES)
                .kernel(KernelProfile.V6_1) // whose depots are finite
                .bugs(Set.of(KernelBug.B04A))
                .build();
        assertEquals(2, both(configuration).finding("no-reserved-overlap").steps());
    }

    /** The engine failed: there were not enough bits for an entry of the page table above all that can be allocated. */
    @Test
    void whatIsHandedOutForMoreThanItHasMayEndAboveTheLimit() {
        NaiveSearch search =
                both(machine(device(1, 1, Buffer.page(3 * PAGE), Buffer.page(PAGE)), Exploration.Option.WRONG_SIZE)
                        .build());
        assertEquals(NaiveSearch.Kind.VIOLATED, search.finding("upper-bound").kind());
    }

    /**
     * The engine could not confirm what it found: a mapping whose domain is gone and one of the new domain lie at the same address, and an
     * action did not say which of them is undone.
     */
    @Test
    void aLostMappingIsNotTheOneThatTookItsPlace() {
        Device unbound =
                device(7, 2, Buffer.page(2 * PAGE)).toBuilder().bound(false).build();
        NaiveSearch search =
                both(lazy(machine(unbound, Exploration.Option.TYPE_CHANGE)).build());
        assertEquals(
                NaiveSearch.Kind.VIOLATED, search.finding("flush-before-reuse").kind());
    }

    /**
     * Only a page is looked up before it is given back. Both searches gave nothing back, whatever it was: a list, or coherent memory, whose
     * domain is gone frees a range that the new domain never took.
     */
    @Test
    void whatIsNotLookedUpIsFreedInTheDomainThatTookThePlace() {
        Buffer.Segment segment = new Buffer.Segment(2 * PAGE, 0);
        for (Buffer buffer : List.of(Buffer.sg(segment), Buffer.coherent(2 * PAGE), Buffer.iova(2 * PAGE, segment))) {
            for (boolean isLazy : new boolean[] {false, true}) {
                Configuration configuration = withoutDriver(isLazy, buffer, Buffer.page(2 * PAGE));
                both(configuration);
                assertEquals("Violated", verdict(configuration, "cover"), buffer + (isLazy ? " in lazy mode" : ""));
            }
        }
        assertEquals("Holds", verdict(withoutDriver(false, Buffer.page(2 * PAGE)), "cover"));
    }

    /** The engine forgot, when a part was linked in the domain that took the place, that the range was not taken in it. */
    @Test
    void aLostMappingStaysLostWhenAPartOfItIsLinked() {
        Buffer.Segment part = new Buffer.Segment(PAGE, 0);
        both(withoutDriver(false, Buffer.iova(2 * PAGE, part, part)));
    }

    private static Configuration withoutDriver(boolean isLazy, Buffer... buffers) {
        Device unbound = device(3, 2, buffers).toBuilder().bound(false).build();
        Configuration.Builder machine = machine(unbound, Exploration.Option.TYPE_CHANGE);
        return (isLazy ? lazy(machine) : machine).build();
    }

    private static Configuration.Builder lazy(Configuration.Builder machine) {
        return machine.iommu(new Iommu(
                12, new Extent(0, 512 * PAGE - 1), true, Iommu.Mode.LAZY, new FlushQueues(2, false), DomainType.DMA));
    }

    private static Device withRegion(Device device, long first, long last) {
        Extent extent = new Extent(first * PAGE, (last + 1) * PAGE - 1);
        return device.toBuilder()
                .regions(List.of(new FirmwareRegion(extent, FirmwareRegion.Type.RESERVED)))
                .build();
    }

    private static String verdict(Configuration configuration, String check) {
        Configuration one = configuration.toBuilder().checks(List.of(check)).build();
        CheckResult result = ExhaustiveCheck.run(one, SearchOptions.defaults(), progress -> {}, () -> false);
        return result.findings().get(0).verdict().getClass().getSimpleName();
    }
}
