package dev.iovacheck.constraint.induction;

import java.util.ArrayList;
import java.util.List;

/** What can happen to a domain, each with all that the kernel may make of it. */
public enum Transition {
    MAP_FROM_TREE("map, served by the tree") {
        @Override
        Change of(TreeState before) {
            OrderLogic logic = before.logic();
            Request request = Request.any(before);
            Granule lo = request.first();
            Granule hi = request.taken();
            // In any gap, wherever in it; the allocator has its own idea of where.
            logic.require(logic.atMost(before.surroundings().startPfn(), lo));
            logic.require(logic.atMost(hi, request.limit()));
            logic.require(request.isAligned());
            List<Condition> places = logic.oneOf(before.nodes().size() + 1);
            List<Node> after = new ArrayList<>();
            for (int at = 0; at <= before.nodes().size(); at++) {
                after.add(request.node(places.get(at)));
                if (at < before.nodes().size()) {
                    Node node = before.nodes().get(at);
                    Condition isBelow = logic.below(node.hi(), lo);
                    Condition isAbove = logic.below(hi, node.lo());
                    Condition comesBefore = logic.or(places.subList(at + 1, places.size()));
                    logic.require(logic.implies(node.exists(), logic.select(comesBefore, isBelow, isAbove)));
                    after.add(node);
                }
            }
            return Change.taking(before.withNodes(after), request);
        }
    },
    MAP_FROM_CACHE("map, served by a cache") {
        @Override
        Change of(TreeState before) {
            OrderLogic logic = before.logic();
            Request request = Request.any(before);
            List<Node> after = new ArrayList<>();
            List<Condition> any = new ArrayList<>();
            List<Condition> places = logic.oneOf(before.nodes().size());
            for (Node node : before.nodes()) {
                Condition isIt = places.get(after.size());
                any.add(logic.and(isIt, node.exists(), node.isCached()));
                Condition isAsked = logic.and(
                        logic.equal(request.first(), node.first()),
                        logic.equal(request.taken(), node.taken()),
                        logic.same(request.isAligned(), node.isAligned()),
                        logic.atMost(node.taken(), request.limit()));
                logic.require(logic.implies(isIt, isAsked));
                after.add(node.ownedBy(
                        logic.or(isIt, node.isMapped()),
                        logic.and(logic.not(isIt), node.isCached()),
                        logic.select(isIt, request.last(), node.last()),
                        logic.select(isIt, request.limit(), node.limit())));
            }
            logic.require(logic.or(any));
            return Change.taking(before.withNodes(after), request);
        }
    },
    UNMAP_TO_CACHE("unmap, into a cache") {
        @Override
        Change of(TreeState before) {
            OrderLogic logic = before.logic();
            List<Condition> places = logic.oneOf(before.nodes().size());
            List<Node> after = new ArrayList<>();
            for (Node node : before.nodes()) {
                Condition isIt = places.get(after.size());
                logic.require(logic.implies(isIt, logic.and(node.exists(), node.isMapped())));
                after.add(node.ownedBy(
                        logic.and(logic.not(isIt), node.isMapped()),
                        logic.or(isIt, node.isCached()),
                        logic.select(isIt, node.taken(), node.last()),
                        node.limit()));
            }
            return Change.of(before.withNodes(after));
        }
    },
    FREE("a mapping or a cached range goes back to the tree") {
        @Override
        Change of(TreeState before) {
            OrderLogic logic = before.logic();
            List<Condition> places = logic.oneOf(before.nodes().size());
            List<Node> after = new ArrayList<>();
            for (Node node : before.nodes()) {
                Condition isIt = places.get(after.size());
                Condition isOwned = logic.or(node.isMapped(), node.isCached());
                logic.require(logic.implies(isIt, logic.and(node.exists(), isOwned)));
                after.add(node.withExists(logic.and(node.exists(), logic.not(isIt))));
            }
            return Change.of(before.withNodes(after));
        }
    },
    RESERVE_AT_INIT("a reservation while the domain is initialised") {
        @Override
        Change of(TreeState before) {
            OrderLogic logic = before.logic();
            for (Node node : before.nodes()) {
                logic.require(logic.not(logic.and(node.exists(), logic.or(node.isMapped(), node.isCached()))));
            }
            Arguments arguments = Arguments.any(before);
            logic.require(logic.atMost(arguments.first(), arguments.last()));
            return TreeReservation.posted(before, arguments);
        }
    },
    RESERVE_POSTED("the posted call") {
        @Override
        Change of(TreeState before) {
            return TreeReservation.posted(before, Arguments.any(before));
        }
    },
    RESERVE_HARDENED("the repaired call") {
        @Override
        Change of(TreeState before) {
            OrderLogic logic = before.logic();
            Arguments arguments = Arguments.any(before);
            logic.require(logic.atMost(arguments.first(), arguments.last()));
            for (Node node : before.nodes()) {
                Condition isOwned = logic.or(node.isMapped(), node.isCached());
                logic.require(
                        logic.not(logic.and(isOwned, before.intersects(node, arguments.first(), arguments.last()))));
            }
            return Change.promising(
                    TreeReservation.filled(before, arguments.first(), arguments.last()), arguments, logic.truth(true));
        }
    },
    RELEASE_HARDENED("a device goes, and what the repaired call reserved for it") {
        @Override
        Change of(TreeState before) {
            OrderLogic logic = before.logic();
            Arguments gone = Arguments.any(before);
            logic.require(logic.atMost(gone.first(), gone.last()));
            // What is released was a promise as the other is, and kept as it.
            TreeState.Surroundings around = before.surroundings();
            TreeState other = new TreeState(
                    logic, before.nodes(), around.withPromise(logic.truth(true), gone.first(), gone.last()));
            logic.require(Lemma.KEPT.holds(other));
            List<Node> left = new ArrayList<>();
            for (Node node : before.nodes()) {
                Condition isHit = before.intersects(node, gone.first(), gone.last());
                left.add(node.withExists(logic.and(node.exists(), logic.not(isHit))));
            }
            TreeState released = before.withNodes(left);
            TreeState restored = TreeReservation.filled(released, around.promiseFirst(), around.promiseLast());
            List<Node> after = new ArrayList<>();
            for (int at = 0; at < restored.nodes().size(); at++) {
                Node node = restored.nodes().get(at);
                boolean isNew = at % 2 == 0;
                after.add(isNew ? node.withExists(logic.and(node.exists(), around.isPromised())) : node);
            }
            return Change.of(before.withNodes(after));
        }
    };

    private final String label;

    Transition(String label) {
        this.label = label;
    }

    /** As reports call it. */
    public String label() {
        return label;
    }

    /** Requires that it can happen in a state, and says what comes of it. */
    abstract Change of(TreeState before);
}
