package dev.iovacheck.cli;

import dev.iovacheck.cli.report.Numbers;
import dev.iovacheck.constraint.unroll.ArgumentChoice;
import dev.iovacheck.constraint.unroll.BoundedCheck;
import dev.iovacheck.constraint.unroll.CallClass;
import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.Coverage;
import dev.iovacheck.engine.SearchOptions;
import dev.iovacheck.engine.Verdict;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.model.address.ByteSize;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Expectation;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.machine.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
                    "With --engine=constraint. given: reservation calls and buffers as the configuration has them. calls: calls with any start"
                            + " and length of 64 bits, at any time and any number of times. any: the same, and buffers of any size, as many as one"
                            + " likes. Default: given.")
    private String arguments = "given";

    private List<BoundedCheck.Answer> ofCalls = List.of();
    private List<String> notes = List.of();

    /** @throws ParameterException if options do not fit together */
    void check(boolean isChosen) {
        if (Arrays.stream(ArgumentChoice.values())
                .noneMatch(each -> each.label().equals(arguments))) {
            throw wrong("--arguments: '" + arguments + "' is not one of given, calls, any");
        }
        if (choice() != ArgumentChoice.GIVEN && !isChosen) {
            throw wrong("--arguments=" + arguments + " is for --engine=constraint");
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private ArgumentChoice choice() {
        return ArgumentChoice.valueOf(arguments.toUpperCase(Locale.ROOT));
    }

    /** How the command is repeated. */
    List<String> words() {
        return choice() == ArgumentChoice.GIVEN
                ? List.of("--engine=constraint")
                : List.of("--engine=constraint", "--arguments=" + arguments);
    }

    /** Solves for runs of up to {@code --max-depth} steps. */
    CheckResult run(Configuration given, SearchOptions options, Session session) {
        // What is expected of a configuration is expected with the arguments that it has.
        Configuration configuration = choice() == ArgumentChoice.GIVEN
                ? given
                : given.toBuilder().expectation(Expectation.ALL_HOLD).build();
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
                    BoundedCheck.run(configuration, choice(), steps, options.timeLimit(), session.interrupted());
            looked = result.completed();
            cutOff = result.unknown().orElse(cutOff);
            notes = notes(result);
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

    /** What is not so of all runs. */
    private static List<String> notes(BoundedCheck.Result result) {
        List<String> notes = new ArrayList<>();
        if (result.allSizesUpTo() > 0) {
            notes.add("Buffers of all sizes up to " + ByteSize.of(result.allSizesUpTo())
                    + " were looked at; of larger ones powers of two, what lies halfway between two of them, what the driver maps and the"
                    + " whole of its window.");
        }
        for (BoundedCheck.Answer answer : result.answers()) {
            if (!answer.isShortest()) {
                notes.add("There may be shorter runs that violate "
                        + answer.question().invariant().id() + ": those that go on after the tree is out of order ("
                        + result.spentAfter() + " steps) were not looked at.");
            }
        }
        return notes.stream().distinct().toList();
    }

    /** What is said of the search, and with any arguments one line for each kind of arguments that is wrongly accepted. */
    String kindsOfArguments() {
        if (ofCalls.isEmpty() && notes.isEmpty()) {
            return "";
        }
        WrappedText text = new WrappedText();
        for (String note : notes) {
            text.line("");
            text.wrap("note: ", 6, note);
        }
        if (ofCalls.isEmpty()) {
            return text.toString();
        }
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
