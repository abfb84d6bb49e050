package dev.iovacheck.constraint.suggest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.constraint.space.Line;
import dev.iovacheck.constraint.space.Line.Subject;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.Iommu;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RepairSolverTest {

    private static final long MIB = 1L << 20;
    private static final Duration LONG = Duration.ofMinutes(5);

    private static Device.Builder device(int index, long lowMib, long highMib, long mask) {
        return Device.builder(index, "d" + index)
                .window(new Extent(lowMib * MIB, highMib * MIB - 1))
                .mask(mask)
                .mapSizes(List.of(4096L));
    }

    private static Device.Builder inGroup(int index, long lowMib, long highMib) {
        return device(index, lowMib, highMib, highMib * MIB - 1).group("g");
    }

    private static Configuration of(Device.Builder... devices) {
        return Configuration.builder()
                .source("test")
                .devices(List.of(devices).stream().map(Device.Builder::build).toList())
                .checks(List.of("lower-bound"))
                .build();
    }

    private static Repair repair(Configuration configuration) {
        Repair repair = new RepairSolver(configuration, LONG).repair().orElseThrow();
        assertTrue(repair.proved());
        return repair;
    }

    private static Extent below(long mib) {
        return new Extent(0, mib * MIB - 1);
    }

    @Test
    void eachDeviceGetsTheHoleThatItNeeds() {
        Configuration seed = of(
                device(0, 256, 3500, 0xdabfffffL),
                device(1, 512, 3500, 0xdabfffffL),
                device(2, 600, 3500, 0xdabfffffL));
        Repair repair = repair(seed);
        assertEquals(List.of(below(256)), repair.devices().get(0).reserved());
        assertEquals(List.of(below(512)), repair.devices().get(1).reserved());
        assertEquals(List.of(below(600)), repair.devices().get(2).reserved());
        assertEquals(3, repair.entries());
        assertEquals(0, repair.wasted());
        assertEquals(3244 * MIB / 4096, repair.devices().get(0).usable());
    }

    @Test
    void whatIsInsideAnywayStaysAsItIs() {
        Repair repair = repair(of(device(0, 0, 3500, 0xdabfffffL)));
        assertTrue(repair.devices().get(0).isUntouched());
        assertEquals(0, repair.entries());
    }

    @Test
    void whatLiesAboveAWindowIsKeptOutByAMaskOrAReservation() {
        Repair repair = repair(of(device(0, 0, 3584, 0xf_ffff_ffffL)));
        Repair.OfDevice change = repair.devices().get(0);
        assertEquals(1, repair.entries());
        assertTrue(
                change.lowersMask()
                        ? change.mask() == 3584 * MIB - 1
                        : change.reserved().get(0).contains(new Extent(3584 * MIB, 0xffff_ffffL)));
    }

    /** The hole of one takes space of the other: 344 MiB, unless it can have a group of its own. */
    @Test
    void streamsWithNamesOfTheirOwnAreTakenApart() {
        Repair shared = repair(of(inGroup(0, 256, 3500), inGroup(1, 600, 3500)));
        assertEquals(344 * MIB / 4096, shared.devices().get(0).wasted());
        assertFalse(shared.devices().get(0).ownGroup());
        assertEquals(2, shared.entries());
        Repair apart = repair(of(
                inGroup(0, 256, 3500).streamId(OptionalInt.of(4)),
                inGroup(1, 600, 3500).streamId(OptionalInt.of(5))));
        assertEquals(0, apart.wasted());
        assertEquals(3, apart.entries());
        Repair alias = repair(of(
                inGroup(0, 256, 3500).streamId(OptionalInt.of(4)),
                inGroup(1, 600, 3500).streamId(OptionalInt.of(4))));
        assertEquals(344 * MIB / 4096, alias.wasted());
    }

    /** Only who comes first has its regions carved out. */
    @Test
    void aRegionOfOneMemberHasToBeReservedForAll() {
        FirmwareRegion splash = new FirmwareRegion(new Extent(MIB, 2 * MIB - 1), FirmwareRegion.Type.DIRECT);
        Repair alone = repair(of(inGroup(0, 0, 64).regions(List.of(splash))));
        assertEquals(0, alone.entries());
        assertEquals(MIB / 4096, alone.wasted());
        Repair shared = repair(of(inGroup(0, 0, 64).regions(List.of(splash)), inGroup(1, 0, 64)));
        assertEquals(2, shared.entries());
        assertEquals(List.of(splash.extent()), shared.devices().get(1).reserved());
        Repair both = repair(
                of(inGroup(0, 0, 64).regions(List.of(splash)), inGroup(1, 0, 64).regions(List.of(splash))));
        assertEquals(0, both.entries());
    }

    /** Weights beyond the solver's integers: a window of nearly 2^63 bytes, and one granule at the very end. */
    @Test
    void theWholeAddressSpaceHasRoom() {
        Iommu everything = new Iommu(12, Extent.EVERYTHING, true, Iommu.Mode.STRICT);
        Device.Builder large = Device.builder(0, "large")
                .group("g")
                .mask(-1L)
                .window(new Extent(4096, Long.MAX_VALUE))
                .mapSizes(List.of(4096L));
        Device.Builder last = Device.builder(1, "last")
                .group("g")
                .mask(-1L)
                .window(new Extent(4096, -1L))
                .mapSizes(List.of(4096L));
        Repair repair = repair(of(large, last).toBuilder().iommu(everything).build());
        // Lowering the mask of one costs nothing; reserving the upper half would take it from the other.
        assertTrue(repair.devices().get(0).lowersMask());
        assertEquals(Long.MAX_VALUE, repair.devices().get(0).mask());
        assertEquals(0, repair.wasted());
        assertEquals((1L << 52) - 1, repair.devices().get(1).usable());
    }

    private static Set<Line> contradiction(Configuration configuration) {
        RepairSolver solver = new RepairSolver(configuration, LONG);
        assertTrue(solver.repair().isEmpty());
        return new HashSet<>(solver.contradiction());
    }

    @Test
    void twoWindowsInOneGroupMayContradictEachOther() {
        Set<Line> lines = contradiction(of(inGroup(0, 600, 3500), inGroup(1, 16, 600)));
        assertTrue(lines.contains(Line.of(Subject.WINDOW, 0)), lines::toString);
        assertTrue(lines.contains(Line.of(Subject.GROUP, 0)), lines::toString);
        assertTrue(lines.contains(Line.of(Subject.GROUP, 1)), lines::toString);
        assertTrue(lines.contains(Line.of(Subject.WORKLOAD, 1)), lines::toString);
        assertEquals(
                5, lines.size(), lines::toString); // and the window of the other, or its mask: both end it at 600 MiB
        assertTrue(new RepairSolver(
                        of(
                                inGroup(0, 600, 3500).streamId(OptionalInt.of(0)),
                                inGroup(1, 16, 600).streamId(OptionalInt.of(1))),
                        LONG)
                .repair()
                .isPresent());
    }

    @Test
    void aWindowThatFirmwareHasLeavesNothing() {
        FirmwareRegion all = new FirmwareRegion(new Extent(0, 64 * MIB - 1), FirmwareRegion.Type.RESERVED);
        Set<Line> lines = contradiction(of(device(0, 16, 32, 0xffff_ffffL).regions(List.of(all))));
        assertEquals(
                Set.of(Line.of(Subject.WINDOW, 0), new Line(Subject.REGION, 0, 0), Line.of(Subject.WORKLOAD, 0)),
                lines);
    }

    @Test
    void aBufferHasToFitWhereItIsAligned() {
        // 48 MiB at a multiple of 64 MiB: between 32 and 96 MiB there is none.
        Device.Builder large = device(0, 32, 96, 0xffff_ffffL).mapSizes(List.of(48 * MIB));
        assertEquals(Set.of(Line.of(Subject.WINDOW, 0), Line.of(Subject.WORKLOAD, 0)), contradiction(of(large)));
        assertTrue(new RepairSolver(of(device(0, 32, 96, 0xffff_ffffL).mapSizes(List.of(32 * MIB))), LONG)
                .repair()
                .isPresent());
    }

    @Test
    void aMaskBelowTheWindowLeavesNothing() {
        assertEquals(
                Set.of(Line.of(Subject.WINDOW, 0), Line.of(Subject.MASK, 0), Line.of(Subject.WORKLOAD, 0)),
                contradiction(of(device(0, 600, 3500, 0xfffffffL))));
    }

    @Test
    void whatIsPossibleHasNoContradiction() {
        assertEquals(List.of(), new RepairSolver(of(device(0, 600, 3500, 0xffff_ffffL)), LONG).contradiction());
    }
}
