package dev.iovacheck.engine;

import dev.iovacheck.invariants.ProgressInvariant;
import dev.iovacheck.invariants.StateInvariant;
import dev.iovacheck.invariants.StepInvariant;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Step;
import java.util.function.Predicate;

/**
 * Which violations count. What is said of a violation names devices and CPUs: where not all count, states that differ in the names of
 * devices are not to be taken for one, unless the words do not matter for them.
 */
final class Violations {

    /** Every one; no words are made for any of them. */
    static final Violations ALL = new Violations(words -> true);

    private final Predicate<String> inWords;

    private Violations(Predicate<String> inWords) {
        this.inWords = inWords;
    }

    /** @param inWords whether one counts of which this is said; asked by several threads */
    static Violations thatAre(Predicate<String> inWords) {
        return new Violations(inWords);
    }

    /** Whether what is wrong in the machine's state counts. */
    boolean count(StateInvariant invariant, Machine machine) {
        return this == ALL || inWords.test(invariant.describe(machine));
    }

    /** Whether what is wrong with the step counts. */
    boolean count(StepInvariant invariant, Step step) {
        return this == ALL || inWords.test(invariant.describe(step));
    }

    /** Whether it counts that the claim is not kept from the machine's state on. */
    boolean count(ProgressInvariant invariant, Machine machine) {
        return this == ALL || inWords.test(invariant.describe(machine));
    }
}
