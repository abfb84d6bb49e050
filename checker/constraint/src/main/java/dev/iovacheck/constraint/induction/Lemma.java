package dev.iovacheck.constraint.induction;

import dev.iovacheck.constraint.formula.FormulaCompiler;
import dev.iovacheck.invariants.Catalogue;
import java.util.ArrayList;
import java.util.List;

/** What is assumed before a step and has to be shown after it, so that an invariant can be. */
public enum Lemma {
    IN_ORDER("the nodes are in order and disjoint, and none is inverted") {
        @Override
        Condition holds(TreeState state) {
            return formula(state, "tree-wellformed");
        }
    },
    OWN_NODE("each mapping and each cached range lies in a node of its own") {
        @Override
        Condition holds(TreeState state) {
            OrderLogic logic = state.logic();
            List<Condition> all = new ArrayList<>();
            for (Node node : state.nodes()) {
                Condition isInside = logic.and(
                        logic.atMost(node.lo(), node.first()),
                        logic.atMost(node.first(), node.last()),
                        logic.atMost(node.last(), node.taken()),
                        logic.atMost(node.taken(), node.hi()));
                all.add(logic.implies(owned(logic, node), isInside));
            }
            return logic.and(all);
        }
    },
    BEGINS_NODE("each mapping and each cached range begins where its node does") {
        @Override
        Condition holds(TreeState state) {
            OrderLogic logic = state.logic();
            List<Condition> all = new ArrayList<>();
            for (Node node : state.nodes()) {
                all.add(logic.implies(owned(logic, node), logic.equal(node.lo(), node.first())));
            }
            return logic.and(all);
        }
    },
    ALIGNED("each mapping and each cached range begins at a multiple of its size, rounded up to a power of two") {
        @Override
        Condition holds(TreeState state) {
            OrderLogic logic = state.logic();
            return logic.and(state.nodes().stream()
                    .map(node -> logic.implies(owned(logic, node), node.isAligned()))
                    .toList());
        }
    },
    START_ABOVE_ZERO("start_pfn is not 0") {
        @Override
        Condition holds(TreeState state) {
            OrderLogic logic = state.logic();
            return logic.below(logic.zero(), state.surroundings().startPfn());
        }
    },
    ABOVE_START("no mapping or cached range begins below start_pfn") {
        @Override
        Condition holds(TreeState state) {
            OrderLogic logic = state.logic();
            List<Condition> all = new ArrayList<>();
            for (Node node : state.nodes()) {
                all.add(logic.implies(
                        owned(logic, node), logic.atMost(state.surroundings().startPfn(), node.first())));
            }
            return logic.and(all);
        }
    },
    BELOW_LIMIT("no mapping ends above its limit") {
        @Override
        Condition holds(TreeState state) {
            return formula(state, "upper-bound");
        }
    },
    KEPT("a promise lies in nodes of reservations only") {
        @Override
        Condition holds(TreeState state) {
            OrderLogic logic = state.logic();
            TreeState.Surroundings around = state.surroundings();
            List<Condition> all = new ArrayList<>();
            all.add(formula(state, "reservation-persistence"));
            for (Node node : state.nodes()) {
                Condition isHit = state.intersects(node, around.promiseFirst(), around.promiseLast());
                all.add(logic.not(logic.and(around.isPromised(), owned(logic, node), isHit)));
            }
            return logic.and(all);
        }
    },
    WINDOW_GUARDED("what lies between start_pfn and the window is promised to be kept free") {
        @Override
        Condition holds(TreeState state) {
            OrderLogic logic = state.logic();
            TreeState.Surroundings around = state.surroundings();
            return logic.or(
                    logic.atMost(around.windowFirst(), around.startPfn()),
                    logic.and(
                            around.isPromised(),
                            logic.atMost(around.promiseFirst(), around.startPfn()),
                            logic.atMost(around.windowFirst(), logic.after(around.promiseLast()))));
        }
    };

    private final String claim;

    Lemma(String claim) {
        this.claim = claim;
    }

    /** What it says, without a full stop. */
    public String claim() {
        return claim;
    }

    abstract Condition holds(TreeState state);

    private static Condition owned(OrderLogic logic, Node node) {
        return logic.and(node.exists(), logic.or(node.isMapped(), node.isCached()));
    }

    private static Condition formula(TreeState state, String invariant) {
        return new FormulaCompiler<>(state.logic())
                .holds(Catalogue.byId(invariant).formula().orElseThrow(), state.facts());
    }
}
