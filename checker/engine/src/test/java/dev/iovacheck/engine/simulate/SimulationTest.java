package dev.iovacheck.engine.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.NotConfirmedException;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.Replayer;
import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.ExhaustiveCheck;
import dev.iovacheck.engine.SearchOptions;
import dev.iovacheck.engine.Verdict;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationReader;
import dev.iovacheck.model.machine.Action;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulationTest {

    private static final SearchOptions SEARCH = SearchOptions.defaults();

    private static Configuration example(String name) throws Exception {
        Path file = Path.of(System.getProperty("iovacheck.root"), "examples", name);
        return new ConfigurationReader(Catalogue.ids()).read(file);
    }

    private static CheckResult simulate(Configuration configuration, int walks, int length, int workers) {
        SimulationOptions options = new SimulationOptions(7, walks, length, Duration.ofDays(1), workers);
        return Simulation.run(configuration, options, SEARCH, () -> false);
    }

    @Test
    void theSameSeedFindsTheSameWithAnyNumberOfWorkers() throws Exception {
        Configuration configuration = example("vpu/posted-api.yaml");
        CheckResult one = simulate(configuration, 40, 300, 1);
        CheckResult two = simulate(configuration, 40, 300, 2);
        assertEquals(one.findings(), two.findings());
        assertEquals(one.coverage().branches(), two.coverage().branches());
        assertEquals(one.coverage().walks(), two.coverage().walks());
        assertEquals(one.coverage().neverFired(), two.coverage().neverFired());
    }

    @ParameterizedTest
    @ValueSource(strings = {"vpu/none.yaml", "hazards/cached-reissued.yaml", "hazards/shared-group.yaml"})
    void findsWhatTheWholeSearchFindsAndNoActionCanBeLeftOut(String name) throws Exception {
        Configuration configuration = example(name);
        CheckResult whole = ExhaustiveCheck.run(configuration, SEARCH, progress -> {}, () -> false);
        CheckResult walked = simulate(configuration, 100, 500, 2);
        int violated = 0;
        for (int index = 0; index < walked.findings().size(); index++) {
            if (walked.findings().get(index).verdict() instanceof Verdict.Violated found) {
                Verdict.Violated shortest = assertInstanceOf(
                        Verdict.Violated.class, whole.findings().get(index).verdict());
                assertTrue(shortest.steps() <= found.steps());
                assertNoActionCanBeLeftOut(found.replay());
                violated++;
            }
        }
        assertTrue(violated > 0);
    }

    private static void assertNoActionCanBeLeftOut(Replay replay) {
        Counterexample counterexample = replay.counterexample();
        for (int left = 0; left < counterexample.actions().size(); left++) {
            List<Action> fewer = new ArrayList<>(counterexample.actions());
            fewer.remove(left);
            Counterexample shorter = new Counterexample(
                    counterexample.configuration(), counterexample.devices(), counterexample.invariant(), fewer);
            assertThrows(NotConfirmedException.class, () -> Replayer.replay(shorter));
        }
    }

    @Test
    void neverSaysThatSomethingHolds() throws Exception {
        CheckResult result = simulate(example("vpu/own-iommu-addresses.yaml"), 20, 200, 2);
        for (CheckResult.Finding finding : result.findings()) {
            assertInstanceOf(Verdict.Undecided.class, finding.verdict());
        }
        assertEquals(20, result.coverage().walks().orElseThrow().walks());
    }

    @Test
    void endsWhenInterruptedOrOutOfTime() throws Exception {
        Configuration configuration = example("vpu/none.yaml");
        SimulationOptions options = new SimulationOptions(7, 1_000_000_000, 100, Duration.ZERO, 2);
        CheckResult late = Simulation.run(configuration, options, SEARCH, () -> false);
        assertEquals(0, late.coverage().walks().orElseThrow().steps());
        SimulationOptions endless = new SimulationOptions(7, 1_000_000_000, 100, Duration.ofDays(1), 2);
        CheckResult interrupted = Simulation.run(configuration, endless, SEARCH, () -> true);
        assertEquals(0, interrupted.coverage().walks().orElseThrow().steps());
    }
}
