package dev.iovacheck.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.iovacheck.counterexamples.text.CounterexampleText;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.Interleaving;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.machine.Configurations;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is printed of calls that are in flight at the same time. */
class InterleavingTraceTest {

    @Test
    void eachStepNamesItsCpuItsCallAndWhatItDid() {
        // d1 reserves the upper half in its probe; d0 maps in the middle of that probe, or before.
        Configuration configuration = Configurations.of(
                KernelProfile.V7_1,
                2,
                Mechanism.POSTED_API,
                new Exploration(false, false, false, false, Interleaving.STEPS),
                List.of(Configurations.device(0, "g", 1, 7, 1, 1), Configurations.device(1, "g", 1, 7, 1)),
                List.of(Configurations.call(0, 1, 4, 7, Reservation.When.AT_PROBE)),
                List.of("errno-conformance"));
        SearchOptions options = SearchOptions.defaults().withWorkers(1);
        CheckResult result = ExhaustiveCheck.run(configuration, options, progress -> {}, () -> false);
        Verdict.Violated violated = assertInstanceOf(
                Verdict.Violated.class, result.findings().get(0).verdict());
        String steps = CounterexampleText.of(violated.replay())
                .lines()
                .filter(line -> line.matches(" *[0-9]+\\. .*|     .*"))
                .collect(Collectors.joining("\n", "", "\n"));
        assertEquals("""
                1. d0 is probed: group g gets its default domain (start_pfn 0x1, 4 KiB granule)
                2. cpu 1: map(d0, 4 KiB) begins
                3. cpu 1: map(d0, 4 KiB): rcache miss
                4. cpu 0: d1 is probed; its driver is about to make its reservation calls
                5. cpu 1: map(d0, 4 KiB): alloc from the tree -> 0x7000, [0x7000, 0x7fff]
                6. cpu 1: map(d0, 4 KiB): page table written = 0x7000, [0x7000, 0x7fff]
                7. cpu 0: dma_iova_set_resv_region(d1, 0x4000, 0x4000): begins
                8. cpu 0: dma_iova_set_resv_region(d1, 0x4000, 0x4000): reserve_iova = 0
                     node [0x7000, 0x7fff] grows to [0x4000, 0x7fff]: live for d0
                       [0x7000, 0x7fff], although reserved for d1
                """, steps);
    }
}
