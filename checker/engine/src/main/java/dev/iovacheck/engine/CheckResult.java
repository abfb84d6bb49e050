package dev.iovacheck.engine;

import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Goal;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * What came out of checking a configuration.
 *
 * @param configuration what was checked
 * @param findings one for each checked invariant, in the order of the catalogue
 * @param goals one for each goal of the configuration, in its order
 * @param coverage what was looked at
 * @param options how
 */
public record CheckResult(
        Configuration configuration,
        List<Finding> findings,
        List<GoalFinding> goals,
        Coverage coverage,
        SearchOptions options) {

    public CheckResult {
        findings = List.copyOf(findings);
        goals = List.copyOf(goals);
    }

    /**
     * What came of one goal.
     *
     * @param steps those of the shortest way to it, or of the shortest that a walk took; empty if it was not reached
     */
    public record GoalFinding(Goal goal, OptionalInt steps) {

        /** What a watch has seen. */
        public static List<GoalFinding> of(Configuration configuration, GoalWatch seen) {
            List<GoalFinding> all = new ArrayList<>();
            for (int index = 0; index < configuration.goals().size(); index++) {
                int steps = seen.steps(index);
                all.add(new GoalFinding(
                        configuration.goals().get(index),
                        steps == GoalWatch.NOT_REACHED ? OptionalInt.empty() : OptionalInt.of(steps)));
            }
            return all;
        }
    }

    /** The verdict about one invariant. */
    public record Finding(Invariant invariant, Verdict verdict) {}
}
