package dev.iovacheck.counterexamples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.counterexamples.testing.KnownReplays;
import dev.iovacheck.invariants.ProgressInvariant;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Symmetry;
import org.junit.jupiter.api.Test;

class AftermathTest {

    private static final Counterexample FOR_EVER =
            KnownReplays.FOR_EVER.replay().counterexample();
    private static final ProgressInvariant INVARIANT = (ProgressInvariant) FOR_EVER.invariant();

    private static Machine begin() {
        return new Machine(FOR_EVER.configuration(), new int[] {0}, Symmetry.NAMES_KEPT);
    }

    private static Machine end() {
        Machine machine = begin();
        for (Action action : FOR_EVER.actions()) {
            machine.apply(machine.find(action));
        }
        return machine;
    }

    @Test
    void allThatCanFollowIsLookedAt() {
        String all = Aftermath.of(INVARIANT, end(), AftermathTest::begin, 1000, true);
        assertTrue(all.matches("None of the \\d+ states that can follow is a way out\\."), all);
    }

    @Test
    void whatWasNotLookedAtIsSaid() {
        String some = Aftermath.of(INVARIANT, end(), AftermathTest::begin, 1, false);
        assertTrue(some.startsWith("None of the first ") && some.contains("has not looked"), some);
    }

    @Test
    void whereAllMustBeLookedAtTooMuchIsNoConfirmation() {
        NotConfirmedException refused = assertThrows(
                NotConfirmedException.class, () -> Aftermath.of(INVARIANT, end(), AftermathTest::begin, 1, true));
        assertEquals(
                "space-recoverable: more than 1 states can follow, too many to look at all of them again and again",
                refused.getMessage());
    }

    @Test
    void aWayOutIsFound() {
        assertThrows(
                NotConfirmedException.class, () -> Aftermath.of(INVARIANT, begin(), AftermathTest::begin, 1000, true));
    }
}
