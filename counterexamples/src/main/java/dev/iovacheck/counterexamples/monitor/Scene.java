package dev.iovacheck.counterexamples.monitor;

import dev.iovacheck.counterexamples.monitor.Surroundings.KnownDevice;
import dev.iovacheck.counterexamples.monitor.Surroundings.KnownRegion;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.collections.api.list.primitive.IntList;
import org.eclipse.collections.api.list.primitive.MutableIntList;
import org.eclipse.collections.impl.factory.primitive.IntLists;
import org.eclipse.collections.impl.map.mutable.primitive.LongObjectHashMap;
import org.jspecify.annotations.Nullable;

/** Domains, allocators and threads of a recording, by the addresses and numbers that it gives them. */
final class Scene {

    final Surroundings surroundings;
    final Counts counts = new Counts();

    private final KernelProfile profile;
    private final Consumer<Finding> sink;
    private final LongObjectHashMap<DomainTrack> domains = new LongObjectHashMap<>();
    private final LongObjectHashMap<AllocatorTrack> allocators = new LongObjectHashMap<>();
    private final LongObjectHashMap<DomainTrack> byCookie = new LongObjectHashMap<>();
    private final LongObjectHashMap<ThreadTrack> threads = new LongObjectHashMap<>();

    /** Domains of which only a device is known. */
    private final Map<String, DomainTrack> byGroup = new LinkedHashMap<>();

    private final Map<String, String> groups = new LinkedHashMap<>();
    private final Map<String, List<KnownRegion>> regions = new HashMap<>();
    private final Map<String, KnownDevice> known = new HashMap<>();
    private final MutableIntList subjects = IntLists.mutable.empty();
    private int tracks;
    private int cpus;

    Scene(Surroundings surroundings, KernelProfile profile, Consumer<Finding> sink) {
        this.surroundings = surroundings;
        this.profile = profile;
        this.sink = sink;
        surroundings.devices().forEach(device -> known.putIfAbsent(device.name(), device));
    }

    /** What is known of a device beside the recording. */
    @Nullable
    KnownDevice known(String device) {
        return known.get(device);
    }

    /** What is reserved for a device and for those that share its group. */
    List<KnownRegion> regions(String device) {
        List<KnownRegion> found = regions.get(device);
        if (found == null) {
            found = surroundings.regionsOfGroup(device);
            if (regions.size() < 10_000) {
                regions.put(device, found);
            }
        }
        return found;
    }

    void report(Finding finding) {
        sink.accept(finding);
    }

    // ---- what an event is about ----

    void beginEvent() {
        subjects.clear();
    }

    /** The event is about this domain. */
    void concerns(@Nullable DomainTrack domain) {
        if (domain != null) {
            subjects.add(domain.number);
        }
    }

    /** The event is about this allocator, and so about its domain. */
    void concerns(AllocatorTrack allocator) {
        subjects.add(allocator.number);
        concerns(allocator.domain);
    }

    /** The event is about this domain and its allocator. */
    void concernsAll(DomainTrack domain) {
        concerns(domain);
        if (domain.allocator != null) {
            subjects.add(domain.allocator.number);
        }
    }

    /** Numbers of the domains and allocators that the event is about; the same with every reading. */
    IntList subjects() {
        return subjects;
    }

    // ---- threads ----

    ThreadTrack thread(long thread) {
        return threads.getIfAbsentPut(thread, ThreadTrack::new);
    }

    /** Threads come and go; what one is in the middle of is all that must be kept. */
    void sweepThreads() {
        if (threads.size() > 10_000) {
            for (long thread : threads.keySet().toArray()) {
                if (threads.get(thread).isIdle()) {
                    threads.remove(thread);
                }
            }
        }
    }

    // ---- domains ----

    DomainTrack domain(long dom) {
        DomainTrack domain = domains.get(dom);
        if (domain == null) {
            domain = new DomainTrack("domain " + Hex.of(dom), tracks++);
            domains.put(dom, domain);
            counts.domains++;
        }
        return domain;
    }

    void setCookie(DomainTrack domain, long cookie) {
        if (cookie != 0) {
            domain.cookie = cookie;
            byCookie.put(cookie, domain);
        }
    }

    @Nullable
    DomainTrack domainOfCookie(long cookie) {
        return byCookie.get(cookie);
    }

    /** All that the recording names. */
    Iterable<DomainTrack> domains() {
        return domains;
    }

    /** The same, and those that only devices are known of. */
    List<DomainTrack> allDomains() {
        List<DomainTrack> all = new ArrayList<>(domains.values());
        all.addAll(byGroup.values());
        return all;
    }

    void addToGroup(String device, String group) {
        groups.put(device, group);
    }

    /** How many groups there are, as far as that is known; 0 if nobody says. */
    long groups() {
        return Math.max(
                surroundings.groups(), groups.values().stream().distinct().count());
    }

    /** The domain of a device's group, where no event names domains. */
    DomainTrack domainOf(String device) {
        KnownDevice said = known(device);
        String group = said == null ? groups.getOrDefault(device, device) : said.group();
        DomainTrack domain = byGroup.computeIfAbsent(group, name -> new DomainTrack("group " + name, tracks++));
        domain.devices.add(device);
        return domain;
    }

    // ---- allocators ----

    @Nullable
    AllocatorTrack allocator(long iovad, int cpu) {
        if (cpu >= cpus()) {
            counts.tooManyCpus = true;
            return null;
        }
        AllocatorTrack allocator = allocators.get(iovad);
        if (allocator == null) {
            allocator = new AllocatorTrack(iovad, tracks++, new LockStep(profile, cpus()));
            allocator.beginUnknown();
            allocators.put(iovad, allocator);
            counts.allocators++;
        }
        return allocator;
    }

    /** The allocator that an event is about; a CPU works on it. */
    @Nullable
    AllocatorTrack allocatorOf(Event event) {
        AllocatorTrack allocator = allocator(event.get(Field.IOVAD), event.cpu);
        if (allocator != null) {
            concerns(allocator);
            allocator.touch(event);
        }
        return allocator;
    }

    /** The allocator of a domain begins here: {@code iovad} lies behind the start of the cookie. */
    void link(AllocatorTrack allocator, @Nullable DomainTrack domain) {
        if (domain != null && allocator.domain != domain) {
            allocator.domain = domain;
            domain.allocator = allocator;
            domain.isUnknown = !allocator.isFromBeginning;
        }
    }

    /** What was reserved for devices whose allocators were seen from the beginning; bytes. */
    Map<String, List<Extent>> reserved() {
        Map<String, List<Extent>> all = new LinkedHashMap<>();
        for (AllocatorTrack allocator : allocators) {
            DomainTrack domain = allocator.domain;
            if (domain == null || !allocator.isFromBeginning) {
                continue;
            }
            List<Extent> ranges = new ArrayList<>();
            int shift = allocator.shift;
            allocator.reserved.forEach((pfns, line) ->
                    ranges.add(new Extent(pfns.first() << shift, (pfns.last() << shift) + ((1L << shift) - 1))));
            domain.devices.forEach(device -> all.put(device, List.copyOf(ranges)));
        }
        return all;
    }

    void forgetAllocator(long iovad) {
        AllocatorTrack allocator = allocators.remove(iovad);
        if (allocator != null && allocator.domain != null) {
            DomainTrack domain = allocator.domain;
            domain.allocator = null;
            domain.devices.clear();
            domain.forget();
        }
    }

    /** CPUs that the model has; once it is asked for, it stays. */
    private int cpus() {
        if (cpus == 0) {
            cpus = LockStep.MOST_CPUS;
        }
        return cpus;
    }

    /** How many there are, if the recording says so before its first event. */
    void setCpus(int count) {
        if (cpus == 0 && count > 0) {
            cpus = Math.min(count, LockStep.MOST_CPUS);
        }
    }

    /** Events are missing: what was known may be different now. */
    void forget() {
        threads.clear();
        domains.forEach(DomainTrack::forget);
        byGroup.values().forEach(DomainTrack::forget);
        allocators.forEach(AllocatorTrack::beginUnknown);
    }
}
