package dev.iovacheck.counterexamples.explain;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.ReplayedStep;
import dev.iovacheck.counterexamples.ReplayedStep.DomainView;
import dev.iovacheck.counterexamples.ReplayedStep.NodeView;
import dev.iovacheck.counterexamples.ReplayedStep.Use;
import dev.iovacheck.invariants.ProgressInvariant;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the step after which a violation was on its way: the one that put a cached range and a reservation into the same place, or a
 * reservation into the node of somebody else; otherwise the last.
 */
final class Blame {

    private static final Set<String> ABOUT_NODES =
            Set.of("cache-coherence", "no-leak-at-quiescence", "alloc-completeness", "space-recoverable");

    private final Replay replay;
    private final List<ReplayedStep> steps;
    private final String group;

    /** The domain of the violation after each step, {@code null} where it is not there. */
    private final List<@Nullable DomainView> views = new ArrayList<>();

    Blame(Replay replay) {
        this.replay = replay;
        steps = replay.steps();
        group = group();
        steps.forEach(step -> views.add(step.domainOf(group)));
    }

    private String group() {
        for (int index = steps.size() - 1; index >= 0; index--) {
            DomainView view = steps.get(index).domain();
            if (view != null) {
                return view.group();
            }
        }
        return "";
    }

    // ---- the cases ----

    Explanation find() {
        if (steps.isEmpty()) {
            return new Explanation(
                    0, List.of("The initial state is as it must not be, before any driver does anything."));
        }
        return mistake().orElseGet(this::kernelsFault);
    }

    /** Where a known bug was brought back and is the cause, it says more than what it leads to. */
    private Explanation kernelsFault() {
        Explanation found = effect();
        return BroughtBack.cause(replay.counterexample())
                .map(cause -> new Explanation(
                        found.step(),
                        Stream.concat(found.sentences().stream().limit(1), cause.stream())
                                .toList()))
                .orElse(found);
    }

    private Explanation effect() {
        return illFormed()
                .or(this::rangeOutOfReservation)
                .or(this::cachedInReservation)
                .or(this::lostReservation)
                .or(this::neverCovered)
                .or(this::reservedOverOthers)
                .or(this::pushedDown)
                .or(this::grownNode)
                .or(this::strayNode)
                .or(() -> new SetUpCauses(replay).find())
                .or(() -> new CallCauses(replay).find())
                .or(this::certain)
                .orElseGet(this::atTheEnd);
    }

    private Optional<Explanation> mistake() {
        return steps.stream()
                .filter(ReplayedStep::isMistake)
                .findFirst()
                .map(step -> new Explanation(
                        step.number(),
                        List.of(
                                "In step " + step.number() + " a driver breaks the rules of the DMA API.",
                                "The kernel takes what it is told: the allocator and the page table then say different"
                                        + " things about the same range.",
                                "What follows in step " + steps.size()
                                        + " is the driver's fault and not the kernel's.")));
    }

    /** A reservation of nothing, or one that wraps, makes a node that ends before it starts. */
    private Optional<Explanation> illFormed() {
        for (int number = 1; number <= steps.size(); number++) {
            DomainView view = view(number);
            if (view != null && view.nodes().stream().anyMatch(NodeView::isInverted)) {
                NodeView node = view.nodes().stream()
                        .filter(NodeView::isInverted)
                        .findFirst()
                        .orElseThrow();
                String end = last().outcome() == Outcome.Kind.OOPS || last().outcome() == Outcome.Kind.LOCKUP
                        ? "In step " + steps.size() + " that ends the kernel."
                        : "What a search finds then depends on the shape of the tree, and no longer on what is free.";
                return Optional.of(new Explanation(
                        number,
                        List.of(
                                "Step " + number + " puts a node into the tree that ends before it starts (pfn_lo "
                                        + hex(node.lo()) + ", pfn_hi " + hex(node.hi())
                                        + "), because reserve_iova does not look at its arguments.",
                                "From then on the tree is not in the order that its searches rely on.",
                                end)));
            }
        }
        return Optional.empty();
    }

    /** Whether at the end the tree is not what its searches rely on: a node ends before it starts, or two overlap. */
    boolean isOutOfOrder() {
        DomainView now = view(steps.size());
        if (now == null) {
            return false;
        }
        List<NodeView> nodes = now.nodes();
        for (int index = 0; index < nodes.size(); index++) {
            NodeView node = nodes.get(index);
            boolean isAbove =
                    index == 0 || Long.compareUnsigned(nodes.get(index - 1).hi(), node.lo()) < 0;
            if (node.isInverted() || !isAbove) {
                return true;
            }
        }
        return false;
    }

    /** A map was given a range that was reserved before. */
    private Optional<Explanation> rangeOutOfReservation() {
        DomainView before = view(steps.size() - 1);
        if (before == null || last().mapped().isEmpty()) {
            return Optional.empty();
        }
        for (Use promise : before.promises()) {
            for (Extent mapped : last().mapped()) {
                if (mapped.intersects(promise.bytes())) {
                    Optional<Use> cached = cachedUses(before)
                            .filter(use -> use.bytes().first() == mapped.first())
                            .findFirst();
                    return cached.isPresent()
                            ? Optional.of(fromCache(cached.get(), promise, steps.size() - 1, true))
                            : lost(promise, steps.size() - 1);
                }
            }
        }
        return Optional.empty();
    }

    private boolean isCall(int number) {
        return steps.get(number - 1).action().reservation() >= 0;
    }

    /** A region of a device that no node has covered since the device was there. */
    private Optional<Explanation> neverCovered() {
        DomainView now = view(steps.size());
        DomainView before = view(steps.size() - 1);
        boolean isMap = !last().mapped().isEmpty();
        DomainView where = isMap ? before : now;
        if (where == null) {
            return Optional.empty();
        }
        for (Use promise : where.promises()) {
            boolean isHit = !isMap || last().mapped().stream().anyMatch(promise.bytes()::intersects);
            int number = since(isMap ? steps.size() - 1 : steps.size(), view -> view.promises()
                    .contains(promise));
            DomainView then = view(number);
            if (isHit
                    && then != null
                    && steps.get(number - 1).action().kind() == Action.Kind.ADD
                    && !covers(then, promise.bytes())) {
                return Optional.of(notReserved(number, promise, isMap));
            }
        }
        return Optional.empty();
    }

    private Explanation notReserved(int number, Use promise, boolean isMap) {
        int first = since(number, view -> true);
        ReplayedStep initial = steps.get(first - 1);
        String why = first == number
                ? "The initialisation of the domain ends before it comes to that region."
                : initial.outcome() == Outcome.Kind.ERROR
                        ? "The initialisation of the domain ended early in step " + first
                                + ", with an error that nobody"
                                + " reports, and iommu_dma_init_domain does not begin again with a later device."
                        : "The domain was initialised in step " + first
                                + "; iommu_dma_init_domain leaves it as it is when a later device comes, whose regions it"
                                + " reserves no more.";
        return new Explanation(
                number,
                List.of(
                        "Since step " + number + " the region " + promise.bytes() + " of " + promise.who()
                                + " is to be kept free, and no node of the tree covers all of it.",
                        why,
                        isMap
                                ? "The search of step " + steps.size() + " finds the space free and hands it out."
                                : "The next search that comes there finds the space free."));
    }

    private Optional<Explanation> cachedInReservation() {
        DomainView now = view(steps.size());
        if (now == null || !replay.counterexample().invariant().id().equals("cache-coherence")) {
            return Optional.empty();
        }
        for (Use promise : now.promises()) {
            Optional<Use> cached = cachedUses(now)
                    .filter(use -> use.bytes().intersects(promise.bytes()))
                    .findFirst();
            if (cached.isPresent()) {
                return Optional.of(fromCache(cached.get(), promise, steps.size(), false));
            }
        }
        return Optional.empty();
    }

    private Explanation fromCache(Use cached, Use promise, int until, boolean isIssued) {
        int cachedIn = since(until, view -> cachedUses(view).anyMatch(cached::equals));
        int promisedIn = since(until, view -> view.promises().contains(promise));
        int blamed = Math.max(cachedIn, promisedIn);
        String place = cached.isQueued() ? "in the " + cached.who() : "in the cache (" + cached.who() + ")";
        String seen = isCall(promisedIn)
                ? "reserve_iova looks at the tree only, where a cached or queued range is a node like any other; it does "
                        + "not see that it was left to a cache in step " + cachedIn + "."
                : "iommu_dma_init_domain leaves a domain as it is that is initialised already; nobody looks for ranges "
                        + "that were left to a cache, as in step " + cachedIn + ".";
        String second = promisedIn >= cachedIn
                ? seen
                : "The unmap gives the range to a cache and not back to the tree, and nothing in that path knows the "
                        + "reservation of step " + promisedIn + ".";
        String third = isIssued
                ? "alloc_iova_fast hands it out in step " + steps.size()
                        + " without a look at the tree, so the reservation does not count."
                : "The next map of this size there is given it without a look at the tree.";
        return new Explanation(
                blamed,
                List.of(
                        "After step " + blamed + " " + cached.bytes() + " is " + place + " and lies in the reservation "
                                + promise.bytes() + " of " + promise.who() + ".",
                        second,
                        third));
    }

    /** A reservation is not covered at the end. */
    private Optional<Explanation> lostReservation() {
        DomainView now = view(steps.size());
        DomainView before = view(steps.size() - 1);
        boolean isAboutThis = replay.counterexample().invariant().id().equals("reservation-persistence");
        if (now == null || before == null || (!isAboutThis && !last().mapped().isEmpty())) {
            return Optional.empty();
        }
        for (Use promise : now.promises()) {
            if (!covers(now, promise.bytes()) && covers(before, promise.bytes())) {
                return lost(promise, steps.size());
            }
        }
        return Optional.empty();
    }

    /** @param until number of a step after which the promise is not covered */
    private Optional<Explanation> lost(Use promise, int until) {
        int lostIn = since(until, view -> view.promises().contains(promise) && !covers(view, promise.bytes()));
        DomainView before = view(lostIn - 1);
        if (before == null || !covers(before, promise.bytes())) {
            return Optional.empty();
        }
        DomainView after = Objects.requireNonNull(view(lostIn));
        Optional<NodeView> carrier = before.nodes().stream()
                .filter(node -> !node.isInverted() && bytes(node, before).intersects(promise.bytes()))
                .filter(node -> after.nodes().stream()
                        .noneMatch(
                                other -> other.hi() == node.hi() && Long.compareUnsigned(other.lo(), node.lo()) <= 0))
                .findFirst();
        if (carrier.isEmpty()) {
            return Optional.empty();
        }
        NodeView node = carrier.get();
        int carriedSince = since(lostIn - 1, view -> view.nodes().stream()
                .anyMatch(each -> each.hi() == node.hi()
                        && each.lo() == node.lo()
                        && each.promises().contains(promise)));
        if (before.granuleShift() == 0) {
            return Optional.of(initialisedLater(promise, node, carriedSince, lostIn));
        }
        DomainView then = Objects.requireNonNull(view(carriedSince));
        String passenger = then.nodes().stream()
                .filter(each -> each.hi() == node.hi())
                .flatMap(each -> Stream.concat(
                        each.live().stream().map(use -> "the live mapping " + use.bytes() + " of " + use.who()),
                        each.cached().stream()
                                .map(use -> "the range " + use.bytes() + " in a cache (" + use.who() + ")")))
                .findFirst()
                .orElse("nobody else");
        String end = lostIn < steps.size()
                ? "That happens in step " + lostIn + "; in step " + steps.size()
                        + " the search finds the space free and hands it out."
                : "That happens in step " + lostIn + ", and nothing covers the reservation any more.";
        return Optional.of(new Explanation(
                carriedSince,
                List.of(
                        "After step " + carriedSince + " the reservation " + promise.bytes() + " of " + promise.who()
                                + " has no node of its own: the node " + bytes(node, before)
                                + " carries it, which also holds "
                                + passenger + ".",
                        "Nodes are neither counted nor split: who gives that range back takes the whole node out of the tree.",
                        end)));
    }

    /** What was put into an allocator that was not initialised. */
    private static Explanation initialisedLater(Use promise, NodeView node, int carriedSince, int lostIn) {
        return new Explanation(
                carriedSince,
                List.of(
                        "Step " + carriedSince + " puts a node for the reservation " + promise.bytes() + " of "
                                + promise.who() + " into an allocator that is not initialised; reserve_iova does not"
                                + " notice, and takes bytes for pfns (" + hex(node.lo()) + " to " + hex(node.hi())
                                + ").",
                        "Step " + lostIn
                                + " initialises it: init_iova_domain begins with an empty tree, and the node is"
                                + " gone.",
                        "Nobody reserves the range again."));
    }

    /** A reservation call returned 0 although something lies there. */
    private Optional<Explanation> reservedOverOthers() {
        DomainView now = view(steps.size());
        if (now == null || last().action().reservation() < 0 || last().outcome() != Outcome.Kind.SUCCESS) {
            return Optional.empty();
        }
        for (Use promise : now.promises()) {
            Optional<String> other = Stream.concat(
                            liveUses(now).map(use -> describe(use, "the live mapping ")),
                            cachedUses(now).map(use -> describe(use, "the cached range ")))
                    .filter(text -> text.first().intersects(promise.bytes()))
                    .map(Named::words)
                    .findFirst();
            if (other.isPresent()) {
                return Optional.of(new Explanation(
                        steps.size(),
                        List.of(
                                "Step " + steps.size() + " reserves " + promise.bytes() + ", in which " + other.get()
                                        + " lies.",
                                "reserve_iova grows a node that it overlaps instead of refusing, and returns that node; the "
                                        + "call takes any node for success.",
                                replay.counterexample().invariant() instanceof ProgressInvariant
                                        ? "Whoever gives that range back takes this node out of the tree, and the reservation"
                                                + " with it."
                                        : "So its caller is told 0 about a range that is not free.")));
            }
        }
        return Optional.empty();
    }

    private record Named(Extent first, String words) {}

    private static Named describe(Use use, String what) {
        return new Named(use.bytes(), what + use.bytes() + " of " + use.who());
    }

    /** A call has made the node of a range larger than the range, and reserves nothing that is to be kept. */
    private Optional<Explanation> grownNode() {
        DomainView now = view(steps.size());
        if (now == null
                || !ABOUT_NODES.contains(replay.counterexample().invariant().id())) {
            return Optional.empty();
        }
        for (NodeView node : now.nodes()) {
            List<Use> uses =
                    Stream.concat(node.live().stream(), node.cached().stream()).toList();
            int number = since(steps.size(), view -> view.nodes().stream()
                    .anyMatch(each -> each.lo() == node.lo() && each.hi() == node.hi()));
            if (uses.size() == 1
                    && !node.isInverted()
                    && !uses.get(0).bytes().equals(bytes(node, now))
                    && isCall(number)) {
                return Optional.of(new Explanation(
                        number,
                        List.of(
                                "Since step " + number + " the node of "
                                        + uses.get(0).bytes() + " goes from "
                                        + hex(bytes(node, now).first()) + " to "
                                        + hex(bytes(node, now).last())
                                        + ": reserve_iova grows a node that it overlaps, instead of refusing.",
                                "The range is unmapped, cached and handed out by itself; the rest of the node stays taken with"
                                        + " it.",
                                "Nothing gives that rest back until the node goes, and then all of it goes.")));
            }
        }
        return Optional.empty();
    }

    /** A node that nobody holds takes space, or stands where something else has its node. */
    private Optional<Explanation> strayNode() {
        String id = replay.counterexample().invariant().id();
        DomainView now = view(steps.size());
        if (now == null || !ABOUT_NODES.contains(id)) {
            return Optional.empty();
        }
        for (NodeView node : now.nodes()) {
            if (node.live().isEmpty()
                    && node.cached().isEmpty()
                    && node.promises().isEmpty()) {
                int number = since(steps.size(), view -> view.nodes().contains(node));
                String cause = isCall(number)
                        ? "The call hands start and start + length - 1 to reserve_iova, which takes them as they are."
                        : "What gives it back looks for another range.";
                return Optional.of(new Explanation(
                        number,
                        List.of(
                                "Since step " + number + " the node " + bytes(node, now)
                                        + " is in the tree, which no mapping, no cache and no reservation holds.",
                                cause,
                                "Nothing takes it out again: what it covers is lost to every search.")));
            }
        }
        return Optional.empty();
    }

    /** A map at an address that the hardware cannot use. */
    private Optional<Explanation> pushedDown() {
        String id = replay.counterexample().invariant().id();
        DomainView before = view(steps.size() - 1);
        if (!id.equals("lower-bound") || before == null || last().mapped().isEmpty()) {
            return Optional.empty();
        }
        Extent mapped = last().mapped().get(0);
        String holders = steps.subList(0, steps.size() - 1).stream()
                .filter(step -> step.mapped().stream()
                        .anyMatch(range -> Long.compareUnsigned(range.first(), mapped.last()) > 0
                                && liveUses(before).anyMatch(use -> use.bytes().first() == range.first())))
                .map(step -> String.valueOf(step.number()))
                .collect(Collectors.joining(", "));
        return Optional.of(new Explanation(
                steps.size(),
                List.of(
                        "Searches go from the top of the mask downwards, and do not know where the block's window begins.",
                        holders.isEmpty()
                                ? "Above it no aligned gap of that size is left."
                                : "The space above is taken by what step" + (holders.contains(",") ? "s " : " ")
                                        + holders + " mapped.",
                        "No reservation covers " + mapped + ", so step " + steps.size() + " is given it.")));
    }

    private Optional<Explanation> certain() {
        if (!(replay.counterexample().invariant() instanceof ProgressInvariant)) {
            return Optional.empty();
        }
        String certain = "After step " + steps.size() + " it is certain";
        return Optional.of(
                new Explanation(
                        steps.size(),
                        List.of(
                                replay.loop().isEmpty()
                                        ? certain + ", whatever is done from there on."
                                        : certain
                                                + ": what the kernel does by itself comes back to the same state again and again.")));
    }

    private Explanation atTheEnd() {
        List<String> sentences = new ArrayList<>();
        sentences.add(
                last().outcome() == Outcome.Kind.OOPS || last().outcome() == Outcome.Kind.NOT_THERE
                        ? "Step " + steps.size() + " uses what is not there."
                        : "Step " + steps.size() + " itself does it: before it nothing was wrong.");
        sentences.addAll(new LastStep(replay).why());
        return new Explanation(steps.size(), sentences);
    }

    // ---- views ----

    private ReplayedStep last() {
        return steps.get(steps.size() - 1);
    }

    /** After a step, from 1; {@code null} before the first. */
    private @Nullable DomainView view(int number) {
        return number < 1 ? null : views.get(number - 1);
    }

    /** The first of the steps up to {@code until} since when it has been so without a break. */
    private int since(int until, Predicate<DomainView> isSo) {
        int number = until;
        for (DomainView view = view(number - 1); view != null && isSo.test(view); view = view(number - 1)) {
            number--;
        }
        return number;
    }

    private static Stream<Use> cachedUses(DomainView view) {
        return view.allCached().stream();
    }

    private static Stream<Use> liveUses(DomainView view) {
        return view.allLive().stream();
    }

    private static Extent bytes(NodeView node, DomainView view) {
        return view.bytes(node);
    }

    private static boolean covers(DomainView view, Extent bytes) {
        long from = bytes.first();
        for (NodeView node : view.nodes()) {
            if (node.isInverted()) {
                continue;
            }
            Extent covered = bytes(node, view);
            if (covered.contains(from)) {
                if (Long.compareUnsigned(covered.last(), bytes.last()) >= 0) {
                    return true;
                }
                from = covered.last() + 1;
            }
        }
        return false;
    }

    private static String hex(long number) {
        return Hex.of(number);
    }
}
