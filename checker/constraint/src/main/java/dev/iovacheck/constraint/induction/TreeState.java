package dev.iovacheck.constraint.induction;

import dev.iovacheck.constraint.formula.SymbolicFacts;
import dev.iovacheck.constraint.formula.Thing;
import dev.iovacheck.invariants.formula.Quantity;
import dev.iovacheck.invariants.formula.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A domain in a state that is not known: places for nodes in the order of addresses, one promise that stands for any, and what never
 * changes. That a promise stands for any is enough: what is shown of one that nothing is known of is shown of all.
 */
final class TreeState {

    /** What never changes in a domain, and the promise. */
    record Surroundings(
            Granule startPfn, Granule windowFirst, Condition isPromised, Granule promiseFirst, Granule promiseLast) {

        Surroundings withPromise(Condition is, Granule first, Granule last) {
            return new Surroundings(startPfn, windowFirst, is, first, last);
        }
    }

    private final OrderLogic logic;
    private final List<Node> nodes;
    private final Surroundings surroundings;

    TreeState(OrderLogic logic, List<Node> nodes, Surroundings surroundings) {
        this.logic = logic;
        this.nodes = List.copyOf(nodes);
        this.surroundings = surroundings;
    }

    /**
     * Any state whatever.
     *
     * @param count the most nodes it has
     */
    static TreeState any(OrderLogic logic, int count) {
        List<Node> nodes = new ArrayList<>();
        for (int place = 0; place < count; place++) {
            // The nodes there are come first: an empty place between two would be the same state once more.
            Condition exists = logic.unknownCondition();
            if (place > 0) {
                logic.require(logic.implies(exists, nodes.get(place - 1).exists()));
            }
            Condition isMapped = logic.unknownCondition();
            Condition isCached = logic.unknownCondition();
            logic.require(logic.not(logic.and(isMapped, isCached)));
            nodes.add(new Node(
                    exists,
                    logic.unknown(),
                    logic.unknownLast(),
                    isMapped,
                    isCached,
                    logic.unknown(),
                    logic.unknownLast(),
                    logic.unknownLast(),
                    logic.unknownCondition(),
                    logic.unknownLast()));
        }
        Surroundings surroundings = new Surroundings(
                logic.unknown(), logic.unknown(), logic.unknownCondition(), logic.unknown(), logic.unknownLast());
        logic.require(logic.atMost(surroundings.promiseFirst(), surroundings.promiseLast()));
        return new TreeState(logic, nodes, surroundings);
    }

    OrderLogic logic() {
        return logic;
    }

    List<Node> nodes() {
        return nodes;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    TreeState withNodes(List<Node> others) {
        return new TreeState(logic, others, surroundings);
    }

    /**
     * Before each node that there is, and after the last: the first granule that no node before has. The place of a node that is not there
     * has no gap of its own.
     */
    List<Granule> gapFirsts() {
        List<Granule> firsts = new ArrayList<>();
        Granule covered = logic.zero();
        for (Node node : nodes) {
            firsts.add(covered);
            covered = logic.select(node.exists(), logic.max(covered, logic.after(node.hi())), covered);
        }
        firsts.add(covered);
        return firsts;
    }

    /** What invariants can ask about. */
    SymbolicFacts<Condition, Granule> facts() {
        SymbolicFacts<Condition, Granule> facts = new SymbolicFacts<>();
        for (Node node : nodes) {
            facts.add(Sort.NODE, range(node.exists(), node.lo(), node.hi()));
            Thing<Condition, Granule> live =
                    range(logic.and(node.exists(), node.isMapped()), node.first(), node.taken());
            facts.add(Sort.LIVE, live);
            facts.add(Sort.IN_USE, live);
            facts.add(Sort.POOLED, range(logic.and(node.exists(), node.isCached()), node.first(), node.taken()));
            facts.add(
                    Sort.MAPPING,
                    new Thing<>(
                            logic.and(node.exists(), node.isMapped()),
                            Map.of(
                                    Quantity.FIRST, node.first(),
                                    Quantity.LAST, node.last(),
                                    Quantity.END, logic.after(node.last()),
                                    Quantity.LIMIT, node.limit(),
                                    // The DMA limit is taken not to reach above the window.
                                    Quantity.WINDOW_END, logic.after(node.limit()),
                                    Quantity.WINDOW_FIRST, surroundings.windowFirst(),
                                    Quantity.START_PFN, surroundings.startPfn())));
        }
        addGaps(facts);
        Thing<Condition, Granule> promise =
                range(surroundings.isPromised(), surroundings.promiseFirst(), surroundings.promiseLast());
        facts.add(Sort.MADE_PROMISE, promise);
        facts.add(Sort.KEPT_PROMISE, promise);
        return facts;
    }

    /** A range, for formulas. */
    Thing<Condition, Granule> range(Condition exists, Granule first, Granule last) {
        return Thing.range(exists, first, last, logic.after(last));
    }

    private void addGaps(SymbolicFacts<Condition, Granule> facts) {
        List<Granule> firsts = gapFirsts();
        for (int place = 0; place <= nodes.size(); place++) {
            boolean isLast = place == nodes.size();
            Granule end = isLast ? logic.top() : nodes.get(place).lo();
            Condition ends = isLast ? logic.truth(true) : nodes.get(place).exists();
            facts.add(
                    Sort.GAP,
                    new Thing<>(
                            logic.and(ends, logic.below(firsts.get(place), end)),
                            Map.of(Quantity.FIRST, firsts.get(place), Quantity.END, end)));
        }
    }

    /** Whether a node that there is has a granule of {@code first..last} (inclusive). */
    Condition intersects(Node node, Granule first, Granule last) {
        return logic.and(node.exists(), logic.atMost(node.lo(), last), logic.atMost(first, node.hi()));
    }
}
