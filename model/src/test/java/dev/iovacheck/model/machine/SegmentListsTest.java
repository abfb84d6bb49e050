package dev.iovacheck.model.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Buffer.Attribute;
import dev.iovacheck.model.config.Buffer.Segment;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.DmaProperties;
import dev.iovacheck.model.config.DomainType;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.Exploration.Option;
import dev.iovacheck.model.config.FlushQueues;
import dev.iovacheck.model.config.Interleaving;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.machine.Action.Kind;
import dev.iovacheck.model.packed.BitWriter;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.list.primitive.MutableIntList;
import org.junit.jupiter.api.Test;

/** Scatter lists that are mapped segment by segment: a page, two pages at a multiple of two, half a page that is bounced. */
class SegmentListsTest {

    private static final long PAGE = 4096;
    private static final Segment WHOLE = new Segment(PAGE, 0);
    private static final Segment LARGE = new Segment(2 * PAGE, 0);
    private static final Segment HALF = new Segment(PAGE / 2, PAGE / 4);
    private static final Buffer LIST = Buffer.sg(WHOLE, LARGE, HALF);

    private static Configuration.Builder machine(Interleaving interleaving, boolean untrusted, Buffer... buffers) {
        Exploration exploration = new Exploration(false, false, false, false, interleaving)
                .with(Option.MAP_FAILURE)
                .with(Option.NO_BOUNCE_SLOT);
        Device device = Configurations.device(0, "g", 1, 15, 2, 1).toBuilder()
                .dma(DmaProperties.of(16 * PAGE - 1).withUntrusted(untrusted))
                .buffers(List.of(buffers))
                .build();
        return Configurations.of(KernelProfile.V7_1, 2, Mechanism.NONE, exploration, List.of(device), List.of())
                .toBuilder();
    }

    private static Machine calls(Buffer... buffers) {
        return added(machine(Interleaving.CALLS, true, buffers).build());
    }

    private static Machine added(Configuration configuration) {
        Machine machine = new Machine(configuration);
        does(machine, Kind.ADD, Failure.NONE, 0);
        return machine;
    }

    /** Makes the first action happen that fits, on CPU 0 where CPUs differ. */
    private static void does(Machine machine, Kind kind, Failure failure, int order) {
        int code = code(machine, kind, failure, order);
        assertTrue(code >= 0, kind + " " + failure + " at " + order + " cannot happen");
        assertTrue(machine.apply(code), "nothing came of the failure");
    }

    private static int code(Machine machine, Kind kind, Failure failure, int order) {
        MutableIntList enabled = IntLists.mutable.empty();
        machine.enabled(enabled);
        for (int index = 0; index < enabled.size(); index++) {
            Action action = machine.describe(enabled.get(index));
            if (action.kind() == kind && action.failure() == failure && action.order() == order && action.cpu() <= 0) {
                return enabled.get(index);
            }
        }
        return -1;
    }

    private static List<Extent> ranges(Machine machine) {
        LiveMappings live = machine.domain(0).live();
        List<Extent> ranges = new ArrayList<>();
        for (int mapping = 0; mapping < live.count(); mapping++) {
            long first = live.firstPfn(mapping);
            ranges.add(new Extent(first, first + machine.setup(0).mapPfns(live.size(mapping)) - 1));
        }
        return ranges;
    }

    @Test
    void eachSegmentHasARangeOfItsOwnAndTheDriverGetsTheFirstAddress() {
        Machine machine = calls(LIST);
        does(machine, Kind.MAP, Failure.NONE, 0);
        // From the top: 15; two granules at a multiple of two, 12; the search for the last one goes on below.
        assertEquals(List.of(new Extent(11, 11), new Extent(12, 13), new Extent(15, 15)), ranges(machine));
        assertEquals(Outcome.Kind.ADDRESS, machine.outcome().kind());
        assertEquals(15 * PAGE, machine.outcome().address());
        assertEquals(4, machine.domain(0).pageTable().pages());
        assertEquals(1, machine.liveOf(0), "the driver holds one list");
        assertEquals(1, machine.heldIn(machine.domain(0)));
    }

    /** {@code dev_use_sg_swiotlb} asks who the device is, and not whether something has to be bounced. */
    @Test
    void alsoAListOfWholeGranulesIfTheDeviceIsUntrusted() {
        Buffer whole = Buffer.sg(WHOLE, WHOLE);
        Machine untrusted = calls(whole);
        assertEquals(2, untrusted.setup(0).rangeCount(0));
        assertFalse(untrusted.setup(0).buffer(untrusted.setup(0).range(0, 1)).isBounced());
        Machine trusted = added(machine(Interleaving.CALLS, false, whole).build());
        assertEquals(1, trusted.setup(0).rangeCount(0));
        does(trusted, Kind.MAP, Failure.NONE, 0);
        assertEquals(1, trusted.domain(0).live().count());
    }

    @Test
    void whereItsPeersAreNobodyAsks() {
        Buffer peers = Buffer.sg(WHOLE, HALF).with(Attribute.UNREACHABLE_PEER);
        Machine machine = calls(peers);
        does(machine, Kind.MAP, Failure.NONE, 0);
        assertEquals(Outcome.Kind.ADDRESS, machine.outcome().kind());
        Machine trusted = added(machine(Interleaving.CALLS, false, peers).build());
        does(trusted, Kind.MAP, Failure.NONE, 0);
        assertEquals(Errno.EREMOTEIO, trusted.outcome().errno());
    }

    @Test
    void theEndOfTheListIsTheEndOfAllItsSegments() {
        Machine machine = calls(LIST);
        does(machine, Kind.MAP, Failure.NONE, 0);
        does(machine, Kind.UNMAP, Failure.NONE, 0);
        DefaultDomain domain = machine.domain(0);
        assertEquals(0, domain.live().count());
        assertEquals(0, domain.pageTable().pages());
        assertEquals(0, machine.liveOf(0));
        assertEquals(2, domain.iova().cachedCount(0));
        assertEquals(1, domain.iova().cachedCount(1));
        assertEquals(0, machine.outcome().warnings());
    }

    @Test
    void whateverFailsAtASegmentIsAnIoErrorAndThoseBeforeItAreUndone() {
        for (int segment = 0; segment < 3; segment++) {
            for (Failure failure : List.of(Failure.TABLE_MEMORY, Failure.TABLE_ERROR)) {
                failsAt(segment, failure);
            }
        }
        failsAt(2, Failure.NO_BOUNCE_SLOT);
        Machine machine = calls(LIST);
        assertEquals(-1, code(machine, Kind.MAP, Failure.NO_BOUNCE_SLOT, 0), "no slot is asked for");
        assertEquals(-1, code(machine, Kind.MAP, Failure.NO_BOUNCE_SLOT, 1));
    }

    private static void failsAt(int segment, Failure failure) {
        Machine machine = calls(LIST);
        does(machine, Kind.MAP, failure, segment);
        String what = failure + " at " + segment;
        assertEquals(Outcome.Kind.ERROR, machine.outcome().kind(), what);
        assertEquals(Errno.EIO, machine.outcome().errno(), what);
        DefaultDomain domain = machine.domain(0);
        assertEquals(0, domain.live().count(), what);
        assertEquals(0, domain.pageTable().pages(), what);
        // What had a range: the segments before, and the one itself if its entries could not be written.
        int taken = segment + (failure == Failure.NO_BOUNCE_SLOT ? 0 : 1);
        int cached = domain.iova().cachedCount(0) + domain.iova().cachedCount(1);
        assertEquals(taken, cached, what);
    }

    /** As many segments as a list may have: codes of actions are not negative, which would mean that there is none. */
    @Test
    void theLastOfEightSegmentsMayFail() {
        Machine machine = calls(LIST, Buffer.sg(WHOLE, WHOLE, WHOLE, WHOLE, WHOLE, WHOLE, WHOLE, HALF));
        int code = code(machine, Kind.MAP, Failure.NO_BOUNCE_SLOT, 7);
        assertTrue(code > 0);
        assertEquals(code, machine.find(machine.describe(code)));
        assertEquals(7, ActionCode.failsFrom(code));
        assertEquals(1, ActionCode.size(code));
        assertEquals(0, ActionCode.slot(code));
        assertEquals(Failure.NONE, ActionCode.failure(ActionCode.withMemory(code)));
        assertEquals(0, ActionCode.failsFrom(ActionCode.withMemory(code)));
        assertTrue(machine.apply(code));
        assertEquals(Errno.EIO, machine.outcome().errno());
        assertEquals(0, machine.domain(0).pageTable().pages());
        does(machine, Kind.MAP, Failure.TABLE_ERROR, 7);
        int last = ActionCode.failingFrom(
                ActionCode.with(ActionCode.of(Kind.MAP, 7, 15, ActionCode.sizeAndSlot(15, 63)), Failure.TABLE_ERROR),
                7);
        assertTrue(last > 0);
        assertEquals(15, ActionCode.size(last));
        assertEquals(63, ActionCode.slot(last));
        assertEquals(7, ActionCode.failsFrom(last));
        assertEquals(15, ActionCode.subject(last));
    }

    @Test
    void whereNoAddressIsLeftForASegmentItIsTheSame() {
        Device small = Configurations.device(0, "g", 1, 3, 1, 1).toBuilder()
                .dma(DmaProperties.of(4 * PAGE - 1).withUntrusted(true))
                .buffers(List.of(Buffer.sg(WHOLE, LARGE)))
                .build();
        Configuration configuration =
                machine(Interleaving.CALLS, true, LIST).devices(List.of(small)).build();
        Machine machine = added(configuration);
        does(machine, Kind.MAP, Failure.NONE, 0);
        assertEquals(Errno.EIO, machine.outcome().errno());
        assertEquals(Cause.NO_ADDRESS, machine.outcome().cause());
        assertEquals(0, machine.domain(0).live().count());
        assertEquals(0, machine.domain(0).pageTable().pages());
    }

    @Test
    void memoryMayBeMissingFromALaterSegmentOn() {
        Configuration configuration = machine(Interleaving.CALLS, true, LIST)
                .exploration(new Exploration(true, false, false, false))
                .build();
        Machine machine = added(configuration);
        does(machine, Kind.MAP, Failure.NO_MEMORY, 1);
        assertEquals(Errno.EIO, machine.outcome().errno());
        assertEquals(0, machine.domain(0).pageTable().pages());
    }

    /** In lazy mode what was mapped waits in the queue; what could not be mapped is given back at once. */
    @Test
    void segmentsThatAreUndoneAreQueued() {
        Configuration lazy = machine(Interleaving.CALLS, true, LIST)
                .iommu(new Iommu(
                        12,
                        new Extent(0, 16 * PAGE - 1),
                        true,
                        Iommu.Mode.LAZY,
                        new FlushQueues(8, false),
                        DomainType.DMA))
                .build();
        Machine machine = added(lazy);
        does(machine, Kind.MAP, Failure.TABLE_ERROR, 2);
        DefaultDomain domain = machine.domain(0);
        assertEquals(2, domain.queue().size(0));
        assertEquals(15, domain.queue().pfn(0, 0), "from the first segment on");
        assertEquals(12, domain.queue().pfn(0, 1));
        assertEquals(2, domain.queue().pages(0, 1));
        assertEquals(1, domain.iova().cachedCount(0), "that of the last segment");
        assertTrue(domain.queue().isTimerOn());
        assertEquals(Errno.EIO, machine.outcome().errno());
    }

    // ---- step by step ----

    private static Machine steps() {
        return added(machine(Interleaving.STEPS, true, LIST).build());
    }

    /** Takes the call of CPU 0 on until the step before it is one of these. */
    private static void until(Machine machine, CallStep step) {
        while (machine.call(0).isInFlight() && machine.call(0).nextStep() != step) {
            does(machine, Kind.STEP, Failure.NONE, orderOf(machine));
        }
        assertEquals(step, machine.call(0).nextStep());
    }

    private static int orderOf(Machine machine) {
        MutableIntList enabled = IntLists.mutable.empty();
        machine.enabled(enabled);
        for (int index = 0; index < enabled.size(); index++) {
            Action action = machine.describe(enabled.get(index));
            if (action.kind() == Kind.STEP && action.cpu() == 0) {
                return action.order();
            }
        }
        throw new AssertionError("CPU 0 cannot go on");
    }

    @Test
    void aListThatIsBeingMadeCannotBeUndone() {
        Machine machine = steps();
        does(machine, Kind.MAP, Failure.NONE, 0);
        until(machine, CallStep.NEXT_SEGMENT);
        DefaultDomain domain = machine.domain(0);
        assertEquals(1, domain.live().count());
        assertEquals(0, machine.heldIn(domain));
        assertEquals(0, machine.cpuThatHolds(domain, 0));
        MutableIntList enabled = IntLists.mutable.empty();
        machine.enabled(enabled);
        assertTrue(enabled.noneSatisfy(code -> machine.kindOf(code) == Kind.UNMAP));
        assertFalse(machine.call(0).holdsRange(), "it is between two ranges");
    }

    @Test
    void eachSegmentAsksForItsSlotAtAStepOfItsOwn() {
        Machine machine = steps();
        does(machine, Kind.MAP, Failure.NONE, 0);
        until(machine, CallStep.NEXT_SEGMENT);
        assertEquals(1, orderOf(machine));
        assertEquals(-1, code(machine, Kind.STEP, Failure.NO_BOUNCE_SLOT, 1), "whole granules");
        does(machine, Kind.STEP, Failure.NONE, 1);
        until(machine, CallStep.NEXT_SEGMENT);
        assertEquals(2, orderOf(machine));
        does(machine, Kind.STEP, Failure.NO_BOUNCE_SLOT, 2);
        assertEquals(Outcome.Kind.GOES_ON, machine.outcome().kind(), "it undoes what it has made");
        assertEquals(CallStep.CLEAR_PTES, machine.call(0).nextStep());
        assertEquals(15, machine.call(0).firstPfn());
        while (machine.call(0).isInFlight()) {
            does(machine, Kind.STEP, Failure.NONE, orderOf(machine));
        }
        assertEquals(Errno.EIO, machine.outcome().errno());
        assertEquals(0, machine.domain(0).live().count());
        assertEquals(0, machine.domain(0).pageTable().pages());
    }

    /** A state of the middle of a list is another one after each step, and reads back as what it was. */
    @Test
    void whatACallHasOfAListIsStored() {
        for (Symmetry symmetry : List.of(Symmetry.NAMES_KEPT, Symmetry.NONE)) {
            Configuration configuration =
                    machine(Interleaving.STEPS, true, LIST).build();
            Machine machine = new Machine(configuration, new int[] {0}, symmetry);
            Machine other = new Machine(configuration, new int[] {0}, symmetry);
            does(machine, Kind.ADD, Failure.NONE, 0);
            for (Kind kind : List.of(Kind.MAP, Kind.UNMAP)) {
                does(machine, kind, Failure.NONE, 0);
                while (machine.call(0).isInFlight()) {
                    long[] before = stored(machine);
                    other.read(before, 0);
                    assertEquals(List.of(box(before)), List.of(box(stored(other))));
                    assertEquals(machine.liveOf(0), other.liveOf(0));
                    does(other, Kind.STEP, Failure.NONE, orderOf(other));
                    does(machine, Kind.STEP, Failure.NONE, orderOf(machine));
                    assertEquals(box(stored(machine)), box(stored(other)));
                    assertNotEquals(box(before), box(stored(machine)));
                }
            }
            assertEquals(0, machine.domain(0).live().count());
        }
    }

    private static long[] stored(Machine machine) {
        BitWriter out = new BitWriter();
        int words = machine.write(out);
        long[] stored = new long[words];
        System.arraycopy(out.words(), 0, stored, 0, words);
        return stored;
    }

    private static List<Long> box(long[] words) {
        List<Long> boxed = new ArrayList<>();
        for (long word : words) {
            boxed.add(word);
        }
        return boxed;
    }
}
