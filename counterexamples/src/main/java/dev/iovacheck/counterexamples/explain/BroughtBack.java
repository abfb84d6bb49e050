package dev.iovacheck.counterexamples.explain;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replayer;
import dev.iovacheck.model.kernel.KernelBug;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A known bug that a configuration has brought back, as the cause of a violation. */
final class BroughtBack {

    private BroughtBack() {}

    /** Two sentences about the first bug without which the same actions do not violate this. */
    static Optional<List<String>> cause(Counterexample counterexample) {
        return counterexample.configuration().bugs().stream()
                .filter(bug ->
                        Replayer.attempt(without(counterexample, bug)).replay().isEmpty())
                .findFirst()
                .map(bug -> List.of(
                        "A kernel without the bug " + bug.id() + " does not come to this by the same calls.",
                        bug.behaviour()));
    }

    private static Counterexample without(Counterexample counterexample, KernelBug bug) {
        Set<KernelBug> left = EnumSet.copyOf(counterexample.configuration().bugs());
        left.remove(bug);
        return new Counterexample(
                counterexample.configuration().toBuilder().bugs(left).build(),
                counterexample.devices(),
                counterexample.invariant(),
                counterexample.actions(),
                counterexample.loop());
    }
}
