package dev.iovacheck.invariants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.Reservation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every invariant can hold and can fail. For each there is a configuration in which it is met and never violated, and in which its
 * planted defect violates it.
 */
class WitnessAndDefectTest {

    private static final Map<String, Question> QUESTIONS = questions();

    private static Map<String, Question> questions() {
        Map<String, Question> all = new LinkedHashMap<>();
        // 16 pages asked of a domain of 8: below start_pfn there would be room.
        all.put(
                "lower-bound",
                new Question().aperture(48 * Question.PAGE, 0xffffffffL).device("g", 48, 55, 2, 1, 16));
        // Pages 4..7 are d0's alone; d1 must not get them from a cache.
        all.put("upper-bound", new Question().device("g", 1, 7, 2, 1).device("g", 1, 3, 1, 1));
        all.put("no-reserved-overlap", oneCall());
        // Three pages take four; page 7 above them is somebody else's.
        all.put("no-live-overlap", new Question().device("g", 1, 7, 2, 1, 3, 4));
        all.put("no-alias-in-domain", new Question().device("g", 1, 7, 2, 1));
        all.put("flush-before-reuse", new Question().lazy().device("g", 1, 7, 2, 1));
        // More than 32 pages go straight back to the tree.
        all.put(
                "reservation-persistence",
                new Question().hardened().device("g", 1, 127, 1, 64).call(0, 64, 70));
        // d1's dma-ranges lie outside the aperture: its set-up fails, its DMA goes past the IOMMU.
        all.put(
                "reservation-effective",
                new Question()
                        .hardened()
                        .aperture(0, 8 * Question.PAGE - 1)
                        .device("g", 1, 7, 1, 1)
                        .device("g", 1, 7, 1, 1)
                        .dmaRange(8, 15)
                        .call(0, 1, 2)
                        .call(1, 1, 2));
        all.put("tree-wellformed", oneCall().posted());
        // Both the live mapping's node and the reservation's hold it.
        all.put("cover", oneCall().posted());
        all.put("cache-coherence", oneCall());
        all.put("ring-capacity", new Question().lazy().device("g", 1, 7, 2, 1));
        // Without memory a lazy domain gets no flush queue, and becomes strict.
        all.put(
                "no-use-after-free",
                new Question().lazy().explore(true, false, false, false).device("g", 1, 7, 1, 1));
        all.put(
                "type-tells-mode",
                new Question().lazy().explore(true, false, false, false).device("g", 1, 7, 1, 1));
        all.put("natural-alignment", new Question().device("g", 1, 6, 2, 1, 2));
        all.put("nonzero", new Question().device("g", 1, 3, 2, 1, 2));
        all.put("errno-conformance", oneCall().lazy());
        all.put("atomic-failure", oneCall());
        // Both devices are behind one region, so whoever comes first reserves it for both.
        all.put(
                "group-uniform",
                new Question()
                        .device("g", 1, 7, 1, 1)
                        .region(5, 6)
                        .device("g", 1, 7, 1, 1)
                        .region(5, 6));
        all.put(
                "order-free",
                new Question()
                        .device("g", 1, 7, 1, 1)
                        .region(5, 6)
                        .device("g", 1, 7, 1, 1)
                        .region(5, 6));
        all.put("idempotent-init", new Question().device("g", 1, 7, 1, 1).device("g", 1, 7, 1, 1));
        all.put("direct-maps", directRegion());
        all.put("direct-apart", directRegion());
        all.put(
                "region-merge",
                new Question()
                        .device("g", 1, 7, 1, 1)
                        .region(3, 4)
                        .device("g", 1, 7, 1, 1)
                        .region(4, 5));
        all.put("report-equals-enforce", new Question().device("g", 1, 7, 1, 1).region(5, 6));
        all.put(
                "reachability",
                new Question().device("g", 1, 7, 1, 1).with(device -> device.doorbell(OptionalLong.of(0x8020040))));
        all.put(
                "domain-lifetime",
                new Question().explore(Exploration.Option.TYPE_CHANGE).device("g", 1, 7, 1, 1));
        // d0's hole is nothing to d1, which shares its group; it would be all of d2, which does not.
        all.put(
                "policy-isolation",
                new Question()
                        .hardened()
                        .device("g0", 4, 7, 1, 1)
                        .device("g0", 4, 7, 1, 1)
                        .device("g1", 1, 3, 1, 1)
                        .bytes(0, 0, 4 * Question.PAGE, Reservation.When.ANY));
        all.put(
                "satisfiable-window",
                new Question()
                        .hardened()
                        .device("g0", 4, 7, 1, 1)
                        .device("g1", 1, 3, 1, 1)
                        .call(0, 0, 3));
        all.put("no-leak-at-quiescence", new Question().device("g", 1, 127, 2, 64, 1));
        // Two cached pages are in the way of the next four.
        all.put("alloc-completeness", new Question().device("g", 1, 7, 2, 1, 4));
        // More than 32 pages go straight back to the tree.
        all.put("max32-sound", new Question().device("g", 1, 127, 2, 64));
        // Pages 7, 4..5, 2..3 and 1: alignment leaves page 6 out, above the hint.
        all.put("cached-hint", new Question().device("g", 1, 7, 4, 1, 2));
        all.put(
                "32bit-first",
                new Question()
                        .aperture(0, 0x1ffffffffL)
                        .device("g", 0xffffe, 0x100001, 2, 1)
                        .pci());
        all.put("space-recoverable", new Question().device("g", 1, 127, 2, 64, 1));
        // A sibling keeps the domain alive.
        all.put(
                "reservation-release",
                new Question()
                        .hardened()
                        .explore(false, true, false, false)
                        .device("g", 1, 7, 1, 1)
                        .device("g", 1, 7, 1, 1)
                        .call(0, 1, 2));
        // Four unmaps fill both magazines of the CPU and leave two in the depot.
        all.put(
                "depot-shrinks",
                new Question().explore(false, false, false, true).device("g", 1, 7, 4, 1));
        all.put("queue-drains", new Question().lazy().device("g", 1, 7, 1, 1));
        all.put("pte-subset", coherent());
        all.put("exact-unmap", coherent());
        // Half a granule at the end of a granule: what lies before it is nobody's business.
        all.put(
                "no-over-exposure",
                new Question()
                        .device("g", 1, 7, 1)
                        .dma(dma -> dma.withUntrusted(true))
                        .buffers(Buffer.page(Question.PAGE / 2, Question.PAGE / 2)));
        all.put(
                "segments-exact",
                new Question()
                        .device("g", 1, 7, 1)
                        .buffers(Buffer.sg(
                                new Buffer.Segment(Question.PAGE, 0), new Buffer.Segment(Question.PAGE / 2, 0))));
        // Three pages take four, and are cached as four.
        all.put("class-fit", new Question().device("g", 1, 7, 2, 1, 3, 4));
        all.put("driver-contract", new Question().device("g", 1, 7, 1, 1));
        return all;
    }

    private static Question coherent() {
        return new Question()
                .device("g", 1, 7, 2)
                .buffers(Buffer.coherent(Question.PAGE), Buffer.coherent(3 * Question.PAGE));
    }

    private static Question directRegion() {
        return new Question()
                .explore(Exploration.Option.DIRECT_MAPS)
                .device("g", 1, 7, 2, 1)
                .region(FirmwareRegion.Type.DIRECT, 6, 7);
    }

    /** One device of pages 1..7, and the hardened call for the upper half. */
    private static Question oneCall() {
        return new Question().hardened().device("g", 1, 7, 2, 1).call(0, 4, 7);
    }

    private static Question question(String id) {
        return Objects.requireNonNull(QUESTIONS.get(id), id);
    }

    static Set<String> ids() {
        return QUESTIONS.keySet();
    }

    @Test
    void everyInvariantHasItsQuestion() {
        assertEquals(Catalogue.ids(), QUESTIONS.keySet().stream().toList());
    }

    @ParameterizedTest
    @MethodSource("ids")
    void itHoldsWithoutTheDefect(String id) {
        Walk walk = Walk.of(id, question(id));
        assertFalse(walk.violated(), () -> walk.description() + " " + walk.actions());
        assertTrue(walk.held(), "its premise is never met");
    }

    @ParameterizedTest
    @MethodSource("ids")
    void thePlantedDefectViolatesIt(String id) {
        Walk walk = Walk.withDefect(id, question(id), Catalogue.byId(id).plantedDefect());
        assertTrue(walk.violated());
    }
}
