package dev.iovacheck.counterexamples.monitor;

import dev.iovacheck.counterexamples.monitor.AllocatorTrack.Allocation;
import dev.iovacheck.counterexamples.monitor.ThreadTrack.Mapping;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks maps and unmaps. The tracepoints {@code map} and {@code unmap} name no domain: the probes on the functions that have them do, or
 * the events of the DMA API that follow. A map whose domain is not known is compared only with what holds for all domains.
 */
final class MappingChecks {

    private static final int MOST_NAMELESS = 64;

    private final Scene scene;
    private final MappedRangeChecks ranges;

    /** Maps without a domain, lately, until a device claims them. */
    private final Deque<Nameless> nameless = new ArrayDeque<>();

    /** Unmaps whose call and event were a pair, and those where the event was missing. */
    private long pairedUnmaps;

    private long unpairedUnmaps;

    private record Nameless(long thread, long first, long last, boolean isIdentity, long line) {}

    MappingChecks(Scene scene) {
        this.scene = scene;
        ranges = new MappedRangeChecks(scene);
    }

    void accept(ThreadTrack thread, Event event) {
        switch (event.kind) {
            case DOMMAP -> call(thread.maps, event, event.get(Field.PADDR));
            case DOMUNMAP -> call(thread.unmaps, event, 0);
            case MAP -> map(thread, event);
            case UNMAP -> unmap(thread, event);
            case DMA_MAP -> dmaMap(event);
            case DMA_UNMAP -> dmaUnmap(event);
            default -> scene.counts.dmaEvents++;
        }
    }

    private void call(Deque<Mapping> stack, Event event, long paddr) {
        scene.counts.seesDomains = true;
        DomainTrack domain = scene.domain(event.get(Field.DOM));
        scene.concernsAll(domain);
        ThreadTrack.push(
                stack,
                new Mapping(domain, event.get(Field.IOVA), event.get(Field.SIZE), paddr, event.line, event.context));
    }

    // ---- maps ----

    private void map(ThreadTrack thread, Event event) {
        scene.counts.seesMap = true;
        scene.counts.maps++;
        long first = event.get(Field.IOVA);
        long size = event.get(Field.SIZE);
        long paddr = event.get(Field.PADDR);
        long last = first + size - 1;
        if (size == 0 || Long.compareUnsigned(last, first) < 0 || (event.end != 0 && event.end != last + 1)) {
            scene.report(new Finding(
                    "pte-subset",
                    event.line,
                    "a map of " + size + " bytes from " + Hex.of(first) + " up to " + Hex.of(event.end)
                            + ": the numbers do not agree",
                    List.of()));
            call(thread, first, size, paddr, true);
            return;
        }
        Mapping call = call(thread, first, size, paddr, false);
        if (call == null) {
            Mapping shifted = thread.maps.peek();
            if (shifted != null && shifted.size() == size && shifted.paddr() == paddr) {
                thread.maps.pop();
                shifted(shifted, first, last, event);
            } else {
                nameless(event, first, last, first == paddr);
            }
            return;
        }
        DomainTrack domain = call.domain();
        scene.concernsAll(domain);
        boolean isSound = ranges.check(
                domain, deviceOf(domain, first), new Extent(first, last), first == paddr, event.line, call.line());
        if (!isSound) {
            domain.forgive(first, last, event.line);
            if (thread.lastLast != 0) {
                domain.forgive(thread.lastFirst, thread.lastLast, event.line);
            }
        }
        if (domain.live.intersecting(first, last) == null) {
            domain.live.put(first, last, event.line);
        }
    }

    /** The call that an event with these numbers ends; what began later and had no event has failed. */
    private static @Nullable Mapping call(ThreadTrack thread, long iova, long size, long paddr, boolean anyAddress) {
        for (Mapping each : thread.maps) {
            if ((anyAddress || each.iova() == iova) && each.size() == size && each.paddr() == paddr) {
                // Each has a line of its own, so that equal ones are the same.
                while (!thread.maps.peek().equals(each)) {
                    thread.maps.pop();
                }
                return thread.maps.pop();
            }
        }
        return null;
    }

    /** Call and event have the same memory and another address: of the two, the one in nobody's range is wrong. */
    private void shifted(Mapping call, long first, long last, Event event) {
        DomainTrack domain = call.domain();
        scene.concernsAll(domain);
        long callLast = call.iova() + call.size() - 1;
        boolean isCallWrong = !domain.isAllocated(call.iova(), callLast) && domain.isAllocated(first, last);
        scene.report(new Finding(
                "pte-subset",
                isCallWrong ? call.line() : event.line,
                "memory is mapped at " + new Extent(first, last) + " in " + domain.name() + ", and the call was for "
                        + new Extent(call.iova(), callLast),
                List.of(
                        isCallWrong
                                ? new Finding.Related(event.line, "mapped")
                                : new Finding.Related(call.line(), "called"))));
        domain.forgive(first, last, event.line);
        domain.forgive(call.iova(), callLast, event.line);
        long good = isCallWrong ? first : call.iova();
        if (domain.live.intersecting(good, good + call.size() - 1) == null) {
            domain.live.put(good, good + call.size() - 1, event.line);
        }
    }

    private static String deviceOf(DomainTrack domain, long first) {
        AllocatorTrack allocator = domain.allocator;
        if (allocator != null) {
            Ranges.Entry<Allocation> allocation =
                    allocator.live.intersecting(first >>> allocator.shift, first >>> allocator.shift);
            if (allocation != null && !allocation.what().device().isEmpty()) {
                return allocation.what().device();
            }
        }
        return domain.devices.size() == 1 ? domain.devices.iterator().next() : "";
    }

    /** A device joins a domain. */
    void checkLive(DomainTrack domain, String device, long line) {
        ranges.checkLive(domain, device, line);
    }

    // ---- maps without a domain ----

    /** What is reserved everywhere must not be mapped anywhere. */
    private void nameless(Event event, long first, long last, boolean isIdentity) {
        Extent bytes = new Extent(first, last);
        Optional<String> reserved = isIdentity ? Optional.empty() : ranges.everywhereReserved(bytes);
        if (reserved.isPresent()) {
            scene.report(new Finding(
                    "no-reserved-overlap",
                    event.line,
                    bytes + " is mapped, in which domain is not recorded, and " + reserved.get(),
                    List.of()));
            return;
        }
        scene.counts.namelessMaps++;
        if (nameless.size() == MOST_NAMELESS) {
            nameless.removeFirst();
        }
        nameless.addLast(new Nameless(event.thread, first, last, isIdentity, event.line));
        if (scene.groups() == 1 && !scene.counts.seesDomains) {
            String device = scene.surroundings.devices().isEmpty()
                    ? ""
                    : scene.surroundings.devices().get(0).name();
            claim(nameless.removeLast(), scene.domainOf(device), "");
        }
    }

    private void claim(Nameless map, DomainTrack domain, String device) {
        Extent bytes = new Extent(map.first(), map.last());
        ranges.check(domain, device, bytes, map.isIdentity(), map.line(), 0);
        domain.live.removeIntersecting(map.first(), map.last());
        domain.live.put(map.first(), map.last(), map.line());
    }

    // ---- the DMA API ----

    private void dmaMap(Event event) {
        scene.counts.dmaEvents++;
        long first = event.get(Field.DMA_ADDR);
        long size = event.get(Field.SIZE);
        long last = first + size - 1;
        if (size == 0 || first == -1L || Long.compareUnsigned(last, first) < 0) {
            return; // it failed
        }
        if (scene.counts.seesDomains) {
            return; // everything is known of it already
        }
        DomainTrack domain = scene.domainOf(event.device);
        scene.concerns(domain);
        boolean joined = false;
        for (Nameless each : List.copyOf(nameless)) {
            boolean inside =
                    Long.compareUnsigned(each.first(), first) <= 0 && Long.compareUnsigned(last, each.last()) <= 0;
            if (each.thread() == event.thread && inside) {
                nameless.remove(each);
                scene.counts.namelessMaps--;
                claim(each, domain, event.device);
                joined = true;
            }
        }
        if (!joined) {
            scene.counts.dmaMapsNotJoined++;
            Supplier<String> what = () -> new Extent(first, last) + " is given to " + event.device;
            ranges.reservedFor(event.device, new Extent(first, last), false, event.line, what)
                    .or(() -> ranges.outside(event.device, new Extent(first, last), event.line, what))
                    .ifPresent(scene::report);
        }
    }

    private void dmaUnmap(Event event) {
        scene.counts.dmaEvents++;
        if (scene.counts.seesDomains || !scene.counts.seesUnmap) {
            return;
        }
        DomainTrack domain = scene.domainOf(event.device);
        scene.concerns(domain);
        long first = event.get(Field.DMA_ADDR);
        Ranges.Entry<Long> left = domain.live.intersecting(first, first);
        if (left != null) {
            domain.live.remove(left.first());
            scene.report(new Finding(
                    "exact-unmap",
                    event.line,
                    left.extent() + " is still mapped in " + domain.name() + " after its unmap",
                    List.of(new Finding.Related(left.what(), "mapped"))));
        }
    }

    // ---- unmaps ----

    /** A call of {@code __iommu_unmap} is followed by its event before anything else happens in its thread, but for interrupts. */
    void expectUnmap(ThreadTrack thread, Event event) {
        Mapping call = thread.unmaps.peek();
        boolean isPlain = call != null && call.context() != 0 && call.context() == event.context;
        if (call == null || !isPlain || pairedUnmaps == 0 || unpairedUnmaps > 0) {
            return;
        }
        thread.unmaps.pop();
        unpairedUnmaps++;
        DomainTrack domain = call.domain();
        long last = call.iova() + call.size() - 1;
        scene.concernsAll(domain);
        domain.live.removeIntersecting(call.iova(), last);
        domain.forgive(call.iova(), last, event.line);
        scene.report(new Finding(
                "exact-unmap",
                event.line,
                new Extent(call.iova(), last) + " was to be unmapped in " + domain.name() + ", and no unmap follows",
                List.of(new Finding.Related(call.line(), "called"))));
    }

    private void unmap(ThreadTrack thread, Event event) {
        scene.counts.seesUnmap = true;
        scene.counts.unmaps++;
        long first = event.get(Field.IOVA);
        long size = event.get(Field.SIZE);
        long last = first + size - 1;
        if (size == 0 || Long.compareUnsigned(last, first) < 0) {
            return;
        }
        Mapping call = thread.unmaps.peek();
        if (call == null || call.size() != size) {
            unmapSomewhere(event, first, last);
            return;
        }
        thread.unmaps.pop();
        pairedUnmaps++;
        DomainTrack domain = call.domain();
        scene.concernsAll(domain);
        if (call.iova() != first) {
            boolean isCallWrong = domain.live.intersecting(call.iova(), call.iova() + size - 1) == null
                    && domain.live.intersecting(first, last) != null;
            scene.report(new Finding(
                    "exact-unmap",
                    isCallWrong ? call.line() : event.line,
                    new Extent(first, last) + " is unmapped in " + domain.name() + ", and the call was for "
                            + new Extent(call.iova(), call.iova() + size - 1),
                    List.of(new Finding.Related(isCallWrong ? event.line : call.line(), "the other"))));
            domain.forgive(first, last, event.line);
            domain.forgive(call.iova(), call.iova() + size - 1, event.line);
            domain.live.removeIntersecting(
                    isCallWrong ? first : call.iova(), isCallWrong ? last : call.iova() + size - 1);
            return;
        }
        unmapIn(domain, event, first, last);
    }

    private void unmapIn(DomainTrack domain, Event event, long first, long last) {
        boolean isForgiven = domain.isForgiven(first, last);
        long mapped = 0;
        Ranges.Entry<Long> cut = null;
        for (Ranges.Entry<Long> each : domain.live.removeIntersecting(first, last)) {
            mapped += each.last() - each.first() + 1;
            if (Long.compareUnsigned(each.first(), first) < 0 || Long.compareUnsigned(each.last(), last) > 0) {
                cut = each;
            }
        }
        long size = last - first + 1;
        Supplier<String> what = () -> new Extent(first, last) + " is unmapped in " + domain.name();
        if (event.has(Field.UNMAPPED) && event.get(Field.UNMAPPED) != size && !isForgiven) {
            scene.report(new Finding(
                    "exact-unmap",
                    event.line,
                    what.get() + ", and only " + Hex.of(event.get(Field.UNMAPPED)) + " bytes of it were mapped",
                    List.of()));
        } else if (cut != null && !isForgiven) {
            scene.report(new Finding(
                    "exact-unmap",
                    event.line,
                    what.get() + ", which is a part of " + cut.extent(),
                    List.of(new Finding.Related(cut.what(), "mapped"))));
        } else if (mapped != size && knowsAllMaps(domain) && !isForgiven) {
            scene.report(new Finding(
                    "exact-unmap",
                    event.line,
                    what.get() + ", and " + (mapped == 0 ? "it is not mapped" : "a part of it is not mapped"),
                    List.of()));
        } else if (mapped == 0) {
            scene.counts.unknownUnmaps++;
        }
        AllocatorTrack allocator = domain.allocator;
        if (domain.isLazy && allocator != null && scene.counts.seesFree) {
            domain.waiting.removeIntersecting(first, last);
            domain.waiting.put(first, last, event.line);
        }
    }

    /** Whether all that is mapped in a domain was recorded as such. */
    private boolean knowsAllMaps(DomainTrack domain) {
        return !domain.isUnknown && scene.counts.seesMap && scene.counts.namelessMaps == 0;
    }

    /** Which domain it is in is not recorded: where just that is mapped, if it is one only; otherwise nobody knows any more. */
    private void unmapSomewhere(Event event, long first, long last) {
        List<DomainTrack> candidates = new ArrayList<>();
        for (DomainTrack domain : scene.allDomains()) {
            if (domain.live.intersecting(first, last) != null) {
                candidates.add(domain);
            }
        }
        if (candidates.isEmpty()) {
            scene.counts.unknownUnmaps++;
        }
        DomainTrack only = candidates.size() == 1 ? candidates.get(0) : null;
        if (only != null && only.live.at(first) != null && only.live.endsAt(last)) {
            scene.concernsAll(only);
            unmapIn(only, event, first, last);
        } else {
            candidates.forEach(domain -> domain.live.removeIntersecting(first, last));
        }
        nameless.removeIf(
                map -> Long.compareUnsigned(map.first(), last) <= 0 && Long.compareUnsigned(first, map.last()) <= 0);
    }
}
