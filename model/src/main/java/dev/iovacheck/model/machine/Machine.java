package dev.iovacheck.model.machine;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.iova.AllocatorConstants;
import dev.iovacheck.model.iova.DomainCodec;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.packed.BitReader;
import dev.iovacheck.model.packed.BitWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.list.primitive.MutableIntList;
import org.jspecify.annotations.Nullable;

/**
 * The whole machine of a configuration, or of some of its devices: which devices are there, their groups' default domains, who holds
 * which mapping, and which reservations were made. It is in one state at a time; {@link #enabled} lists what can happen in it, {@link
 * #apply} makes it happen. Everything is deterministic: the same state and action give the same result and the same next state, and
 * actions are listed in the same order.
 *
 * <p>States travel as words: {@link #write} stores the current state, {@link #read} goes to a stored one. With interchangeable CPUs
 * the stored form names CPUs by what their caches hold, so that states that differ only in CPU numbers are one; not where the shape
 * of the tree is state, since that depends on CPU numbers.
 *
 * <p>Each call is one atomic step. Not thread-safe; every thread has its own machine.
 */
public final class Machine {

    /** 16 devices with 64 mappings each at the most. */
    private static final int LIVE_BITS = 11;

    private final Configuration configuration;
    private final boolean interchangeableCpus;
    private final @Nullable Defect defect;
    private final int[] devices;
    private final DeviceSetup[] setups;
    private final DefaultDomain[] domains;
    private final DomainCodec[] codecs;
    private final int[] domainOf;
    private final int[] reservations;
    private final List<Promise> promises;
    private final long[] startPfns;
    private final int pfnBits;
    private final boolean canBecomeIllFormed;

    private final boolean[] present;
    private final boolean[] usesDmaIommu;
    private final boolean[] tries32Bit;
    private final int[] liveOf;
    private final boolean[] called;
    private final boolean[] promised;
    private int online;
    private boolean crashed;

    private final Outcome outcome = new Outcome();
    private final DmaMapping.Attempt attempt = new DmaMapping.Attempt();
    private final Outcome ignored = new Outcome();
    private final BitReader reader = new BitReader();
    private final int[] cpuOrder;

    /** A machine of all devices, in its initial state: no device is there yet, all CPUs are online. */
    public Machine(Configuration configuration) {
        this(configuration, allDevices(configuration), false);
    }

    /**
     * @param members indices of the devices that take part, ascending; groups must be whole
     * @param interchangeableCpus whether stored states forget CPU numbers where these make no difference
     */
    public Machine(Configuration configuration, int[] members, boolean interchangeableCpus) {
        this(configuration, members, interchangeableCpus, null);
    }

    /** A machine of all devices, in its initial state, with a mistake planted into it: for proving that a check can fail. */
    public static Machine withDefect(Configuration configuration, Defect defect) {
        return new Machine(configuration, allDevices(configuration), false, defect);
    }

    private Machine(Configuration configuration, int[] members, boolean interchangeableCpus, @Nullable Defect defect) {
        this.configuration = configuration;
        this.defect = defect;
        devices = members.clone();
        int all = configuration.devices().size();
        setups = new DeviceSetup[all];
        domainOf = new int[all];
        Arrays.fill(domainOf, -1);
        AllocatorConstants constants = new AllocatorConstants(
                configuration.kernel(),
                configuration.cpus(),
                configuration.caches().magazineSize(),
                configuration.caches().depotSize());
        List<String> groups = new ArrayList<>();
        for (int device : devices) {
            Device described = configuration.devices().get(device);
            setups[device] = new DeviceSetup(configuration, described);
            if (described.group() != null) {
                String group = defect == Defect.ONE_GROUP_FOR_ALL ? "all" : described.group();
                if (!groups.contains(group)) {
                    groups.add(group);
                }
                domainOf[device] = groups.indexOf(group);
            }
        }
        reservations = configuration.reservations().stream()
                .filter(r -> configuration.mechanism().isCall() && setups[r.device()] != null)
                .mapToInt(Reservation::index)
                .toArray();
        domains = new DefaultDomain[groups.size()];
        codecs = new DomainCodec[groups.size()];
        canBecomeIllFormed = canBecomeIllFormed();
        // Emptying caches takes CPUs by number, and the order of removals shows in the shape of the tree.
        this.interchangeableCpus = interchangeableCpus && !canBecomeIllFormed;
        IovaDomain.Nodes nodes = canBecomeIllFormed ? IovaDomain.Nodes.RED_BLACK : IovaDomain.Nodes.SORTED;
        long highestPfn = highestPfn();
        pfnBits = 64 - Long.numberOfLeadingZeros(highestPfn);
        Iommu iommu = configuration.iommu();
        for (int domain = 0; domain < domains.length; domain++) {
            IovaDomain iova = new IovaDomain(constants, nodes, defect);
            domains[domain] = new DefaultDomain(
                    domain, groups.get(domain), iommu.granuleShift(), iommu.mode() == Iommu.Mode.LAZY, iova);
            codecs[domain] = new DomainCodec(iova, constants, highestPfn, largestRequest());
        }
        promises = listPromises();
        startPfns = new long[all];
        for (int device : devices) {
            startPfns[device] = setups[device].basePfn();
        }
        present = new boolean[all];
        usesDmaIommu = new boolean[all];
        tries32Bit = new boolean[all];
        liveOf = new int[all];
        called = new boolean[configuration.reservations().size()];
        promised = new boolean[configuration.reservations().size()];
        cpuOrder = new int[configuration.cpus()];
        reset();
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

    /** Whether a call of this configuration can ask for {@code hi} below {@code lo}; only then the shape of the tree is state. */
    private boolean canBecomeIllFormed() {
        int shift = configuration.iommu().granuleShift();
        for (int index : reservations) {
            Reservation call = configuration.reservations().get(index);
            long last = call.start() + call.length() - 1;
            boolean inverted = Long.compareUnsigned(last >>> shift, call.start() >>> shift) < 0
                    || Long.compareUnsigned(last, call.start()) < 0;
            if (inverted && configuration.mechanism() == Mechanism.POSTED_API) {
                return true;
            }
        }
        return false;
    }

    private long highestPfn() {
        int shift = configuration.iommu().granuleShift();
        long highest = 1;
        for (int device : devices) {
            DeviceSetup setup = setups[device];
            highest = max(highest, setup.dmaLimit() >>> shift);
            highest = max(highest, setup.basePfn());
            for (Extent region : setup.reservedRegions()) {
                highest = max(highest, region.last() >>> shift);
            }
        }
        for (int index : reservations) {
            Reservation call = configuration.reservations().get(index);
            highest = max(highest, call.start() >>> shift);
            highest = max(highest, (call.start() + call.length() - 1) >>> shift);
        }
        return highest;
    }

    private long largestRequest() {
        long largest = 1;
        for (int device : devices) {
            for (int size = 0; size < setups[device].mapSizeCount(); size++) {
                largest = max(largest, setups[device].nodePfns(size));
            }
        }
        return largest;
    }

    private static long max(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? b : a;
    }

    private List<Promise> listPromises() {
        List<Promise> all = new ArrayList<>();
        for (int device : devices) {
            for (Extent region : setups[device].reservedRegions()) {
                all.add(new Promise(all.size(), device, domainOf[device], -1, region));
            }
        }
        for (int index : reservations) {
            Reservation call = configuration.reservations().get(index);
            Extent bytes = call.promised();
            if (bytes != null) {
                all.add(new Promise(all.size(), call.device(), domainOf[call.device()], index, bytes));
            }
        }
        return List.copyOf(all);
    }

    // ---- states ----

    /** Goes to the initial state. */
    public void reset() {
        for (DefaultDomain domain : domains) {
            domain.destroy();
        }
        Arrays.fill(present, false);
        Arrays.fill(usesDmaIommu, false);
        Arrays.fill(tries32Bit, false);
        Arrays.fill(liveOf, 0);
        Arrays.fill(called, false);
        Arrays.fill(promised, false);
        crashed = false;
        setOnline((1 << configuration.cpus()) - 1);
        outcome.clear();
    }

    private void setOnline(int mask) {
        online = mask;
        for (DefaultDomain domain : domains) {
            domain.iova().setOnline(mask);
        }
    }

    /**
     * Stores the current state. Equal words mean equal states.
     *
     * @return how many words it takes
     */
    public int write(BitWriter out) {
        out.clear();
        out.put(crashed);
        if (!crashed) { // nothing happens after an oops: all such states are one
            writeAlive(out);
        }
        return out.finish();
    }

    private void writeAlive(BitWriter out) {
        orderCpus();
        if (configuration.exploration().cpuHotplug()) {
            for (int cpu : cpuOrder) {
                out.put(isOnline(cpu));
            }
        }
        for (int device : devices) {
            out.put(present[device]);
            if (present[device]) {
                out.put(usesDmaIommu[device]);
                if (DmaMapping.starts32Bit(setups[device].device())) {
                    out.put(tries32Bit[device]);
                }
            }
        }
        for (int index : reservations) {
            out.put(called[index]);
            out.put(promised[index]);
        }
        for (int index = 0; index < domains.length; index++) {
            DefaultDomain domain = domains[index];
            out.put(domain.exists());
            if (domain.exists()) {
                out.put(domain.initialiser() + 1, 5);
                codecs[index].write(out, cpuOrder);
                writeLive(out, domain);
            }
        }
    }

    private void writeLive(BitWriter out, DefaultDomain domain) {
        LiveMappings live = domain.live();
        out.put(live.count(), LIVE_BITS);
        for (int mapping = 0; mapping < live.count(); mapping++) {
            out.put(live.firstPfn(mapping), pfnBits);
            out.put(live.device(mapping), 4);
            out.put(live.size(mapping), 5);
        }
    }

    /** Goes to a stored state that starts at word {@code at}. */
    public void read(long[] words, int at) {
        reset();
        reader.start(words, at);
        crashed = reader.getBoolean();
        if (crashed) {
            return;
        }
        if (configuration.exploration().cpuHotplug()) {
            int mask = 0;
            for (int cpu = 0; cpu < configuration.cpus(); cpu++) {
                mask |= reader.getInt(1) << cpu;
            }
            setOnline(mask);
        }
        for (int device : devices) {
            present[device] = reader.getBoolean();
            if (present[device]) {
                usesDmaIommu[device] = reader.getBoolean();
                if (DmaMapping.starts32Bit(setups[device].device())) {
                    tries32Bit[device] = reader.getBoolean();
                }
            }
        }
        for (int index : reservations) {
            called[index] = reader.getBoolean();
            promised[index] = reader.getBoolean();
        }
        for (int index = 0; index < domains.length; index++) {
            DefaultDomain domain = domains[index];
            if (reader.getBoolean()) {
                int initialiser = reader.getInt(5) - 1;
                domain.load(true, initialiser);
                codecs[index].read(
                        reader, configuration.iommu().granuleShift(), initialiser < 0 ? 0 : startPfns[initialiser]);
                readLive(domain);
            }
        }
    }

    private void readLive(DefaultDomain domain) {
        for (int count = reader.getInt(LIVE_BITS); count > 0; count--) {
            long first = reader.get(pfnBits);
            int device = reader.getInt(4);
            domain.live().add(first, device, reader.getInt(5));
            liveOf[device]++;
        }
    }

    /** The CPUs in the order in which they are stored. */
    private void orderCpus() {
        for (int cpu = 0; cpu < cpuOrder.length; cpu++) {
            int at = cpu;
            while (interchangeableCpus && at > 0 && compareCpus(cpuOrder[at - 1], cpu) > 0) {
                cpuOrder[at] = cpuOrder[at - 1];
                at--;
            }
            cpuOrder[at] = cpu;
        }
    }

    private int compareCpus(int one, int other) {
        int difference = Boolean.compare(isOnline(one), isOnline(other));
        for (int domain = 0; difference == 0 && domain < codecs.length; domain++) {
            difference = codecs[domain].compareCpus(one, other);
        }
        return difference;
    }

    // ---- what can happen ----

    /** Appends the actions that can happen in the current state to {@code actions}, always in the same order. */
    public void enabled(MutableIntList actions) {
        if (crashed) {
            return;
        }
        boolean noMemory = configuration.exploration().noMemory();
        for (int device : devices) {
            if (!present[device]) {
                add(actions, ActionCode.of(Action.Kind.ADD, 0, device, 0), noMemory);
            } else if (configuration.exploration().removal() && liveOf[device] == 0) {
                add(actions, ActionCode.of(Action.Kind.REMOVE, 0, device, 0), false);
            }
        }
        for (int index : reservations) {
            if (mayCall(configuration.reservations().get(index))) {
                add(actions, ActionCode.of(Action.Kind.RESERVE, 0, index, 0), noMemory);
            }
        }
        for (int device : devices) {
            if (mayMap(device)) {
                addMaps(actions, device, noMemory);
            }
        }
        for (DefaultDomain domain : domains) {
            addUnmaps(actions, domain, noMemory);
        }
        if (configuration.exploration().cpuHotplug()) {
            addHotplug(actions);
        }
        if (configuration.exploration().depotWork()) {
            addDepotWork(actions);
        }
    }

    private static void add(MutableIntList actions, int code, boolean alsoWithoutMemory) {
        actions.add(code);
        if (alsoWithoutMemory) {
            actions.add(ActionCode.withoutMemory(code));
        }
    }

    private boolean mayCall(Reservation call) {
        if (!present[call.device()] || called[call.index()]) {
            return false;
        }
        return switch (call.when()) {
            case ANY, BEFORE_FIRST_MAP -> true;
            case WHILE_IDLE -> liveOf[call.device()] == 0;
            case AT_PROBE -> false; // part of adding the device
        };
    }

    private boolean mayMap(int device) {
        if (!present[device]
                || !usesDmaIommu[device]
                || liveOf[device] == setups[device].device().live()) {
            return false;
        }
        for (int index : reservations) {
            Reservation call = configuration.reservations().get(index);
            boolean comesFirst =
                    call.when() == Reservation.When.BEFORE_FIRST_MAP || call.when() == Reservation.When.AT_PROBE;
            if (call.device() == device && comesFirst && !called[index]) {
                return false;
            }
        }
        return true;
    }

    private void addMaps(MutableIntList actions, int device, boolean noMemory) {
        for (int size = 0; size < setups[device].mapSizeCount(); size++) {
            for (int cpu = 0; cpu < configuration.cpus(); cpu++) {
                if (isOnline(cpu)) {
                    add(actions, ActionCode.of(Action.Kind.MAP, cpu, device, size), noMemory);
                    if (!isCached(device, size)) {
                        break; // too large for the caches: the CPU plays no part
                    }
                }
            }
        }
    }

    private void addUnmaps(MutableIntList actions, DefaultDomain domain, boolean noMemory) {
        LiveMappings live = domain.live();
        for (int mapping = 0; mapping < live.count(); mapping++) {
            for (int cpu = 0; cpu < configuration.cpus(); cpu++) {
                if (isOnline(cpu)) {
                    boolean cached = isCached(live.device(mapping), live.size(mapping));
                    add(actions, ActionCode.of(Action.Kind.UNMAP, cpu, domain.index(), mapping), noMemory && cached);
                    if (!cached) {
                        break;
                    }
                }
            }
        }
    }

    private boolean isCached(int device, int size) {
        return IovaDomain.order(setups[device].mapPfns(size)) < AllocatorConstants.ORDERS;
    }

    private void addHotplug(MutableIntList actions) {
        for (int cpu = 0; cpu < configuration.cpus(); cpu++) {
            if (!isOnline(cpu)) {
                add(actions, ActionCode.of(Action.Kind.CPU_ONLINE, cpu, 0, 0), false);
            } else if (Integer.bitCount(online) > 1) {
                add(actions, ActionCode.of(Action.Kind.CPU_OFFLINE, cpu, 0, 0), false);
            }
        }
    }

    private void addDepotWork(MutableIntList actions) {
        for (DefaultDomain domain : domains) {
            if (domain.iova().pendingDepotWork() == 0) {
                continue;
            }
            for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
                if ((domain.iova().pendingDepotWork() & 1 << order) != 0) {
                    add(actions, ActionCode.of(Action.Kind.DEPOT_WORK, 0, domain.index(), order), false);
                }
            }
        }
    }

    /**
     * Makes a listed action happen in the current state; its result is in {@link #outcome}.
     *
     * @return false if the action was one without memory and no memory was asked for: it is then the same as the one with memory, and
     *     is to be left out
     */
    public boolean apply(int code) {
        outcome.clear();
        boolean noMemory = ActionCode.isWithoutMemory(code);
        setMemoryFails(noMemory);
        int subject = ActionCode.subject(code);
        switch (ActionCode.kind(code)) {
            case ADD -> addDevice(subject);
            case REMOVE -> removeDevice(subject);
            case RESERVE -> reserve(configuration.reservations().get(subject), outcome);
            case MAP -> map(subject, ActionCode.detail(code), ActionCode.cpu(code));
            case UNMAP -> unmap(domains[subject], ActionCode.detail(code), ActionCode.cpu(code));
            case CPU_OFFLINE -> cpuOffline(ActionCode.cpu(code));
            case CPU_ONLINE -> setOnline(online | 1 << ActionCode.cpu(code));
            case DEPOT_WORK -> domains[subject].iova().depotWork(ActionCode.detail(code));
        }
        boolean memoryFailed = memoryFailed();
        setMemoryFails(false);
        crashed |= outcome.kind() == Outcome.Kind.OOPS;
        return !noMemory || memoryFailed;
    }

    private void setMemoryFails(boolean fails) {
        for (DefaultDomain domain : domains) {
            domain.iova().setMemoryFails(fails);
        }
    }

    private boolean memoryFailed() {
        for (DefaultDomain domain : domains) {
            if (domain.iova().memoryFailed()) {
                return true;
            }
        }
        return false;
    }

    // ---- the actions ----

    /** Probe by the IOMMU core (3.3, derived), and the driver's own probe as far as it reserves. */
    private void addDevice(int device) {
        present[device] = true;
        outcome.success();
        DefaultDomain domain = domainOf(device);
        if (domain != null) {
            domain.create();
            var error = domain.initialise(setups[device], defect, outcome);
            usesDmaIommu[device] = error == null;
            tries32Bit[device] = DmaMapping.starts32Bit(setups[device].device());
            if (error != null) {
                outcome.error(error);
            }
        }
        for (int index : reservations) {
            Reservation call = configuration.reservations().get(index);
            if (call.device() == device && call.when() == Reservation.When.AT_PROBE) {
                ignored.clear();
                reserve(call, ignored);
                if (ignored.kind() != Outcome.Kind.SUCCESS) {
                    outcome.set(ignored);
                    return; // the driver's probe fails
                }
            }
        }
    }

    /** The domain and everything in it goes with the last device; nothing else in the allocator changes (3.3, derived). */
    private void removeDevice(int device) {
        present[device] = false;
        usesDmaIommu[device] = false;
        tries32Bit[device] = false;
        DefaultDomain domain = domainOf(device);
        boolean last = domain != null && !hasDevice(domain);
        for (int index : reservations) {
            Reservation call = configuration.reservations().get(index);
            if (last && domainOf[call.device()] == domainOf[device]) {
                promised[index] = false;
            }
            if (call.device() == device) {
                called[index] = false;
                if (configuration.mechanism() == Mechanism.HARDENED && domain != null && !last) {
                    release(domain, call);
                }
            }
        }
        if (last && domain != null) {
            domain.destroy();
        }
    }

    private boolean hasDevice(DefaultDomain domain) {
        for (int device : devices) {
            if (present[device] && domainOf[device] == domain.index()) {
                return true;
            }
        }
        return false;
    }

    private void release(DefaultDomain domain, Reservation call) {
        Extent bytes = call.promised();
        if (!promised[call.index()] || bytes == null) {
            return;
        }
        promised[call.index()] = false;
        int shift = domain.granuleShift();
        HardenedCall.release(domain.iova(), new Extent(bytes.first() >>> shift, bytes.last() >>> shift));
        for (Promise other : promises) {
            if (other.domain() == domain.index() && isKept(other)) {
                Extent kept = other.bytes();
                HardenedCall.fillGaps(domain.iova(), new Extent(kept.first() >>> shift, kept.last() >>> shift));
            }
        }
    }

    private void reserve(Reservation call, Outcome result) {
        int device = call.device();
        if (configuration.mechanism() == Mechanism.HARDENED) {
            HardenedCall.reserve(
                    domainOf(device),
                    usesDmaIommu[device],
                    call.start(),
                    call.length(),
                    configuration.cpus(),
                    defect,
                    result);
        } else {
            PostedCall.reserve(domainOf(device), call.start(), call.length(), result);
        }
        if (result.kind() == Outcome.Kind.SUCCESS) {
            called[call.index()] = true;
            promised[call.index()] = true;
        }
        checkForm(domainOf(device));
    }

    /** Single map of a buffer: an IOVA is taken, or the caller gets {@code DMA_MAPPING_ERROR} (2.8, derived). */
    private void map(int device, int size, int cpu) {
        DefaultDomain domain = domainOf(device);
        if (domain == null) {
            throw new IllegalStateException("map by a device without a domain");
        }
        long pfn = DmaMapping.allocate(domain.iova(), setups[device], size, cpu, tries32Bit[device], attempt);
        outcome.warnings(domain.iova().warnings());
        if (domain.iova().crashed()) {
            outcome.oops();
            return;
        }
        if (attempt.failed32Bit && DmaMapping.givesUp32Bit(configuration.kernel())) {
            tries32Bit[device] = false;
        }
        if (pfn == 0 && defect != Defect.ZERO_IS_AN_ADDRESS) {
            outcome.mappingError();
        } else {
            outcome.address(pfn << domain.granuleShift());
            domain.live().add(pfn, device, size);
            liveOf[device]++;
        }
        checkForm(domain);
    }

    /** Unmap in strict mode: the IOTLB is flushed before the address goes back to the allocator (2.5, 2.8, derived). */
    private void unmap(DefaultDomain domain, int mapping, int cpu) {
        LiveMappings live = domain.live();
        int device = live.device(mapping);
        long pfn = live.firstPfn(mapping);
        long pfns = setups[device].mapPfns(live.size(mapping));
        live.remove(mapping);
        liveOf[device]--;
        domain.iova().freeIovaFast(cpu, pfn, pfns);
        outcome.warnings(domain.iova().warnings());
    }

    private void cpuOffline(int cpu) {
        setOnline(online & ~(1 << cpu));
        for (DefaultDomain domain : domains) {
            domain.iova().cpuDead(cpu);
            outcome.warnings(domain.iova().warnings());
        }
    }

    private void checkForm(@Nullable DefaultDomain domain) {
        if (domain != null && domain.iova().illFormed() && !canBecomeIllFormed) {
            throw new IllegalStateException(
                    "the tree became ill-formed, which no call of this configuration should do");
        }
    }

    // ---- views ----

    /** What the last action returned. Overwritten by the next one. */
    public Outcome outcome() {
        return outcome;
    }

    public Configuration configuration() {
        return configuration;
    }

    /** Indices of the devices that take part, ascending. */
    public int[] devices() {
        return devices.clone();
    }

    public int deviceCount() {
        return devices.length;
    }

    /** Index of the {@code number}-th device that takes part. */
    public int device(int number) {
        return devices[number];
    }

    /** What firmware, bus and kernel make of a device that takes part. */
    public DeviceSetup setup(int device) {
        return setups[device];
    }

    public boolean isPresent(int device) {
        return present[device];
    }

    /** {@code use_dma_iommu(dev)}: whether its mappings go through the IOMMU domain's allocator. */
    public boolean usesDmaIommu(int device) {
        return usesDmaIommu[device];
    }

    /** How many mappings a device holds. */
    public int liveOf(int device) {
        return liveOf[device];
    }

    /** The default domain of the device's group, there or not; {@code null} for a device without a group. */
    public @Nullable DefaultDomain domainOf(int device) {
        return domainOf[device] < 0 ? null : domains[domainOf[device]];
    }

    public int domainCount() {
        return domains.length;
    }

    public DefaultDomain domain(int index) {
        return domains[index];
    }

    public boolean isOnline(int cpu) {
        return (online & 1 << cpu) != 0;
    }

    /** Whether an oops has ended everything. */
    public boolean isCrashed() {
        return crashed;
    }

    /** Everything that may ever be promised here. */
    public List<Promise> promises() {
        return promises;
    }

    /**
     * Whether somebody may now rely on the promise: a region of a device that is there and uses the domain, or a call that returned 0
     * since the domain was made.
     */
    public boolean isMade(Promise promise) {
        return promise.isCall()
                ? promised[promise.reservation()]
                : present[promise.device()] && usesDmaIommu[promise.device()];
    }

    /**
     * Whether the kernel itself has taken the promise into the allocator: a call that returned 0, or a region of the device that
     * initialised the domain, be it still there or not.
     */
    public boolean isKept(Promise promise) {
        return promise.isCall()
                ? promised[promise.reservation()]
                : promise.domain() >= 0 && domains[promise.domain()].initialiser() == promise.device();
    }

    /** Whether the driver has made this reservation call successfully since its device appeared. */
    public boolean isCalled(int reservation) {
        return called[reservation];
    }

    /** What an action listed in the current state means. To be asked before it is applied. */
    public Action describe(int code) {
        Action.Kind kind = ActionCode.kind(code);
        int subject = ActionCode.subject(code);
        int cpu = ActionCode.cpu(code);
        boolean noMemory = ActionCode.isWithoutMemory(code);
        return switch (kind) {
            case ADD, REMOVE -> new Action(kind, -1, noMemory, subject, -1, domainOf[subject], 0, 0, 0);
            case RESERVE -> {
                int device = configuration.reservations().get(subject).device();
                yield new Action(kind, -1, noMemory, device, subject, domainOf[device], 0, 0, 0);
            }
            case MAP -> {
                int size = ActionCode.detail(code);
                int usedCpu = isCached(subject, size) ? cpu : -1;
                long bytes = setups[subject].device().mapSizes().get(size);
                yield new Action(kind, usedCpu, noMemory, subject, -1, domainOf[subject], bytes, 0, 0);
            }
            case UNMAP -> {
                LiveMappings live = domains[subject].live();
                int mapping = ActionCode.detail(code);
                int device = live.device(mapping);
                int size = live.size(mapping);
                int usedCpu = isCached(device, size) ? cpu : -1;
                long bytes = setups[device].device().mapSizes().get(size);
                long address = live.firstPfn(mapping) << domains[subject].granuleShift();
                yield new Action(kind, usedCpu, noMemory, device, -1, subject, bytes, address, 0);
            }
            case CPU_OFFLINE, CPU_ONLINE -> new Action(kind, cpu, noMemory, -1, -1, -1, 0, 0, 0);
            case DEPOT_WORK -> new Action(kind, -1, noMemory, -1, -1, subject, 0, 0, ActionCode.detail(code));
        };
    }
}
