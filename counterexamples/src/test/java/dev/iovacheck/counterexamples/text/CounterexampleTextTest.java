package dev.iovacheck.counterexamples.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.Replayer;
import dev.iovacheck.counterexamples.testing.GoldenFile;
import dev.iovacheck.counterexamples.testing.Script;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.invariants.PrintedInvariant;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationReader;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.machine.Action;
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
    void inAPartOfAConfigurationGroupsAreThoseOfThePart() throws Exception {
        Configuration two = new ConfigurationReader(Catalogue.ids()).read("two.yaml", """
                iovacheck: 1
                iommu: { flush-queue: { size: 2 } }
                devices: { first: { mask: 0xffff }, second: { mask: 0xffff } }
                workload: { second: { map: 4KiB } }
                explore: { lazy-switch: true }
                """);
        Action add = new Action(Action.Kind.ADD, -1, false, 1, -1, 0, 0, 0, 0);
        Action change = new Action(Action.Kind.CHANGE_TYPE, -1, false, -1, -1, 0, 0, 0, 0);
        Counterexample part =
                new Counterexample(two, List.of(1), Catalogue.byId("type-tells-mode"), List.of(add, change), List.of());
        Replay replay = new Replay(part, Replayer.attempt(part).steps(), List.of(), "", "");
        assertEquals(
                "DMA-FQ is written to the type of group second = 0",
                CounterexampleText.steps(replay).get(1).call());
    }

    @Test
    void whatACpuThatGoesOfflineChangesIsToldOfEveryDomain() throws Exception {
        Configuration two = new ConfigurationReader(Catalogue.ids()).read("two.yaml", """
                iovacheck: 1
                cpus: 2
                devices: { first: { mask: 0xffff }, second: { mask: 0xffff } }
                workload: { first: { map: 4KiB }, second: { map: 8KiB } }
                explore: { cpu-hotplug: true }
                """);
        Counterexample offline = new Counterexample(
                two,
                List.of(0, 1),
                Catalogue.byId("tree-wellformed"),
                List.of(
                        new Action(Action.Kind.ADD, -1, false, 0, -1, 0, 0, 0, 0),
                        new Action(Action.Kind.ADD, -1, false, 1, -1, 1, 0, 0, 0),
                        new Action(Action.Kind.MAP, 1, false, 1, -1, 1, 0x2000, 0, 0),
                        new Action(Action.Kind.UNMAP, 1, false, 1, -1, 1, 0x2000, 0xe000, 0),
                        new Action(Action.Kind.CPU_OFFLINE, 1, false, -1, -1, -1, 0, 0, 0)));
        Replay replay = new Replay(offline, Replayer.attempt(offline).steps(), List.of(), "", "");
        assertEquals(
                List.of("group second: node [0xe000, 0xffff] is gone"),
                CounterexampleText.steps(replay).get(4).changes());
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
