package dev.iovacheck.constraint.unroll;

import dev.iovacheck.constraint.formula.Algebra;
import dev.iovacheck.constraint.formula.FormulaCompiler;
import dev.iovacheck.constraint.formula.SymbolicFacts;
import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.NotConfirmedException;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.Replayer;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.chocosolver.solver.Model;
import org.chocosolver.solver.Solver;
import org.chocosolver.solver.search.strategy.Search;
import org.chocosolver.solver.variables.BoolVar;
import org.chocosolver.solver.variables.IntVar;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the shortest runs that break invariants: of one step, of two, and so on. A device and its domain share nothing with the others,
 * so each is asked apart.
 */
public final class BoundedCheck {

    private final Configuration configuration;
    private final ArgumentChoice arguments;
    private final int steps;
    private final long deadline;
    private final BooleanSupplier interrupted;
    private final List<Question> open = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();

    /** Why not all of it is known, if so. */
    private @Nullable String unknown;

    /** How many steps all runs were looked at. */
    private int completed;

    /** The shortest run after which the tree is not well-formed; no run is followed beyond. */
    private int spentAfter = Integer.MAX_VALUE;

    private long allSizesUpTo;

    /**
     * Something that is asked.
     *
     * @param invariant what may be violated
     * @param call only by a call of this class, in the last step; empty: by anything
     */
    public record Question(Invariant invariant, Optional<CallClass> call) {}

    /**
     * What was found.
     *
     * @param question what was asked
     * @param replay the run, confirmed by the replayer, on a configuration that makes the calls as they were found
     * @param isShortest whether there is no shorter one
     */
    public record Answer(Question question, Replay replay, boolean isShortest) {

        public int length() {
            return replay.steps().size();
        }
    }

    /**
     * All that is known after a check.
     *
     * @param answers what was found
     * @param none what no run of {@code completed} steps violates
     * @param completed how many steps all runs were looked at
     * @param spentAfter the length of the shortest run after which the tree is not well-formed; larger than {@code completed} if there is none
     * @param unknown why it ended before the steps that were asked for; empty if it did not
     * @param allSizesUpTo with any arguments, buffers of all sizes up to so many bytes were looked at, and some larger ones; 0: of all sizes
     */
    public record Result(
            List<Answer> answers,
            List<Question> none,
            int completed,
            int spentAfter,
            Optional<String> unknown,
            long allSizesUpTo) {

        public Result {
            answers = List.copyOf(answers);
            none = List.copyOf(none);
        }

        /** Whether a question that was not answered is settled for all runs of so many steps. */
        public boolean isSettled() {
            return spentAfter >= completed;
        }
    }

    private BoundedCheck(
            Configuration configuration,
            ArgumentChoice arguments,
            int steps,
            Duration limit,
            BooleanSupplier interrupted) {
        this.configuration = configuration;
        this.arguments = arguments;
        this.steps = steps;
        this.interrupted = interrupted;
        deadline = System.nanoTime() + Math.min(limit.toMillis(), 1_000_000_000L) * 1_000_000;
    }

    /** What of a configuration cannot be said in constraints; empty if all can. */
    public static Optional<String> outside(Configuration configuration) {
        return Setting.outside(configuration);
    }

    /** Whether it can say anything of an invariant. */
    public static boolean covers(Invariant invariant) {
        return invariant.formula().isPresent();
    }

    /**
     * @param configuration one that nothing is {@link #outside} of
     * @param arguments which arguments are given
     * @param steps the most steps of a run, the set-up of the device included
     * @param limit when to give up
     */
    public static Result run(
            Configuration configuration,
            ArgumentChoice arguments,
            int steps,
            Duration limit,
            BooleanSupplier interrupted) {
        return new BoundedCheck(configuration, arguments, steps, limit, interrupted).run();
    }

    private Result run() {
        for (String id : configuration.checks()) {
            Invariant invariant = Catalogue.byId(id);
            if (!covers(invariant)) {
                continue;
            }
            if (arguments.hasAnyCalls() && id.equals("errno-conformance")) {
                for (CallClass each : CallClass.values()) {
                    open.add(new Question(invariant, Optional.of(each)));
                }
            } else {
                open.add(new Question(invariant, Optional.empty()));
            }
        }
        for (int length = 1; length <= steps && unknown == null; length++) {
            for (Device device : configuration.devices()) {
                Optional<Setting> setting = Setting.of(configuration, device.index());
                if (setting.isEmpty()) {
                    unknown = "set-up of " + device.name() + " does not end with a domain of addresses";
                } else if (length == 1) {
                    askSetUp(setting.get());
                } else if (unknown == null
                        && !setting.get().isSpent()
                        && setting.get().canAct(arguments)) {
                    Optional<Space> space = Space.of(setting.get(), new Space.Scope(arguments, steps - 1));
                    if (space.isEmpty()) {
                        unknown = "buffers of " + device.name() + " need more than " + Coordinates.MOST_GRANULES
                                + " numbers to place them";
                    } else {
                        ask(setting.get(), space.get(), length);
                    }
                }
            }
            if (unknown == null) {
                completed = length;
            }
        }
        return new Result(answers, open, completed, spentAfter, Optional.ofNullable(unknown), allSizesUpTo);
    }

    /** The first step has nothing that is not known: the machine itself is asked. */
    private void askSetUp(Setting setting) {
        if (setting.isSpent()) {
            spentAfter = 1;
        }
        for (Question question : List.copyOf(open)) {
            Counterexample setUp = new Counterexample(
                    configuration, List.of(setting.device()), question.invariant(), List.of(setting.added()));
            if (question.call().isEmpty()) {
                try {
                    answers.add(new Answer(question, Replayer.replay(setUp), true));
                    open.remove(question);
                } catch (NotConfirmedException e) {
                    // It holds, then.
                }
            }
        }
    }

    /** All questions about runs of just so many steps. */
    private void ask(Setting setting, Space space, int length) {
        if (space.allUpTo() > 0) {
            allSizesUpTo = (long) space.allUpTo() << setting.shift();
        }
        List<Question> left = new ArrayList<>(open);
        while (!left.isEmpty() || spentAfter > length) {
            Model model = new Model("runs of " + length + " steps");
            Algebra algebra = new Algebra(model);
            Run run = new Run(algebra, setting, space, length - 1);
            SymbolicFacts<BoolVar, IntVar> facts = run.facts();
            List<BoolVar> violated = new ArrayList<>();
            for (Question question : left) {
                violated.add(violation(algebra, run, facts, question));
            }
            BoolVar isSpent = spentAfter > length ? run.last().isSpent() : algebra.truth(false);
            List<BoolVar> any = new ArrayList<>(violated);
            any.add(isSpent);
            BoolVar isAny = algebra.or(any);
            if (isAny.isInstantiatedTo(0)) {
                return;
            }
            algebra.require(isAny);
            Solver solver = model.getSolver();
            setSearch(model, solver, run);
            long remaining = deadline - System.nanoTime();
            solver.limitTime(Math.max(1, remaining / 1_000_000) + "ms");
            solver.addStopCriterion(interrupted::getAsBoolean);
            if (!solver.solve()) {
                if (solver.isStopCriterionMet()) {
                    unknown = interrupted.getAsBoolean() ? "interrupted" : "the time limit was reached";
                }
                return;
            }
            if (isSpent.getValue() == 1) {
                spentAfter = length;
            }
            for (int index = left.size() - 1; index >= 0; index--) {
                if (violated.get(index).getValue() == 1) {
                    Question question = left.remove(index);
                    open.remove(question);
                    Replay replay = Replayer.replay(new Concrete(setting, run).counterexample(question.invariant()));
                    answers.add(new Answer(question, replay, length <= spentAfter));
                }
            }
        }
    }

    private static BoolVar violation(
            Algebra algebra, Run run, SymbolicFacts<BoolVar, IntVar> facts, Question question) {
        BoolVar holds = new FormulaCompiler<>(algebra)
                .holds(question.invariant().formula().orElseThrow(), facts);
        BoolVar isViolated = algebra.not(holds);
        if (question.call().isEmpty()) {
            return isViolated;
        }
        if (run.calls().isEmpty()) {
            return algebra.truth(false);
        }
        return algebra.and(
                isViolated,
                run.isCallOf(question.call().get()),
                run.isTypical(question.call().get()));
    }

    /** First what is done, then with which arguments; all else follows. */
    private static void setSearch(Model model, Solver solver, Run run) {
        List<IntVar> first = new ArrayList<>(run.chosen());
        first.addAll(run.alignments());
        List<IntVar> ends = new ArrayList<>();
        for (SymbolicCall call : run.calls()) {
            first.add(call.kind());
            ends.add(call.first());
            ends.add(call.last());
        }
        first.addAll(run.sizes());
        solver.setSearch(
                Search.inputOrderLBSearch(first.toArray(new IntVar[0])),
                Search.domOverWDegSearch(model.retrieveBoolVars()),
                Search.inputOrderLBSearch(ends.toArray(new IntVar[0])),
                Search.inputOrderLBSearch(model.retrieveIntVars(true)));
    }
}
