package dev.iovacheck.engine.naive;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.oracle.ReferenceSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What must hold of requests for which there is room, put in plain words once more. */
final class NaiveFits {

    private static final long FOUR_GIB = 1L << 32;

    private NaiveFits() {}

    /** Something that a driver may ask for: so many granules up to a highest one, which is below 4 GiB or not. */
    private record Request(NaiveDomain domain, NaiveBuffer buffer, int device, long pages, long lastPfn) {}

    private static List<Request> requests(NaiveMachine machine, NaiveState state) {
        List<Request> requests = new ArrayList<>();
        for (int index : state.translated()) {
            String group = String.valueOf(machine.device(index).device().group());
            NaiveDomain domain = state.domains().get(group);
            if (domain == null || !domain.isInitialised() || !state.present().contains(index)) {
                continue;
            }
            int count = machine.device(index).device().buffers().size();
            for (int number = 0; number < count; number++) {
                for (NaiveBuffer buffer : machine.buffer(index, number).ranges()) {
                    long last =
                            buffer.limit() >>> machine.configuration().iommu().granuleShift();
                    requests.add(new Request(domain, buffer, index, asked(machine, buffer), last));
                }
            }
        }
        return requests;
    }

    /** What the allocator is asked for: rounded, unless that is forgotten. */
    private static long asked(NaiveMachine machine, NaiveBuffer buffer) {
        boolean rounds = !machine.configuration().bugs().contains(KernelBug.B12);
        return rounds ? machine.rounded(buffer.pages()) : buffer.pages();
    }

    private static long lastBelow4G(NaiveMachine machine) {
        return (FOUR_GIB - 1) >>> machine.configuration().iommu().granuleShift();
    }

    private static boolean above(long a, long b) {
        return Long.compareUnsigned(a, b) > 0;
    }

    /** Whether a request has room between the nodes: if so, then at the bottom of some gap. */
    private static boolean fits(NaiveDomain domain, long pages, long lastPfn) {
        List<Extent> nodes = domain.visible().tree().stream()
                .filter(node -> !above(node.lo(), node.hi()))
                .map(node -> new Extent(node.lo(), node.hi()))
                .toList();
        List<Long> bottoms = new ArrayList<>(List.of(domain.allocator().startPfn()));
        nodes.forEach(node -> bottoms.add(node.last() + 1));
        long alignment = 1;
        while (alignment < pages) {
            alignment *= 2;
        }
        for (long bottom : bottoms) {
            long first = (bottom + alignment - 1) & -alignment;
            long last = first + pages - 1;
            boolean isRange = !above(domain.allocator().startPfn(), first) && !above(first, last);
            if (isRange && !above(last, lastPfn) && nodes.stream().noneMatch(new Extent(first, last)::intersects)) {
                return true;
            }
        }
        return false;
    }

    /** What is refused below 4 GiB because something as small has failed since a node was taken out there has no room. */
    static Optional<Boolean> max32Sound(NaiveMachine machine, NaiveState state) {
        List<Boolean> answers = new ArrayList<>();
        long lastBelow = lastBelow4G(machine);
        for (Request request : requests(machine, state)) {
            long failed = request.domain().visible().max32AllocSize();
            long last = request.lastPfn();
            if (above(last, lastBelow)) {
                last = state.prefersLow().contains(request.device()) ? lastBelow : 0;
            }
            if (failed != lastBelow + 1 && last != 0 && !above(failed, request.pages())) {
                answers.add(!fits(request.domain(), request.pages(), last));
            }
        }
        return NaiveRules.all(answers);
    }

    /** Where there is room, the search finds it, wherever it begins. */
    static Optional<Boolean> cachedHint(NaiveMachine machine, NaiveState state) {
        return NaiveRules.all(requests(machine, state).stream()
                .map(request -> !fits(request.domain(), request.pages(), request.lastPfn())
                        || request.domain().allocator().wouldFind(request.pages(), request.lastPfn()))
                .toList());
    }

    /** Who prefers an address below 4 GiB gets one if the tree has room there, or the magazine that is looked at has one. */
    static Optional<Boolean> below4GFirst(NaiveMachine machine, NaiveStep step) {
        Optional<NaiveMapping> wanted = step.mapped().or(step::asked);
        if (wanted.isEmpty()
                || step.after().oops()
                || step.what().endsWith("without memory")
                || !step.before().prefersLow().contains(wanted.get().device())
                || above(FOUR_GIB, machine.buffer(wanted.get()).limit())) {
            return Optional.empty();
        }
        if (step.mapped().isEmpty() && !machine.buffer(wanted.get()).pieces().isEmpty()) {
            return Optional.empty(); // which of its pieces was refused, nobody tells
        }
        int shift = machine.configuration().iommu().granuleShift();
        if (step.mapped().isPresent() && step.mapped().get().first() << shift >>> 32 == 0) {
            return Optional.of(true);
        }
        String group =
                String.valueOf(machine.device(wanted.get().device()).device().group());
        NaiveDomain domain = Objects.requireNonNull(step.before().domains().get(group));
        long pages = asked(machine, machine.buffer(wanted.get()).ranges().get(0));
        long last = lastBelow4G(machine);
        boolean cached =
                lookedAt(domain.visible(), cpu(step), pages).stream().anyMatch(pfn -> !above(pfn, last + 1 - pages));
        return Optional.of(!cached && !fits(domain, pages, last));
    }

    private static int cpu(NaiveStep step) {
        String what = step.what();
        String from = what.substring(what.lastIndexOf(" on ") + 4);
        int end = from.indexOf(' ');
        return Integer.parseInt(end < 0 ? from : from.substring(0, end));
    }

    /** What is loaded; if nothing is, the previous magazine; if that is empty as well, the next one of the depot. */
    private static List<Long> lookedAt(ReferenceSnapshot allocator, int cpu, long pages) {
        int order = 0;
        while (1L << order < pages) {
            order++;
        }
        for (ReferenceSnapshot.Magazines magazines : allocator.magazines()) {
            if (magazines.cpu() == cpu && magazines.order() == order) {
                return magazines.loaded().isEmpty() ? magazines.prev() : magazines.loaded();
            }
        }
        for (ReferenceSnapshot.Depot depot : allocator.depots()) {
            if (depot.order() == order) {
                return depot.magazines().get(0);
            }
        }
        return List.of();
    }
}
