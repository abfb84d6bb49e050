package dev.iovacheck.model.machine;

import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.DomainType;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.Exploration.Option;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.iova.AllocatorConstants;
import org.eclipse.collections.api.list.primitive.MutableIntList;

/** What can happen in a machine's current state: what drivers, users and the kernel's own workers may do next. */
final class EnabledActions {

    private static final int WAY_BITS = 2;
    private static final WrongUnmap[] WAYS = WrongUnmap.values();
    private static final GroupType[] TYPES = GroupType.values();

    private final Blueprint plan;
    private final MachineState state;
    private final boolean withSlots;
    private final ForcedStep forcedStep;

    private final Calls calls;
    private final SegmentLists lists;

    /** @param withSlots whether drivers tell their buffers apart */
    EnabledActions(Blueprint plan, MachineState state, Calls calls, boolean withSlots) {
        this.plan = plan;
        this.state = state;
        this.calls = calls;
        this.withSlots = withSlots;
        lists = new SegmentLists(plan);
        forcedStep = new ForcedStep(plan, state);
    }

    /** Appends the actions that can happen, always in the same order. */
    void list(MutableIntList actions) {
        if (state.crashed) {
            return;
        }
        boolean noMemory = plan.configuration.exploration().noMemory();
        for (int device : plan.devices) {
            if (!state.present.has(device)) {
                addProbe(actions, device, noMemory);
            } else if (plan.configuration.exploration().removal() && mayRemove(device)) {
                add(actions, ActionCode.of(Action.Kind.REMOVE, 0, device, 0), false);
            }
        }
        addGroupActions(actions, noMemory);
        for (int index : plan.reservations) {
            if (mayCall(plan.configuration.reservations().get(index))) {
                addOnAnyCpu(actions, Action.Kind.RESERVE, index, 0, noMemory);
            }
        }
        for (int device : plan.devices) {
            if (mayMap(device)) {
                addMaps(actions, device, noMemory);
            }
        }
        for (DefaultDomain domain : state.domains) {
            addUnmaps(actions, domain, noMemory);
            if (plan.hasTwoPhase) {
                addLinks(actions, domain);
            }
        }
        if (plan.makesMistakes && !state.mistaken) {
            addWrongUnmaps(actions, noMemory);
        }
        if (plan.hasHotplug) {
            addHotplug(actions);
        }
        if (plan.configuration.exploration().depotWork()) {
            addDepotWork(actions);
        }
        if (plan.canBeLazy) {
            addFlushTimers(actions, noMemory);
            addTypeChanges(actions, noMemory);
        }
        if (plan.interleavesSteps) {
            for (CallInFlight call : state.calls) {
                if (mayGoOn(call)) {
                    addStep(actions, call);
                }
            }
        }
    }

    /** Appends as many of them as are needed to see every kind of violation, always in the same order. */
    void listSufficient(MutableIntList actions) {
        if (plan.interleavesSteps && !state.crashed) {
            for (CallInFlight call : state.calls) {
                if (forcedStep.isForced(call) && mayGoOn(call)) {
                    addStep(actions, call);
                    return;
                }
            }
        }
        list(actions);
    }

    private static void add(MutableIntList actions, int code, boolean alsoWithoutMemory) {
        actions.add(code);
        if (alsoWithoutMemory) {
            actions.add(ActionCode.withoutMemory(code));
        }
    }

    private void addStep(MutableIntList actions, CallInFlight call) {
        boolean noMemory = plan.configuration.exploration().noMemory();
        int code = ActionCode.of(Action.Kind.STEP, call.cpu(), 0, 0);
        add(actions, code, noMemory);
        if (call.stage == CallInFlight.Stage.WRITE_PTES) {
            BufferSetup buffer = plan.setups[call.device].buffer(call.size);
            addFailures(actions, code, buffer, call.kind == Action.Kind.LINK, false);
        } else if (call.stage == CallInFlight.Stage.NEXT_SEGMENT
                && plan.failures.contains(Failure.NO_BOUNCE_SLOT)
                && plan.setups[call.device].buffer(call.size).isBounced()) {
            actions.add(ActionCode.with(code, Failure.NO_BOUNCE_SLOT));
        }
    }

    /** Whether nobody holds a lock that the next step of a call needs. */
    private boolean mayGoOn(CallInFlight call) {
        if (!call.isInFlight()) {
            return false;
        }
        if (call.stage == CallInFlight.Stage.ALLOCATOR) {
            for (CallInFlight other : state.calls) {
                if (other != call
                        && other.domain == call.domain
                        && other.stage == CallInFlight.Stage.ALLOCATOR
                        && call.iova.waitsFor(other.iova, state.domains[call.domain].iova())) {
                    return false;
                }
            }
        } else if (call.stage == CallInFlight.Stage.LOCK_RING || call.stage == CallInFlight.Stage.FREE_RING) {
            for (CallInFlight other : state.calls) {
                if (other != call && calls.waitsForRing(call, other)) {
                    return false;
                }
            }
        }
        return true;
    }

    // ---- CPUs ----

    /** Whether a call may begin on the CPU. */
    private boolean isFree(int cpu) {
        return state.isOnline(cpu) && !(plan.interleavesSteps && state.calls[cpu].isInFlight());
    }

    /** On each CPU on which it makes a difference: on one only, if nothing interrupts it and no cache is asked. */
    private void addOnCpus(
            MutableIntList actions, Action.Kind kind, int subject, int detail, boolean cached, boolean noMemory) {
        for (int cpu = 0; cpu < plan.configuration.cpus(); cpu++) {
            if (isFree(cpu)) {
                // What merely begins asks for no memory yet.
                add(actions, ActionCode.of(kind, cpu, subject, detail), noMemory && !plan.interleavesSteps);
                if (!cached && !plan.interleavesSteps) {
                    break;
                }
            }
        }
    }

    /**
     * The same with each failure that such a call can meet.
     *
     * @param links whether it links a part of a two-phase mapping, instead of mapping the buffer
     * @param begins whether it is at its beginning; page tables fail later, if steps are told apart
     */
    private void addFailures(MutableIntList actions, int code, BufferSetup buffer, boolean links, boolean begins) {
        for (int index = 0; index < plan.failures.size(); index++) {
            Failure failure = plan.failures.get(index);
            boolean ofTables = failure == Failure.TABLE_MEMORY || failure == Failure.TABLE_ERROR;
            boolean now = !plan.interleavesSteps || begins != ofTables;
            if (now && canMeet(failure, buffer, links)) {
                actions.add(ActionCode.with(code, failure));
            }
        }
    }

    private static boolean canMeet(Failure failure, BufferSetup buffer, boolean links) {
        Buffer.Call call = buffer.call();
        return switch (failure) {
            case TABLE_MEMORY -> call != Buffer.Call.IOVA || links;
            case TABLE_ERROR -> call == Buffer.Call.SG || links; // the others are told the same as without memory
            case NO_BOUNCE_SLOT -> buffer.isBounced() || links;
            case ATTACH -> !links;
            case NONE, NO_MEMORY -> false;
        };
    }

    /** Whatever CPU it is that a call without a cache runs on, it is busy meanwhile. */
    private void addOnAnyCpu(MutableIntList actions, Action.Kind kind, int subject, int detail, boolean noMemory) {
        if (plan.interleavesSteps) {
            addOnCpus(actions, kind, subject, detail, false, noMemory);
        } else {
            add(actions, ActionCode.of(kind, anyOnline(), subject, detail), noMemory);
        }
    }

    /** What passes through the caches of this CPU on its way into the tree comes to the same on every other. */
    private int anyOnline() {
        return Integer.numberOfTrailingZeros(state.online);
    }

    // ---- devices ----

    private void addProbe(MutableIntList actions, int device, boolean noMemory) {
        if (!plan.interleavesSteps) {
            add(actions, ActionCode.of(Action.Kind.ADD, anyOnline(), device, 0), noMemory);
            addProbesWithoutMemory(actions, device, 0);
            return;
        }
        if (isHotplugInFlight() || isInFlight(Action.Kind.CHANGE_TYPE, plan.domainOf[device])) {
            return; // initialisation of a domain waits for it
        }
        for (int cpu = 0; cpu < plan.configuration.cpus(); cpu++) {
            if (isFree(cpu)) {
                add(actions, ActionCode.of(Action.Kind.ADD, cpu, device, 0), noMemory);
                addProbesWithoutMemory(actions, device, cpu);
                if (!callsAtProbe(device) && !plan.setsUpUnlocked) {
                    break; // over at once, wherever it runs
                }
            }
        }
    }

    private void addProbesWithoutMemory(MutableIntList actions, int device, int cpu) {
        if (plan.setupMemoryFails && !plan.setsUpUnlocked && initialises(device)) {
            actions.add(ActionCode.of(Action.Kind.ADD, cpu, device, MissingMemory.CACHES.ordinal()));
            if (plan.setups[device].needsMsiPages()) {
                actions.add(ActionCode.of(Action.Kind.ADD, cpu, device, MissingMemory.MSI_PAGES.ordinal()));
            }
        }
    }

    /** Whether the probe of a device would be the first to initialise its domain. */
    private boolean initialises(int device) {
        if (plan.domainOf[device] < 0 || plan.setups[device].rangeOutsideAperture()) {
            return false;
        }
        DefaultDomain domain = state.domains[plan.domainOf[device]];
        DomainType type =
                domain.exists() ? domain.type() : plan.initialType(device).domainType();
        return type == DomainType.DMA && !domain.iova().isInitialised();
    }

    // ---- groups ----

    private void addGroupActions(MutableIntList actions, boolean noMemory) {
        for (DefaultDomain domain : state.domains) {
            if (!domain.exists()) {
                continue;
            }
            if (plan.hasOwners) {
                addOwnership(actions, domain);
            }
            if (plan.replacesDomains && mayBeFreed(domain)) {
                for (GroupType type : TYPES) {
                    if (mayBeWritten(domain, type)) {
                        int code = ActionCode.of(Action.Kind.TYPE_CHANGE, 0, domain.index(), type.ordinal());
                        add(actions, code, noMemory);
                    }
                }
            }
        }
        for (int device : plan.devices) {
            if (plan.rebinds && state.present.has(device) && plan.domainOf[device] >= 0 && plan.hasDriver(device)) {
                addBinding(actions, device);
            }
            if (mayMapDoorbell(device)) {
                addOnCpus(
                        actions,
                        Action.Kind.MSI,
                        device,
                        0,
                        true,
                        plan.configuration.exploration().noMemory());
            }
        }
    }

    /** As {@link #isInUse}; a handler of its timer that runs is waited for as well ({@code timer_delete_sync}), but for the bug B29. */
    private boolean mayBeFreed(DefaultDomain domain) {
        if (plan.interleavesSteps) {
            for (CallInFlight call : state.calls) {
                boolean isLeft = plan.leavesTimer && call.kind == Action.Kind.FLUSH_TIMER;
                if (call.isInFlight() && (isHotplug(call) || (call.domain == domain.index() && !isLeft))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** A strict domain becomes lazy as it is, which is an action of its own. */
    private boolean mayBeWritten(DefaultDomain domain, GroupType type) {
        return !type.isLazy() || (plan.canBeLazy && domain.groupType() != GroupType.DMA);
    }

    private void addOwnership(MutableIntList actions, DefaultDomain domain) {
        if (isInUse(domain)) {
            return;
        }
        actions.add(ActionCode.of(Action.Kind.CLAIM, 0, domain.index(), 0));
        if (domain.attachment() == Attachment.BLOCKING) {
            actions.add(ActionCode.of(Action.Kind.ATTACH, 0, domain.index(), 0));
        }
        if (domain.attachment() != Attachment.DEFAULT) {
            actions.add(ActionCode.of(Action.Kind.RELEASE, 0, domain.index(), 0));
        }
    }

    private void addBinding(MutableIntList actions, int device) {
        if (state.bound.has(device) && mayRemove(device)) {
            actions.add(ActionCode.of(Action.Kind.UNBIND, 0, device, 0));
        } else if (!state.bound.has(device) && !isInUse(state.domains[plan.domainOf[device]])) {
            addOnAnyCpu(
                    actions,
                    Action.Kind.BIND,
                    device,
                    0,
                    plan.configuration.exploration().noMemory());
        }
    }

    /** Whether a call is in flight in the domain: users and administrators are taken to wait for it. */
    private boolean isInUse(DefaultDomain domain) {
        if (plan.interleavesSteps) {
            for (CallInFlight call : state.calls) {
                if (call.isInFlight() && (call.domain == domain.index() || isHotplug(call))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Once for each set-up of its interrupts, by its driver or by the user of its group. One at a time in a group. */
    private boolean mayMapDoorbell(int device) {
        if (!state.present.has(device)
                || plan.domainOf[device] < 0
                || plan.setups[device].device().doorbell().isEmpty()
                || state.doorbellIn[device] != null) {
            return false;
        }
        DefaultDomain domain = state.domains[plan.domainOf[device]];
        boolean asked =
                switch (domain.attachment()) {
                    case DEFAULT -> state.usesDmaIommu.has(device) && isDriven(device);
                    case BLOCKING -> false;
                    case USER -> true;
                };
        if (asked && plan.interleavesSteps) {
            for (CallInFlight call : state.calls) {
                asked &= !(call.isInFlight() && call.kind == Action.Kind.MSI && call.domain == domain.index());
            }
        }
        return asked;
    }

    /** Whether there is somebody who works with the device: its driver, or that of another device if it has none. */
    private boolean isDriven(int device) {
        return state.bound.has(device) || !plan.hasDriver(device);
    }

    private boolean callsAtProbe(int device) {
        for (int index : plan.reservations) {
            Reservation call = plan.configuration.reservations().get(index);
            if (call.device() == device && call.when() == Reservation.When.AT_PROBE) {
                return true;
            }
        }
        return false;
    }

    /** A driver that is in a call is not removed; a domain does not go while somebody empties its caches. */
    private boolean mayRemove(int device) {
        boolean leaves = !state.mistaken && plan.configuration.exploration().has(Option.USE_AFTER_REMOVE);
        if (state.liveOf[device] != 0 && !leaves) {
            return false;
        }
        if (plan.hasOwners
                && plan.domainOf[device] >= 0
                && state.domains[plan.domainOf[device]].attachment() != Attachment.DEFAULT) {
            return false; // the user's driver waits for the user
        }
        if (plan.interleavesSteps) {
            for (CallInFlight call : state.calls) {
                boolean ofKernel = call.device < 0
                        && call.domain == plan.domainOf[device]
                        && !(plan.leavesTimer && call.kind == Action.Kind.FLUSH_TIMER);
                if (call.isInFlight() && (call.device == device || ofKernel || isHotplug(call))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isHotplug(CallInFlight call) {
        return call.isInFlight() && call.kind == Action.Kind.CPU_OFFLINE;
    }

    private boolean isHotplugInFlight() {
        if (plan.interleavesSteps) {
            for (CallInFlight call : state.calls) {
                if (isHotplug(call)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** How many mappings the driver holds, those included that it is making or giving up. */
    private int held(int device) {
        int held = state.liveOf[device];
        if (plan.interleavesSteps) {
            for (CallInFlight call : state.calls) {
                if (call.isInFlight() && call.isMapping() && call.device == device) {
                    held++;
                }
            }
        }
        return held;
    }

    // ---- calls ----

    private boolean mayCall(Reservation call) {
        if (!state.present.has(call.device())
                || !isDriven(call.device())
                || state.called.has(call.index())
                || isBeingMade(call)) {
            return false;
        }
        return switch (call.when()) {
            case ANY, BEFORE_FIRST_MAP -> true;
            case WHILE_IDLE -> held(call.device()) == 0;
            case AT_PROBE -> false; // part of adding the device
        };
    }

    private boolean isBeingMade(Reservation made) {
        if (plan.interleavesSteps) {
            for (CallInFlight call : state.calls) {
                boolean inProbe =
                        (call.kind == Action.Kind.ADD || call.kind == Action.Kind.BIND) && call.device == made.device();
                boolean same = call.kind == Action.Kind.RESERVE && call.reservation == made.index();
                if (call.isInFlight() && (inProbe || same)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean mayMap(int device) {
        if (!state.present.has(device)
                || !state.usesDmaIommu.has(device)
                || !isDriven(device)
                || held(device) == plan.setups[device].device().live()) {
            return false;
        }
        for (int index : plan.reservations) {
            Reservation call = plan.configuration.reservations().get(index);
            boolean comesFirst =
                    call.when() == Reservation.When.BEFORE_FIRST_MAP || call.when() == Reservation.When.AT_PROBE;
            boolean mayBeLate = plan.makesMistakes
                    && call.when() == Reservation.When.BEFORE_FIRST_MAP
                    && plan.configuration.exploration().has(Option.LATE_RESERVE);
            if (call.device() == device && comesFirst && !state.called.has(index) && !mayBeLate) {
                return false;
            }
            // Who reserves while idle stays idle until the call has returned.
            boolean wantsIdle = call.when() == Reservation.When.WHILE_IDLE;
            if (call.device() == device && wantsIdle && isBeingMade(call)) {
                return false;
            }
        }
        return true;
    }

    private void addMaps(MutableIntList actions, int device, boolean noMemory) {
        for (int size = 0; size < plan.setups[device].mapSizeCount(); size++) {
            boolean asksCpu = plan.mapAsksCpu(device, size);
            for (int slot = 0; slot < slots(device); slot++) {
                if (!withSlots || !isTaken(device, slot)) {
                    int detail = ActionCode.sizeAndSlot(size, slot);
                    int first = actions.size();
                    addOnCpus(actions, Action.Kind.MAP, device, detail, asksCpu, noMemory);
                    for (int last = actions.size(); first < last; first++) {
                        if (ActionCode.failure(actions.get(first)) == Failure.NONE) {
                            addFailuresOfMap(actions, actions.get(first), device, size, noMemory);
                        }
                    }
                }
            }
        }
    }

    /** The same map with each failure that it can meet, at each segment of a list that is mapped segment by segment. */
    private void addFailuresOfMap(MutableIntList actions, int code, int device, int size, boolean noMemory) {
        DeviceSetup setup = plan.setups[device];
        // Where steps are told apart, the later segments are at later steps.
        int ranges = plan.interleavesSteps ? 1 : setup.rangeCount(size);
        for (int number = 0; number < ranges; number++) {
            if (noMemory && number > 0) {
                actions.add(ActionCode.failingFrom(ActionCode.withoutMemory(code), number));
            }
            int first = actions.size();
            addFailures(actions, code, setup.buffer(setup.range(size, number)), false, true);
            for (int index = first; number > 0 && index < actions.size(); index++) {
                actions.set(index, ActionCode.failingFrom(actions.get(index), number));
            }
        }
    }

    private int slots(int device) {
        return withSlots ? plan.setups[device].device().live() : 1;
    }

    private boolean isTaken(int device, int slot) {
        if (plan.interleavesSteps) {
            for (CallInFlight call : state.calls) {
                if (call.isInFlight() && call.isMapping() && call.device == device && call.slot == slot) {
                    return true;
                }
            }
        }
        return state.domains[plan.domainOf[device]].live().isTaken(device, slot);
    }

    private void addUnmaps(MutableIntList actions, DefaultDomain domain, boolean noMemory) {
        LiveMappings live = domain.live();
        for (int mapping = 0; mapping < live.count(); mapping++) {
            if (live.size(mapping) == plan.setups[live.device(mapping)].doorbellSize()) {
                continue; // until the domain is gone
            }
            if (plan.mapsSegments && !lists.isHeld(live, mapping)) {
                continue;
            }
            boolean cached = unmapAsksCpu(domain, live.device(mapping), live.size(mapping), live.linked(mapping));
            addOnCpus(actions, Action.Kind.UNMAP, domain.index(), mapping, cached, noMemory && cached);
        }
    }

    /** A driver links the parts of a mapping in order, then synchronises; it may unlink the last one again, or go no further. */
    private void addLinks(MutableIntList actions, DefaultDomain domain) {
        LiveMappings live = domain.live();
        for (int mapping = 0; mapping < live.count(); mapping++) {
            BufferSetup buffer = plan.setups[live.device(mapping)].buffer(live.size(mapping));
            int parts = buffer.parts().size();
            if (buffer.call() != Buffer.Call.IOVA) {
                continue;
            }
            int linked = live.linked(mapping);
            if (linked < parts) {
                addLink(actions, Action.Kind.LINK, domain, mapping, buffer);
            } else if (linked == parts) {
                int first = actions.size();
                addOnAnyCpu(actions, Action.Kind.SYNC, domain.index(), mapping, false);
                for (int last = actions.size(); first < last; first++) {
                    if (plan.failures.contains(Failure.TABLE_ERROR)) {
                        actions.add(ActionCode.with(actions.get(first), Failure.TABLE_ERROR));
                    }
                }
            }
            if (linked > 0) {
                addOnAnyCpu(actions, Action.Kind.UNLINK, domain.index(), mapping, false);
            }
        }
    }

    private void addLink(
            MutableIntList actions, Action.Kind kind, DefaultDomain domain, int mapping, BufferSetup buffer) {
        int first = actions.size();
        addOnAnyCpu(actions, kind, domain.index(), mapping, false);
        for (int last = actions.size(); first < last; first++) {
            addFailures(actions, actions.get(first), buffer, true, true);
        }
    }

    /** One mistake of some driver's. */
    private void addWrongUnmaps(MutableIntList actions, boolean noMemory) {
        int undone = state.undoneDomain;
        if (plan.remembersUnmap && undone >= 0 && state.present.has(state.undoneDevice)) {
            boolean cached = unmapAsksCpu(state.domains[undone], state.undoneDevice, state.undoneSize, 0);
            int detail = wrongUnmap(WrongUnmap.AGAIN, 0);
            addOnCpus(actions, Action.Kind.WRONG_UNMAP, undone, detail, cached, noMemory && cached);
        }
        for (DefaultDomain domain : state.domains) {
            LiveMappings live = domain.live();
            for (int mapping = 0; mapping < live.count(); mapping++) {
                addWrongUnmaps(actions, domain, mapping, noMemory);
            }
        }
    }

    private void addWrongUnmaps(MutableIntList actions, DefaultDomain domain, int mapping, boolean noMemory) {
        int device = domain.live().device(mapping);
        int size = domain.live().size(mapping);
        BufferSetup buffer = plan.setups[device].buffer(size);
        for (int index = 0; index < plan.wrongUnmaps.size(); index++) {
            WrongUnmap way = plan.wrongUnmaps.get(index);
            boolean possible =
                    switch (way) {
                        case AGAIN -> false;
                        case OTHER_SIZE -> plan.wrongPages(device, size) != buffer.pages();
                        case INNER_ADDRESS -> buffer.pages() > 1;
                    };
            if (possible && buffer.call() != Buffer.Call.IOVA && plan.mayBeMistaken(device, size)) {
                boolean cached = unmapAsksCpu(domain, device, size, 0);
                int detail = wrongUnmap(way, mapping);
                addOnCpus(actions, Action.Kind.WRONG_UNMAP, domain.index(), detail, cached, noMemory && cached);
            }
        }
    }

    private static int wrongUnmap(WrongUnmap way, int mapping) {
        return way.ordinal() | mapping << WAY_BITS;
    }

    /** How the detail of a {@code WRONG_UNMAP} says that a mapping is undone. */
    static WrongUnmap wayOf(int detail) {
        return WAYS[detail & (1 << WAY_BITS) - 1];
    }

    /** The mapping that the detail of a {@code WRONG_UNMAP} means. */
    static int mappingOf(int detail) {
        return detail >>> WAY_BITS;
    }

    /**
     * Whether it matters on which CPU an unmap runs: it puts a range into a cache or into a flush queue of that CPU. Of what is
     * mapped in two phases, nothing is queued unless something is linked.
     */
    private boolean unmapAsksCpu(DefaultDomain domain, int device, int size, int linked) {
        int buffer = plan.setups[device].bufferOf(size);
        boolean queued = domain.queue().isActive()
                && (linked > 0 || plan.setups[device].buffer(buffer).call() != Buffer.Call.IOVA);
        return plan.isCachedWhenFreed(device, buffer) || queued;
    }

    // ---- the kernel's own ----

    private void addHotplug(MutableIntList actions) {
        if (isHotplugInFlight()) {
            return; // one at a time
        }
        for (int cpu = 0; cpu < plan.configuration.cpus(); cpu++) {
            if (!state.isOnline(cpu)) {
                add(actions, ActionCode.of(Action.Kind.CPU_ONLINE, cpu, 0, 0), false);
            } else if (isFree(cpu) && Integer.bitCount(state.online) > 1) {
                add(actions, ActionCode.of(Action.Kind.CPU_OFFLINE, cpu, 0, 0), false);
            }
        }
    }

    private void addDepotWork(MutableIntList actions) {
        for (DefaultDomain domain : state.domains) {
            if (domain.iova().pendingDepotWork() == 0) {
                continue;
            }
            for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
                if ((domain.iova().pendingDepotWork() & 1 << order) != 0 && !isDepotWorkInFlight(domain, order)) {
                    addOnAnyCpu(actions, Action.Kind.DEPOT_WORK, domain.index(), order, false);
                }
            }
        }
    }

    /** A work item does not run beside itself. */
    private boolean isDepotWorkInFlight(DefaultDomain domain, int order) {
        if (plan.interleavesSteps) {
            for (CallInFlight call : state.calls) {
                if (call.isInFlight()
                        && call.kind == Action.Kind.DEPOT_WORK
                        && call.domain == domain.index()
                        && call.heldOrder() == order) {
                    return true;
                }
            }
        }
        return false;
    }

    private void addFlushTimers(MutableIntList actions, boolean noMemory) {
        for (DefaultDomain domain : state.domains) {
            // The timer is not armed anew before its handler has cleared fq_timer_on, and does not run beside itself.
            if (domain.queue().isTimerOn() && !isInFlight(Action.Kind.FLUSH_TIMER, domain.index())) {
                addOnCpus(
                        actions,
                        Action.Kind.FLUSH_TIMER,
                        domain.index(),
                        0,
                        timerAsksCpu(),
                        noMemory && timerAsksCpu());
            }
        }
    }

    /** What is freed goes into the caches of the CPU that frees it. */
    private boolean timerAsksCpu() {
        return plan.usedOrders != 0;
    }

    /** The mutex of the group keeps one change from another. */
    private void addTypeChanges(MutableIntList actions, boolean noMemory) {
        if (!plan.configuration.exploration().has(Exploration.Option.LAZY_SWITCH)) {
            return;
        }
        for (DefaultDomain domain : state.domains) {
            if (domain.exists()
                    && domain.groupType() == GroupType.DMA
                    && !isInFlight(Action.Kind.CHANGE_TYPE, domain.index())
                    && !isInFlight(Action.Kind.ADD, domain.index())) {
                addTypeChange(actions, domain, noMemory);
            }
        }
    }

    private void addTypeChange(MutableIntList actions, DefaultDomain domain, boolean noMemory) {
        for (int cpu = 0; cpu < plan.configuration.cpus(); cpu++) {
            if (isFree(cpu)) {
                add(actions, ActionCode.of(Action.Kind.CHANGE_TYPE, cpu, domain.index(), 0), noMemory);
                if (!plan.interleavesSteps) {
                    break;
                }
            }
        }
    }

    private boolean isInFlight(Action.Kind kind, int domain) {
        if (plan.interleavesSteps) {
            for (CallInFlight call : state.calls) {
                if (call.isInFlight() && call.kind == kind && call.domain == domain && !call.orphaned) {
                    return true;
                }
            }
        }
        return false;
    }

    // ---- what they mean ----

    /** What an action listed in the current state means. */
    Action describe(int code) {
        Failure failure = ActionCode.failure(code);
        Action action = describeWithoutFailure(code);
        return failure == Failure.NONE || failure == Failure.NO_MEMORY ? action : action.with(failure);
    }

    private Action describeWithoutFailure(int code) {
        Action.Kind kind = ActionCode.kind(code);
        int subject = ActionCode.subject(code);
        int cpu = ActionCode.cpu(code);
        int cpuOfCall = plan.interleavesSteps ? cpu : -1;
        boolean noMemory = ActionCode.isWithoutMemory(code);
        return switch (kind) {
            case ADD ->
                new Action(
                        kind, cpuOfCall, noMemory, subject, -1, plan.domainOf[subject], 0, 0, ActionCode.detail(code));
            case BIND -> new Action(kind, cpuOfCall, noMemory, subject, -1, plan.domainOf[subject], 0, 0, 0);
            case MSI -> new Action(kind, cpu, noMemory, subject, -1, plan.domainOf[subject], 0, 0, 0);
            case CLAIM, ATTACH, RELEASE, TYPE_CHANGE ->
                new Action(kind, -1, noMemory, -1, -1, subject, 0, 0, ActionCode.detail(code));
            case REMOVE, UNBIND -> new Action(kind, -1, noMemory, subject, -1, plan.domainOf[subject], 0, 0, 0);
            case RESERVE -> {
                int device = plan.configuration.reservations().get(subject).device();
                yield new Action(kind, cpuOfCall, noMemory, device, subject, plan.domainOf[device], 0, 0, 0);
            }
            case MAP -> {
                int size = ActionCode.size(code);
                int usedCpu = plan.mapAsksCpu(subject, size) ? cpu : cpuOfCall;
                long bytes = plan.setups[subject].buffer(size).bytes();
                int from = ActionCode.failsFrom(code);
                yield ofBuffer(
                        new Action(kind, usedCpu, noMemory, subject, -1, plan.domainOf[subject], bytes, 0, from), size);
            }
            case WRONG_UNMAP -> {
                WrongUnmap way = wayOf(ActionCode.detail(code));
                int mapping = mappingOf(ActionCode.detail(code));
                LiveMappings live = state.domains[subject].live();
                boolean again = way == WrongUnmap.AGAIN;
                int device = again ? state.undoneDevice : live.device(mapping);
                int size = again ? state.undoneSize : live.size(mapping);
                long first = again ? state.undonePfn : live.firstPfn(mapping);
                BufferSetup buffer = plan.setups[device].buffer(size);
                int usedCpu = unmapAsksCpu(state.domains[subject], device, size, 0) ? cpu : cpuOfCall;
                int shift = state.domains[subject].granuleShift();
                long address = ((first + (way == WrongUnmap.INNER_ADDRESS ? 1 : 0)) << shift) + buffer.offset();
                long bytes =
                        switch (way) {
                            case AGAIN -> buffer.bytes();
                            case OTHER_SIZE -> plan.wrongPages(device, size) << shift;
                            case INNER_ADDRESS -> (buffer.pages() - 1) << shift;
                        };
                int order = !again && live.isLost(mapping) ? Action.ofLost(way.ordinal()) : way.ordinal();
                yield ofBuffer(new Action(kind, usedCpu, noMemory, device, -1, subject, bytes, address, order), size);
            }
            case UNMAP, LINK, SYNC, UNLINK -> {
                LiveMappings live = state.domains[subject].live();
                int mapping = ActionCode.detail(code);
                int device = live.device(mapping);
                int size = live.size(mapping);
                boolean asksCpu = kind == Action.Kind.UNMAP
                        && unmapAsksCpu(state.domains[subject], device, size, live.linked(mapping));
                int usedCpu = asksCpu ? cpu : cpuOfCall;
                int buffer = plan.setups[device].bufferOf(size);
                long address = (live.firstPfn(mapping) << state.domains[subject].granuleShift())
                        + plan.setups[device].buffer(size).offset();
                yield ofBuffer(
                        new Action(
                                kind,
                                usedCpu,
                                noMemory,
                                device,
                                -1,
                                subject,
                                plan.setups[device].buffer(buffer).bytes(),
                                address,
                                live.isLost(mapping) ? Action.ofLost(live.linked(mapping)) : live.linked(mapping)),
                        buffer);
            }
            case CPU_OFFLINE, CPU_ONLINE -> new Action(kind, cpu, noMemory, -1, -1, -1, 0, 0, 0);
            case DEPOT_WORK -> new Action(kind, cpuOfCall, noMemory, -1, -1, subject, 0, 0, ActionCode.detail(code));
            case FLUSH_TIMER -> new Action(kind, timerAsksCpu() ? cpu : cpuOfCall, noMemory, -1, -1, subject, 0, 0, 0);
            case CHANGE_TYPE -> new Action(kind, cpuOfCall, noMemory, -1, -1, subject, 0, 0, 0);
            case STEP -> describeStep(state.calls[cpu], noMemory);
        };
    }

    /** Says which buffer it is, where its size does not tell. */
    private Action ofBuffer(Action action, int size) {
        boolean plain = plan.setups[action.device()].buffer(size).buffer().isPlain();
        return plain ? action : action.withBuffer(size);
    }

    private Action describeStep(CallInFlight call, boolean noMemory) {
        boolean reserves = call.kind == Action.Kind.RESERVE || call.stage == CallInFlight.Stage.PROBE_CALLS;
        boolean ofBuffer = call.isMapping() || call.kind == Action.Kind.WRONG_UNMAP;
        int buffer = ofBuffer ? plan.setups[call.device].bufferOf(call.size) : -1;
        Action action = new Action(
                Action.Kind.STEP,
                call.cpu(),
                noMemory,
                call.device,
                reserves || call.stage == CallInFlight.Stage.RESERVE ? call.reservation : -1,
                call.domain,
                ofBuffer ? plan.setups[call.device].buffer(buffer).bytes() : 0,
                call.pfn == 0 ? 0 : call.pfn << state.domains[call.domain].granuleShift(),
                numberOf(call),
                call.nextStep());
        return ofBuffer ? ofBuffer(action, buffer) : action;
    }

    /** What an order says of a step: the size class that is worked on, or the segment that comes next. */
    private int numberOf(CallInFlight call) {
        return switch (call.stage) {
            case ALLOCATOR -> call.iova.cursorOrder();
            case NEXT_SEGMENT -> plan.setups[call.device].rangeNumber(call.size);
            default -> 0;
        };
    }
}
