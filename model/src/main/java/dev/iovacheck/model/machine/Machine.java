package dev.iovacheck.model.machine;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.packed.BitWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.list.primitive.MutableIntList;
import org.eclipse.collections.impl.map.mutable.primitive.IntObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The whole machine of a configuration, or of some of its devices: which devices are there, their groups' default domains, who holds
 * which mapping, and which reservations were made. It is in one state at a time; {@link #enabled} lists what can happen in it, {@link
 * #apply} makes it happen. Everything is deterministic: the same state and action give the same result and the same next state, and
 * actions are listed in the same order.
 *
 * <p>States travel as words: {@link #write} stores the current state, {@link #read} goes to a stored one. What a {@link Symmetry}
 * forgets is stored by sorting: CPUs are named by what their caches hold, devices that are alike by what the state says of them. So
 * states that differ in such names only are one.
 *
 * <p>Calls are made of atomic steps ({@link Calls}). With {@code interleaving: calls} an action is a whole call; with {@code steps} one
 * action begins a call on an idle CPU and others take it on, and {@link #sufficient} lists fewer of them.
 *
 * <p>Not thread-safe; every thread has its own machine. What never changes is in {@link Blueprint}, what changes in
 * {@link MachineState}; {@link EnabledActions} says what can happen, {@link StateCodec} stores.
 */
public final class Machine {

    private final Blueprint plan;
    private final MachineState state;
    private final EnabledActions enabledActions;
    private final StateCodec codec;
    private final Outcome outcome = new Outcome();
    private final KeptPromises kept;
    private final Calls calls;
    private final GroupControl groups;
    private final SegmentLists lists;

    /** What groups report, by domain and by which devices are there: it is asked for in every state. */
    private final List<IntObjectHashMap<ReservedRegions>> reports = new ArrayList<>();

    private long edition;

    /** For {@link #find}: it is asked once for each step of each replay. */
    private final MutableIntList found = IntLists.mutable.empty();

    /** A machine of all devices, in its initial state: no device is there yet, all CPUs are online. */
    public Machine(Configuration configuration) {
        this(configuration, allDevices(configuration), Symmetry.NAMES_KEPT);
    }

    /**
     * @param members indices of the devices that take part, ascending; groups must be whole
     * @param symmetry what stored states forget
     */
    public Machine(Configuration configuration, int[] members, Symmetry symmetry) {
        this(new Blueprint(configuration, members, null), symmetry);
    }

    /** A machine of all devices, in its initial state, with a mistake planted into it: for proving that a check can fail. */
    public static Machine withDefect(Configuration configuration, Defect defect) {
        return withDefect(configuration, allDevices(configuration), Symmetry.NAMES_KEPT, defect);
    }

    /** Likewise, of some devices. */
    public static Machine withDefect(Configuration configuration, int[] members, Symmetry symmetry, Defect defect) {
        return new Machine(new Blueprint(configuration, members, defect), symmetry);
    }

    private Machine(Blueprint plan, Symmetry symmetry) {
        this.plan = plan;
        state = new MachineState(plan);
        kept = new KeptPromises(plan, state);
        lists = new SegmentLists(plan);
        calls = new Calls(plan, state, kept, outcome);
        enabledActions = new EnabledActions(plan, state, calls, !symmetry.slots());
        groups = new GroupControl(plan, state, calls);
        reportGroups();
        codec = new StateCodec(plan, state, calls, symmetry);
    }

    private static int[] allDevices(Configuration configuration) {
        return configuration.devices().stream().mapToInt(Device::index).toArray();
    }

    /**
     * The devices of a configuration in sets that share nothing: one per group, and one for each device without a group. What holds of
     * each set apart holds of all together, since no action on one changes what another sees; CPUs may come and go under any of them.
     */
    public static List<int[]> independentParts(Configuration configuration) {
        List<String> groups = new ArrayList<>();
        List<MutableIntList> parts = new ArrayList<>();
        for (Device device : configuration.devices()) {
            int part = device.group() == null ? -1 : groups.indexOf(device.group());
            if (part < 0) {
                part = parts.size();
                parts.add(IntLists.mutable.empty());
                groups.add(device.group() == null ? "" : device.group());
            }
            parts.get(part).add(device.index());
        }
        return parts.stream().map(MutableIntList::toArray).toList();
    }

    /**
     * Whether two of these parts are alike in everything but their names, so that what holds of one holds of the other: the first
     * device of one does what the first of the other does, and so on.
     */
    public static boolean areAlike(Configuration configuration, int[] part, int[] otherPart) {
        return Twins.areAlike(configuration, part, otherPart);
    }

    // ---- states ----

    /** Goes to the initial state. */
    public void reset() {
        edition++;
        state.reset();
        outcome.clear();
    }

    /**
     * Stores the current state. Equal words mean equal states.
     *
     * @return how many words it takes
     */
    public int write(BitWriter out) {
        return codec.write(out);
    }

    /**
     * Writes a part of the current state: which devices are there and how they and their groups are set up, which reservation calls
     * were made, and the trees. Equal words mean that all of that is equal. What comes and goes with mappings is not in it unless it
     * changes a tree: mappings themselves, caches, queues, page tables, calls in flight. So few layouts are seen again and again.
     */
    public void writeLayout(BitWriter out) {
        codec.writeLayout(out);
    }

    /**
     * Writes another part of the current state: which devices are there and how they and their groups are set up, which reservation
     * calls were made, the nodes of the trees, and who holds what: mappings, ranges in caches, flush queues and calls in flight. Equal
     * words mean that all of that is equal. Where the nodes are sorted, neither hints are in it nor which cache a range is in, so that
     * many states hold the same.
     */
    public void writeHoldings(BitWriter out) {
        codec.writeHoldings(out);
    }

    /** Goes to a stored state that starts at word {@code at}. */
    public void read(long[] words, int at) {
        edition++;
        codec.read(words, at);
        outcome.clear();
    }

    /** Goes to the state in which another machine of the same configuration and members is: sooner done than reading it again. */
    public void copyFrom(Machine other) {
        edition++;
        state.copyFrom(other.state);
        outcome.clear();
    }

    /** Another number whenever the machine may be in another state: whoever remembers what he saw of it can tell whether that is still so. */
    public long edition() {
        return edition;
    }

    /**
     * How many states there are, the current one included, that are stored like it and would be stored apart if nothing were forgotten;
     * {@link Long#MAX_VALUE} if there are more than that. All of them can be reached if one can.
     */
    public long namings() {
        return codec.namings();
    }

    // ---- what can happen ----

    /** Appends the actions that can happen in the current state to {@code actions}, always in the same order. */
    public void enabled(MutableIntList actions) {
        enabledActions.list(actions);
    }

    /**
     * As {@link #enabled}, but leaves out actions that show nothing which the others do not show as well ({@link ForcedStep}). Which
     * invariants can be violated stays the same; with {@code interleaving: calls} nothing is left out.
     */
    public void sufficient(MutableIntList actions) {
        enabledActions.listSufficient(actions);
    }

    /** What kind of action a listed one is; cheaper than to {@link #describe} it. */
    public Action.Kind kindOf(int code) {
        return ActionCode.kind(code);
    }

    /** What an action listed in the current state means. To be asked before it is applied. */
    public Action describe(int code) {
        return enabledActions.describe(code);
    }

    /**
     * The listed action that means this.
     *
     * @return its code, or -1 if it cannot happen in the current state
     */
    public int find(Action action) {
        found.clear();
        enabledActions.list(found);
        for (int index = 0; index < found.size(); index++) {
            int code = found.get(index);
            boolean similar = ActionCode.kind(code) == action.kind()
                    && ActionCode.failure(code) == action.failure()
                    && (action.cpu() < 0 || ActionCode.cpu(code) == action.cpu());
            if (similar && describe(code).equals(action)) {
                return code;
            }
        }
        return -1;
    }

    /**
     * Makes a listed action happen in the current state; its result is in {@link #outcome}.
     *
     * @return false if something was not to work that nothing came of: the action is then the same as the one in which all works, and is
     *     to be left out
     */
    public boolean apply(int code) {
        edition++;
        outcome.clear();
        boolean noMemory = ActionCode.isWithoutMemory(code);
        state.begin(ActionCode.failure(code), ActionCode.failsFrom(code));
        switch (ActionCode.kind(code)) {
            case REMOVE -> removeDevice(ActionCode.subject(code));
            case UNBIND -> unbind(ActionCode.subject(code));
            case CLAIM -> groups.claim(state.domains[ActionCode.subject(code)], outcome);
            case ATTACH -> groups.attach(state.domains[ActionCode.subject(code)], Attachment.USER);
            case RELEASE -> groups.attach(state.domains[ActionCode.subject(code)], Attachment.DEFAULT);
            case TYPE_CHANGE ->
                groups.changeType(
                        state.domains[ActionCode.subject(code)], GroupType.values()[ActionCode.detail(code)], outcome);
            case CPU_ONLINE -> state.setOnline(state.online | 1 << ActionCode.cpu(code));
            case STEP -> goOn(state.calls[ActionCode.cpu(code)]);
            default -> run(code);
        }
        for (DefaultDomain domain : state.domains) {
            if (domain.iova().crashed()) {
                outcome.noReturn(domain.iova().hung());
            }
        }
        boolean cameTrue = state.failure == Failure.NONE || state.failed || (noMemory && memoryFailed());
        state.endAction();
        if (!outcome.returned()) {
            state.crashed = true;
            state.endCalls();
        }
        return cameTrue;
    }

    private void run(int code) {
        CallInFlight call = calls.begin(code);
        if (plan.interleavesSteps) {
            tellWhetherItGoesOn(call);
        } else {
            while (call.isInFlight()) {
                calls.advance(call);
            }
        }
    }

    private void goOn(CallInFlight call) {
        if (call.orphaned) {
            call.end();
            outcome.notThere();
            return;
        }
        calls.advance(call);
        tellWhetherItGoesOn(call);
    }

    private void tellWhetherItGoesOn(CallInFlight call) {
        if (call.isInFlight()) {
            outcome.goesOn();
            call.memoryWasMissing |= (call.kind == Action.Kind.ADD || call.kind == Action.Kind.BIND) && memoryFailed();
        }
    }

    private boolean memoryFailed() {
        for (DefaultDomain domain : state.domains) {
            if (domain.iova().memoryFailed()) {
                return true;
            }
        }
        return false;
    }

    // ---- what happens at once ----

    /** The domain and everything in it goes with the last device; nothing else in the allocator changes (derived). */
    private void removeDevice(int device) {
        if (state.liveOf[device] != 0) {
            state.mistaken = true;
            dropMappings(device);
        }
        if (state.undoneDomain >= 0 && state.undoneDevice == device) {
            state.forgetUndone();
        }
        state.present.set(device, false);
        state.attachPending.set(device, false);
        state.usesDmaIommu.set(device, false);
        state.tries32Bit.set(device, false);
        groups.unbind(device);
        DefaultDomain domain = domainOf(device);
        boolean last = domain != null && !hasDevice(domain);
        for (int index : plan.reservations) {
            Reservation call = plan.configuration.reservations().get(index);
            if (last && plan.domainOf[call.device()] == plan.domainOf[device]) {
                state.promised.set(index, false);
            }
            if (call.device() == device) {
                endCall(index, last ? null : domain);
            }
        }
        if (last && domain != null) {
            for (CallInFlight call : state.calls) {
                if (call.isInFlight() && call.domain == domain.index()) {
                    call.orphan();
                }
            }
            domain.destroy();
        }
    }

    /** Nobody holds them any more; their ranges and page-table entries stay. */
    private void dropMappings(int device) {
        LiveMappings live = state.domains[plan.domainOf[device]].live();
        for (int mapping = live.count() - 1; mapping >= 0; mapping--) {
            if (live.device(mapping) == device) {
                live.remove(mapping);
            }
        }
        state.liveOf[device] = 0;
    }

    private void unbind(int device) {
        groups.unbind(device);
        for (int index : plan.reservations) {
            if (plan.configuration.reservations().get(index).device() == device) {
                endCall(index, domainOf(device));
            }
        }
    }

    /** The driver that made a reservation call goes. Only the repaired call has an inverse. */
    private void endCall(int index, @Nullable DefaultDomain domain) {
        state.called.set(index, false);
        if (plan.configuration.mechanism() == Mechanism.HARDENED
                && domain != null
                && plan.defect != Defect.RESERVATION_OUTLIVES_DEVICE) {
            release(domain, plan.configuration.reservations().get(index));
        }
    }

    private boolean hasDevice(DefaultDomain domain) {
        for (int device : plan.devices) {
            if (state.present.has(device) && plan.domainOf[device] == domain.index()) {
                return true;
            }
        }
        return false;
    }

    private void release(DefaultDomain domain, Reservation call) {
        Extent bytes = call.promised();
        if (!state.promised.has(call.index()) || bytes == null) {
            return;
        }
        state.promised.set(call.index(), false);
        int shift = domain.granuleShift();
        HardenedCall.release(domain.iova(), new Extent(bytes.first() >>> shift, bytes.last() >>> shift));
        for (Promise other : plan.promises) {
            if (other.domain() == domain.index() && isKept(other)) {
                Extent kept = other.bytes();
                HardenedCall.fillGaps(domain.iova(), new Extent(kept.first() >>> shift, kept.last() >>> shift));
            }
        }
    }

    // ---- views ----

    /** What the last action returned. Overwritten by the next one. */
    public Outcome outcome() {
        return outcome;
    }

    /** Which branches of the kernel's functions were taken by actions since this machine was made, whatever state they led to. */
    public Set<Branch> takenBranches() {
        return state.branches.toSet();
    }

    /** Whether a branch of the kernel's functions was taken by an action since this machine was made. */
    public boolean hasTaken(Branch branch) {
        return state.branches.has(branch);
    }

    public Configuration configuration() {
        return plan.configuration;
    }

    /** Indices of the devices that take part, ascending. */
    public int[] devices() {
        return plan.devices.clone();
    }

    public int deviceCount() {
        return plan.devices.length;
    }

    /** Index of the {@code number}-th device that takes part. */
    public int device(int number) {
        return plan.devices[number];
    }

    /** The first of the devices of its group that are alike in everything but their names: itself, if there is no earlier one. */
    public int twinOf(int device) {
        return plan.twinOf[device];
    }

    /** What firmware, bus and kernel make of a device that takes part. */
    public DeviceSetup setup(int device) {
        return plan.setups[device];
    }

    public boolean isPresent(int device) {
        return state.present.has(device);
    }

    /** {@code use_dma_iommu(dev)}: whether its mappings go through the IOMMU domain's allocator. */
    public boolean usesDmaIommu(int device) {
        return state.usesDmaIommu.has(device);
    }

    /** Whether a driver is bound to it. */
    public boolean isBound(int device) {
        return state.bound.has(device);
    }

    /** Where the doorbell of a device was mapped for the interrupts that are set up for it; {@code null} if none are. */
    public @Nullable Attachment doorbellIn(int device) {
        return state.doorbellIn[device];
    }

    /** Whether the doorbell of a device is mapped in the default domain of its group. */
    public boolean hasDoorbellPage(int device) {
        return plan.domainOf[device] >= 0 && calls.hasDoorbellPage(state.domains[plan.domainOf[device]], device);
    }

    /** Whether a live mapping is the page of a doorbell. */
    public boolean isDoorbell(DefaultDomain domain, int mapping) {
        return domain.live().size(mapping) == plan.setups[domain.live().device(mapping)].doorbellSize();
    }

    /** Whether the identity mappings of direct regions are followed. */
    public boolean followsDirectMaps() {
        return plan.followsDirectMaps;
    }

    /** What the group of a domain reports as reserved for the devices that are there. */
    public ReservedRegions reservedRegions(int domain) {
        int members = 0;
        for (int device : plan.devices) {
            if (plan.domainOf[device] == domain && state.present.has(device)) {
                members |= 1 << device;
            }
        }
        ReservedRegions known = reports.get(domain).get(members);
        if (known == null) {
            known = report(members);
            reports.get(domain).put(members, known);
        }
        return known;
    }

    /** Small groups are looked at beforehand, so that nothing is made while states are checked. */
    private void reportGroups() {
        for (int domain = 0; domain < state.domains.length; domain++) {
            reports.add(new IntObjectHashMap<>());
            int all = 0;
            for (int device : plan.devices) {
                all |= plan.domainOf[device] == domain ? 1 << device : 0;
            }
            for (int some = all; Integer.bitCount(all) <= 6 && some != 0; some = (some - 1) & all) {
                reports.get(domain).put(some, report(some));
            }
        }
    }

    /** {@code iommu_get_group_resv_regions}, device by device. */
    private ReservedRegions report(int members) {
        ReservedRegions report = ReservedRegions.NONE;
        for (int device : plan.devices) {
            if ((members & 1 << device) != 0) {
                for (FirmwareRegion region : plan.setups[device].reported()) {
                    report = report.insert(region, plan.asksFreedEntry, plan.defect);
                }
            }
        }
        return report;
    }

    /** Whether a PCI device whose limit for one of its buffers is higher still tries to get an address below 4 GiB first. */
    public boolean triesBelow4G(int device, int size) {
        return state.tries32Bit.has(device) && DmaMapping.reachesAbove4G(plan.setups[device], size);
    }

    /** How many mappings of a domain somebody holds: a list that is mapped segment by segment is one, and counts while it is whole. */
    public int heldIn(DefaultDomain domain) {
        int held = 0;
        for (int mapping = 0; mapping < domain.live().count(); mapping++) {
            held += lists.isHeld(domain.live(), mapping) ? 1 : 0;
        }
        return held;
    }

    /**
     * The CPU whose call makes or undoes the list that a live mapping is a segment of; -1 if a driver holds it.
     */
    public int cpuThatHolds(DefaultDomain domain, int mapping) {
        for (int cpu = 0; cpu < callCount() && plan.mapsSegments; cpu++) {
            if (domain.live().list(mapping) != 0 && lists.isOf(state.calls[cpu], domain, mapping)) {
                return cpu;
            }
        }
        return -1;
    }

    /**
     * A range of the mapping of one of a device's buffers that was made at {@code first}, a pfn of a domain that is there.
     *
     * @return its place among the live mappings, -1 if there is none
     */
    int rangeOf(DefaultDomain domain, int device, int buffer, long first, int number) {
        return lists.range(domain.live(), device, buffer, first, number);
    }

    /** How many mappings a device holds. */
    public int liveOf(int device) {
        return state.liveOf[device];
    }

    /** The default domain of the device's group, there or not; {@code null} for a device without a group. */
    public @Nullable DefaultDomain domainOf(int device) {
        return plan.domainOf[device] < 0 ? null : state.domains[plan.domainOf[device]];
    }

    public int domainCount() {
        return state.domains.length;
    }

    public DefaultDomain domain(int index) {
        return state.domains[index];
    }

    public boolean isOnline(int cpu) {
        return state.isOnline(cpu);
    }

    /** How many calls may be in flight between two actions: one for each CPU, or none where calls are not interrupted. */
    public int callCount() {
        return plan.interleavesSteps ? state.calls.length : 0;
    }

    /** What a CPU below {@link #callCount} is in the middle of. */
    public CallInFlight call(int cpu) {
        return state.calls[cpu];
    }

    /** Whether stored states forget which CPU is which, where there are several. */
    public boolean forgetsCpus() {
        return codec.forgetsCpus();
    }

    /** Whether a call that did not return has ended everything. */
    public boolean isCrashed() {
        return state.crashed;
    }

    /** The device that undid a mapping last, if its driver may undo it once more. */
    int undoneDevice() {
        return state.undoneDevice;
    }

    int undoneSize() {
        return state.undoneSize;
    }

    /** Whether page-table entries are followed, because they can differ from what drivers hold. */
    public boolean tracksPtes() {
        return plan.tracksPtes;
    }

    /** Whether a driver has broken the rules of the DMA API: what goes wrong from then on may be its fault. */
    public boolean isMistaken() {
        return state.mistaken;
    }

    /** Everything that may ever be promised here. */
    public List<Promise> promises() {
        return plan.promises;
    }

    /**
     * Whether somebody may now rely on the promise: a region of a device that is there and uses the domain, or a call that returned 0
     * since the domain was made.
     */
    public boolean isMade(Promise promise) {
        return promise.isCall()
                ? state.promised.has(promise.reservation())
                : state.present.has(promise.device()) && state.usesDmaIommu.has(promise.device());
    }

    /** Writes three words that tell which promises are made: equal words mean that the same are. */
    void writeMade(long[] words, int at) {
        words[at] = state.promised.bits();
        words[at + 1] = state.present.bits();
        words[at + 2] = state.usesDmaIommu.bits();
    }

    /**
     * Whether the kernel itself has taken the promise into the allocator: a call that returned 0, or a region of the device that
     * initialised the domain, be it still there or not.
     */
    public boolean isKept(Promise promise) {
        return kept.has(promise);
    }

    /** Whether every granule of {@code first..last} (inclusive) of a domain is touched by a promise that is kept. */
    public boolean isKept(DefaultDomain domain, long first, long last) {
        return kept.cover(domain, first, last);
    }

    /** Whether the driver has made this reservation call successfully since its device appeared. */
    public boolean isCalled(int reservation) {
        return state.called.has(reservation);
    }
}
