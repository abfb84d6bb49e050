package dev.iovacheck.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.engine.naive.StepConfigurations;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.invariants.Result;
import dev.iovacheck.invariants.StateInvariant;
import dev.iovacheck.invariants.StepInvariant;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Interleaving;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Step;
import dev.iovacheck.model.machine.Symmetry;
import dev.iovacheck.model.packed.BitWriter;
import dev.iovacheck.model.packed.StateTooLargeException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import org.eclipse.collections.api.list.primitive.MutableIntList;
import org.eclipse.collections.impl.factory.primitive.IntLists;

/** Invariants look at no more than they say, so that a search need not ask them where they have nothing to say. */
class ScopeProperties {

    private static final int STEPS = 300;

    private static long silent;
    private static long stepsAgain;
    private static long badStepsAgain;

    private final Map<List<Long>, Map<String, Result>> aboutTheSame = new HashMap<>();
    private static final Seen LAYOUTS = new Seen(StateInvariant.Scope.LAYOUT, Machine::writeLayout);
    private static final Seen HOLDINGS = new Seen(StateInvariant.Scope.HOLDINGS, Machine::writeHoldings);

    @Property(tries = 400, shrinking = ShrinkingMode.OFF)
    void invariantsLookAtNoMoreThanTheySay(@ForAll long seed, @ForAll boolean steps) {
        Random random = new Random(seed);
        Configuration configuration = new StepConfigurations(random).next();
        if (!steps) {
            configuration = StepConfigurations.with(configuration, 1 + random.nextInt(2), Interleaving.CALLS);
        }
        int[] devices = IntStream.range(0, configuration.devices().size()).toArray();
        Machine before = new Machine(configuration, devices, Symmetry.NAMES_KEPT);
        Machine after = new Machine(configuration, devices, Symmetry.NAMES_KEPT);
        before.reset();
        LAYOUTS.parts.clear();
        HOLDINGS.parts.clear();
        aboutTheSame.clear();
        Step step = new Step(before, after);
        MutableIntList actions = IntLists.mutable.empty();
        for (int count = 0; count < STEPS && !before.isCrashed(); count++) {
            LAYOUTS.compareWithOthers(before);
            HOLDINGS.compareWithOthers(before);
            actions.clear();
            before.enabled(actions);
            if (actions.isEmpty()) {
                break;
            }
            int action = actions.get(random.nextInt(actions.size()));
            after.copyFrom(before);
            if (after.apply(action)) {
                step.set(action);
                askThoseThatHaveNothingToSay(step);
                compareWithOthersAboutTheSame(step);
                before.copyFrom(after);
            }
        }
    }

    private static boolean isAsked(StepInvariant rule, Step step) {
        return rule.concerns(step.before(), step.kind()) && (step.outcome().isFailure() || !rule.isAboutFailures());
    }

    private void compareWithOthersAboutTheSame(Step step) {
        long[] words = new long[Step.ABOUT_WORDS];
        if (!step.writeAbout(words)) {
            return;
        }
        Map<String, Result> results = new HashMap<>();
        for (Invariant invariant : Catalogue.all()) {
            if (invariant instanceof StepInvariant rule
                    && rule.scope() == StepInvariant.Scope.ABOUT
                    && rule.kinds().contains(step.kind())) {
                results.put(rule.id(), rule.check(step));
            }
        }
        Map<String, Result> earlier =
                aboutTheSame.putIfAbsent(Arrays.stream(words).boxed().toList(), results);
        if (earlier != null) {
            assertEquals(earlier, results);
            stepsAgain += results.containsValue(Result.HOLDS) ? 1 : 0;
            badStepsAgain += results.containsValue(Result.VIOLATED) ? 1 : 0;
        }
    }

    private static void askThoseThatHaveNothingToSay(Step step) {
        for (Invariant invariant : Catalogue.all()) {
            if (invariant instanceof StepInvariant rule && !isAsked(rule, step)) {
                assertEquals(Result.PREMISE_NOT_MET, rule.check(step), () -> rule.id() + " of " + step.kind());
                silent++;
            }
        }
    }

    /** What invariants that look at one part of a state say of the states of one run. */
    private static final class Seen {

        private final StateInvariant.Scope scope;
        private final BiConsumer<Machine, BitWriter> writer;
        private final Map<List<Long>, Map<String, Result>> parts = new HashMap<>();
        private final BitWriter part = new BitWriter();
        private long again;
        private long violationsAgain;

        Seen(StateInvariant.Scope scope, BiConsumer<Machine, BitWriter> writer) {
            this.scope = scope;
            this.writer = writer;
        }

        void compareWithOthers(Machine machine) {
            try {
                writer.accept(machine, part);
            } catch (StateTooLargeException tooLarge) {
                return; // a search could not store it either
            }
            List<Long> words = IntStream.range(0, BitWriter.length(part.words()[0]))
                    .mapToObj(index -> part.words()[index])
                    .toList();
            Map<String, Result> results = new HashMap<>();
            for (Invariant invariant : Catalogue.all()) {
                if (invariant instanceof StateInvariant rule && rule.scope() == scope) {
                    results.put(rule.id(), rule.check(machine));
                }
            }
            Map<String, Result> earlier = parts.putIfAbsent(words, results);
            if (earlier != null) {
                assertEquals(earlier, results);
                again++;
                violationsAgain += results.containsValue(Result.VIOLATED) ? 1 : 0;
            }
        }

        void requireEnough() {
            assertTrue(again >= 5_000, () -> "only " + again + " states share their " + scope);
            assertTrue(violationsAgain >= 100, () -> "only " + violationsAgain + " of them are bad: " + scope);
        }
    }

    @AfterContainer
    static void enoughWasAsked() {
        assertTrue(silent >= 10_000, "only " + silent + " steps of which an invariant has nothing to say");
        assertTrue(stepsAgain >= 5_000, "only " + stepsAgain + " steps are about the same as others");
        assertTrue(badStepsAgain >= 100, "only " + badStepsAgain + " of them are bad");
        LAYOUTS.requireEnough();
        HOLDINGS.requireEnough();
    }
}
