package dev.iovacheck.counterexamples.text;

import dev.iovacheck.counterexamples.ReplayedStep.DomainView;
import dev.iovacheck.counterexamples.ReplayedStep.NodeView;
import dev.iovacheck.counterexamples.ReplayedStep.Use;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What one step changed in a domain's allocator, one sentence for each change, in the order of addresses. */
final class DomainChanges {

    private final @Nullable DomainView before;
    private final DomainView after;

    private DomainChanges(@Nullable DomainView before, DomainView after) {
        this.before = before;
        this.after = after;
    }

    /**
     * @param before {@code null} if there was no domain
     * @param mapped what the step mapped: a node that holds exactly one of these ranges needs no words
     */
    static List<String> between(@Nullable DomainView before, DomainView after, List<Extent> mapped) {
        return new DomainChanges(before, after).list(mapped);
    }

    private List<String> list(List<Extent> mapped) {
        List<String> changes = new ArrayList<>();
        if (after.granuleShift() == 0 && (before == null || before.granuleShift() != 0)) {
            changes.add("the allocator is not initialised: it takes bytes for pfns");
        }
        for (Change change : nodeChanges()) {
            if (!change.isOnly(mapped, after)) {
                changes.add(change.describe(before, after));
            }
        }
        uncovered(changes);
        outside(changes);
        return changes;
    }

    // ---- nodes ----

    /** One node before and after; one of them may be missing. */
    private record Change(@Nullable NodeView was, @Nullable NodeView is) {

        /** The lower end, where it is listed. */
        long lo() {
            NodeView either = is != null ? is : Objects.requireNonNull(was);
            return either.lo();
        }

        boolean isOnly(List<Extent> mapped, DomainView after) {
            return is != null
                    && (was == null || was.lo() == is.lo())
                    && !is.isInverted()
                    && mapped.contains(after.bytes(is))
                    && is.live().size() == 1
                    && is.cached().isEmpty()
                    && is.promises().isEmpty();
        }

        String describe(@Nullable DomainView before, DomainView after) {
            if (is == null) {
                return "node " + name(Objects.requireNonNull(was), before == null ? after : before) + " is gone";
            }
            if (was == null) {
                return "new node " + name(is, after) + ": " + uses(is, after);
            }
            if (was.lo() != is.lo()) {
                return "node " + name(was, after) + " grows to " + name(is, after) + ": " + uses(is, after);
            }
            return "node " + name(is, after) + " is now " + uses(is, after);
        }
    }

    private List<Change> nodeChanges() {
        List<NodeView> old = new ArrayList<>(before == null ? List.of() : before.nodes());
        List<NodeView> fresh = new ArrayList<>(after.nodes());
        List<Change> changes = new ArrayList<>();
        if (before != null && before.granuleShift() != after.granuleShift()) {
            // Initialisation forgets what was there; the same numbers now mean other addresses.
            old.forEach(node -> changes.add(new Change(node, null)));
            old.clear();
        }
        for (NodeView node : after.nodes()) {
            find(old, node, true).ifPresent(was -> {
                old.remove(was);
                fresh.remove(node);
                if (!was.equals(node)) {
                    changes.add(new Change(was, node));
                }
            });
        }
        for (NodeView node : List.copyOf(fresh)) {
            find(old, node, false).ifPresent(was -> {
                old.remove(was);
                fresh.remove(node);
                changes.add(new Change(was, node));
            });
        }
        old.forEach(node -> changes.add(new Change(node, null)));
        fresh.forEach(node -> changes.add(new Change(null, node)));
        changes.sort(Comparator.comparing(Change::lo, Long::compareUnsigned));
        return changes;
    }

    /** The node with the same ends, or with the same upper end and a higher lower end: nodes grow downwards only. */
    private static Optional<NodeView> find(List<NodeView> nodes, NodeView like, boolean sameLo) {
        return nodes.stream()
                .filter(node -> node.hi() == like.hi())
                .filter(node -> sameLo ? node.lo() == like.lo() : Long.compareUnsigned(like.lo(), node.lo()) < 0)
                .findFirst();
    }

    private static String name(NodeView node, DomainView domain) {
        return node.isInverted()
                ? "that ends before it starts (pfn_lo " + Hex.of(node.lo()) + ", pfn_hi " + Hex.of(node.hi()) + ")"
                : domain.bytes(node).toString();
    }

    private static String uses(NodeView node, DomainView domain) {
        List<String> uses = new ArrayList<>();
        boolean isShared = node.live().size() + node.cached().size() > 1;
        node.live().forEach(use -> uses.add(liveFor(use) + where(use, node, domain, isShared)));
        node.cached().forEach(use -> uses.add(waiting(use) + where(use, node, domain, isShared)));
        for (Use promise : node.promises()) {
            boolean isUsed = Stream.concat(node.live().stream(), node.cached().stream())
                    .anyMatch(use -> use.bytes().intersects(promise.bytes()));
            uses.add((isUsed ? "although reserved for " : "reserved for ")
                    + promise.who()
                    + where(promise, node, domain, false));
        }
        return uses.isEmpty() ? "used by nobody" : String.join(", ", uses);
    }

    private static String liveFor(Use use) {
        return use.isInFlight() ? "held by " + use.who() : "live for " + use.who();
    }

    private static String where(Use use, NodeView node, DomainView domain, boolean isShared) {
        boolean whole = !isShared && !node.isInverted() && use.bytes().contains(domain.bytes(node));
        return whole ? "" : " " + use.bytes();
    }

    private static String waiting(Use use) {
        return (use.isQueued() ? "queued " : "cached ") + place(use);
    }

    private static String place(Use use) {
        return use.who().startsWith("cpu") ? "on " + use.who() : "in the " + use.who();
    }

    // ---- what nodes should hold and do not ----

    private void uncovered(List<String> changes) {
        List<String> known = before == null ? List.of() : holes(before);
        for (String hole : holes(after)) {
            if (!known.contains(hole)) {
                changes.add(hole);
            }
        }
    }

    private static List<String> holes(DomainView domain) {
        List<String> holes = new ArrayList<>();
        for (Use promise : domain.promises()) {
            for (Extent hole : holes(promise.bytes(), domain)) {
                String of = hole.equals(promise.bytes()) ? "" : " as part of " + promise.bytes();
                holes.add("no node covers " + hole + ", reserved for " + promise.who() + of);
            }
        }
        return holes;
    }

    private static List<Extent> holes(Extent promised, DomainView domain) {
        List<Extent> holes = new ArrayList<>();
        long from = promised.first();
        for (NodeView node : domain.nodes()) {
            if (node.isInverted() || !domain.bytes(node).intersects(new Extent(from, promised.last()))) {
                continue;
            }
            Extent covered = domain.bytes(node);
            if (Long.compareUnsigned(from, covered.first()) < 0) {
                holes.add(new Extent(from, covered.first() - 1));
            }
            if (Long.compareUnsigned(covered.last(), promised.last()) >= 0) {
                return holes;
            }
            from = covered.last() + 1;
        }
        holes.add(new Extent(from, promised.last()));
        return holes;
    }

    private void outside(List<String> changes) {
        for (Use use : after.liveOutside()) {
            if (before == null || !before.liveOutside().contains(use)) {
                changes.add("no node holds " + use.bytes() + ", " + liveFor(use));
            }
        }
        for (Use use : after.cachedOutside()) {
            if (before == null || !before.cachedOutside().contains(use)) {
                changes.add("no node holds " + use.bytes() + ", " + waiting(use));
            }
        }
    }
}
