package dev.iovacheck.counterexamples.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.testing.GoldenFile;
import dev.iovacheck.counterexamples.testing.Script;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.invariants.PrintedInvariant;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CounterexampleTextTest {

    private static final long PAGE = 0x1000;
    private static final long MIB = 0x100000;

    @Test
    void aMappingBelowTheWindowIsShownWithEveryMappingThatPushedItThere() {
        Configuration nothing = configuration(Mechanism.NONE, Iommu.Mode.STRICT, block("g0"));
        Script script = new Script(nothing).add(0);
        for (int mapping = 0; mapping < 5; mapping++) {
            script.map(0, 512 * MIB, -1);
        }
        assertPrinted("lower-bound", script.replay(Catalogue.byId("lower-bound")));
    }

    @Test
    void aReservationThatGrewOverAMappingGoesWithIt() {
        Configuration posted =
                configuration(Mechanism.POSTED_API, Iommu.Mode.STRICT, block("g0"), call(0, 0, 0xd0000000L));
        assertPrinted(
                "lost-reservation",
                new Script(posted)
                        .add(0)
                        .map(0, 512 * MIB, -1)
                        .reserve(0)
                        .unmap(0, 512 * MIB, 0xa0000000L, -1)
                        .replay(Catalogue.byId("reservation-persistence")));
    }

    @Test
    void aCachedRangeInsideAReservationIsHandedOutAgain() {
        Configuration posted =
                configuration(Mechanism.POSTED_API, Iommu.Mode.STRICT, block("g0"), call(0, 0xda000000L, 0x1000000));
        assertPrinted(
                "cached-range-reissued",
                new Script(posted)
                        .add(0)
                        .map(0, PAGE, 1)
                        .unmap(0, PAGE, 0xdabff000L, 1)
                        .reserve(0)
                        .map(0, PAGE, 1)
                        .replay(Catalogue.byId("no-reserved-overlap")));
    }

    @Test
    void anErrorOfALazyDomainIsShownAsTheCallerSeesIt() {
        Configuration lazy = configuration(Mechanism.POSTED_API, Iommu.Mode.LAZY, block("g0"), call(0, 0, 600 * MIB));
        assertPrinted("errno", new Script(lazy).add(0).reserve(0).replay(Catalogue.byId("errno-conformance")));
    }

    @Test
    void anOopsEndsTheSteps() {
        Configuration withoutGroup =
                configuration(Mechanism.POSTED_API, Iommu.Mode.STRICT, block(null), call(0, 0, 600 * MIB));
        assertPrinted("oops", new Script(withoutGroup).add(0).reserve(0).replay(Catalogue.byId("errno-conformance")));
    }

    @Test
    void missingMemoryAndTheHardenedCallAreNamed() {
        Configuration hardened =
                configuration(Mechanism.HARDENED, Iommu.Mode.STRICT, block("g0"), call(0, 0, 600 * MIB), call(1, 0, 0));
        assertPrinted(
                "hardened",
                new Script(hardened)
                        .add(0)
                        .map(0, PAGE, 0, true)
                        .map(0, 512 * MIB, -1)
                        .reserve(0, true)
                        .reserve(0)
                        .reserve(1)
                        .offline(1)
                        .unmap(0, 512 * MIB, 0xa0000000L, -1)
                        .remove(0)
                        .replay(new PrintedInvariant("nothing, really.")));
    }

    @Test
    void refusedRequestsSayWhatTheAllocatorRemembers() {
        Configuration nothing = configuration(Mechanism.NONE, Iommu.Mode.STRICT, block("g0"));
        Script script = new Script(nothing).add(0);
        for (int mapping = 0; mapping < 7; mapping++) {
            script.map(0, 512 * MIB, -1);
        }
        assertPrinted("refused", script.replay(new PrintedInvariant("nothing is left.")));
    }

    private static void assertPrinted(String name, Replay replay) {
        String text = CounterexampleText.of(replay);
        GoldenFile.assertMatches("counterexamples", CounterexampleTextTest.class, name + ".txt", text);
        assertEquals(text, CounterexampleText.of(replay), "the same replay is the same text");
        text.lines().forEach(line -> assertTrue(line.length() <= WrappedText.WIDTH, line));
        assertTrue(text.chars().allMatch(c -> c == '\n' || (c >= ' ' && c < 0x7f)), "plain text");
    }

    private static Device block(@Nullable String group) {
        return Device.builder(0, "block0")
                .group(group)
                .streamId(OptionalInt.of(0))
                .mask(0xdabfffffL)
                .window(new Extent(600 * MIB, 0xdabfffffL))
                .mapSizes(List.of(PAGE, 512 * MIB))
                .live(8)
                .build();
    }

    private static Reservation call(int index, long start, long length) {
        return new Reservation(index, 0, null, start, length, Reservation.When.ANY);
    }

    private static Configuration configuration(
            Mechanism mechanism, Iommu.Mode mode, Device device, Reservation... calls) {
        return Configuration.builder()
                .source("test.yaml")
                .kernel(KernelProfile.V7_1)
                .cpus(2)
                .iommu(new Iommu(12, new Extent(0, 0xffffffffL), true, mode))
                .devices(List.of(device))
                .mechanism(mechanism)
                .reservations(List.of(calls))
                .exploration(new Exploration(true, true, true, true))
                .checks(List.of("lower-bound"))
                .build();
    }
}
