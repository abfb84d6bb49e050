package dev.iovacheck.cli.report;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.CheckResult.Finding;
import dev.iovacheck.engine.Verdict;
import dev.iovacheck.model.config.Expectation;
import dev.iovacheck.model.config.Expectation.Expected;
import dev.iovacheck.model.config.Goal;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What came out, held against what the configuration expects.
 *
 * @param result what came out
 * @param invariants one for each finding, in the same order
 * @param states the exact state count, if one is expected
 */
public record Assessment(CheckResult result, List<Assessed> invariants, StateCount states) {

    public Assessment {
        invariants = List.copyOf(invariants);
    }

    /** How an outcome relates to the expectation. */
    public enum Match {
        EXPECTED,
        UNEXPECTED,
        /** Nothing came out, and that was not expected. */
        UNDECIDED
    }

    /** One finding and how it relates to what was expected of it. */
    public record Assessed(Finding finding, Expected expected, Match match) {

        public boolean isViolated() {
            return finding.verdict() instanceof Verdict.Violated;
        }
    }

    /** What became of {@code expect: states:}. */
    public enum StateCount {
        NOT_GIVEN,
        /** The search was cut off, or ran without reductions, which the count is for. */
        NOT_COMPARED,
        AS_EXPECTED,
        DIFFERENT
    }

    public static Assessment of(CheckResult result) {
        Expectation expectation = result.configuration().expectation();
        List<Assessed> assessed = new ArrayList<>();
        for (Finding finding : result.findings()) {
            String id = finding.invariant().id();
            boolean named = expectation.verdicts().containsKey(id);
            Expected expected = expectation.of(id);
            assessed.add(new Assessed(finding, expected, match(finding.verdict(), expected, named)));
        }
        return new Assessment(result, assessed, stateCount(result, expectation.states()));
    }

    private static Match match(Verdict verdict, Expected expected, boolean named) {
        if (verdict instanceof Verdict.Violated) {
            return when(expected == Expected.VIOLATED);
        }
        if (verdict instanceof Verdict.Holds) {
            return when(expected == Expected.HOLDS);
        }
        if (verdict instanceof Verdict.NotShown) {
            // "others: hold" speaks of invariants that somebody did not think of one by one; a named one must really be
            // shown.
            return when(expected == Expected.NOT_SHOWN || (expected == Expected.HOLDS && !named));
        }
        return expected == Expected.UNDECIDED ? Match.EXPECTED : Match.UNDECIDED;
    }

    private static Match when(boolean expected) {
        return expected ? Match.EXPECTED : Match.UNEXPECTED;
    }

    private static StateCount stateCount(CheckResult result, OptionalLong expected) {
        if (expected.isEmpty()) {
            return StateCount.NOT_GIVEN;
        }
        if (result.coverage().cutOff().isPresent() || !result.options().isReduced()) {
            return StateCount.NOT_COMPARED;
        }
        return result.coverage().states() == expected.getAsLong() ? StateCount.AS_EXPECTED : StateCount.DIFFERENT;
    }

    /** The exit code of this result alone. What is unexpected for certain counts more than what is open. */
    public ExitCode exitCode() {
        boolean isMissed = !missedGoals().isEmpty();
        boolean isComplete = result.coverage().cutOff().isEmpty();
        if (states == StateCount.DIFFERENT || count(Match.UNEXPECTED) > 0 || (isMissed && isComplete)) {
            return ExitCode.UNEXPECTED;
        }
        return isMissed || count(Match.UNDECIDED) > 0 ? ExitCode.UNDECIDED : ExitCode.EXPECTED;
    }

    /** Goals that were not reached; of a complete search: that cannot be. */
    List<Goal> missedGoals() {
        return result.goals().stream()
                .filter(each -> each.steps().isEmpty())
                .map(CheckResult.GoalFinding::goal)
                .toList();
    }

    /** The counterexamples, unexpected ones first, otherwise in the order of the catalogue. */
    public List<Replay> replays() {
        List<Replay> replays = new ArrayList<>();
        for (Match match : List.of(Match.UNEXPECTED, Match.EXPECTED)) {
            for (Assessed each : invariants) {
                if (each.match() == match && each.finding().verdict() instanceof Verdict.Violated violated) {
                    replays.add(violated.replay());
                }
            }
        }
        return replays;
    }

    long count(Match match) {
        return invariants.stream().filter(each -> each.match() == match).count();
    }

    /** Whether some invariant is violated. */
    boolean hasViolations() {
        return invariants.stream().anyMatch(Assessed::isViolated);
    }

    /** Whether some invariant is violated that should not be. */
    boolean hasUnexpectedViolations() {
        return invariants.stream().anyMatch(each -> each.isViolated() && each.match() == Match.UNEXPECTED);
    }

    /** What is open: a sentence for all invariants, and one for each goal that was not reached so far. */
    List<String> open() {
        List<String> open = new ArrayList<>();
        if (count(Match.UNDECIDED) > 0) {
            open.add(count(Match.UNDECIDED) + " of " + Numbers.of(invariants.size(), "invariant") + " undecided"
                    + result.coverage().cutOff().map(reason -> ": " + reason).orElse(""));
        }
        if (result.coverage().cutOff().isPresent()) {
            missedGoals().forEach(goal -> open.add("not reached so far: " + goal.words(result.configuration())));
        }
        return open;
    }

    /** How the result differs from the expectation: a sentence for each surprise, and one for all that is open. */
    List<String> differences() {
        List<String> differences = new ArrayList<>();
        for (Assessed each : invariants) {
            if (each.match() == Match.UNEXPECTED) {
                differences.add(each.finding().invariant().id() + " "
                        + VerdictWords.sentence(each.finding().verdict()) + ", expected "
                        + VerdictWords.of(each.expected()));
            }
        }
        differences.addAll(open());
        if (result.coverage().cutOff().isEmpty()) {
            missedGoals().forEach(goal -> differences.add("never reached: " + goal.words(result.configuration())));
        }
        if (states == StateCount.DIFFERENT) {
            differences.add(Numbers.of(result.coverage().states(), "state") + ", expected "
                    + Numbers.of(result.configuration().expectation().states().orElseThrow()));
        }
        return differences;
    }
}
