package dev.iovacheck.cli;

import dev.iovacheck.cli.report.Numbers;
import dev.iovacheck.constraint.unroll.BoundedCheck;
import dev.iovacheck.constraint.unroll.CallClass;
import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.Coverage;
import dev.iovacheck.engine.SearchOptions;
import dev.iovacheck.engine.Verdict;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Expectation;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.machine.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of {@code --engine=constraint}. */
final class ConstraintArguments {

    /** Beyond, runs may fill magazines, which the constraints do not know. */
    private static final int MOST_STEPS = 6;

    private static final int STEPS = 4;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--arguments",
            paramLabel = "WHICH",
            description =
                    "With --engine=constraint. given: reservation calls as the configuration has them. any: with any start and length of"
                            + " 64 bits, at any time and any number of times. Default: given.")
    private String arguments = "given";

    private List<BoundedCheck.Answer> ofCalls = List.of();

    /** @throws ParameterException if options do not fit together */
    void check(boolean isChosen) {
        if (!arguments.equals("given") && !arguments.equals("any")) {
            throw wrong("--arguments: '" + arguments + "' is neither given nor any");
        }
        if (isAny() && !isChosen) {
            throw wrong("--arguments=any is for --engine=constraint");
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private boolean isAny() {
        return arguments.equals("any");
    }

    /** How the command is repeated. */
    List<String> words() {
        return isAny() ? List.of("--engine=constraint", "--arguments=any") : List.of("--engine=constraint");
    }

    /** Solves for runs of up to {@code --max-depth} steps. */
    CheckResult run(Configuration given, SearchOptions options, Session session) {
        // What is expected of a configuration is expected with the arguments that it has.
        Configuration configuration =
                isAny() ? given.toBuilder().expectation(Expectation.ALL_HOLD).build() : given;
        long start = System.nanoTime();
        int steps = options.maxDepth() == Integer.MAX_VALUE ? STEPS : options.maxDepth();
        if (steps > MOST_STEPS) {
            throw wrong("--max-depth: at most " + MOST_STEPS + " with --engine=constraint");
        }
        List<CheckResult.Finding> findings = new ArrayList<>();
        Optional<String> outside = BoundedCheck.outside(configuration);
        String cutOff = "longer ones were not looked at";
        int looked = 0;
        if (outside.isPresent()) {
            cutOff = "not of " + outside.get();
            String reason = "the constraint engine does not know " + outside.get();
            for (String id : configuration.checks()) {
                findings.add(new CheckResult.Finding(Catalogue.byId(id), new Verdict.Undecided(reason)));
            }
        } else {
            BoundedCheck.Result result =
                    BoundedCheck.run(configuration, isAny(), steps, options.timeLimit(), session.interrupted());
            looked = result.completed();
            cutOff = result.unknown().orElse(cutOff);
            ofCalls = result.answers().stream()
                    .filter(answer -> answer.question().call().isPresent())
                    .toList();
            for (String id : configuration.checks()) {
                Invariant invariant = Catalogue.byId(id);
                findings.add(new CheckResult.Finding(invariant, verdict(invariant, result)));
            }
        }
        Coverage coverage = Coverage.ofRuns(looked, cutOff, Duration.ofNanos(System.nanoTime() - start));
        List<CheckResult.GoalFinding> goals = configuration.goals().stream()
                .map(goal -> new CheckResult.GoalFinding(goal, OptionalInt.empty()))
                .toList();
        return new CheckResult(configuration, findings, goals, coverage, options);
    }

    private static Verdict verdict(Invariant invariant, BoundedCheck.Result result) {
        Optional<BoundedCheck.Answer> found = result.answers().stream()
                .filter(answer -> answer.question().invariant().equals(invariant))
                .findFirst();
        if (found.isPresent()) {
            return new Verdict.Violated(found.get().replay());
        }
        if (!BoundedCheck.covers(invariant)) {
            return new Verdict.Undecided("it has no form that can be solved");
        }
        String looked = Numbers.of(result.completed(), "step");
        return new Verdict.Undecided(
                result.isSettled()
                        ? "no run of up to " + looked + " violates it"
                        : "no run of up to " + looked
                                + " violates it, but for those that go on after the tree is out of order ("
                                + result.spentAfter() + " steps)");
    }

    /** With any arguments: one line for each kind of arguments that is wrongly accepted; otherwise nothing. */
    String kindsOfArguments() {
        if (ofCalls.isEmpty()) {
            return "";
        }
        WrappedText text = new WrappedText();
        text.line("");
        text.line("calls that return 0 and must not:");
        for (BoundedCheck.Answer answer : ofCalls) {
            Configuration found = answer.replay().counterexample().configuration();
            List<Action> actions = answer.replay().counterexample().actions();
            int index = actions.get(actions.size() - 1).reservation();
            Reservation call = found.reservations().get(index);
            String kind = answer.question().call().map(CallClass::label).orElse("");
            text.wrap(
                    "  ",
                    6,
                    kind + ": start " + Hex.of(call.start()) + ", length " + Hex.of(call.length()) + ", in step "
                            + answer.length());
        }
        return text.toString();
    }
}
