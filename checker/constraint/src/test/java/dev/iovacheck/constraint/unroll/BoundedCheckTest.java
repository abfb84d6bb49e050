package dev.iovacheck.constraint.unroll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.ConfigurationReader;
import dev.iovacheck.model.config.Reservation;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BoundedCheckTest {

    private static final long PAGE = 0x1000;

    private static Configuration configuration(String more) throws ConfigurationException {
        String text = """
                iovacheck: 1
                kernel: v7.1
                iommu: { aperture: 0..4GiB }
                devices:
                  d: { mask: 0xffff }
                mechanism: dma_iova_set_resv_region
                reserve:
                  - { device: d, range: 0x1000..0x2000 }
                workload:
                  d: { map: [4KiB, 16KiB], live: 2 }
                """ + more;
        return new ConfigurationReader(Catalogue.ids()).read("test.yaml", text);
    }

    private static BoundedCheck.Result any(Configuration configuration, int steps, String... checks) {
        Configuration restricted =
                configuration.toBuilder().checks(List.of(checks)).build();
        return BoundedCheck.run(restricted, ArgumentChoice.ANY, steps, Duration.ofMinutes(5), () -> false);
    }

    private static Reservation call(Map<CallClass, Reservation> found, CallClass kind) {
        return Objects.requireNonNull(found.get(kind), kind.label());
    }

    /** The hazards of the call's arguments, without being given a number. Each was confirmed on the machine. */
    @Test
    void eachKindOfArgumentsIsFound() throws ConfigurationException {
        BoundedCheck.Result result = any(configuration(""), 3, "errno-conformance");
        Map<CallClass, Reservation> found = new EnumMap<>(CallClass.class);
        Map<CallClass, Integer> lengths = new EnumMap<>(CallClass.class);
        for (BoundedCheck.Answer answer : result.answers()) {
            CallClass kind = answer.question().call().orElseThrow();
            var counterexample = answer.replay().counterexample();
            int index = counterexample
                    .actions()
                    .get(counterexample.actions().size() - 1)
                    .reservation();
            found.put(kind, counterexample.configuration().reservations().get(index));
            lengths.put(kind, answer.length());
        }
        assertEquals(
                Map.of(
                        CallClass.EMPTY_AT_ZERO, 2,
                        CallClass.EMPTY, 2,
                        CallClass.WRAPS, 2,
                        CallClass.UNALIGNED, 3,
                        CallClass.ENDS_INSIDE, 3),
                lengths);
        assertEquals(0, call(found, CallClass.EMPTY_AT_ZERO).start());
        assertEquals(0, call(found, CallClass.EMPTY_AT_ZERO).length());
        assertEquals(0, call(found, CallClass.EMPTY).length());
        assertFalse(call(found, CallClass.EMPTY).start() == 0);
        assertTrue(call(found, CallClass.WRAPS).wraps());
        assertFalse(call(found, CallClass.UNALIGNED).start() % PAGE == 0);
        assertTrue(call(found, CallClass.ENDS_INSIDE).start() % PAGE == 0);
    }

    /** A length of 0 puts an inverted node into the tree, and no run of one step does. */
    @Test
    void theTreeIsBrokenByTheSecondStep() throws ConfigurationException {
        BoundedCheck.Result result = any(configuration(""), 2, "tree-wellformed");
        assertEquals(2, result.answers().get(0).length());
        assertEquals(2, result.spentAfter());
        assertTrue(any(configuration(""), 1, "tree-wellformed").answers().isEmpty());
    }

    /** What is not violated is not said to hold: all runs of so many steps were looked at. */
    @Test
    void whatIsNotViolatedIsSettledForRunsOfThatLength() throws ConfigurationException {
        Configuration none = configuration("").toBuilder()
                .checks(List.of("no-live-overlap", "lower-bound"))
                .build();
        BoundedCheck.Result result =
                BoundedCheck.run(none, ArgumentChoice.GIVEN, 4, Duration.ofMinutes(5), () -> false);
        assertEquals(List.of(), result.answers());
        assertEquals(2, result.none().size());
        assertEquals(4, result.completed());
        assertTrue(result.isSettled());
    }

    /** A device that can be given all there is: the bound above its window has no granule. */
    @Test
    void theLastByteCanBeGiven() throws ConfigurationException {
        Configuration all = new ConfigurationReader(Catalogue.ids()).read("test.yaml", """
                iovacheck: 1
                kernel: v7.1
                iommu: { aperture: 0..16EiB }
                devices:
                  d: { mask: 0xffffffffffffffff }
                mechanism: none
                workload:
                  d: { map: [4KiB], live: 2 }
                """);
        BoundedCheck.Result result = any(all, 3, "upper-bound", "no-live-overlap");
        assertEquals(List.of(), result.answers());
        assertEquals(3, result.completed());
    }

    /** There is nothing to choose from after its set-up, which is no error. */
    @Test
    void aDriverThatDoesNothingViolatesNothing() throws ConfigurationException {
        Configuration idle = configuration("").toBuilder()
                .checks(List.of("no-live-overlap"))
                .reservations(List.of())
                .build();
        Configuration silent = idle.toBuilder()
                .devices(List.of(
                        idle.devices().get(0).toBuilder().buffers(List.of()).build()))
                .build();
        BoundedCheck.Result result =
                BoundedCheck.run(silent, ArgumentChoice.GIVEN, 4, Duration.ofMinutes(5), () -> false);
        assertEquals(List.of(), result.answers());
        assertEquals(4, result.completed());
        assertEquals(Optional.empty(), result.unknown());
    }

    @Test
    void anInterruptionLeavesItOpen() throws ConfigurationException {
        Configuration some =
                configuration("").toBuilder().checks(List.of("no-live-overlap")).build();
        BoundedCheck.Result result = BoundedCheck.run(some, ArgumentChoice.GIVEN, 4, Duration.ofMinutes(5), () -> true);
        assertTrue(result.completed() < 4);
        assertEquals(Optional.of("interrupted"), result.unknown());
    }

    @Test
    void whatTheConstraintsDoNotKnowIsNamed() throws ConfigurationException {
        assertEquals(Optional.empty(), BoundedCheck.outside(configuration("")));
        assertEquals(
                Optional.of("calls in steps"),
                BoundedCheck.outside(configuration("explore: { interleaving: steps }\n")));
        assertEquals(
                Optional.of("faults and optional actions (no-memory)"),
                BoundedCheck.outside(configuration("explore: { faults: [no-memory] }\n")));
    }
}
