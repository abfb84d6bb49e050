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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
    private static long layoutsAgain;
    private static long violationsAgain;

    private final Map<List<Long>, Map<String, Result>> ofLayout = new HashMap<>();
    private final BitWriter layout = new BitWriter();

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
        ofLayout.clear();
        Step step = new Step(before, after);
        MutableIntList actions = IntLists.mutable.empty();
        for (int count = 0; count < STEPS && !before.isCrashed(); count++) {
            compareWithOthersOfItsLayout(before);
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
                before.copyFrom(after);
            }
        }
    }

    private static void askThoseThatHaveNothingToSay(Step step) {
        for (Invariant invariant : Catalogue.all()) {
            if (invariant instanceof StepInvariant rule && !rule.kinds().contains(step.kind())) {
                assertEquals(Result.PREMISE_NOT_MET, rule.check(step), () -> rule.id() + " of " + step.kind());
                silent++;
            }
        }
    }

    private void compareWithOthersOfItsLayout(Machine machine) {
        machine.writeLayout(layout);
        List<Long> words = IntStream.range(0, BitWriter.length(layout.words()[0]))
                .mapToObj(index -> layout.words()[index])
                .toList();
        Map<String, Result> results = new HashMap<>();
        for (Invariant invariant : Catalogue.all()) {
            if (invariant instanceof StateInvariant rule && rule.scope() == StateInvariant.Scope.LAYOUT) {
                results.put(rule.id(), rule.check(machine));
            }
        }
        Map<String, Result> earlier = ofLayout.putIfAbsent(words, results);
        if (earlier != null) {
            assertEquals(earlier, results);
            layoutsAgain++;
            violationsAgain += results.containsValue(Result.VIOLATED) ? 1 : 0;
        }
    }

    @AfterContainer
    static void enoughWasAsked() {
        assertTrue(silent >= 10_000, "only " + silent + " steps of which an invariant has nothing to say");
        assertTrue(layoutsAgain >= 5_000, "only " + layoutsAgain + " states share a layout");
        assertTrue(violationsAgain >= 100, "only " + violationsAgain + " of them are bad");
    }
}
