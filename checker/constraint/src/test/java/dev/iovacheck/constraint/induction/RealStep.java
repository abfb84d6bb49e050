package dev.iovacheck.constraint.induction;

import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.LiveMappings;
import dev.iovacheck.model.machine.Machine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sat4j.specs.TimeoutException;

/** A step of the real machine, asked of the relation that proofs use. */
final class RealStep {

    /** A node with its owner, if it has one. */
    record RealNode(long lo, long hi, boolean isMapped, boolean isCached, long first, long last, long taken) {

        boolean isAligned() {
            return first % (1L << IovaDomain.order(taken - first + 1)) == 0;
        }
    }

    private final OrderLogic logic = new OrderLogic();
    private final List<Granule.Placed> fixed = new ArrayList<>();
    private final List<Long> values = new ArrayList<>();

    private RealStep() {}

    /** The nodes of a domain; {@code null} if it has two owners in one node, which no lemma allows. */
    static @Nullable List<RealNode> nodes(Machine machine, DefaultDomain domain) {
        List<RealNode> all = new ArrayList<>();
        IovaDomain iova = domain.iova();
        for (int node = iova.firstNode(); iova.isNode(node); node = iova.nextNode(node)) {
            long lo = iova.nodeLo(node);
            long hi = iova.nodeHi(node);
            RealNode owned = null;
            LiveMappings live = domain.live();
            for (int mapping = 0; mapping < live.count(); mapping++) {
                long first = live.firstPfn(mapping);
                if (lo <= first && first <= hi) {
                    if (owned != null) {
                        return null;
                    }
                    long pages = machine.setup(live.device(mapping)).mapPfns(live.size(mapping));
                    long taken = machine.setup(live.device(mapping)).nodePfns(live.size(mapping));
                    owned = new RealNode(lo, hi, true, false, first, first + pages - 1, first + taken - 1);
                }
            }
            for (int range = 0; range < iova.cachedCount(); range++) {
                long first = iova.cachedPfn(range);
                if (lo <= first && first <= hi) {
                    if (owned != null) {
                        return null;
                    }
                    long pages = 1L << iova.cachedOrder(range);
                    owned = new RealNode(lo, hi, false, true, first, first + pages - 1, first + pages - 1);
                }
            }
            all.add(owned == null ? new RealNode(lo, hi, false, false, lo, hi, hi) : owned);
        }
        return all;
    }

    /** Whether one of some transitions leads from one state to the other. */
    static boolean isCovered(List<RealNode> before, List<RealNode> after, long startPfn, List<Transition> transitions)
            throws TimeoutException {
        for (Transition transition : transitions) {
            if (new RealStep().leads(before, after, startPfn, transition)) {
                return true;
            }
        }
        return false;
    }

    private boolean leads(List<RealNode> from, List<RealNode> to, long startPfn, Transition transition)
            throws TimeoutException {
        TreeState before = TreeState.any(logic, Math.max(1, from.size()));
        logic.require(logic.not(before.surroundings().isPromised()));
        fix(before.surroundings().startPfn(), startPfn);
        for (int at = 0; at < before.nodes().size(); at++) {
            Node node = before.nodes().get(at);
            if (at < from.size()) {
                RealNode real = from.get(at);
                logic.require(node.exists());
                fix(node.lo(), real.lo());
                fix(node.hi(), real.hi());
                fix(node.first(), real.first());
                fix(node.last(), real.last());
                fix(node.taken(), real.taken());
                logic.require(logic.same(node.isAligned(), logic.truth(real.isAligned())));
                logic.require(real.isMapped() ? node.isMapped() : logic.not(node.isMapped()));
                logic.require(real.isCached() ? node.isCached() : logic.not(node.isCached()));
            } else {
                logic.require(logic.not(node.exists()));
            }
        }
        Change change = transition.of(before);
        List<Node> wanted = to.stream().map(this::constant).toList();
        for (Node node : change.after().nodes()) {
            logic.require(logic.implies(
                    node.exists(),
                    logic.or(wanted.stream().map(real -> same(node, real)).toList())));
        }
        for (Node real : wanted) {
            logic.require(logic.or(change.after().nodes().stream()
                    .map(node -> logic.and(node.exists(), same(node, real)))
                    .toList()));
        }
        order();
        return logic.solve(Duration.ofMinutes(1)).isPresent();
    }

    private Node constant(RealNode real) {
        Node node = new Node(
                logic.truth(true),
                logic.unknown(),
                logic.unknownLast(),
                logic.truth(real.isMapped()),
                logic.truth(real.isCached()),
                logic.unknown(),
                logic.unknownLast(),
                logic.unknownLast(),
                logic.truth(real.isAligned()),
                logic.unknownLast());
        fix(node.lo(), real.lo());
        fix(node.hi(), real.hi());
        fix(node.first(), real.first());
        fix(node.last(), real.last());
        fix(node.taken(), real.taken());
        return node;
    }

    private Condition same(Node node, Node real) {
        Condition mapped = real.isMapped().isTrue() ? node.isMapped() : logic.not(node.isMapped());
        Condition cached = real.isCached().isTrue() ? node.isCached() : logic.not(node.isCached());
        Condition isOwned = logic.or(real.isMapped(), real.isCached());
        Condition range = logic.and(
                logic.equal(node.first(), real.first()),
                logic.equal(node.last(), real.last()),
                logic.equal(node.taken(), real.taken()),
                logic.same(node.isAligned(), real.isAligned()));
        return logic.and(
                logic.equal(node.lo(), real.lo()),
                logic.equal(node.hi(), real.hi()),
                mapped,
                cached,
                logic.implies(isOwned, range));
    }

    private void fix(Granule granule, long value) {
        Granule.Placed placed = (Granule.Placed) granule;
        fixed.add(new Granule.Placed(placed.point(), false));
        values.add(placed.isLast() ? value + 1 : value);
    }

    private void order() {
        for (int one = 0; one < fixed.size(); one++) {
            for (int other = 0; other < fixed.size(); other++) {
                Condition below = logic.below(fixed.get(one), fixed.get(other));
                logic.require(values.get(one) < values.get(other) ? below : logic.not(below));
            }
        }
    }
}
