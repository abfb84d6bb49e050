package dev.iovacheck.invariants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.DomainType;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.Interleaving;
import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Attachment;
import dev.iovacheck.model.machine.GroupType;
import dev.iovacheck.model.machine.Machine;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.eclipse.collections.api.list.primitive.MutableIntList;
import org.eclipse.collections.impl.factory.primitive.IntLists;
import org.junit.jupiter.api.Test;

/** Domains of groups: types, owners, replacement, direct regions, doorbells, set-up that fails. */
class GroupsTest {

    private static final long PAGE = Question.PAGE;
    private static final int IDENTITY = GroupType.IDENTITY.ordinal();

    private static void assertShortest(int steps, String id, Question question) {
        Walk walk = Walk.of(id, question);
        assertEquals(OptionalInt.of(steps), walk.shortest(), () -> id + " " + walk.actions());
    }

    private static void assertHolds(String id, Question question) {
        Walk walk = Walk.of(id, question);
        assertFalse(walk.violated(), () -> walk.description() + " " + walk.actions());
        assertTrue(walk.held(), id + " is never met");
    }

    private static void assertNeverViolated(String id, Question question) {
        Walk walk = Walk.of(id, question);
        assertFalse(walk.violated(), () -> walk.description() + " " + walk.actions());
    }

    /** Makes the first action of this kind happen, for this device or group, with this variant; -1 for any. */
    private static String take(Machine machine, Action.Kind kind, int subject, int variant) {
        MutableIntList enabled = IntLists.mutable.empty();
        machine.enabled(enabled);
        int code = enabled.detectIfNone(
                candidate -> {
                    Action action = machine.describe(candidate);
                    int about = action.device() >= 0 ? action.device() : action.group();
                    return action.kind() == kind
                            && (subject < 0 || about == subject)
                            && (variant < 0 || action.order() == variant)
                            && !action.noMemory();
                },
                -1);
        assertTrue(code >= 0, () -> kind + " cannot happen");
        machine.apply(code);
        return ErrnoContract.returned(machine.outcome());
    }

    private static String take(Machine machine, Action.Kind kind) {
        return take(machine, kind, -1, -1);
    }

    private static String changes(Machine machine, GroupType type) {
        return take(machine, Action.Kind.TYPE_CHANGE, 0, type.ordinal());
    }

    private static Question one() {
        return new Question().device("g", 1, 7, 1, 1);
    }

    // ---- types ----

    @Test
    void anIdentityDomainHasNoAllocatorAndRefusesReservations() {
        // N3
        Machine machine = new Machine(one().posted()
                .call(0, 4, 7)
                .with(device -> device.requiredType(DomainType.IDENTITY))
                .build());
        assertEquals("0", take(machine, Action.Kind.ADD));
        assertFalse(machine.usesDmaIommu(0));
        assertFalse(machine.domain(0).iova().isInitialised());
        assertEquals("-ENODEV", take(machine, Action.Kind.RESERVE));
        MutableIntList enabled = IntLists.mutable.empty();
        machine.enabled(enabled);
        assertTrue(enabled.noneSatisfy(code -> machine.kindOf(code) == Action.Kind.MAP));
    }

    // ---- owners ----

    @Test
    void aGroupIsClaimedOnlyWithoutDrivers() {
        Machine machine =
                new Machine(one().explore(Exploration.Option.OWNERSHIP).build());
        take(machine, Action.Kind.ADD);
        assertEquals("-EPERM", take(machine, Action.Kind.CLAIM));
        take(machine, Action.Kind.UNBIND);
        assertEquals("0", take(machine, Action.Kind.CLAIM));
        assertEquals(Attachment.BLOCKING, machine.domain(0).attachment());
        assertEquals("-EPERM", take(machine, Action.Kind.CLAIM));
        assertEquals("-EBUSY", take(machine, Action.Kind.BIND));
        take(machine, Action.Kind.ATTACH);
        assertEquals(Attachment.USER, machine.domain(0).attachment());
        take(machine, Action.Kind.RELEASE);
        assertEquals(Attachment.DEFAULT, machine.domain(0).attachment());
        assertEquals("0", take(machine, Action.Kind.BIND));
        assertTrue(machine.isBound(0));
    }

    @Test
    void theDefaultDomainKeepsItsAllocatorWhileAUserHasTheGroup() {
        Machine machine = new Machine(
                one().explore(Exploration.Option.OWNERSHIP).region(5, 6).build());
        take(machine, Action.Kind.ADD);
        int nodes = machine.domain(0).iova().nodeCount();
        take(machine, Action.Kind.UNBIND);
        take(machine, Action.Kind.CLAIM);
        take(machine, Action.Kind.ATTACH);
        take(machine, Action.Kind.RELEASE);
        assertEquals(nodes, machine.domain(0).iova().nodeCount());
        assertEquals(1, nodes);
    }

    @Test
    void aDirectRegionKeepsUsersAway() {
        // 7.1 refuses; 6.1 takes the device off its identity mappings (B40).
        Question question = one().explore(Exploration.Option.OWNERSHIP)
                .explore(Exploration.Option.DIRECT_MAPS)
                .region(FirmwareRegion.Type.DIRECT, 5, 6);
        Machine machine = new Machine(question.build());
        take(machine, Action.Kind.ADD);
        take(machine, Action.Kind.UNBIND);
        assertEquals("-EINVAL", take(machine, Action.Kind.CLAIM));
        assertHolds("direct-maps", question);
        assertShortest(3, "direct-maps", question.kernel(KernelProfile.V6_1));
    }

    @Test
    void aRelaxableRegionDoesNot() {
        Question question = one().explore(Exploration.Option.OWNERSHIP)
                .explore(Exploration.Option.DIRECT_MAPS)
                .region(FirmwareRegion.Type.DIRECT_RELAXABLE, 5, 6);
        assertHolds("direct-maps", question);
        assertHolds("errno-conformance", question);
        assertShortest(3, "errno-conformance", question.with(KernelBug.B35));
    }

    @Test
    void aReservationMadeUnderAUserGovernsNothing() {
        // N5: a device without a driver of its own does not hold the count.
        Question question = one().posted()
                .call(0, 4, 7)
                .explore(Exploration.Option.OWNERSHIP)
                .with(device -> device.bound(false));
        assertShortest(3, "reservation-effective", question);
        assertNeverViolated(
                "reservation-effective", one().posted().call(0, 4, 7).explore(Exploration.Option.OWNERSHIP));
    }

    // ---- replacement ----

    @Test
    void theTypeOfAGroupIsChangedOnlyWithoutOwners() {
        Machine machine =
                new Machine(one().explore(Exploration.Option.TYPE_CHANGE).build());
        take(machine, Action.Kind.ADD);
        assertEquals("-EPERM", changes(machine, GroupType.IDENTITY));
        assertEquals("-EPERM", changes(machine, GroupType.DMA));
        take(machine, Action.Kind.UNBIND);
        assertEquals("0", changes(machine, GroupType.DMA));
        assertEquals("0", changes(machine, GroupType.IDENTITY));
        assertFalse(machine.usesDmaIommu(0));
        assertEquals("0", changes(machine, GroupType.DMA));
        assertTrue(machine.usesDmaIommu(0));
    }

    @Test
    void linux61HasItsOwnReasons() {
        Question question = new Question()
                .kernel(KernelProfile.V6_1)
                .explore(Exploration.Option.TYPE_CHANGE)
                .device("g", 1, 7, 1, 1)
                .device("g", 1, 7, 1, 1);
        Machine machine = new Machine(question.build());
        take(machine, Action.Kind.ADD, 0, -1);
        assertEquals("-EBUSY", changes(machine, GroupType.DMA));
        take(machine, Action.Kind.ADD, 1, -1);
        assertEquals("-EINVAL", changes(machine, GroupType.DMA));
        assertHolds("errno-conformance", question);
    }

    @Test
    void aTypeThatTheIommuDriverInsistsOnStays() {
        Machine machine = new Machine(one().explore(Exploration.Option.TYPE_CHANGE)
                .with(device -> device.requiredType(DomainType.DMA))
                .build());
        take(machine, Action.Kind.ADD);
        take(machine, Action.Kind.UNBIND);
        assertEquals("-EINVAL", changes(machine, GroupType.IDENTITY));
        assertEquals("0", changes(machine, GroupType.DMA));
    }

    @Test
    void regionsAreReservedAnewAndReservationsAreLost() {
        // D3
        Question question = one().posted()
                .region(6, 7)
                .call(0, 3, 4)
                .explore(Exploration.Option.TYPE_CHANGE)
                .with(device -> device.bound(false));
        Machine machine = new Machine(question.build());
        take(machine, Action.Kind.ADD);
        take(machine, Action.Kind.RESERVE);
        assertEquals(2, machine.domain(0).iova().nodeCount());
        changes(machine, GroupType.IDENTITY);
        assertEquals(0, machine.domain(0).iova().nodeCount());
        changes(machine, GroupType.DMA);
        assertEquals(1, machine.domain(0).iova().nodeCount());
        assertShortest(3, "reservation-persistence", question);
    }

    private static Question lazy() {
        return one().lazy().explore(Exploration.Option.TYPE_CHANGE).with(device -> device.bound(false));
    }

    @Test
    void aFlushQueueGoesWithItsDomain() {
        Machine machine = new Machine(lazy().build());
        take(machine, Action.Kind.ADD);
        assertEquals(GroupType.DMA_FQ, machine.domain(0).groupType());
        take(machine, Action.Kind.MAP);
        take(machine, Action.Kind.UNMAP);
        assertEquals(1, machine.domain(0).iova().nodeCount());
        assertTrue(machine.domain(0).queue().isTimerOn());
        assertEquals("0", changes(machine, GroupType.DMA));
        assertEquals(GroupType.DMA, machine.domain(0).groupType());
        assertFalse(machine.domain(0).queue().isActive());
        assertFalse(machine.domain(0).queue().isTimerOn());
        assertEquals(0, machine.domain(0).iova().nodeCount());
        assertEquals(0, machine.domain(0).stale().count());
    }

    @Test
    void aNewLazyDomainHasAnEmptyQueueOfItsOwn() {
        Machine machine = new Machine(lazy().build());
        take(machine, Action.Kind.ADD);
        take(machine, Action.Kind.MAP);
        take(machine, Action.Kind.UNMAP);
        changes(machine, GroupType.IDENTITY);
        assertFalse(machine.domain(0).queue().isActive());
        changes(machine, GroupType.DMA_FQ);
        assertTrue(machine.domain(0).queue().isActive());
        assertFalse(machine.domain(0).queue().isTimerOn());
        take(machine, Action.Kind.MAP);
        take(machine, Action.Kind.UNMAP);
        assertEquals("0", changes(machine, GroupType.DMA_FQ), "the type it has");
        assertTrue(machine.domain(0).queue().isTimerOn(), "the domain stays");
        assertHolds("type-tells-mode", lazy());
        assertHolds("queue-drains", lazy());
    }

    @Test
    void theNewLazyDomainHasTheRegionsAndNotWhatCallsHadReserved() {
        // The call is taken by a strict domain only, which becomes lazy afterwards.
        Question question = one().posted()
                .region(6, 7)
                .call(0, 3, 4)
                .explore(Exploration.Option.TYPE_CHANGE)
                .explore(Exploration.Option.LAZY_SWITCH)
                .with(device -> device.bound(false));
        Machine machine = new Machine(question.build());
        take(machine, Action.Kind.ADD);
        assertEquals("0", take(machine, Action.Kind.RESERVE));
        assertEquals("0", take(machine, Action.Kind.CHANGE_TYPE));
        assertEquals(GroupType.DMA_FQ, machine.domain(0).groupType());
        assertEquals(2, machine.domain(0).iova().nodeCount());
        assertEquals("0", changes(machine, GroupType.IDENTITY));
        assertEquals(0, machine.domain(0).iova().nodeCount());
        assertEquals("0", changes(machine, GroupType.DMA_FQ));
        assertTrue(machine.domain(0).queue().isActive());
        assertEquals(1, machine.domain(0).iova().nodeCount());
        assertEquals(6, machine.domain(0).iova().nodeLo(machine.domain(0).iova().firstNode()));
    }

    @Test
    void withoutMemoryTheNewDomainIsStrictAndLacksItsRegions() {
        Question question = lazy().region(6, 7).explore(Exploration.Option.NO_MEMORY);
        Drive drive = new Drive(question).does(Action.Kind.ADD, 0).does(Action.Kind.TYPE_CHANGE, 0, IDENTITY);
        Machine machine = drive.machine();
        MutableIntList enabled = IntLists.mutable.empty();
        machine.enabled(enabled);
        int code = enabled.detectIfNone(
                candidate -> {
                    Action action = machine.describe(candidate);
                    return action.kind() == Action.Kind.TYPE_CHANGE
                            && action.order() == GroupType.DMA_FQ.ordinal()
                            && action.noMemory();
                },
                -1);
        assertTrue(machine.apply(code));
        assertEquals("0", ErrnoContract.returned(machine.outcome()));
        assertEquals(GroupType.DMA, machine.domain(0).groupType());
        assertFalse(machine.domain(0).queue().isActive());
        assertEquals(0, machine.domain(0).iova().nodeCount());
    }

    @Test
    void whoFreesTheOldDomainWaitsForItsTimerUnlessThatIsABug() {
        Question question = lazy().cpus(2);
        for (KernelBug[] bugs : new KernelBug[][] {{}, {KernelBug.B29}}) {
            Configuration stepwise = question.with(bugs).build();
            Machine machine = new Machine(stepwise.toBuilder()
                    .exploration(stepwise.exploration().with(Interleaving.STEPS))
                    .build());
            take(machine, Action.Kind.ADD);
            take(machine, Action.Kind.MAP);
            finish(machine);
            take(machine, Action.Kind.UNMAP);
            finish(machine);
            take(machine, Action.Kind.FLUSH_TIMER);
            MutableIntList enabled = IntLists.mutable.empty();
            machine.enabled(enabled);
            boolean mayWrite = enabled.anySatisfy(code -> machine.kindOf(code) == Action.Kind.TYPE_CHANGE);
            assertEquals(bugs.length > 0, mayWrite);
            if (mayWrite) {
                assertEquals("0", changes(machine, GroupType.DMA_FQ), "the type it has");
                assertFalse(machine.call(0).isOrphaned(), "the domain stays");
                assertEquals("0", changes(machine, GroupType.DMA));
                assertTrue(machine.call(0).isOrphaned());
                take(machine, Action.Kind.STEP);
                assertEquals("a use of what is not there", ErrnoContract.returned(machine.outcome()));
            }
        }
    }

    /** Takes the call on CPU 0 to its end. */
    private static void finish(Machine machine) {
        while (machine.call(0).isInFlight()) {
            take(machine, Action.Kind.STEP);
        }
    }

    @Test
    void aTypeThatTheIommuDriverInsistsOnIsStrict() {
        Machine machine = new Machine(
                lazy().with(device -> device.requiredType(DomainType.DMA)).build());
        take(machine, Action.Kind.ADD);
        assertEquals(GroupType.DMA, machine.domain(0).groupType());
        assertFalse(machine.domain(0).queue().isActive());
    }

    @Test
    void aMappingOfADeviceWithoutADriverLosesItsDomain() {
        Question question = one().explore(Exploration.Option.TYPE_CHANGE).with(device -> device.bound(false));
        assertShortest(3, "domain-lifetime", question);
        assertHolds("domain-lifetime", one().explore(Exploration.Option.TYPE_CHANGE));
        Machine machine = new Machine(question.build());
        take(machine, Action.Kind.ADD);
        take(machine, Action.Kind.MAP);
        changes(machine, GroupType.IDENTITY);
        changes(machine, GroupType.DMA);
        assertTrue(machine.domain(0).live().isLost(0));
        take(machine, Action.Kind.UNMAP);
        assertEquals(1, machine.outcome().warnings(), "nothing is mapped there");
        assertEquals(0, machine.domain(0).live().count());
    }

    /** What is replayed is found again by what it means. */
    @Test
    void aMappingThatLostItsDomainIsToldFromOneAtTheSameAddress() {
        Machine machine = new Machine(new Question()
                .device("g", 1, 7, 2, 1, 2)
                .explore(Exploration.Option.TYPE_CHANGE)
                .explore(Exploration.Option.WRONG_SIZE)
                .with(device -> device.bound(false))
                .build());
        take(machine, Action.Kind.ADD);
        take(machine, Action.Kind.MAP);
        changes(machine, GroupType.IDENTITY);
        changes(machine, GroupType.DMA);
        take(machine, Action.Kind.MAP);
        assertEquals(
                machine.domain(0).live().firstPfn(0), machine.domain(0).live().firstPfn(1));
        for (Action.Kind kind : List.of(Action.Kind.UNMAP, Action.Kind.WRONG_UNMAP)) {
            MutableIntList enabled = IntLists.mutable.empty();
            machine.enabled(enabled);
            MutableIntList undoing = enabled.select(code -> machine.kindOf(code) == kind);
            assertEquals(2, undoing.size());
            for (int index = 0; index < 2; index++) {
                assertEquals(undoing.get(index), machine.find(machine.describe(undoing.get(index))));
            }
        }
    }

    // ---- direct regions ----

    @Test
    void theStartOfADirectRegionIsRoundedUpAndItsReservationDown() {
        Question question = one().explore(Exploration.Option.DIRECT_MAPS)
                .byteRegion(FirmwareRegion.Type.DIRECT, 5 * PAGE + 0x100, 7 * PAGE - 1);
        Machine machine = new Machine(question.build());
        take(machine, Action.Kind.ADD);
        assertEquals(5, machine.domain(0).iova().nodeLo(machine.domain(0).iova().firstNode()));
        assertFalse(machine.setup(0).mapsDirect(5, 5));
        assertTrue(machine.setup(0).mapsDirect(6, 6));
        assertFalse(machine.setup(0).mapsDirect(7, 7));
        assertShortest(1, "direct-maps", question);
    }

    @Test
    void theDirectRegionOfALaterDeviceIsMappedButNotCarvedOut() {
        Question question = new Question()
                .explore(Exploration.Option.DIRECT_MAPS)
                .device("g", 1, 7, 1, 1)
                .device("g", 1, 7, 1, 1)
                .region(FirmwareRegion.Type.DIRECT, 7, 7);
        assertShortest(3, "direct-apart", question);
        // A mapping that is there first is left alone.
        assertShortest(3, "direct-maps", question);
        assertShortest(2, "report-equals-enforce", question);
        assertShortest(2, "order-free", question);
    }

    @Test
    void theFirstDirectMappingsMayBeThrownAway() {
        Question question = one().explore(Exploration.Option.DIRECT_MAPS).region(FirmwareRegion.Type.DIRECT, 6, 7);
        assertHolds("direct-maps", question);
        assertShortest(1, "direct-maps", question.with(KernelBug.B34));
    }

    // ---- what groups report ----

    @Test
    void softwareChosenWindowsAreReportedAndNotReserved() {
        Question question = one().region(FirmwareRegion.Type.SW_MSI, 4, 5);
        Machine machine = new Machine(question.build());
        take(machine, Action.Kind.ADD);
        assertEquals(1, machine.reservedRegions(0).regions().size());
        assertEquals(0, machine.domain(0).iova().nodeCount());
        assertHolds("report-equals-enforce", question);
    }

    @Test
    void windowsOfABridgeAreKeptFreeAndNotReported() {
        Question question = one().with(device ->
                device.bus(Device.Bus.PCI).bridgeWindows(List.of(new Extent(5 * PAGE, 6 * PAGE - 1))));
        Machine machine = new Machine(question.build());
        take(machine, Action.Kind.ADD);
        assertEquals(5, machine.domain(0).iova().nodeLo(machine.domain(0).iova().firstNode()));
        assertShortest(1, "report-equals-enforce", question);
        assertHolds("no-reserved-overlap", question);
    }

    @Test
    void whatIsLeftOfADeviceThatIsGoneDependsOnHistory() {
        Question question = new Question()
                .explore(false, true, false, false)
                .device("g", 1, 7, 1, 1)
                .region(5, 6)
                .device("g", 1, 7, 1, 1)
                .region(5, 5);
        assertNeverViolated(
                "group-uniform",
                new Question()
                        .explore(false, true, false, false)
                        .device("g", 1, 7, 1, 1)
                        .region(5, 6)
                        .device("g", 1, 7, 1, 1)
                        .region(5, 6));
        assertShortest(2, "order-free", question);
        assertShortest(2, "group-uniform", question);
    }

    // ---- doorbells ----

    private static Question withDoorbell() {
        return one().with(device -> device.doorbell(OptionalLong.of(0x8020040)));
    }

    @Test
    void theDoorbellIsAMappingThatStays() {
        Machine machine =
                new Machine(withDoorbell().explore(Exploration.Option.OWNERSHIP).build());
        take(machine, Action.Kind.ADD);
        assertEquals("0", take(machine, Action.Kind.MSI));
        assertEquals(1, machine.domain(0).live().count());
        assertEquals(0, machine.liveOf(0));
        assertEquals(7, machine.domain(0).live().firstPfn(0));
        take(machine, Action.Kind.UNBIND);
        assertNull(machine.doorbellIn(0));
        take(machine, Action.Kind.BIND);
        assertEquals("0", take(machine, Action.Kind.MSI));
        assertEquals(1, machine.domain(0).live().count(), "the page is found");
        assertHolds("reachability", withDoorbell().explore(Exploration.Option.OWNERSHIP));
    }

    @Test
    void aDoorbellThatDoesNotFitIsAnError() {
        Machine machine = new Machine(withDoorbell().region(1, 7).build());
        take(machine, Action.Kind.ADD);
        assertEquals("-ENOMEM", take(machine, Action.Kind.MSI));
        assertNull(machine.doorbellIn(0));
        assertHolds("errno-conformance", withDoorbell().region(1, 7));
    }

    @Test
    void aUsersDoorbellLiesInTheWindowThatSoftwareChose() {
        Question question =
                withDoorbell().region(FirmwareRegion.Type.SW_MSI, 4, 5).explore(Exploration.Option.OWNERSHIP);
        Machine machine = new Machine(question.build());
        take(machine, Action.Kind.ADD);
        take(machine, Action.Kind.UNBIND);
        take(machine, Action.Kind.CLAIM);
        take(machine, Action.Kind.ATTACH);
        assertEquals("0", take(machine, Action.Kind.MSI));
        assertEquals(Attachment.USER, machine.doorbellIn(0));
        assertEquals(0, machine.domain(0).live().count());
        assertHolds("reachability", question);
        assertShortest(5, "reachability", question.with(KernelBug.B39));
        assertShortest(
                5,
                "reachability",
                withDoorbell()
                        .region(FirmwareRegion.Type.SW_MSI, 4, 5)
                        .region(5, 5)
                        .explore(Exploration.Option.OWNERSHIP));
        assertShortest(
                5,
                "reachability",
                withDoorbell().region(FirmwareRegion.Type.SW_MSI, 7, 8).explore(Exploration.Option.OWNERSHIP));
    }

    // ---- set-up that fails ----

    @Test
    void anInitialisationThatFailedSticks() {
        Question question = new Question()
                .explore(Exploration.Option.SETUP_MEMORY)
                .device("g", 1, 7, 1, 1)
                .region(FirmwareRegion.Type.MSI, 3, 3)
                .region(5, 6)
                .device("g", 1, 7, 1, 1);
        for (KernelProfile kernel : KernelProfile.values()) {
            question.kernel(kernel);
            Machine machine = new Machine(question.build());
            assertEquals("-ENOMEM", take(machine, Action.Kind.ADD, 0, 2));
            assertEquals(1, machine.domain(0).iova().nodeCount(), "up to the MSI region");
            assertEquals("0", take(machine, Action.Kind.ADD, 1, 0));
            assertTrue(machine.usesDmaIommu(1));
            machine = new Machine(question.build());
            assertEquals("-ENOMEM", take(machine, Action.Kind.ADD, 0, 1));
            assertEquals("0", take(machine, Action.Kind.ADD, 1, 0));
            assertEquals("an oops", take(machine, Action.Kind.MAP, 1, -1));
            assertShortest(2, "idempotent-init", question);
            assertShortest(3, "errno-conformance", question);
            assertNeverViolated("reservation-persistence", question);
        }
    }

    // ---- bugs of drivers that report regions ----

    @Test
    void regionsOfABridgeAreRegionsOfWhatIsBehindIt() {
        Question question = new Question()
                .device("b", 1, 7, 1)
                .region(FirmwareRegion.Type.DIRECT, 6, 7)
                .device("g", 1, 7, 1, 1)
                .with(device -> device.behind("d0"));
        assertNotNull(question.build().devices().get(1).behind());
        assertHolds("no-reserved-overlap", question);
        assertHolds("region-merge", question);
        assertShortest(2, "no-reserved-overlap", question.with(KernelBug.B36));
        assertShortest(1, "region-merge", question);
    }

    @Test
    void aBridgeWindowFromZeroWasRefused() {
        Question question =
                one().with(device -> device.bus(Device.Bus.PCI).dmaRanges(List.of(new Extent(0, 8 * PAGE - 1))));
        assertHolds("errno-conformance", question);
        assertShortest(1, "errno-conformance", question.with(KernelBug.B17));
    }

    @Test
    void windowsInAnotherOrderWereRefused() {
        Question question = new Question().device("g", 1, 31, 1, 1).pciWindows(16, 31, 2, 7);
        assertHolds("errno-conformance", question);
        assertShortest(1, "errno-conformance", question.with(KernelBug.B18));
    }

    @Test
    void theOrderOfCpuAddressesIsNotThatOfTheBus() {
        // B18b
        Question question = new Question()
                .device("g", 1, 31, 1, 1)
                .pciWindows(2, 7, 16, 31)
                .with(device -> device.dmaRangesCpu(List.of(1L << 32, 0L)));
        assertShortest(1, "errno-conformance", question);
    }

    @Test
    void mergedRegionsAreAskedForTheirTypeAfterTheyWereFreed() {
        Question question = new Question().device("g", 1, 15, 1, 1).region(1, 3).region(2, 5);
        assertHolds("region-merge", question);
        assertNeverViolated("region-merge", question.with(KernelBug.B33));
        // The region that is merged away has one after it.
        assertShortest(
                1,
                "region-merge",
                new Question()
                        .device("g", 1, 15, 1, 1)
                        .region(1, 3)
                        .region(7, 8)
                        .region(2, 5)
                        .with(KernelBug.B33));
    }
}
