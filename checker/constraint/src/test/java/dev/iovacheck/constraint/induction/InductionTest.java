package dev.iovacheck.constraint.induction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.model.config.Mechanism;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sat4j.specs.TimeoutException;

class InductionTest {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static Proof.Outcome outcome(Mechanism mechanism, int nodes, String invariant) {
        return new Induction(mechanism, nodes, LIMIT)
                .prove(Catalogue.byId(invariant))
                .outcome();
    }

    @ParameterizedTest
    @EnumSource(
            value = Mechanism.class,
            names = {"NONE", "IOMMU_ADDRESSES", "HARDENED"})
    void allInvariantsAreProvedWhereNoCallDoesHarm(Mechanism mechanism) {
        for (Invariant invariant : Induction.provable()) {
            assertEquals(new Proof.Outcome.Proved(3), outcome(mechanism, 3, invariant.id()), invariant.id());
        }
    }

    /** A length of 0 puts an inverted node into the tree. */
    @Test
    void thePostedCallBreaksTheTree() {
        Counterstate found = assertInstanceOf(
                        Proof.Outcome.NotInductive.class, outcome(Mechanism.POSTED_API, 2, "tree-wellformed"))
                .counterstate();
        assertEquals(Transition.RESERVE_POSTED, found.transition());
        assertEquals(
                List.of("before: no nodes; start_pfn 1", "call:   [2, 1]", "after:  [2, 1] reserved"), found.lines());
        assertEquals(new Proof.Outcome.Proved(2), outcome(Mechanism.POSTED_API, 2, "upper-bound"));
    }

    /** A proof from lemmas that exclude each other, or about a step that cannot happen, proves nothing. */
    @ParameterizedTest
    @EnumSource(Transition.class)
    void eachStepCanHappenWhereAllLemmasHold(Transition transition) throws TimeoutException {
        OrderLogic logic = new OrderLogic();
        TreeState before = TreeState.any(logic, 3);
        for (Lemma lemma : Lemma.values()) {
            logic.require(lemma.holds(before));
        }
        logic.require(before.surroundings().isPromised());
        transition.of(before);
        assertTrue(logic.solve(LIMIT).isPresent());
    }

    /** Each lemma can fail. */
    @ParameterizedTest
    @EnumSource(Lemma.class)
    void eachLemmaSaysSomething(Lemma lemma) throws TimeoutException {
        OrderLogic logic = new OrderLogic();
        logic.require(logic.not(lemma.holds(TreeState.any(logic, 2))));
        assertTrue(logic.solve(LIMIT).isPresent());
    }

    @Test
    void anInvariantWithoutLemmasIsRefused() {
        Induction induction = new Induction(Mechanism.NONE, 1, LIMIT);
        Invariant invariant = Catalogue.byId("order-free");
        assertThrows(IllegalArgumentException.class, () -> induction.prove(invariant));
    }
}
