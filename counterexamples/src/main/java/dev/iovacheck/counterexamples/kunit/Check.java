package dev.iovacheck.counterexamples.kunit;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.ReplayedStep;
import dev.iovacheck.counterexamples.ReplayedStep.DomainView;
import dev.iovacheck.counterexamples.ReplayedStep.NodeView;
import dev.iovacheck.counterexamples.ReplayedStep.Use;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.machine.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is expected of a right kernel.
 *
 * @param ofLast whether it is about what the last call returns
 * @param condition in C; {@code pfn} is what the last map returned. Empty for a reservation that is to be refused
 * @param words what it says
 */
record Check(boolean ofLast, String condition, String words) {

    /** Empty if what is violated does not show in what the allocator returns. */
    static Optional<Check> of(Replay replay) {
        if (replay.steps().isEmpty()) {
            return Optional.empty();
        }
        ReplayedStep last = replay.steps().get(replay.steps().size() - 1);
        int shift = replay.counterexample().configuration().iommu().granuleShift();
        return switch (replay.counterexample().invariant().id()) {
            case "no-reserved-overlap" ->
                overlap(uses(replay, true), last, shift, "the map stays out of the reservation");
            case "no-live-overlap", "no-alias-in-domain" ->
                overlap(uses(replay, false), last, shift, "the map stays out of what is mapped");
            case "lower-bound" -> lowerBound(replay, last, shift);
            case "upper-bound", "aperture" -> upperBound(replay, last, shift);
            case "alloc-completeness" -> found(last);
            case "natural-alignment" -> aligned(last, shift);
            case "reservation-persistence" -> covered(last, shift);
            case "errno-conformance", "tree-wellformed", "space-recoverable", "no-leak-at-quiescence" -> refused(last);
            default -> Optional.empty();
        };
    }

    /** Ranges that the last map must not touch, as they were before it. */
    private static List<Use> uses(Replay replay, boolean ofReservations) {
        int steps = replay.steps().size();
        @Nullable
        DomainView before = steps < 2 ? null : replay.steps().get(steps - 2).domain();
        if (before == null) {
            return List.of();
        }
        return ofReservations ? before.promises() : before.allLive();
    }

    private static Optional<Check> overlap(List<Use> others, ReplayedStep last, int shift, String words) {
        if (last.mapped().isEmpty()) {
            return Optional.empty();
        }
        Extent mapped = last.mapped().get(0);
        return others.stream()
                .map(Use::bytes)
                .filter(mapped::intersects)
                .findFirst()
                .map(bytes -> new Check(true, outside(mapped, bytes, shift), words));
    }

    /** A map that fails is outside too. */
    private static String outside(Extent mapped, Extent bytes, int shift) {
        String above = "!pfn || pfn > " + KernelCalls.ul(bytes.last() >>> shift);
        long first = bytes.first() >>> shift;
        return first == 0 ? above : above + " || " + end(mapped, shift) + " < " + KernelCalls.ul(first);
    }

    private static String end(Extent mapped, int shift) {
        long pages = mapped.size() >>> shift;
        return pages == 1 ? "pfn" : "pfn + " + KernelCalls.ul(pages - 1);
    }

    /** Below the window or below start_pfn, whichever is higher; at 0 a map is one that fails. */
    private static Optional<Check> lowerBound(Replay replay, ReplayedStep last, int shift) {
        DomainView view = last.domain();
        if (last.mapped().isEmpty() || last.mapped().get(0).first() >>> shift == 0 || view == null) {
            return Optional.empty();
        }
        long window = device(replay, last).window().first() >>> shift;
        long lowest = Long.compareUnsigned(window, view.startPfn()) > 0 ? window : view.startPfn();
        return Optional.of(
                new Check(true, "!pfn || pfn >= " + KernelCalls.ul(lowest), "the map stays inside the window"));
    }

    private static Optional<Check> upperBound(Replay replay, ReplayedStep last, int shift) {
        if (last.mapped().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Check(
                true,
                end(last.mapped().get(0), shift) + " <= "
                        + KernelCalls.ul(device(replay, last).window().last() >>> shift),
                "the map stays inside the window"));
    }

    private static Device device(Replay replay, ReplayedStep last) {
        return replay.counterexample()
                .configuration()
                .devices()
                .get(last.action().device());
    }

    /** There is room, so a map must find it. */
    private static Optional<Check> found(ReplayedStep last) {
        return last.outcome() == Outcome.Kind.MAPPING_ERROR
                ? Optional.of(new Check(true, "pfn != 0", "there is room"))
                : Optional.empty();
    }

    private static Optional<Check> aligned(ReplayedStep last, int shift) {
        if (last.mapped().isEmpty()) {
            return Optional.empty();
        }
        long pages = last.mapped().get(0).size() >>> shift;
        long unit = pages <= 1 ? 1 : Long.highestOneBit(pages - 1) << 1;
        return Optional.of(new Check(true, "!(pfn & " + KernelCalls.ul(unit - 1) + ")", "the map is aligned"));
    }

    private static Optional<Check> refused(ReplayedStep last) {
        return last.action().reservation() >= 0 && last.outcome() == Outcome.Kind.SUCCESS
                ? Optional.of(new Check(true, "", "the reservation is refused"))
                : Optional.empty();
    }

    private static Optional<Check> covered(ReplayedStep last, int shift) {
        DomainView view = last.domain();
        if (view == null) {
            return Optional.empty();
        }
        List<Long> pfns = new ArrayList<>();
        for (Use promise : view.promises()) {
            pfns.add(promise.bytes().first() >>> shift);
            pfns.add(promise.bytes().last() >>> shift);
        }
        return pfns.stream()
                .filter(pfn -> view.nodes().stream().noneMatch(node -> holds(node, pfn)))
                .findFirst()
                .map(pfn -> new Check(
                        false,
                        "!!find_iova(&iovad, " + KernelCalls.ul(pfn) + ")",
                        "The reservation is still in the tree."));
    }

    private static boolean holds(NodeView node, long pfn) {
        return !node.isInverted() && new Extent(node.lo(), node.hi()).contains(pfn);
    }
}
