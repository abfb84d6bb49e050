package dev.iovacheck.model.machine;

import dev.iovacheck.model.iova.DomainCodec;
import dev.iovacheck.model.packed.BitReader;
import dev.iovacheck.model.packed.BitWriter;

/** Stores a machine's state as words and goes back to stored ones. */
final class StateCodec {

    // Widths that the limits of configurations allow: 16 devices, 16 sizes and 64 mappings each.
    private static final int LIVE_BITS = 11;
    private static final int DEVICE_BITS = 4;
    private static final int SIZE_BITS = 5;

    private static final int KIND_BITS = 4;
    private static final int STAGE_BITS = 4;
    private static final int RESERVATION_BITS = 6;
    private static final Action.Kind[] KINDS = Action.Kind.values();
    private static final CallInFlight.Stage[] STAGES = CallInFlight.Stage.values();

    private final Blueprint plan;
    private final MachineState state;
    private final Calls calls;
    private final DomainCodec[] codecs;
    private final boolean interchangeableCpus;
    private final int pfnBits;
    private final int[] cpuOrder;
    private final BitReader reader = new BitReader();

    /** @param interchangeableCpus whether stored states forget CPU numbers where these make no difference */
    StateCodec(Blueprint plan, MachineState state, Calls calls, boolean interchangeableCpus) {
        this.plan = plan;
        this.state = state;
        this.calls = calls;
        // Emptying caches takes CPUs by number: the order shows in the shape of the tree, and half-way through.
        this.interchangeableCpus = interchangeableCpus && !plan.canBecomeIllFormed && !plan.interleavesSteps;
        pfnBits = 64 - Long.numberOfLeadingZeros(plan.highestPfn);
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
        if (plan.configuration.exploration().cpuHotplug()) {
            for (int cpu : cpuOrder) {
                out.put(state.isOnline(cpu));
            }
        }
        for (int device : plan.devices) {
            out.put(state.present[device]);
            if (state.present[device]) {
                out.put(state.usesDmaIommu[device]);
                if (DmaMapping.starts32Bit(plan.setups[device].device())) {
                    out.put(state.tries32Bit[device]);
                }
            }
        }
        for (int index : plan.reservations) {
            out.put(state.called[index]);
            out.put(state.promised[index]);
        }
        for (int index = 0; index < state.domains.length; index++) {
            DefaultDomain domain = state.domains[index];
            out.put(domain.exists());
            if (domain.exists()) {
                out.put(domain.initialiser() + 1, DEVICE_BITS + 1);
                codecs[index].write(out, cpuOrder);
                writeLive(out, domain);
            }
        }
        if (plan.interleavesSteps) {
            for (CallInFlight call : state.calls) {
                out.put(call.isInFlight());
                if (call.isInFlight()) {
                    writeCall(out, call);
                }
            }
        }
    }

    private void writeCall(BitWriter out, CallInFlight call) {
        out.put(call.kind.ordinal(), KIND_BITS);
        out.put(call.stage.ordinal(), STAGE_BITS);
        out.put(call.device + 1, DEVICE_BITS + 1);
        out.put(call.domain + 1, DEVICE_BITS + 1);
        switch (call.kind) {
            case MAP, UNMAP -> {
                out.put(call.size, SIZE_BITS);
                out.put(call.low);
                out.put(call.pfn, pfnBits);
            }
            case ADD, RESERVE -> {
                out.put(call.reservation, RESERVATION_BITS);
                out.put(call.readNoGranule);
                out.put(call.memoryWasMissing);
            }
            default -> {}
        }
        if (call.stage == CallInFlight.Stage.ALLOCATOR) {
            call.iova.write(out, pfnBits);
        }
    }

    private void writeLive(BitWriter out, DefaultDomain domain) {
        LiveMappings live = domain.live();
        out.put(live.count(), LIVE_BITS);
        for (int mapping = 0; mapping < live.count(); mapping++) {
            out.put(live.firstPfn(mapping), pfnBits);
            out.put(live.device(mapping), DEVICE_BITS);
            out.put(live.size(mapping), SIZE_BITS);
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
        if (plan.configuration.exploration().cpuHotplug()) {
            int mask = 0;
            for (int cpu = 0; cpu < plan.configuration.cpus(); cpu++) {
                mask |= reader.getInt(1) << cpu;
            }
            state.setOnline(mask);
        }
        for (int device : plan.devices) {
            state.present[device] = reader.getBoolean();
            if (state.present[device]) {
                state.usesDmaIommu[device] = reader.getBoolean();
                if (DmaMapping.starts32Bit(plan.setups[device].device())) {
                    state.tries32Bit[device] = reader.getBoolean();
                }
            }
        }
        for (int index : plan.reservations) {
            state.called[index] = reader.getBoolean();
            state.promised[index] = reader.getBoolean();
        }
        for (int index = 0; index < state.domains.length; index++) {
            DefaultDomain domain = state.domains[index];
            if (reader.getBoolean()) {
                int initialiser = reader.getInt(DEVICE_BITS + 1) - 1;
                domain.load(true, initialiser);
                codecs[index].read(
                        reader,
                        plan.configuration.iommu().granuleShift(),
                        initialiser < 0 ? 0 : plan.setups[initialiser].basePfn());
                readLive(domain);
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
            case MAP, UNMAP -> {
                call.size = reader.getInt(SIZE_BITS);
                call.low = reader.getBoolean();
                call.pfn = reader.get(pfnBits);
            }
            case ADD, RESERVE -> {
                call.reservation = reader.getInt(RESERVATION_BITS);
                call.readNoGranule = reader.getBoolean();
                call.memoryWasMissing = reader.getBoolean();
            }
            default -> {}
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
            domain.live().add(first, device, reader.getInt(SIZE_BITS));
            state.liveOf[device]++;
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
        int difference = Boolean.compare(state.isOnline(one), state.isOnline(other));
        for (int domain = 0; difference == 0 && domain < codecs.length; domain++) {
            difference = codecs[domain].compareCpus(one, other);
        }
        return difference;
    }
}
