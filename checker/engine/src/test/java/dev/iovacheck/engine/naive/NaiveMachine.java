package dev.iovacheck.engine.naive;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.oracle.ReferenceAllocator;
import dev.iovacheck.model.oracle.ReferenceRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What can happen to some devices of a configuration, rule by rule, and what comes of it. */
final class NaiveMachine {

    private static final long FOUR_GIB = 1L << 32;

    private final Configuration configuration;
    private final Map<Integer, NaiveDevice> devices = new TreeMap<>();
    private final List<Reservation> calls;
    private final boolean shapeMatters;

    /** @param members indices of the devices that take part */
    NaiveMachine(Configuration configuration, List<Integer> members) {
        this.configuration = configuration;
        for (int member : members) {
            Device device = configuration.devices().get(member);
            devices.put(member, NaiveDevice.of(configuration, device));
        }
        calls = configuration.reservations().stream()
                .filter(call -> configuration.mechanism().isCall() && members.contains(call.device()))
                .toList();
        // A sorted list of disjoint ranges has one meaning, whatever the tree looks like. With an upside-down range in
        // it, who is
        // found depends on the tree.
        shapeMatters = configuration.mechanism() == Mechanism.POSTED_API
                && calls.stream().anyMatch(call -> isUpsideDown(call, 0) || isUpsideDown(call, granuleShift()));
    }

    private static boolean isUpsideDown(Reservation call, int shift) {
        long last = call.start() + call.length() - 1;
        return Long.compareUnsigned(last >>> shift, call.start() >>> shift) < 0;
    }

    private int granuleShift() {
        return configuration.iommu().granuleShift();
    }

    Configuration configuration() {
        return configuration;
    }

    NaiveDevice device(int index) {
        NaiveDevice device = devices.get(index);
        if (device == null) {
            throw new IllegalArgumentException("device " + index + " does not take part");
        }
        return device;
    }

    Set<Integer> members() {
        return devices.keySet();
    }

    /** Calls whose drivers take part. */
    List<Reservation> calls() {
        return calls;
    }

    boolean shapeMatters() {
        return shapeMatters;
    }

    /** How many granules a driver's buffer takes. */
    long pages(long bytes) {
        return ((bytes - 1) >>> granuleShift()) + 1;
    }

    /** How many granules the allocator sets aside for it: powers of two up to 32. */
    long rounded(long pages) {
        long power = 1;
        while (power < pages) {
            power *= 2;
        }
        return power <= 32 ? power : pages;
    }

    /** All CPUs are online, and nothing else is there. */
    NaiveState initial() {
        Set<Integer> cpus = new TreeSet<>();
        for (int cpu = 0; cpu < configuration.cpus(); cpu++) {
            cpus.add(cpu);
        }
        return new NaiveState(false, cpus, Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Map.of());
    }

    // ---- what can happen ----

    /** Something that may happen, with or without memory. */
    private record Event(String name, boolean mayLackMemory, Consumer<Next> effect) {}

    /** All transitions out of a state. */
    List<NaiveStep> steps(NaiveState state) {
        List<NaiveStep> steps = new ArrayList<>();
        if (state.oops()) {
            return steps;
        }
        for (Event event : events(state)) {
            steps.add(step(state, event, false).orElseThrow());
            if (event.mayLackMemory() && configuration.exploration().noMemory()) {
                step(state, event, true).ifPresent(steps::add);
            }
        }
        return steps;
    }

    /** Empty if memory was to be missing, and nobody asked for any. */
    private Optional<NaiveStep> step(NaiveState state, Event event, boolean noMemory) {
        Next next = new Next(state, noMemory);
        event.effect().accept(next);
        NaiveState after = next.freeze();
        if (noMemory && !next.memoryWasMissing()) {
            return Optional.empty();
        }
        String name = event.name() + (noMemory ? " without memory" : "");
        return Optional.of(
                new NaiveStep(state, name, Optional.ofNullable(next.asked), Optional.ofNullable(next.mapped), after));
    }

    private List<Event> events(NaiveState state) {
        List<Event> events = new ArrayList<>();
        for (int device : devices.keySet()) {
            if (!state.present().contains(device)) {
                events.add(new Event("add " + device, true, next -> add(next, device)));
            } else if (configuration.exploration().removal() && holdsNothing(state, device)) {
                events.add(new Event("remove " + device, false, next -> remove(next, device)));
            }
        }
        for (Reservation call : calls) {
            boolean idle = holdsNothing(state, call.device());
            boolean inTime =
                    switch (call.when()) {
                        case ANY, BEFORE_FIRST_MAP -> true;
                        case WHILE_IDLE -> idle;
                        case AT_PROBE -> false; // part of adding the device
                    };
            if (inTime
                    && state.present().contains(call.device())
                    && !state.called().contains(call.index())) {
                events.add(new Event("call " + call.index(), true, next -> call(next, call)));
            }
        }
        for (NaiveDevice device : devices.values()) {
            if (mayMap(state, device)) {
                addMaps(events, state, device);
            }
        }
        state.domains().forEach((group, domain) -> addUnmaps(events, state, group, domain));
        if (configuration.exploration().cpuHotplug()) {
            addHotplug(events, state);
        }
        if (configuration.exploration().depotWork()) {
            state.domains().forEach((group, domain) -> {
                for (int order : domain.visible().workPending()) {
                    String name = "depot work " + order + " in " + group;
                    events.add(
                            new Event(name, false, next -> next.allocator(group).depotWork(order)));
                }
            });
        }
        return events;
    }

    private static long held(NaiveState state, int device) {
        return state.domains().values().stream()
                .flatMap(domain -> domain.live().stream())
                .filter(mapping -> mapping.device() == device)
                .count();
    }

    private static boolean holdsNothing(NaiveState state, int device) {
        return held(state, device) == 0;
    }

    private boolean mayMap(NaiveState state, NaiveDevice device) {
        int index = device.device().index();
        boolean waits = calls.stream()
                .filter(call -> call.device() == index)
                .filter(call ->
                        call.when() == Reservation.When.BEFORE_FIRST_MAP || call.when() == Reservation.When.AT_PROBE)
                .anyMatch(call -> !state.called().contains(call.index()));
        return state.translated().contains(index)
                && held(state, index) < device.device().live()
                && !waits;
    }

    /** The CPUs on which something of this size can be different: all, or just any for a size that no cache takes. */
    private Set<Integer> cpusFor(NaiveState state, long bytes) {
        boolean cached = pages(bytes) <= 32;
        return cached ? state.online() : Set.of(state.online().iterator().next());
    }

    private void addMaps(List<Event> events, NaiveState state, NaiveDevice device) {
        for (long bytes : device.device().mapSizes()) {
            for (int cpu : cpusFor(state, bytes)) {
                String name = "map " + bytes + " for " + device.device().index() + " on " + cpu;
                events.add(new Event(name, true, next -> map(next, device, bytes, cpu)));
            }
        }
    }

    private void addUnmaps(List<Event> events, NaiveState state, String group, NaiveDomain domain) {
        for (NaiveMapping mapping : domain.live()) {
            for (int cpu : cpusFor(state, mapping.bytes())) {
                String name = "unmap " + mapping + " on " + cpu;
                events.add(new Event(name, true, next -> unmap(next, group, mapping, cpu)));
            }
        }
    }

    private void addHotplug(List<Event> events, NaiveState state) {
        for (int cpu = 0; cpu < configuration.cpus(); cpu++) {
            int number = cpu;
            if (!state.online().contains(cpu)) {
                events.add(new Event("online " + cpu, false, next -> {
                    next.online.add(number);
                    state.domains().keySet().forEach(group -> next.allocator(group)
                            .cpuOnline(number));
                }));
            } else if (state.online().size() > 1) {
                events.add(new Event("offline " + cpu, false, next -> {
                    next.online.remove(number);
                    state.domains().keySet().forEach(group -> next.allocator(group)
                            .cpuDead(number));
                }));
            }
        }
    }

    // ---- what comes of it ----

    /** The state after a step, while it is being made. */
    private final class Next {
        private final boolean noMemory;
        private final Set<Integer> online;
        private final Set<Integer> present;
        private final Set<Integer> translated;
        private final Set<Integer> prefersLow;
        private final Set<Integer> called;
        private final Set<Integer> promised;
        private final Map<String, NaiveDomain> untouched;
        private final Map<String, Draft> touched = new LinkedHashMap<>();
        private int failuresOfTheGone;
        private boolean oops;
        private @Nullable NaiveMapping asked;
        private @Nullable NaiveMapping mapped;

        Next(NaiveState state, boolean noMemory) {
            this.noMemory = noMemory;
            online = new TreeSet<>(state.online());
            present = new TreeSet<>(state.present());
            translated = new TreeSet<>(state.translated());
            prefersLow = new TreeSet<>(state.prefersLow());
            called = new TreeSet<>(state.called());
            promised = new TreeSet<>(state.promised());
            untouched = new TreeMap<>(state.domains());
        }

        boolean has(String group) {
            return untouched.containsKey(group) || touched.containsKey(group);
        }

        void create(String group) {
            touched.put(group, draft(NaiveDomain.NOBODY, ReferenceAllocator.zeroed(configuration.cpus()), List.of()));
        }

        void destroy(String group) {
            untouched.remove(group);
            touched.remove(group);
        }

        Draft open(String group) {
            NaiveDomain old = untouched.remove(group);
            if (old != null) {
                touched.put(group, draft(old.initialiser(), old.allocator().copy(), old.live()));
            }
            Draft draft = touched.get(group);
            if (draft == null) {
                throw new IllegalStateException("no domain of group " + group);
            }
            return draft;
        }

        ReferenceAllocator allocator(String group) {
            return open(group).allocator;
        }

        private Draft draft(int initialiser, ReferenceAllocator allocator, List<NaiveMapping> live) {
            Draft draft = new Draft(initialiser, allocator, live);
            failMemory(allocator);
            return draft;
        }

        /** The allocator starts again from nothing, with all that was in it forgotten. */
        void initialise(Draft draft, NaiveDevice device) {
            failuresOfTheGone += draft.allocator.memoryFailures();
            draft.initialiser = device.device().index();
            draft.allocator = new ReferenceAllocator(
                    granuleShift(),
                    device.startPfn(),
                    configuration.cpus(),
                    configuration.caches().magazineSize(),
                    configuration.kernel() == KernelProfile.V6_1
                            ? Optional.of(configuration.caches().depotSize())
                            : Optional.empty());
            for (int cpu = 0; cpu < configuration.cpus(); cpu++) {
                if (!online.contains(cpu)) {
                    draft.allocator.cpuDead(cpu);
                }
            }
            failMemory(draft.allocator);
        }

        private void failMemory(ReferenceAllocator allocator) {
            allocator.nodeMemoryFails(noMemory);
            allocator.magazineMemoryFails(noMemory);
        }

        boolean memoryWasMissing() {
            int failures = failuresOfTheGone;
            for (Draft draft : touched.values()) {
                failures += draft.allocator.memoryFailures() - draft.failuresBefore;
            }
            return failures > 0;
        }

        NaiveState freeze() {
            if (oops
                    || touched.values().stream()
                            .anyMatch(draft -> draft.allocator.crash().isPresent())) {
                return NaiveState.OOPS;
            }
            Map<String, NaiveDomain> domains = new TreeMap<>(untouched);
            touched.forEach((group, draft) -> {
                draft.allocator.nodeMemoryFails(false);
                draft.allocator.magazineMemoryFails(false);
                domains.put(group, new NaiveDomain(draft.initialiser, draft.allocator, draft.live, shapeMatters));
            });
            return new NaiveState(false, online, present, translated, prefersLow, called, promised, domains);
        }
    }

    /** A domain while it is being changed. */
    private static final class Draft {
        private int initialiser;
        private ReferenceAllocator allocator;
        private final int failuresBefore;
        private final List<NaiveMapping> live;

        Draft(int initialiser, ReferenceAllocator allocator, List<NaiveMapping> live) {
            this.initialiser = initialiser;
            this.allocator = allocator;
            this.failuresBefore = allocator.memoryFailures();
            this.live = new ArrayList<>(live);
        }
    }

    private void add(Next next, int index) {
        NaiveDevice device = device(index);
        next.present.add(index);
        String group = device.device().group();
        if (group != null) {
            join(next, device, group);
        }
        for (Reservation call : calls) {
            if (call.device() == index && call.when() == Reservation.When.AT_PROBE && !call(next, call)) {
                return; // the probe function gives up
            }
        }
    }

    private void join(Next next, NaiveDevice device, String group) {
        if (!next.has(group)) {
            next.create(group);
        }
        if (device.device().bus() == Device.Bus.PCI) {
            next.prefersLow.add(device.device().index());
        }
        if (device.refused()) {
            return;
        }
        Draft domain = next.open(group);
        if (domain.initialiser == NaiveDomain.NOBODY) {
            next.initialise(domain, device);
            // Only the first device's regions are carved out, and nobody looks whether that worked.
            device.carved().forEach(region -> reserve(domain.allocator, pfns(region)));
            if (device.windowsOverlap()) {
                return;
            }
        } else if (domain.allocator.startPfn() != device.startPfn()) {
            return;
        }
        next.translated.add(device.device().index());
    }

    private Extent pfns(Extent bytes) {
        return new Extent(bytes.first() >>> granuleShift(), bytes.last() >>> granuleShift());
    }

    private static boolean reserve(ReferenceAllocator allocator, Extent pfns) {
        return allocator.reserveIova(pfns.first(), pfns.last()).isPresent();
    }

    private void remove(Next next, int index) {
        String group = device(index).device().group();
        next.present.remove(index);
        next.translated.remove(index);
        next.prefersLow.remove(index);
        List<Reservation> own =
                calls.stream().filter(call -> call.device() == index).toList();
        own.forEach(call -> next.called.remove(call.index()));
        if (group == null) {
            return;
        }
        List<Integer> together = devices.keySet().stream()
                .filter(other -> group.equals(device(other).device().group()))
                .toList();
        if (together.stream().noneMatch(next.present::contains)) {
            next.destroy(group);
            next.promised.removeIf(call ->
                    together.contains(configuration.reservations().get(call).device()));
        } else if (configuration.mechanism() == Mechanism.HARDENED) {
            own.forEach(call -> takeBack(next, next.open(group), call));
        }
    }

    /** @return whether it returned 0 */
    private boolean call(Next next, Reservation call) {
        String group = device(call.device()).device().group();
        boolean success;
        if (configuration.mechanism() == Mechanism.HARDENED) {
            success = group != null && hardenedCall(next, call, next.open(group));
        } else if (group == null) {
            next.oops = true; // nobody asks whether there is a group
            return false;
        } else {
            success = postedCall(call, next.open(group));
        }
        if (success) {
            next.called.add(call.index());
            next.promised.add(call.index());
        }
        return success;
    }

    /** {@code dma_iova_set_resv_region} of January 2026: asks for a strict DMA domain, and for nothing else. */
    private boolean postedCall(Reservation call, Draft domain) {
        if (configuration.iommu().mode() == Iommu.Mode.LAZY) {
            return false;
        }
        // The granule of a zeroed domain is 0, and shifting by its lowest set bit does not shift.
        int shift = domain.initialiser == NaiveDomain.NOBODY ? 0 : granuleShift();
        long last = call.start() + call.length() - 1;
        return domain.allocator
                .reserveIova(call.start() >>> shift, last >>> shift)
                .isPresent();
    }

    /** The repaired call: refuses nonsense and clashes, empties the caches, gives a node to each part that none covers. */
    private boolean hardenedCall(Next next, Reservation call, Draft domain) {
        Extent bytes = call.promised();
        if (!next.translated.contains(call.device())
                || domain.initialiser == NaiveDomain.NOBODY
                || bytes == null
                || call.wraps()) {
            return false;
        }
        for (int cpu = 0; cpu < configuration.cpus(); cpu++) {
            domain.allocator.freeCpuCachedIovas(cpu);
        }
        domain.allocator.freeGlobalCachedIovas();
        Extent wanted = pfns(bytes);
        boolean clash = domain.live.stream()
                .anyMatch(mapping -> new Extent(mapping.first(), mapping.first() + rounded(pages(mapping.bytes())) - 1)
                        .intersects(wanted));
        return !clash && fill(domain.allocator, wanted);
    }

    /** Gives a node of its own to every part of {@code wanted} that no node covers. False if there is no memory for one. */
    private static boolean fill(ReferenceAllocator allocator, Extent wanted) {
        List<ReferenceRange> nodes = new ArrayList<>(allocator.snapshot().tree());
        nodes.sort(Comparator.comparing(ReferenceRange::lo, Long::compareUnsigned));
        long from = wanted.first();
        for (ReferenceRange node : nodes) {
            if (Long.compareUnsigned(node.hi(), from) < 0) {
                continue;
            }
            if (Long.compareUnsigned(node.lo(), wanted.last()) > 0) {
                break;
            }
            if (Long.compareUnsigned(from, node.lo()) < 0 && !reserve(allocator, new Extent(from, node.lo() - 1))) {
                return false;
            }
            if (Long.compareUnsigned(node.hi(), wanted.last()) >= 0) {
                return true;
            }
            from = node.hi() + 1;
        }
        return reserve(allocator, new Extent(from, wanted.last()));
    }

    /** The device that made a call is gone: its range becomes free again, but for what others still rely on. */
    private void takeBack(Next next, Draft domain, Reservation call) {
        Extent bytes = call.promised();
        if (bytes == null || !next.promised.remove(call.index())) {
            return;
        }
        Extent range = pfns(bytes);
        for (ReferenceRange node : domain.allocator.snapshot().tree()) {
            if (new Extent(node.lo(), node.hi()).intersects(range)) {
                domain.allocator.freeIova(node.lo());
            }
        }
        // First the regions that were carved out at the start, then calls, each in the order of the configuration.
        if (domain.initialiser != NaiveDomain.NOBODY) {
            device(domain.initialiser).carved().forEach(region -> fill(domain.allocator, pfns(region)));
        }
        String group = device(call.device()).device().group();
        for (Reservation other : calls) {
            Extent kept = other.promised();
            if (kept != null
                    && next.promised.contains(other.index())
                    && Objects.equals(group, device(other.device()).device().group())) {
                fill(domain.allocator, pfns(kept));
            }
        }
    }

    private void map(Next next, NaiveDevice device, long bytes, int cpu) {
        String group = device.device().group();
        if (group == null) {
            throw new IllegalStateException("mapped without an IOMMU");
        }
        Draft domain = next.open(group);
        int index = device.device().index();
        next.asked = new NaiveMapping(0, index, bytes);
        long pfn = 0;
        if (next.prefersLow.contains(index) && Long.compareUnsigned(device.limit(), FOUR_GIB) >= 0) {
            pfn = domain.allocator.allocIovaFast(cpu, pages(bytes), (FOUR_GIB - 1) >>> granuleShift(), false);
            if (pfn == 0 && configuration.kernel() != KernelProfile.V6_1) {
                next.prefersLow.remove(index); // 6.1 tries again each time
            }
        }
        if (pfn == 0 && domain.allocator.crash().isEmpty()) {
            pfn = domain.allocator.allocIovaFast(cpu, pages(bytes), device.limit() >>> granuleShift(), true);
        }
        if (pfn != 0) {
            next.mapped = new NaiveMapping(pfn, index, bytes);
            domain.live.add(next.mapped);
        }
    }

    private void unmap(Next next, String group, NaiveMapping mapping, int cpu) {
        Draft domain = next.open(group);
        domain.live.remove(mapping);
        domain.allocator.freeIovaFast(cpu, mapping.first(), pages(mapping.bytes()));
    }

    // ---- what people rely on ----

    /** What may be relied on in a state, in bytes: regions of devices behind the IOMMU, and calls that returned 0. */
    List<Extent> promises(NaiveState state, String group) {
        List<Extent> promises = new ArrayList<>();
        for (NaiveDevice device : devices.values()) {
            if (group.equals(device.device().group())
                    && state.translated().contains(device.device().index())) {
                promises.addAll(device.regions());
            }
        }
        promises.addAll(promisedByCalls(state, group));
        return promises;
    }

    /** What the kernel has taken in, in bytes: regions of the device that initialised the domain, and calls that returned 0. */
    List<Extent> kept(NaiveState state, String group) {
        List<Extent> kept = new ArrayList<>();
        NaiveDomain domain = state.domains().get(group);
        if (domain != null && domain.isInitialised()) {
            kept.addAll(device(domain.initialiser()).carved());
        }
        kept.addAll(promisedByCalls(state, group));
        return kept;
    }

    private List<Extent> promisedByCalls(NaiveState state, String group) {
        List<Extent> promised = new ArrayList<>();
        for (Reservation call : calls) {
            Extent bytes = call.promised();
            if (bytes != null
                    && state.promised().contains(call.index())
                    && group.equals(device(call.device()).device().group())) {
                promised.add(bytes);
            }
        }
        return promised;
    }
}
