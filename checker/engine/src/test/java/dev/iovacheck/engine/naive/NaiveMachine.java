package dev.iovacheck.engine.naive;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.DomainType;
import dev.iovacheck.model.config.Exploration.Option;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.machine.Failure;
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
        shapeMatters = (configuration.mechanism() == Mechanism.POSTED_API
                        && calls.stream().anyMatch(call -> isUpsideDown(call, 0) || isUpsideDown(call, granuleShift())))
                || configuration.bugs().contains(KernelBug.B04A); // the same pfns of the far end, twice
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

    /** Whether it matters which CPU is which: the tree tells, or the order in which the timer comes to their rings. */
    boolean cpuNamesMatter() {
        boolean ringForEach = configuration.canBeLazy()
                && !configuration.iommu().flushQueues().single();
        return shapeMatters || ringForEach;
    }

    boolean shapeMatters() {
        return shapeMatters;
    }

    /** What is fixed about one of a device's buffers. */
    NaiveBuffer buffer(int device, int index) {
        return NaiveBuffer.of(configuration, device(device).device(), index);
    }

    NaiveBuffer buffer(NaiveMapping mapping) {
        return buffer(mapping.device(), mapping.buffer());
    }

    /** How many granules a mapping takes that is in one piece. */
    private long pages(NaiveMapping mapping) {
        return buffer(mapping).pages();
    }

    /** The granules of each piece of a mapping. */
    List<Extent> places(NaiveMapping mapping) {
        List<NaiveBuffer> ranges = buffer(mapping).ranges();
        List<Extent> places = new ArrayList<>();
        for (int piece = 0; piece < ranges.size(); piece++) {
            long first = mapping.firsts().get(piece);
            places.add(new Extent(first, first + ranges.get(piece).pages() - 1));
        }
        return places;
    }

    private boolean explores(Option option) {
        return configuration.exploration().has(option);
    }

    /** Whether what is translated can differ from what is mapped, so that the checker looks at it. */
    boolean looksAtTranslation() {
        return configuration.exploration().hasMistakes()
                || explores(Option.MAP_FAILURE)
                || explores(Option.NO_BOUNCE_SLOT)
                || explores(Option.ATTACH_FAILURE)
                || devices.values().stream()
                        .map(NaiveDevice::device)
                        .anyMatch(device -> device.dma().untrusted()
                                || device.dma().deferredAttach()
                                || device.buffers().stream().anyMatch(buffer -> !buffer.isPlain()));
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
        return new NaiveState(
                false,
                cpus,
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                NaiveDrivers.AT_FIRST,
                Set.of(),
                Map.of(),
                Map.of());
    }

    // ---- what can happen ----

    /** Something that may happen, with or without memory. */
    private record Event(String name, boolean mayLackMemory, Failure failure, int piece, Consumer<Next> effect) {
        Event(String name, boolean mayLackMemory, Failure failure, Consumer<Next> effect) {
            this(name, mayLackMemory, failure, 0, effect);
        }

        Event(String name, boolean mayLackMemory, Consumer<Next> effect) {
            this(name, mayLackMemory, Failure.NONE, effect);
        }
    }

    /** All transitions out of a state. */
    List<NaiveStep> steps(NaiveState state) {
        List<NaiveStep> steps = new ArrayList<>();
        if (state.oops()) {
            return steps;
        }
        for (Event event : events(state)) {
            if (event.failure() != Failure.NONE || event.piece() == 0) {
                step(state, event, false).ifPresent(steps::add);
            }
            if (event.mayLackMemory() && configuration.exploration().noMemory()) {
                step(state, event, true).ifPresent(steps::add);
            }
        }
        return steps;
    }

    /** Empty if memory was to be missing, and nobody asked for any. */
    private Optional<NaiveStep> step(NaiveState state, Event event, boolean noMemory) {
        Next next = new Next(state, noMemory, event.failure(), event.piece());
        event.effect().accept(next);
        NaiveState after = next.freeze();
        boolean inVain = event.failure() != Failure.NONE && !next.failed;
        if (inVain || (noMemory && !next.memoryWasMissing())) {
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
            } else if (configuration.exploration().removal()
                    && !hasUser(state, device)
                    && (holdsNothing(state, device)
                            || (explores(Option.USE_AFTER_REMOVE)
                                    && !state.drivers().mistaken()))) {
                events.add(new Event("remove " + device, false, next -> remove(next, device)));
            }
        }
        state.groups().forEach((name, group) -> {
            NaiveDomain domain = state.domains().get(name);
            addGroupEvents(events, name, group, domain != null && domain.queue().saysLazy());
        });
        devices.values().forEach(device -> addBinding(events, state, device));
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
                    && isDriven(state, call.device())
                    && !state.called().contains(call.index())) {
                events.add(new Event("call " + call.index(), true, next -> call(next, call)));
            }
        }
        for (NaiveDevice device : devices.values()) {
            if (mayMap(state, device)) {
                addMaps(events, state, device);
            }
        }
        state.domains().forEach((group, domain) -> {
            addUnmaps(events, state, group, domain);
            addLinks(events, group, domain);
            if (!state.drivers().mistaken()) {
                addWrongUnmaps(events, state, group, domain);
            }
        });
        state.domains().forEach((group, domain) -> {
            if (domain.queue().timer()) {
                for (int cpu : timerCpus(state)) {
                    events.add(new Event("timer of " + group + " on " + cpu, true, next -> timer(next, group, cpu)));
                }
            }
            boolean mayChange = configuration.exploration().has(Option.LAZY_SWITCH);
            boolean strict = !domain.queue().saysLazy() && isTranslating(state, group);
            if (mayChange && strict) {
                events.add(new Event("DMA-FQ for " + group, true, next -> changeType(next, group)));
            }
        });
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

    private static boolean isTranslating(NaiveState state, String name) {
        NaiveGroup group = state.groups().get(name);
        return group != null && group.type() == DomainType.DMA;
    }

    private boolean hasUser(NaiveState state, int device) {
        NaiveGroup group =
                state.groups().get(String.valueOf(device(device).device().group()));
        return group != null && group.user() != NaiveGroup.User.NOBODY;
    }

    /** Somebody works with it: its driver, or another one's if it is to have none. */
    private boolean isDriven(NaiveState state, int device) {
        return state.bound().contains(device) || !device(device).device().bound();
    }

    private List<Integer> members(String group) {
        return devices.keySet().stream()
                .filter(index -> group.equals(device(index).device().group()))
                .toList();
    }

    private void addGroupEvents(List<Event> events, String name, NaiveGroup group, boolean lazy) {
        if (explores(Option.OWNERSHIP)) {
            events.add(new Event("claim " + name, false, next -> {
                boolean firmware = configuration.kernel() != KernelProfile.V6_1
                        && members(name).stream()
                                .filter(next.present::contains)
                                .flatMap(index -> device(index).device().regions().stream())
                                .anyMatch(region -> region.type() == FirmwareRegion.Type.DIRECT);
                if (!next.isOwned(name) && !firmware) {
                    next.groups.put(name, group.withUser(NaiveGroup.User.WITHOUT_DOMAIN));
                }
            }));
            if (group.user() == NaiveGroup.User.WITHOUT_DOMAIN) {
                events.add(new Event(
                        "attach " + name,
                        false,
                        next -> next.groups.put(name, group.withUser(NaiveGroup.User.WITH_DOMAIN))));
            }
            if (group.user() != NaiveGroup.User.NOBODY) {
                events.add(new Event(
                        "release " + name,
                        false,
                        next -> next.groups.put(name, group.withUser(NaiveGroup.User.NOBODY))));
            }
        }
        if (explores(Option.TYPE_CHANGE)) {
            for (DomainType type : DomainType.values()) {
                events.add(
                        new Event("type " + type + " of " + name, true, next -> changeType(next, name, type, false)));
            }
            // A strict domain becomes lazy without being replaced: another event.
            if (configuration.canBeLazy() && (lazy || group.type() == DomainType.IDENTITY)) {
                events.add(new Event(
                        "type DMA-FQ of " + name, true, next -> changeType(next, name, DomainType.DMA, true)));
            }
        }
    }

    private void addBinding(List<Event> events, NaiveState state, NaiveDevice device) {
        int index = device.device().index();
        boolean rebinds = explores(Option.OWNERSHIP) || explores(Option.TYPE_CHANGE);
        String group = device.device().group();
        if (!rebinds
                || group == null
                || !device.device().bound()
                || !state.present().contains(index)) {
            return;
        }
        if (!state.bound().contains(index)) {
            events.add(new Event("bind " + index, true, next -> bind(next, index)));
        } else if (holdsNothing(state, index)) {
            events.add(new Event("unbind " + index, false, next -> {
                next.bound.remove(index);
                for (Reservation call : calls) {
                    if (call.device() == index) {
                        next.called.remove(call.index());
                        if (configuration.mechanism() == Mechanism.HARDENED) {
                            takeBack(next, next.open(group), call);
                        }
                    }
                }
            }));
        }
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
                .filter(call -> call.when() == Reservation.When.AT_PROBE || !explores(Option.LATE_RESERVE))
                .anyMatch(call -> !state.called().contains(call.index()));
        return state.translated().contains(index)
                && isDriven(state, index)
                && held(state, index) < device.device().live()
                && !waits;
    }

    /** The CPUs on which something with ranges of these sizes can be different: all, or just any if no cache takes one. */
    private Set<Integer> cpusFor(NaiveState state, Set<Long> pages) {
        boolean cached = pages.stream().anyMatch(each -> each <= 32);
        return cached ? state.online() : Set.of(state.online().iterator().next());
    }

    /** What is freed goes into the caches of the CPU that does it, if any cache takes it. */
    private Set<Integer> timerCpus(NaiveState state) {
        Set<Long> sizes = new TreeSet<>();
        for (NaiveDevice device : devices.values()) {
            int index = device.device().index();
            for (int number = 0; number < device.device().buffers().size(); number++) {
                sizes.addAll(freed(index, buffer(index, number)));
            }
        }
        return cpusFor(state, sizes);
    }

    private void addMaps(List<Event> events, NaiveState state, NaiveDevice device) {
        int index = device.device().index();
        for (int number = 0; number < device.device().buffers().size(); number++) {
            NaiveBuffer buffer = buffer(index, number);
            Set<Long> sizes = new TreeSet<>();
            buffer.ranges().forEach(range -> sizes.add(range.pages()));
            // What was made in vain of several pieces is queued as well.
            boolean mayQueue = configuration.canBeLazy() && !buffer.pieces().isEmpty();
            for (int cpu : mayQueue ? state.online() : cpusFor(state, sizes)) {
                for (int piece = 0; piece < buffer.ranges().size(); piece++) {
                    addMaps(events, device, buffer, cpu, piece);
                }
            }
        }
    }

    /** The map of a buffer, and all that can fail when it is at one of its pieces. */
    private void addMaps(List<Event> events, NaiveDevice device, NaiveBuffer buffer, int cpu, int piece) {
        for (Failure failure : failures(buffer, false)) {
            String what =
                    buffer.buffer().isPlain() ? String.valueOf(buffer.buffer().size()) : buffer.toString();
            String fails = failure == Failure.NONE ? "" : " with " + failure + " at " + piece;
            String name = "map " + what + " for " + device.device().index() + " on " + cpu + fails;
            boolean mayLackMemory = failure == Failure.NONE;
            events.add(new Event(name, mayLackMemory, failure, piece, next -> map(next, device, buffer, cpu)));
        }
    }

    /** Nothing, and what may fail in a call beside memory. What is told alike is tried once. */
    private List<Failure> failures(NaiveBuffer buffer, boolean links) {
        List<Failure> failures = new ArrayList<>(List.of(Failure.NONE));
        boolean isList = buffer.buffer().call() == Buffer.Call.SG;
        if (explores(Option.MAP_FAILURE)) {
            failures.add(Failure.TABLE_MEMORY);
            if (isList || links) {
                failures.add(Failure.TABLE_ERROR);
            }
        }
        if (explores(Option.NO_BOUNCE_SLOT)) {
            failures.add(Failure.NO_BOUNCE_SLOT);
        }
        if (explores(Option.ATTACH_FAILURE) && !links) {
            failures.add(Failure.ATTACH);
        }
        return failures;
    }

    /** CPUs on which it makes a difference to undo a mapping: what waits in a queue waits in that of a CPU. */
    private Set<Integer> unmapCpus(
            NaiveState state, NaiveDomain domain, int device, NaiveBuffer buffer, boolean linked) {
        boolean waits = domain.queue().queues() && (buffer.parts().isEmpty() || linked);
        return waits ? state.online() : cpusFor(state, freed(device, buffer));
    }

    /** Sizes in which undoing a mapping of this buffer, rightly or wrongly, may free something. */
    private Set<Long> freed(int device, NaiveBuffer buffer) {
        Set<Long> freed = new TreeSet<>(buffer.freed());
        if (!buffer.pieces().isEmpty()) {
            return freed; // drivers make no mistakes with them
        }
        if (explores(Option.WRONG_SIZE)) {
            freed.add(wrongPages(device, buffer));
        }
        if (explores(Option.INNER_ADDRESS) && buffer.pages() > 1) {
            freed.add(buffer.pages() - 1);
        }
        return freed;
    }

    /** The granules of the next buffer with another number of them, going round. */
    private long wrongPages(int device, NaiveBuffer buffer) {
        int count = device(device).device().buffers().size();
        for (int next = buffer.index() + 1; next < buffer.index() + count; next++) {
            NaiveBuffer other = buffer(device, next % count);
            if (other.pieces().isEmpty() && other.pages() != buffer.pages()) {
                return other.pages();
            }
        }
        return buffer.pages();
    }

    private void addUnmaps(List<Event> events, NaiveState state, String group, NaiveDomain domain) {
        for (NaiveMapping mapping : domain.live()) {
            for (int cpu : unmapCpus(state, domain, mapping.device(), buffer(mapping), mapping.linked() > 0)) {
                String name = "unmap " + mapping + " on " + cpu;
                events.add(new Event(name, true, next -> unmap(next, group, mapping, cpu)));
            }
        }
    }

    private void addLinks(List<Event> events, String group, NaiveDomain domain) {
        for (NaiveMapping mapping : domain.live()) {
            NaiveBuffer buffer = buffer(mapping);
            int parts = buffer.parts().size();
            if (mapping.linked() < parts) {
                for (Failure failure : failures(buffer, true)) {
                    events.add(new Event(
                            "link " + mapping + " " + failure, false, failure, next -> link(next, group, mapping)));
                }
            }
            if (parts > 0 && mapping.linked() == parts) {
                events.add(new Event(
                        "sync " + mapping,
                        false,
                        next -> replace(next.open(group), mapping, mapping.withLinked(parts + 1))));
                if (explores(Option.MAP_FAILURE)) {
                    events.add(new Event("sync in vain " + mapping, false, next -> next.open(group)));
                }
            }
            if (mapping.linked() > 0) {
                events.add(new Event("unlink " + mapping, false, next -> unlink(next, group, mapping)));
            }
        }
    }

    private static void replace(Draft domain, NaiveMapping mapping, NaiveMapping other) {
        domain.live.remove(mapping);
        domain.live.add(other);
    }

    private void addWrongUnmaps(List<Event> events, NaiveState state, String group, NaiveDomain domain) {
        state.drivers().undone().ifPresent(last -> {
            boolean here = group.equals(device(last.device()).device().group());
            if (here && state.present().contains(last.device())) {
                for (int cpu : unmapCpus(state, domain, last.device(), buffer(last), false)) {
                    events.add(new Event(
                            "undo again on " + cpu,
                            true,
                            next -> undoWrongly(next, group, last, last.first(), pages(last), cpu)));
                }
            }
        });
        for (NaiveMapping mapping : domain.live()) {
            NaiveBuffer buffer = buffer(mapping);
            long wrong = wrongPages(mapping.device(), buffer);
            if (buffer.buffer().call() == Buffer.Call.IOVA || !buffer.pieces().isEmpty()) {
                continue;
            }
            for (int cpu : unmapCpus(state, domain, mapping.device(), buffer, false)) {
                if (explores(Option.WRONG_SIZE) && wrong != buffer.pages()) {
                    events.add(new Event(
                            "undo too much or too little of " + mapping + " on " + cpu,
                            true,
                            next -> undoWrongly(next, group, mapping, mapping.first(), wrong, cpu)));
                }
                if (explores(Option.INNER_ADDRESS) && buffer.pages() > 1) {
                    events.add(new Event(
                            "undo the end of " + mapping + " on " + cpu,
                            true,
                            next -> undoWrongly(next, group, mapping, mapping.first() + 1, buffer.pages() - 1, cpu)));
                }
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
        private boolean noMemory;
        private final boolean lacksMemory;
        private final Failure failure;
        private final int failsAt;
        private int piece;
        private boolean failed;
        private boolean mistaken;
        private Optional<NaiveMapping> undone;
        private final Set<Integer> unattached;
        private final Set<Integer> online;
        private final Set<Integer> present;
        private final Set<Integer> translated;
        private final Set<Integer> prefersLow;
        private final Set<Integer> called;
        private final Set<Integer> promised;
        private final Set<Integer> bound;
        private final Map<String, NaiveGroup> groups;
        private final Map<String, NaiveDomain> untouched;
        private final Map<String, Draft> touched = new LinkedHashMap<>();
        private int failuresOfTheGone;
        private boolean queueWasMissing;
        private boolean oops;
        private @Nullable NaiveMapping asked;
        private @Nullable NaiveMapping mapped;

        Next(NaiveState state, boolean lacksMemory, Failure failure, int failsAt) {
            this.lacksMemory = lacksMemory;
            noMemory = lacksMemory && failsAt == 0;
            this.failure = failure;
            this.failsAt = failsAt;
            mistaken = state.drivers().mistaken();
            undone = state.drivers().undone();
            unattached = new TreeSet<>(state.drivers().unattached());
            online = new TreeSet<>(state.online());
            present = new TreeSet<>(state.present());
            translated = new TreeSet<>(state.translated());
            prefersLow = new TreeSet<>(state.prefersLow());
            called = new TreeSet<>(state.called());
            promised = new TreeSet<>(state.promised());
            bound = new TreeSet<>(state.bound());
            groups = new TreeMap<>(state.groups());
            untouched = new TreeMap<>(state.domains());
        }

        /** Whether this does not work now. */
        boolean fails(Failure what) {
            boolean fails = failure == what && piece == failsAt;
            failed |= fails;
            return fails;
        }

        /** What is mapped piece by piece comes to this one. Memory that is missing then does not come back. */
        void comeTo(int number) {
            piece = number;
            noMemory |= lacksMemory && piece == failsAt;
            touched.values().forEach(draft -> failMemory(draft.allocator));
        }

        boolean has(String group) {
            return untouched.containsKey(group) || touched.containsKey(group);
        }

        void create(String group, boolean lazy) {
            touched.put(group, draft(NaiveDomain.NOBODY, zeroed(), List.of(), Set.of(), noQueue(lazy)));
        }

        private NaiveQueue noQueue(boolean lazy) {
            return NaiveQueue.none(lazy, configuration.iommu().flushQueues().single() ? 1 : configuration.cpus());
        }

        /** As {@code kzalloc} leaves it, and without the CPUs that are away. */
        private ReferenceAllocator zeroed() {
            ReferenceAllocator allocator = ReferenceAllocator.zeroed(configuration.cpus());
            for (int cpu = 0; cpu < configuration.cpus(); cpu++) {
                if (!online.contains(cpu)) {
                    allocator.cpuDead(cpu);
                }
            }
            return allocator;
        }

        NaiveGroup group(String name) {
            NaiveGroup group = groups.get(name);
            if (group == null) {
                throw new IllegalStateException("no group " + name);
            }
            return group;
        }

        boolean isOwned(String name) {
            return group(name).user() != NaiveGroup.User.NOBODY
                    || members(name).stream().anyMatch(bound::contains);
        }

        /** A domain with nothing in it takes the place of the old one; who holds a mapping is not asked. */
        void replace(String name, boolean lazy) {
            Draft draft = open(name);
            failuresOfTheGone += draft.allocator.memoryFailures();
            draft.initialiser = NaiveDomain.NOBODY;
            draft.allocator = zeroed();
            failMemory(draft.allocator);
            draft.live.replaceAll(NaiveMapping::asLost);
            draft.translated.clear();
            draft.queue = noQueue(lazy);
        }

        void destroy(String group) {
            untouched.remove(group);
            touched.remove(group);
            groups.remove(group);
        }

        Draft open(String group) {
            NaiveDomain old = untouched.remove(group);
            if (old != null) {
                touched.put(
                        group,
                        draft(old.initialiser(), old.allocator().copy(), old.live(), old.translated(), old.queue()));
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

        private Draft draft(
                int initialiser,
                ReferenceAllocator allocator,
                List<NaiveMapping> live,
                Set<Long> translated,
                NaiveQueue queue) {
            Draft draft = new Draft(initialiser, allocator, live, translated, queue);
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
                            : Optional.empty(),
                    configuration.bugs());
            for (int cpu = 0; cpu < configuration.cpus(); cpu++) {
                if (!online.contains(cpu)) {
                    draft.allocator.cpuDead(cpu);
                }
            }
            failMemory(draft.allocator);
            if (draft.queue.saysLazy() && !draft.queue.queues()) {
                boolean can = configuration.iommu().flushQueues().areSupported() && hasMemoryForQueue();
                draft.queue = can ? draft.queue.setUp() : draft.queue.strict();
            }
        }

        boolean hasMemoryForQueue() {
            queueWasMissing |= noMemory;
            return !noMemory;
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
            return failures > 0 || queueWasMissing;
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
                domains.put(
                        group,
                        new NaiveDomain(
                                draft.initialiser,
                                draft.allocator,
                                draft.live,
                                draft.translated,
                                draft.queue,
                                shapeMatters));
            });
            NaiveDrivers drivers = new NaiveDrivers(mistaken, mistaken ? Optional.empty() : undone, unattached);
            return new NaiveState(
                    false, online, present, translated, prefersLow, called, promised, drivers, bound, groups, domains);
        }
    }

    /** A domain while it is being changed. */
    private static final class Draft {
        private int initialiser;
        private ReferenceAllocator allocator;
        private final int failuresBefore;
        private final List<NaiveMapping> live;
        private final Set<Long> translated;
        private NaiveQueue queue;

        Draft(
                int initialiser,
                ReferenceAllocator allocator,
                List<NaiveMapping> live,
                Set<Long> translated,
                NaiveQueue queue) {
            this.translated = new TreeSet<>(translated);
            this.queue = queue;
            this.initialiser = initialiser;
            this.allocator = allocator;
            this.failuresBefore = allocator.memoryFailures();
            this.live = new ArrayList<>(live);
        }
    }

    private void add(Next next, int index) {
        NaiveDevice device = device(index);
        next.present.add(index);
        if (device.device().dma().deferredAttach()) {
            next.unattached.add(index);
        }
        String group = device.device().group();
        if (group != null) {
            join(next, device, group);
        }
        if (device.device().bound()) {
            bind(next, index);
        }
    }

    /** Nobody binds a driver while a user has the group. */
    private void bind(Next next, int index) {
        String group = device(index).device().group();
        if (group != null && next.group(group).user() != NaiveGroup.User.NOBODY) {
            return;
        }
        next.bound.add(index);
        for (Reservation call : calls) {
            if (call.device() == index && call.when() == Reservation.When.AT_PROBE && !call(next, call)) {
                return; // the probe function gives up
            }
        }
    }

    /** Somebody writes the type of a group. */
    private void changeType(Next next, String name, DomainType type, boolean lazy) {
        List<Integer> there =
                members(name).stream().filter(next.present::contains).toList();
        NaiveGroup group = next.group(name);
        boolean old = configuration.kernel() == KernelProfile.V6_1;
        boolean refused = next.isOwned(name)
                || (old && there.size() != 1)
                || there.stream()
                        .map(index -> device(index).device().requiredType())
                        .anyMatch(required -> required != null && (required != type || lazy));
        boolean same = type == group.type()
                && (type == DomainType.IDENTITY || lazy == next.open(name).queue.saysLazy());
        if (refused || (old && same)) {
            return;
        }
        int first = there.contains(group.first()) ? group.first() : there.get(0);
        if (!same) {
            next.groups.put(name, new NaiveGroup(type, group.user(), first));
            next.replace(name, lazy);
            // Whoever is still there was not told.
            next.promised.removeIf(call -> members(name)
                            .contains(configuration.reservations().get(call).device())
                    && !next.called.contains(call));
        }
        List<Integer> order = new ArrayList<>(List.of(first));
        there.stream().filter(index -> index != first).forEach(order::add);
        for (int index : order) {
            next.translated.remove(index);
            setUp(next, device(index), name);
        }
    }

    private void join(Next next, NaiveDevice device, String group) {
        if (!next.has(group)) {
            DomainType wanted = device.device().requiredType();
            DomainType type = wanted == null ? configuration.iommu().defaultDomain() : wanted;
            // A driver that insists on DMA gets the strict kind.
            next.create(
                    group,
                    wanted == null
                            && type == DomainType.DMA
                            && configuration.iommu().mode() == Iommu.Mode.LAZY);
            next.groups.put(
                    group,
                    new NaiveGroup(
                            type,
                            NaiveGroup.User.NOBODY,
                            explores(Option.TYPE_CHANGE) ? device.device().index() : -1));
        }
        setUp(next, device, group);
    }

    private void setUp(Next next, NaiveDevice device, String group) {
        if (device.device().bus() == Device.Bus.PCI) {
            next.prefersLow.add(device.device().index());
        }
        if (device.refused() || next.group(group).type() == DomainType.IDENTITY) {
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
        if (group != null && next.open(group).live.removeIf(mapping -> mapping.device() == index)) {
            next.mistaken = true;
        }
        next.undone = next.undone.filter(last -> last.device() != index);
        next.unattached.remove(index);
        next.present.remove(index);
        next.translated.remove(index);
        next.prefersLow.remove(index);
        next.bound.remove(index);
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
            success = group != null
                    && next.group(group).user() == NaiveGroup.User.NOBODY
                    && hardenedCall(next, call, next.open(group));
        } else if (group == null) {
            next.oops = true; // nobody asks whether there is a group
            return false;
        } else {
            success = next.group(group).type() == DomainType.DMA && postedCall(call, next.open(group));
        }
        if (success) {
            next.called.add(call.index());
            next.promised.add(call.index());
        }
        return success;
    }

    /** {@code dma_iova_set_resv_region} of January 2026: asks for a strict DMA domain, and for nothing else. */
    private boolean postedCall(Reservation call, Draft domain) {
        if (domain.queue.saysLazy()) {
            return false;
        }
        // The granule of a zeroed domain is 0, and shifting by its lowest set bit does not shift.
        int shift = domain.initialiser == NaiveDomain.NOBODY ? 0 : granuleShift();
        long last = call.start() + call.length() - 1;
        return domain.allocator
                .reserveIova(call.start() >>> shift, last >>> shift)
                .isPresent();
    }

    /** The repaired call: refuses nonsense, empties the caches, refuses if a node is in the way, gives a node to each part that none covers. */
    private boolean hardenedCall(Next next, Reservation call, Draft domain) {
        Extent bytes = call.promised();
        if (!next.translated.contains(call.device())
                || domain.initialiser == NaiveDomain.NOBODY
                || bytes == null
                || call.wraps()) {
            return false;
        }
        if (domain.queue.queues()) {
            domain.queue =
                    domain.queue.drained(free(domain, next.online.iterator().next()));
        }
        for (int cpu = 0; cpu < configuration.cpus(); cpu++) {
            domain.allocator.freeCpuCachedIovas(cpu);
        }
        domain.allocator.freeGlobalCachedIovas();
        Extent wanted = pfns(bytes);
        List<Extent> reserved =
                kept(
                                domain.initialiser,
                                next.promised,
                                String.valueOf(device(call.device()).device().group()))
                        .stream()
                        .map(this::pfns)
                        .toList();
        boolean clash = domain.allocator.snapshot().tree().stream()
                .filter(node -> Long.compareUnsigned(node.lo(), node.hi()) <= 0)
                .map(node -> new Extent(node.lo(), node.hi()))
                .anyMatch(node -> node.intersects(wanted) && !isReservation(domain, node, reserved));
        return !clash && fill(domain.allocator, wanted);
    }

    /** The list of the domain has all of it, and nobody's range begins there. Ranges that waited are gone by now. */
    private static boolean isReservation(Draft domain, Extent node, List<Extent> reserved) {
        return NaiveProgress.without(List.of(node), reserved).isEmpty()
                && domain.live.stream()
                        .filter(mapping -> !mapping.lost())
                        .flatMap(mapping -> mapping.firsts().stream())
                        .noneMatch(node::contains);
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

    private void map(Next next, NaiveDevice device, NaiveBuffer buffer, int cpu) {
        String group = device.device().group();
        if (group == null) {
            throw new IllegalStateException("mapped without an IOMMU");
        }
        Draft domain = next.open(group);
        int index = device.device().index();
        if (configuration.exploration().hasMistakes()) {
            next.mistaken |= calls.stream()
                    .filter(call -> call.device() == index && call.when() == Reservation.When.BEFORE_FIRST_MAP)
                    .anyMatch(call -> !next.called.contains(call.index()));
        }
        if (!isAdmitted(next, device, buffer)) {
            return;
        }
        if (buffer.piecemeal()) {
            mapPieces(next, domain, buffer, index, cpu);
            return;
        }
        take(next, domain, buffer, index, cpu).ifPresent(pfn -> {
            next.mapped = new NaiveMapping(pfn, index, buffer.index());
            domain.live.add(next.mapped);
        });
    }

    /** One after the other as if each were all there is; if one cannot be mapped, those before it are undone from the first to the last. */
    private void mapPieces(Next next, Draft domain, NaiveBuffer list, int device, int cpu) {
        List<Long> made = new ArrayList<>();
        for (NaiveBuffer piece : list.ranges()) {
            next.comeTo(made.size());
            boolean may = isBounced(next, piece)
                    && !NaiveBuffer.wantsTooManyBits(
                            configuration, device(device).device());
            Optional<Long> first = may ? take(next, domain, piece, device, cpu) : Optional.empty();
            if (first.isEmpty() && domain.allocator.crash().isEmpty()) {
                for (int done = 0; done < made.size(); done++) {
                    NaiveBuffer undone = list.ranges().get(done);
                    undo(domain, undone, made.get(done), undone.pages(), cpu);
                }
            }
            if (first.isEmpty()) {
                return;
            }
            made.add(first.get());
        }
        next.mapped = new NaiveMapping(made.get(0), device, list.index(), 0, false, made.subList(1, made.size()));
        domain.live.add(next.mapped);
    }

    /** Addresses with entries for them; nothing is taken if either is missing. */
    private Optional<Long> take(Next next, Draft domain, NaiveBuffer buffer, int index, int cpu) {
        long pfn = 0;
        if (next.prefersLow.contains(index) && Long.compareUnsigned(buffer.limit(), FOUR_GIB) >= 0) {
            pfn = domain.allocator.allocIovaFast(cpu, buffer.pages(), (FOUR_GIB - 1) >>> granuleShift(), false);
            if (pfn == 0 && configuration.kernel() != KernelProfile.V6_1) {
                next.prefersLow.remove(index); // 6.1 tries again each time
            }
        }
        if (pfn == 0 && domain.allocator.crash().isEmpty()) {
            pfn = domain.allocator.allocIovaFast(cpu, buffer.pages(), buffer.limit() >>> granuleShift(), true);
        }
        if (pfn == 0) {
            next.asked = new NaiveMapping(0, index, buffer.index());
            return Optional.empty();
        }
        if (buffer.parts().isEmpty() && !translate(next, domain, pfn, buffer.pages())) {
            domain.allocator.freeIovaFast(cpu, pfn, buffer.pages());
            return Optional.empty();
        }
        return Optional.of(pfn);
    }

    /** What is asked before an address: for one buffer the bounce slot and then the device, for a list the other way round. */
    private boolean isAdmitted(Next next, NaiveDevice device, NaiveBuffer buffer) {
        boolean isPage = buffer.buffer().call() == Buffer.Call.PAGE;
        if (isPage && !isBounced(next, buffer)) {
            return false;
        }
        int index = device.device().index();
        if (next.unattached.contains(index)) {
            if (next.fails(Failure.ATTACH)) {
                return false;
            }
            next.unattached.remove(index);
        }
        if (isPage) {
            return !NaiveBuffer.wantsTooManyBits(configuration, device.device());
        }
        return buffer.piecemeal() || !buffer.buffer().has(Buffer.Attribute.UNREACHABLE_PEER);
    }

    private static boolean isBounced(Next next, NaiveBuffer buffer) {
        return !buffer.bounced() || (!buffer.bouncedInVain() && !next.fails(Failure.NO_BOUNCE_SLOT));
    }

    /** Writes entries for so many granules, all or none. */
    private boolean translate(Next next, Draft domain, long first, long pages) {
        if (next.fails(Failure.TABLE_MEMORY) || next.fails(Failure.TABLE_ERROR)) {
            return false;
        }
        if (!looksAtTranslation()) {
            return true;
        }
        Set<Long> wanted = new TreeSet<>();
        for (long pfn = first; pfn < first + pages; pfn++) {
            wanted.add(pfn);
        }
        return wanted.stream().noneMatch(domain.translated::contains) && domain.translated.addAll(wanted);
    }

    /**
     * Clears entries until all are gone or one is missing.
     *
     * @return what was cleared
     */
    private Optional<Extent> clear(Draft domain, long first, long pages) {
        long pfn = first;
        while (pfn < first + pages && (!looksAtTranslation() || domain.translated.remove(pfn))) {
            pfn++;
        }
        return pfn == first ? Optional.empty() : Optional.of(new Extent(first, pfn - 1));
    }

    private void unmap(Next next, String group, NaiveMapping mapping, int cpu) {
        Draft domain = next.open(group);
        NaiveBuffer buffer = buffer(mapping);
        domain.live.remove(mapping);
        if (!buffer.pieces().isEmpty()) {
            for (int piece = 0; piece < buffer.pieces().size(); piece++) {
                long first = mapping.firsts().get(piece);
                if (!mapping.lost() || isMapped(domain, first)) {
                    NaiveBuffer undone = buffer.pieces().get(piece);
                    undo(domain, undone, first, undone.pages(), cpu);
                }
            }
            return;
        }
        boolean isThere = !mapping.lost() || isMapped(domain, mapping.first());
        if (!isThere && (buffer.asPage() || next.group(group).type() == DomainType.IDENTITY)) {
            return; // nothing is mapped there in the domain that took the place of its own
        }
        if (!buffer.parts().isEmpty()) {
            long linked = buffer.mappedPages(mapping.linked());
            if (linked == 0) {
                domain.allocator.freeIovaFast(cpu, mapping.first(), buffer.pages());
            } else {
                undo(domain, buffer, mapping.first(), linked, cpu);
            }
            return;
        }
        if (explores(Option.DOUBLE_UNMAP)) {
            next.undone = Optional.of(mapping.withLinked(0));
        }
        undo(domain, buffer, mapping.first(), buffer.pages(), cpu);
    }

    private boolean isMapped(Draft domain, long pfn) {
        return domain.live.stream()
                .filter(mapping -> !mapping.lost())
                .flatMap(mapping -> places(mapping).stream())
                .anyMatch(taken -> taken.contains(pfn));
    }

    private void undo(Draft domain, NaiveBuffer buffer, long first, long pages, int cpu) {
        if (looksAtTranslation() && buffer.asPage() && !domain.translated.contains(first)) {
            return; // looked up, not found, and not given back
        }
        Optional<Extent> cleared = clear(domain, first, pages);
        if (domain.queue.queues()) {
            int ring = domain.queue.rings().size() == 1 ? 0 : cpu;
            int places = configuration.iommu().flushQueues().size();
            NaiveQueue.Waiting range = new NaiveQueue.Waiting(first, pages, false);
            domain.queue = domain.queue.added(ring, places, range, cleared, free(domain, cpu));
        } else {
            domain.allocator.freeIovaFast(cpu, first, pages);
        }
    }

    private void undoWrongly(Next next, String group, NaiveMapping mapping, long first, long pages, int cpu) {
        Draft domain = next.open(group);
        boolean again =
                next.undone.filter(mapping::equals).isPresent() && first == mapping.first() && pages == pages(mapping);
        if (!again) {
            domain.live.remove(mapping);
        }
        next.mistaken = true;
        undo(domain, buffer(mapping), first, pages, cpu);
    }

    private void link(Next next, String group, NaiveMapping mapping) {
        Draft domain = next.open(group);
        NaiveBuffer buffer = buffer(mapping);
        Device device = device(mapping.device()).device();
        NaiveBuffer.Part part = buffer.parts().get(mapping.linked());
        boolean coherent = buffer.buffer().has(Buffer.Attribute.REQUIRE_COHERENT);
        boolean refusesSlot = coherent || buffer.buffer().has(Buffer.Attribute.MMIO);
        if (part.late()
                || (coherent && !device.dma().coherent())
                || (part.bounced() && (refusesSlot || next.fails(Failure.NO_BOUNCE_SLOT)))) {
            return;
        }
        if (part.askew()) {
            // The driver of the IOMMU is asked for nothing; a failure of it is met all the same.
            next.failed |= next.failure == Failure.TABLE_MEMORY || next.failure == Failure.TABLE_ERROR;
        } else if (translate(next, domain, mapping.first() + part.first(), part.pages())) {
            replace(domain, mapping, mapping.withLinked(mapping.linked() + 1));
        }
    }

    private void unlink(Next next, String group, NaiveMapping mapping) {
        NaiveBuffer buffer = buffer(mapping);
        int linked = Math.min(mapping.linked(), buffer.parts().size()) - 1;
        NaiveBuffer.Part part = buffer.parts().get(linked);
        Draft domain = next.open(group);
        clear(domain, mapping.first() + part.first(), part.pages())
                .ifPresent(gone -> domain.queue = domain.queue.flushed(gone));
        replace(domain, mapping, mapping.withLinked(linked));
    }

    private static Consumer<NaiveQueue.Waiting> free(Draft domain, int cpu) {
        return range -> domain.allocator.freeIovaFast(cpu, range.first(), range.pages());
    }

    private static void timer(Next next, String group, int cpu) {
        Draft domain = next.open(group);
        domain.queue = domain.queue.withTimer(false).drained(free(domain, cpu));
    }

    /** 6.1 asks whether the device is alone, on its own domain and free to have any type. Without memory for the rings nothing changes. */
    private void changeType(Next next, String group) {
        long members = next.present.stream()
                .filter(device -> group.equals(device(device).device().group()))
                .count();
        boolean fits = members == 1
                && next.group(group).user() == NaiveGroup.User.NOBODY
                && members(group).stream()
                        .filter(next.present::contains)
                        .allMatch(device -> device(device).device().requiredType() == null);
        if (configuration.kernel() == KernelProfile.V6_1 && !fits) {
            return;
        }
        Draft domain = next.open(group);
        if (next.hasMemoryForQueue()) {
            domain.queue = domain.queue.setUp();
        }
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
        promises.addAll(promisedByCalls(state.promised(), group));
        return promises;
    }

    /** What the kernel has taken in, in bytes: regions of the device that initialised the domain, and calls that returned 0. */
    List<Extent> kept(NaiveState state, String group) {
        NaiveDomain domain = state.domains().get(group);
        int initialiser = domain == null ? NaiveDomain.NOBODY : domain.initialiser();
        return kept(initialiser, state.promised(), group);
    }

    private List<Extent> kept(int initialiser, Set<Integer> promised, String group) {
        List<Extent> kept = new ArrayList<>();
        if (initialiser != NaiveDomain.NOBODY) {
            kept.addAll(device(initialiser).carved());
        }
        kept.addAll(promisedByCalls(promised, group));
        return kept;
    }

    private List<Extent> promisedByCalls(Set<Integer> successful, String group) {
        List<Extent> promised = new ArrayList<>();
        for (Reservation call : calls) {
            Extent bytes = call.promised();
            if (bytes != null
                    && successful.contains(call.index())
                    && group.equals(device(call.device()).device().group())) {
                promised.add(bytes);
            }
        }
        return promised;
    }
}
