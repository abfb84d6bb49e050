package dev.iovacheck.engine.naive;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.oracle.ReferenceRange;
import dev.iovacheck.model.oracle.ReferenceSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What must hold, put in plain words once more. A rule that has nothing to say of a state or step answers with nothing. */
final class NaiveRules {

    /** Of a state: whether it is well, if there is anything to say. */
    @FunctionalInterface
    interface StateRule {
        Optional<Boolean> isKept(NaiveMachine machine, NaiveState state);
    }

    /** Of a step: whether it is well, if there is anything to say. */
    @FunctionalInterface
    interface StepRule {
        Optional<Boolean> isKept(NaiveMachine machine, NaiveStep step);
    }

    static final Map<String, StateRule> OF_STATES = new TreeMap<>(Map.of(
            "lower-bound", NaiveRules::lowerBound,
            "upper-bound", NaiveRules::upperBound,
            "no-live-overlap", NaiveRules::noLiveOverlap,
            "domain-lifetime", NaiveRules::domainLifetime,
            "reservation-persistence", NaiveRules::reservationPersistence,
            "pte-subset", NaiveRules::pteSubset,
            "type-tells-mode", NaiveRules::typeTellsMode,
            "max32-sound", NaiveFits::max32Sound,
            "cached-hint", NaiveFits::cachedHint));

    static final Map<String, StepRule> OF_STEPS = new TreeMap<>(Map.of(
            "no-reserved-overlap",
            NaiveRules::noReservedOverlap,
            "flush-before-reuse",
            NaiveRules::flushBeforeReuse,
            "alloc-completeness",
            NaiveRules::allocCompleteness,
            "nonzero",
            NaiveRules::nonzero,
            "natural-alignment",
            NaiveRules::naturalAlignment,
            "32bit-first",
            NaiveFits::below4GFirst));

    private NaiveRules() {}

    static Optional<Boolean> all(List<Boolean> answers) {
        return answers.isEmpty() ? Optional.empty() : Optional.of(!answers.contains(false));
    }

    private static boolean above(long a, long b) {
        return Long.compareUnsigned(a, b) > 0;
    }

    /** Nothing is mapped below the window of its device or below the start of its domain. */
    private static Optional<Boolean> lowerBound(NaiveMachine machine, NaiveState state) {
        List<Boolean> answers = new ArrayList<>();
        int shift = machine.configuration().iommu().granuleShift();
        for (NaiveDomain domain : state.domains().values()) {
            for (NaiveMapping mapping : domain.live()) {
                long window = machine.device(mapping.device()).device().window().first();
                for (Extent place : machine.places(mapping)) {
                    boolean tooLow = above(window, place.first() << shift)
                            || above(domain.allocator().startPfn(), place.first());
                    answers.add(!tooLow);
                }
            }
        }
        return all(answers);
    }

    /** Nothing is mapped above the window of its device, or in a granule above that of its limit. */
    private static Optional<Boolean> upperBound(NaiveMachine machine, NaiveState state) {
        List<Boolean> answers = new ArrayList<>();
        int shift = machine.configuration().iommu().granuleShift();
        for (NaiveDomain domain : state.domains().values()) {
            for (NaiveMapping mapping : domain.live()) {
                NaiveDevice device = machine.device(mapping.device());
                for (Extent place : machine.places(mapping)) {
                    long last = place.last();
                    boolean tooHigh = above(
                                    ((last + 1) << shift) - 1,
                                    device.device().window().last())
                            || above(last, machine.buffer(mapping).limit() >>> shift);
                    answers.add(!tooHigh);
                }
            }
        }
        return all(answers);
    }

    /** No granule is mapped twice in a domain. */
    private static Optional<Boolean> noLiveOverlap(NaiveMachine machine, NaiveState state) {
        List<Boolean> answers = new ArrayList<>();
        for (NaiveDomain domain : state.domains().values()) {
            List<Extent> places = domain.live().stream()
                    .flatMap(mapping -> machine.places(mapping).stream())
                    .toList();
            for (int one = 0; one < places.size(); one++) {
                for (int other = 0; other < one; other++) {
                    answers.add(!places.get(one).intersects(places.get(other)));
                }
            }
        }
        return all(answers);
    }

    /** No mapping has lost the domain that it was made in. */
    private static Optional<Boolean> domainLifetime(NaiveMachine machine, NaiveState state) {
        List<Boolean> answers = new ArrayList<>();
        for (NaiveDomain domain : state.domains().values()) {
            domain.live().forEach(mapping -> answers.add(!mapping.lost()));
        }
        return all(answers);
    }

    /** What the kernel has taken in stays covered by nodes. A domain that is not initialised counts in bytes. */
    private static Optional<Boolean> reservationPersistence(NaiveMachine machine, NaiveState state) {
        List<Boolean> answers = new ArrayList<>();
        state.domains().forEach((group, domain) -> {
            int shift = domain.isInitialised() ? machine.configuration().iommu().granuleShift() : 0;
            for (Extent bytes : machine.kept(state, group)) {
                answers.add(isCovered(bytes.first() >>> shift, bytes.last() >>> shift, domain));
            }
        });
        return all(answers);
    }

    /** Nothing is translated that no mapping holds. */
    private static Optional<Boolean> pteSubset(NaiveMachine machine, NaiveState state) {
        List<Boolean> answers = new ArrayList<>();
        for (NaiveDomain domain : state.domains().values()) {
            for (long pfn : machine.looksAtTranslation() ? domain.translated() : List.<Long>of()) {
                answers.add(domain.live().stream().anyMatch(mapping -> {
                    if (machine.buffer(mapping).parts().isEmpty()) {
                        return machine.places(mapping).stream().anyMatch(place -> place.contains(pfn));
                    }
                    long mapped = machine.buffer(mapping).mappedPages(mapping.linked());
                    return mapping.first() <= pfn && pfn < mapping.first() + mapped;
                }));
            }
        }
        return all(answers);
    }

    private static boolean isCovered(long first, long last, NaiveDomain domain) {
        long from = first;
        while (true) {
            long at = from;
            Optional<ReferenceRange> node = domain.visible().tree().stream()
                    .filter(range -> !above(range.lo(), at) && !above(at, range.hi()))
                    .findFirst();
            if (node.isEmpty()) {
                return false;
            }
            if (!above(last, node.get().hi())) {
                return true;
            }
            from = node.get().hi() + 1;
        }
    }

    /** Where a map fails with memory at hand, every place that it could have is taken by a mapping or by what was taken in. */
    private static Optional<Boolean> allocCompleteness(NaiveMachine machine, NaiveStep step) {
        if (step.asked().isEmpty()
                || step.mapped().isPresent()
                || step.after().oops()
                || step.what().endsWith("without memory")
                || !machine.buffer(step.asked().get()).pieces().isEmpty()) {
            return Optional.empty(); // of several pieces, those before the one that failed are free again
        }
        NaiveDevice device = machine.device(step.asked().get().device());
        String group = String.valueOf(device.device().group());
        NaiveDomain domain = Objects.requireNonNull(step.after().domains().get(group));
        int shift = machine.configuration().iommu().granuleShift();
        List<Extent> taken = new ArrayList<>();
        for (NaiveMapping mapping : domain.live()) {
            for (Extent place : machine.places(mapping)) {
                taken.add(new Extent(place.first(), place.first() + machine.rounded(place.size()) - 1));
            }
        }
        for (List<NaiveQueue.Waiting> ring : domain.queue().rings()) {
            for (NaiveQueue.Waiting waiting : ring) {
                long pages = machine.rounded(waiting.pages());
                taken.add(upTo(waiting.first(), pages));
            }
        }
        for (Extent bytes : machine.kept(step.after(), group)) {
            taken.add(new Extent(bytes.first() >>> shift, bytes.last() >>> shift));
        }
        long pages = machine.rounded(machine.buffer(step.asked().get()).pages());
        long alignment = Long.highestOneBit(2 * pages - 1);
        long from = (domain.allocator().startPfn() + alignment - 1) / alignment * alignment;
        for (long first = from;
                !above(first + pages - 1, machine.buffer(step.asked().get()).limit() >>> shift);
                first += alignment) {
            Extent place = new Extent(first, first + pages - 1);
            if (taken.stream().noneMatch(place::intersects)) {
                return Optional.of(false);
            }
        }
        return Optional.of(true);
    }

    /** Where a domain can be lazy, it says so exactly if it is. */
    private static Optional<Boolean> typeTellsMode(NaiveMachine machine, NaiveState state) {
        return all(state.domains().values().stream()
                .filter(domain -> machine.configuration().canBeLazy() && domain.isInitialised())
                .map(domain -> domain.queue().saysLazy() == domain.queue().queues())
                .toList());
    }

    /** What the IOTLB may still know is not for anybody: neither given to somebody nor in a cache nor free. */
    private static Optional<Boolean> flushBeforeReuse(NaiveMachine machine, NaiveStep step) {
        List<Boolean> answers = new ArrayList<>();
        if (step.after().oops()) {
            return Optional.empty();
        }
        if (step.what().startsWith("unmap")) {
            answers.add(true);
        }
        for (NaiveDomain domain : step.after().domains().values()) {
            List<Extent> cached = cached(domain.visible());
            for (Extent range : domain.queue().iotlb()) {
                boolean mapped = step.mapped()
                        .filter(domain.live()::contains)
                        .map(mapping -> machine.places(mapping).stream().anyMatch(range::intersects))
                        .orElse(false);
                boolean free = !isCovered(range.first(), range.last(), domain)
                        || cached.stream().anyMatch(range::intersects);
                answers.add(!mapped && !free);
            }
        }
        return all(answers);
    }

    /** Where the caches say that something is free: powers of two. */
    private static List<Extent> cached(ReferenceSnapshot allocator) {
        List<Extent> cached = new ArrayList<>();
        for (ReferenceSnapshot.Magazines magazines : allocator.magazines()) {
            Stream.of(magazines.loaded(), magazines.prev())
                    .flatMap(List::stream)
                    .forEach(pfn -> cached.add(upTo(pfn, 1L << magazines.order())));
        }
        for (ReferenceSnapshot.Depot depot : allocator.depots()) {
            depot.magazines().stream().flatMap(List::stream).forEach(pfn -> cached.add(upTo(pfn, 1L << depot.order())));
        }
        return cached;
    }

    /** So many granules, or those there are up to the last one. */
    private static Extent upTo(long first, long pages) {
        long last = first + pages - 1;
        return new Extent(first, above(first, last) ? -1L : last);
    }

    /** Nobody gets a granule of something that was promised before, to any device of the domain. */
    private static Optional<Boolean> noReservedOverlap(NaiveMachine machine, NaiveStep step) {
        if (step.mapped().isEmpty()) {
            return Optional.empty();
        }
        NaiveMapping mapped = step.mapped().get();
        String group = machine.device(mapped.device()).device().group();
        int shift = machine.configuration().iommu().granuleShift();
        // What counts is the address that the device is given, which has 64 bits: with a bug, a pfn may have more than
        // are left.
        List<Boolean> answers = new ArrayList<>();
        for (Extent place : machine.places(mapped)) {
            long first = place.first() << shift >>> shift;
            Extent given = new Extent(first, first + place.size() - 1);
            for (Extent bytes : machine.promises(step.before(), group == null ? "" : group)) {
                answers.add(!new Extent(bytes.first() >>> shift, bytes.last() >>> shift).intersects(given));
            }
        }
        return all(answers);
    }

    /** Granule 0 is nobody's. */
    private static Optional<Boolean> nonzero(NaiveMachine machine, NaiveStep step) {
        return step.mapped().map(mapping -> !mapping.firsts().contains(0L));
    }

    /** A mapping starts at a multiple of the smallest power of two that it fits into. */
    private static Optional<Boolean> naturalAlignment(NaiveMachine machine, NaiveStep step) {
        return step.mapped().map(mapping -> machine.places(mapping).stream().allMatch(place -> {
            long alignment = 1;
            while (alignment < place.size()) {
                alignment *= 2;
            }
            return place.first() % alignment == 0;
        }));
    }
}
