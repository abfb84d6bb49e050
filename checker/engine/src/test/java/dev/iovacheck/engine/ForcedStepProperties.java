package dev.iovacheck.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.engine.naive.StepConfigurations;
import dev.iovacheck.model.config.Configuration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;

/** Leaving steps out of an interleaved search changes no verdict, whatever is checked. */
class ForcedStepProperties {

    private static final int MOST_STATES = 30_000;

    private static int compared;
    private static int violated;
    private static int smaller;

    @Property(tries = 750, shrinking = ShrinkingMode.OFF)
    void verdictsAreThoseOfTheWholeSearch(@ForAll long seed) {
        Configuration configuration = new StepConfigurations(new Random(seed)).next();
        CheckResult whole = check(configuration, false);
        if (whole.coverage().cutOff().isPresent()) {
            return;
        }
        CheckResult reduced = check(configuration, true);
        assertEquals(verdicts(whole), verdicts(reduced));
        assertEquals(
                new TreeSet<>(whole.coverage().neverFired()),
                new TreeSet<>(reduced.coverage().neverFired()));
        compared++;
        violated += verdicts(whole).containsValue("Violated") ? 1 : 0;
        smaller += reduced.coverage().states() < whole.coverage().states() ? 1 : 0;
    }

    private static CheckResult check(Configuration configuration, boolean reductions) {
        SearchOptions options = SearchOptions.defaults()
                .withWorkers(1)
                .withMaxStates(MOST_STATES)
                .withReductions(reductions);
        return ExhaustiveCheck.run(configuration, options, progress -> {}, () -> false);
    }

    private static Map<String, String> verdicts(CheckResult result) {
        Map<String, String> verdicts = new LinkedHashMap<>();
        result.findings()
                .forEach(finding -> verdicts.put(
                        finding.invariant().id(), finding.verdict().getClass().getSimpleName()));
        return verdicts;
    }

    @AfterContainer
    static void enoughWasCompared() {
        assertTrue(compared >= 200, "only " + compared + " were small enough");
        assertTrue(violated >= 50, "only " + violated + " violate anything");
        assertTrue(smaller >= 80, "only " + smaller + " were reduced");
    }
}
