package dev.iovacheck.model.machine;

import dev.iovacheck.model.config.DomainType;
import dev.iovacheck.model.iova.DomainCodec;
import dev.iovacheck.model.packed.BitReader;
import dev.iovacheck.model.packed.BitWriter;

/** Stores a machine's state as words and goes back to stored ones. */
final class StateCodec {

    // Widths that the limits of configurations allow: 16 devices, 16 sizes and 64 mappings each.
    private static final int LIVE_BITS = 11;
    private static final int DEVICE_BITS = 4;
    private static final int PLAIN_SIZE_BITS = 5;

    /** With the segments of 16 scatter lists, 8 each. */
    private static final int SEGMENT_SIZE_BITS = 8;

    private static final int SLOT_BITS = 7;

    private static final int KIND_BITS = 5;
    private static final int CAUSE_BITS = 4;
    private static final int LINKED_BITS = 4;
    private static final int STAGE_BITS = 5;
    private static final int RESERVATION_BITS = 6;
    private static final int TYPE_BITS = 2;
    private static final int ATTACHMENT_BITS = 2;
    private static final int MISSING_BITS = 2;
    private static final DomainType[] TYPES = DomainType.values();
    private static final Attachment[] ATTACHMENTS = Attachment.values();
    private static final MissingMemory[] MISSING = MissingMemory.values();
    private static final int RING_BITS = 3;
    private static final int TO_FREE_BITS = 15;
    private static final Action.Kind[] KINDS = Action.Kind.values();
    private static final Cause[] CAUSES = Cause.values();
    private static final CallInFlight.Stage[] STAGES = CallInFlight.Stage.values();

    private final Blueprint plan;
    private final MachineState state;
    private final Calls calls;
    private final DomainCodec[] codecs;
    private final boolean interchangeableCpus;
    private final boolean withSlots;
    private final SegmentLists lists;
    private final int mapSizeBits;
    private final int pfnBits;
    private final int sizeBits;
    private final int mostFlushes;
    private final int[] cpuOrder;
    private final DeviceOrder deviceOrder;
    /** The mappings of a domain under the names that their devices are stored as. */
    private final LiveMappings renamed = new LiveMappings();

    private final BitReader reader = new BitReader();

    /** @param symmetry what stored states forget */
    StateCodec(Blueprint plan, MachineState state, Calls calls, Symmetry symmetry) {
        this.plan = plan;
        this.state = state;
        this.calls = calls;
        // Emptying caches takes CPUs by number: the order shows in the shape of the tree, and half-way through.
        // Likewise the timer: it frees the rings of the CPUs by number, all into the caches of one of them.
        boolean ringForEach =
                plan.canBeLazy && !plan.configuration.iommu().flushQueues().single();
        interchangeableCpus = symmetry.cpus() && !plan.canBecomeIllFormed && !plan.interleavesSteps && !ringForEach;
        withSlots = !symmetry.slots();
        lists = new SegmentLists(plan);
        mapSizeBits = plan.mapsSegments ? SEGMENT_SIZE_BITS : PLAIN_SIZE_BITS;
        deviceOrder =
                new DeviceOrder(plan, state, symmetry.devices() && !plan.interleavesSteps && !plan.remembersUnmap);
        pfnBits = 64 - Long.numberOfLeadingZeros(plan.highestMapped());
        sizeBits = 64 - Long.numberOfLeadingZeros(plan.largestRequest());
        mostFlushes = plan.interleavesSteps ? plan.configuration.cpus() : 0;
        codecs = new DomainCodec[state.domains.length];
        for (int domain = 0; domain < codecs.length; domain++) {
            codecs[domain] = new DomainCodec(
                    state.domains[domain].iova(), plan.constants, plan.highestPfn, plan.largestRequest());
        }
        cpuOrder = new int[plan.configuration.cpus()];
    }

    /**
     * Stores the current state. Equal words mean equal states.
     *
     * @return how many words it takes
     */
    int write(BitWriter out) {
        out.clear();
        out.put(state.crashed);
        if (!state.crashed) { // nothing happens after an oops: all such states are one
            writeAlive(out);
        }
        return out.finish();
    }

    private void writeAlive(BitWriter out) {
        orderCpus();
        deviceOrder.sort();
        if (plan.hasHotplug) {
            for (int cpu : cpuOrder) {
                out.put(state.isOnline(cpu));
            }
        }
        if (plan.makesMistakes) {
            writeMistakes(out);
        }
        writeDevices(out);
        for (int index = 0; index < state.domains.length; index++) {
            DefaultDomain domain = state.domains[index];
            writeInitialiser(out, domain);
            if (domain.exists()) {
                writeGroup(out, domain);
                codecs[index].write(out, cpuOrder);
                if (plan.canBeLazy) {
                    writeQueue(out, domain);
                } else if (plan.storesStale) {
                    domain.stale().write(out, pfnBits, sizeBits, mostFlushes);
                }
                writeLive(out, deviceOrder.renames() ? renamed(domain.live()) : domain.live());
                if (plan.tracksPtes) {
                    domain.pageTable().write(out, pfnBits);
                }
            }
        }
        if (plan.interleavesSteps) {
            writeCalls(out);
        }
    }

    private void writeDevices(BitWriter out) {
        for (int name : plan.devices) {
            int device = deviceOrder.stored(name);
            if (!state.present.has(device)) {
                out.put(false);
            } else {
                out.put(state.usesDmaIommu.has(device) ? 0b11 : 0b01, 2);
                if (DmaMapping.starts32Bit(plan.setups[device].device())) {
                    out.put(state.tries32Bit.has(device));
                }
                if (plan.defersAttach) {
                    out.put(state.attachPending.has(device));
                }
                if (plan.rebinds) {
                    out.put(state.bound.has(device));
                }
                if (plan.setups[device].device().doorbell().isPresent()) {
                    Attachment in = state.doorbellIn[device];
                    out.put(in == null ? 0 : in.ordinal() + 1, ATTACHMENT_BITS);
                }
            }
        }
        for (int name : plan.reservations) {
            int index = deviceOrder.storedCall(name);
            out.put((state.called.has(index) ? 0b01 : 0) | (state.promised.has(index) ? 0b10 : 0), 2);
        }
    }

    private void writeInitialiser(BitWriter out, DefaultDomain domain) {
        int initialiser = domain.initialiser();
        out.putOptional(domain.exists(), initialiser < 0 ? 0 : deviceOrder.name(initialiser) + 1, DEVICE_BITS + 1);
    }

    /** Writes the layout of the current state, as {@link Machine#writeLayout} says. */
    void writeLayout(BitWriter out) {
        out.clear();
        deviceOrder.sort();
        writeDevices(out);
        for (int index = 0; index < state.domains.length; index++) {
            DefaultDomain domain = state.domains[index];
            writeInitialiser(out, domain);
            if (domain.exists()) {
                writeGroup(out, domain);
                codecs[index].writeTree(out);
            }
        }
        out.finish();
    }

    /** Writes who holds what in the current state, as {@link Machine#writeHoldings} says. */
    void writeHoldings(BitWriter out) {
        out.clear();
        deviceOrder.sort();
        writeDevices(out);
        if (plan.canBeLazy) {
            orderCpus();
        }
        for (int index = 0; index < state.domains.length; index++) {
            DefaultDomain domain = state.domains[index];
            writeInitialiser(out, domain);
            if (domain.exists()) {
                writeGroup(out, domain);
                codecs[index].writeHoldings(out);
                if (plan.canBeLazy) {
                    writeQueue(out, domain);
                }
                writeLive(out, deviceOrder.renames() ? renamed(domain.live()) : domain.live());
            }
        }
        if (plan.interleavesSteps) {
            writeCalls(out);
        }
        out.finish();
    }

    private void writeMistakes(BitWriter out) {
        out.put(state.mistaken);
        if (plan.remembersUnmap && !state.mistaken) {
            out.put(state.undoneDomain + 1, DEVICE_BITS + 1);
            out.put(state.undoneDevice, DEVICE_BITS);
            out.put(state.undoneSize, mapSizeBits);
            out.put(state.undonePfn, pfnBits);
        }
    }

    private void readMistakes() {
        state.mistaken = reader.getBoolean();
        if (plan.remembersUnmap && !state.mistaken) {
            int domain = reader.getInt(DEVICE_BITS + 1) - 1;
            int device = reader.getInt(DEVICE_BITS);
            int size = reader.getInt(mapSizeBits);
            state.rememberUndone(domain, device, size, reader.get(pfnBits));
        }
    }

    private void writeGroup(BitWriter out, DefaultDomain domain) {
        if (plan.typeVaries[domain.index()]) {
            out.put(domain.type().ordinal(), TYPE_BITS);
        }
        if (plan.replacesDomains) {
            out.put(deviceOrder.name(domain.firstMember()), DEVICE_BITS);
        }
        if (plan.hasOwners) {
            out.put(domain.attachment().ordinal(), ATTACHMENT_BITS);
        }
        if (plan.setupMemoryFails) {
            out.put(domain.missing().ordinal(), MISSING_BITS);
        }
        if (plan.followsDirectMaps) {
            for (int name : plan.devices) {
                if (plan.domainOf[name] == domain.index()) {
                    out.put(domain.hasDirectMaps(deviceOrder.stored(name)));
                    out.put(domain.hasHoles(deviceOrder.stored(name)));
                }
            }
        }
    }

    private void writeQueue(BitWriter out, DefaultDomain domain) {
        out.put(domain.isLazy());
        out.put(domain.queue().isActive());
        if (domain.queue().isActive()) {
            domain.queue().write(out, cpuOrder, pfnBits, sizeBits, mostFlushes);
        }
        domain.stale().write(out, pfnBits, sizeBits, mostFlushes);
    }

    private void readQueue(DefaultDomain domain) {
        domain.loadType(reader.getBoolean());
        if (reader.getBoolean()) {
            domain.queue().read(reader, pfnBits, sizeBits, mostFlushes);
        }
        domain.stale().read(reader, pfnBits, sizeBits, mostFlushes);
    }

    private void writeQueueCall(BitWriter out, CallInFlight call) {
        out.put(call.lazy);
        out.put(call.orphaned);
        out.put(call.flushed);
        out.put(call.ring, RING_BITS);
        out.put(call.holdsRing);
        if (call.holdsRing) {
            out.put(call.toFree, TO_FREE_BITS);
            out.put(call.releasedPages, sizeBits);
            if (call.releasedPages > 0) {
                out.put(call.released, pfnBits);
            }
        }
    }

    private void readGroup(DefaultDomain domain) {
        DomainType type = plan.typeVaries[domain.index()]
                ? TYPES[reader.getInt(TYPE_BITS)]
                : plan.initialType(plan.anyOf(domain.index())).domainType();
        domain.load(type, plan.replacesDomains ? reader.getInt(DEVICE_BITS) : DefaultDomain.NO_INITIALISER);
        if (plan.hasOwners) {
            domain.attach(ATTACHMENTS[reader.getInt(ATTACHMENT_BITS)]);
        }
        if (plan.setupMemoryFails) {
            domain.load(MISSING[reader.getInt(MISSING_BITS)]);
        }
        if (plan.followsDirectMaps) {
            int mapped = 0;
            int holes = 0;
            for (int device : plan.devices) {
                if (plan.domainOf[device] == domain.index()) {
                    mapped |= reader.getInt(1) << device;
                    holes |= reader.getInt(1) << device;
                }
            }
            domain.loadDirect(mapped, holes);
        }
    }

    private void readQueueCall(CallInFlight call) {
        call.lazy = reader.getBoolean();
        call.orphaned = reader.getBoolean();
        call.flushed = reader.getBoolean();
        call.ring = reader.getInt(RING_BITS);
        call.holdsRing = reader.getBoolean();
        if (call.holdsRing) {
            call.toFree = reader.getInt(TO_FREE_BITS);
            call.releasedPages = reader.get(sizeBits);
            call.released = call.releasedPages > 0 ? reader.get(pfnBits) : 0;
        }
    }

    private void writeCalls(BitWriter out) {
        for (CallInFlight call : state.calls) {
            out.put(call.isInFlight());
            if (call.isInFlight()) {
                writeCall(out, call);
            }
        }
    }

    private void writeCall(BitWriter out, CallInFlight call) {
        out.put(call.kind.ordinal(), KIND_BITS);
        out.put(call.stage.ordinal(), STAGE_BITS);
        out.put(call.device + 1, DEVICE_BITS + 1);
        out.put(call.domain + 1, DEVICE_BITS + 1);
        switch (call.kind) {
            case MAP, UNMAP, LINK, UNLINK, WRONG_UNMAP, MSI -> {
                out.put(call.size, mapSizeBits);
                if (withSlots) {
                    out.put(call.slot + 1, SLOT_BITS);
                }
                out.put(call.low);
                out.put(call.pfn, pfnBits);
                if (plan.hasDmaDetails) {
                    out.put(call.pages, pfnBits);
                    out.put(call.cleared, pfnBits);
                    out.put(call.linked, LINKED_BITS);
                    out.put(call.cause.ordinal(), CAUSE_BITS);
                }
                if (plan.mapsSegments) {
                    out.put(call.list, pfnBits);
                }
                if (plan.mapsSegments || plan.replacesDomains) {
                    out.put(call.ofLostDomain);
                }
            }
            case ADD, BIND, RESERVE -> {
                out.put(call.reservation, RESERVATION_BITS);
                out.put(call.readNoGranule);
                out.put(call.memoryWasMissing);
                if (plan.setsUpUnlocked) {
                    out.put(call.sawUninitialised);
                }
            }
            default -> {}
        }
        if (plan.canBeLazy) {
            writeQueueCall(out, call);
        }
        if (call.stage == CallInFlight.Stage.ALLOCATOR) {
            call.iova.write(out, pfnBits);
        }
    }

    private LiveMappings renamed(LiveMappings live) {
        renamed.clear();
        for (int mapping = 0; mapping < live.count(); mapping++) {
            renamed.add(
                    live.firstPfn(mapping),
                    deviceOrder.name(live.device(mapping)),
                    live.size(mapping),
                    live.slot(mapping),
                    live.linked(mapping),
                    live.isLost(mapping),
                    live.list(mapping));
        }
        return renamed;
    }

    private void writeLive(BitWriter out, LiveMappings live) {
        out.put(live.count(), LIVE_BITS);
        for (int mapping = 0; mapping < live.count(); mapping++) {
            long owner = (long) live.size(mapping) << DEVICE_BITS | live.device(mapping);
            out.put(live.firstPfn(mapping), pfnBits, owner, DEVICE_BITS + mapSizeBits);
            if (withSlots) {
                out.put(live.slot(mapping) + 1, SLOT_BITS);
            }
            if (plan.replacesDomains) {
                out.put(live.isLost(mapping));
            }
            if (plan.hasTwoPhase) {
                out.put(live.linked(mapping), LINKED_BITS);
            }
            if (plan.mapsSegments) {
                out.put(live.list(mapping), pfnBits);
            }
        }
    }

    /** Goes to a stored state that starts at word {@code at}. */
    void read(long[] words, int at) {
        state.reset();
        reader.start(words, at);
        state.crashed = reader.getBoolean();
        if (state.crashed) {
            return;
        }
        if (plan.hasHotplug) {
            int mask = 0;
            for (int cpu = 0; cpu < plan.configuration.cpus(); cpu++) {
                mask |= reader.getInt(1) << cpu;
            }
            state.setOnline(mask);
        }
        if (plan.makesMistakes) {
            readMistakes();
        }
        for (int device : plan.devices) {
            state.present.set(device, reader.getBoolean());
            if (state.present.has(device)) {
                state.usesDmaIommu.set(device, reader.getBoolean());
                if (DmaMapping.starts32Bit(plan.setups[device].device())) {
                    state.tries32Bit.set(device, reader.getBoolean());
                }
                if (plan.defersAttach) {
                    state.attachPending.set(device, reader.getBoolean());
                }
                state.bound.set(device, plan.rebinds ? reader.getBoolean() : plan.hasDriver(device));
                if (plan.setups[device].device().doorbell().isPresent()) {
                    int in = reader.getInt(ATTACHMENT_BITS);
                    state.doorbellIn[device] = in == 0 ? null : ATTACHMENTS[in - 1];
                }
            }
        }
        for (int index : plan.reservations) {
            state.called.set(index, reader.getBoolean());
            state.promised.set(index, reader.getBoolean());
        }
        for (int index = 0; index < state.domains.length; index++) {
            DefaultDomain domain = state.domains[index];
            if (reader.getBoolean()) {
                int initialiser = reader.getInt(DEVICE_BITS + 1) - 1;
                domain.load(true, initialiser);
                readGroup(domain);
                codecs[index].read(
                        reader,
                        plan.configuration.iommu().granuleShift(),
                        initialiser < 0 ? 0 : plan.setups[initialiser].basePfn());
                if (plan.canBeLazy) {
                    readQueue(domain);
                } else if (plan.storesStale) {
                    domain.stale().read(reader, pfnBits, sizeBits, mostFlushes);
                }
                readLive(domain);
                if (plan.tracksPtes) {
                    domain.pageTable().read(reader, pfnBits);
                }
            }
        }
        if (plan.interleavesSteps) {
            for (CallInFlight call : state.calls) {
                if (reader.getBoolean()) {
                    readCall(call);
                }
            }
        }
    }

    private void readCall(CallInFlight call) {
        Action.Kind kind = KINDS[reader.getInt(KIND_BITS)];
        CallInFlight.Stage stage = STAGES[reader.getInt(STAGE_BITS)];
        int device = reader.getInt(DEVICE_BITS + 1) - 1;
        call.begin(kind, device, reader.getInt(DEVICE_BITS + 1) - 1);
        call.stage = stage;
        switch (kind) {
            case MAP, UNMAP, LINK, UNLINK, WRONG_UNMAP, MSI -> {
                call.size = reader.getInt(mapSizeBits);
                call.slot = withSlots ? reader.getInt(SLOT_BITS) - 1 : 0;
                call.low = reader.getBoolean();
                call.pfn = reader.get(pfnBits);
                if (plan.hasDmaDetails) {
                    call.pages = reader.get(pfnBits);
                    call.cleared = reader.get(pfnBits);
                    call.linked = reader.getInt(LINKED_BITS);
                    call.cause = CAUSES[reader.getInt(CAUSE_BITS)];
                }
                if (plan.mapsSegments) {
                    call.list = reader.get(pfnBits);
                }
                if (plan.mapsSegments || plan.replacesDomains) {
                    call.ofLostDomain = reader.getBoolean();
                }
            }
            case ADD, BIND, RESERVE -> {
                call.reservation = reader.getInt(RESERVATION_BITS);
                call.readNoGranule = reader.getBoolean();
                call.memoryWasMissing = reader.getBoolean();
                call.sawUninitialised = plan.setsUpUnlocked && reader.getBoolean();
            }
            default -> {}
        }
        if (plan.canBeLazy) {
            readQueueCall(call);
        } else if (stage == CallInFlight.Stage.SYNC_IOTLB && !plan.storesStale) {
            calls.noteStale(call);
        }
        if (stage == CallInFlight.Stage.ALLOCATOR) {
            calls.resumeInAllocator(call);
            call.iova.read(reader, pfnBits);
        }
    }

    private void readLive(DefaultDomain domain) {
        for (int count = reader.getInt(LIVE_BITS); count > 0; count--) {
            long first = reader.get(pfnBits);
            int device = reader.getInt(DEVICE_BITS);
            int size = reader.getInt(mapSizeBits);
            int slot = withSlots ? reader.getInt(SLOT_BITS) - 1 : 0;
            boolean isLost = plan.replacesDomains && reader.getBoolean();
            int linked = plan.hasTwoPhase ? reader.getInt(LINKED_BITS) : 0;
            long list = plan.mapsSegments ? reader.get(pfnBits) : 0;
            if (size == plan.setups[device].doorbellSize()) {
                domain.live().add(first, device, size, Calls.NO_SLOT, linked, isLost, list);
            } else {
                domain.live().add(first, device, size, slot, linked, isLost, list);
            }
        }
        LiveMappings live = domain.live();
        for (int mapping = 0; mapping < live.count(); mapping++) {
            int device = live.device(mapping);
            if (live.size(mapping) != plan.setups[device].doorbellSize() && isHeld(live, mapping)) {
                state.liveOf[device]++;
            }
        }
    }

    private boolean isHeld(LiveMappings live, int mapping) {
        return !plan.mapsSegments || lists.isHeld(live, mapping);
    }

    // ---- how many states one stands for ----

    /** How many states are stored like the current one where nothing is forgotten. */
    long namings() {
        if (state.crashed) {
            return 1;
        }
        deviceOrder.sort();
        long ways = Namings.product(cpuNamings(), deviceOrder.namings());
        return withSlots ? ways : Namings.product(ways, slotNamings());
    }

    /** Whether it forgets which CPU is which. */
    boolean forgetsCpus() {
        return interchangeableCpus;
    }

    private long cpuNamings() {
        if (!interchangeableCpus) {
            return 1;
        }
        orderCpus();
        long ways = 1;
        int ties = 1;
        for (int place = 1; place < cpuOrder.length; place++) {
            ties = compareCpus(cpuOrder[place - 1], cpuOrder[place]) == 0 ? ties + 1 : 1;
            ways = ways * (place + 1) / ties; // n! over the factorial of each run of ties
        }
        return ways;
    }

    /** Each driver puts its mappings into its buffers; two that are the same make no difference. */
    private long slotNamings() {
        long ways = 1;
        for (int device : plan.devices) {
            int live = plan.setups[device].device().live();
            for (int held = 0; held < state.liveOf[device]; held++) {
                ways = Namings.product(ways, live - held);
            }
        }
        if (ways == Long.MAX_VALUE) {
            return ways;
        }
        for (DefaultDomain domain : state.domains) {
            LiveMappings live = domain.live();
            int same = 1;
            for (int mapping = 1; mapping < live.count(); mapping++) {
                boolean repeats = isHeld(live, mapping)
                        && live.device(mapping) == live.device(mapping - 1)
                        && live.compareButForDevice(mapping, mapping - 1) == 0;
                same = repeats ? same + 1 : 1;
                ways /= same;
            }
        }
        return ways;
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
        int difference = Boolean.compare(state.isOnline(one), state.isOnline(other));
        for (int domain = 0; difference == 0 && domain < codecs.length; domain++) {
            difference = codecs[domain].compareCpus(one, other);
        }
        return difference;
    }
}
