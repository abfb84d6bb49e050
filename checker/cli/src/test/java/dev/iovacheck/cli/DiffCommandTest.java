package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.board.Boards;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is declared, what is enforced and what is observed, side by side. */
class DiffCommandTest {

    private static final Path EXAMPLES = Path.of(System.getProperty("iovacheck.root", "../.."), "examples");
    private static final String PLACE = "/dev/iovacheck/counterexamples/monitor/vtd-strict-1cpu";

    @TempDir
    private Path folder = Path.of("");

    private String resource(String suffix) throws IOException {
        Path file = folder.resolve("r" + suffix);
        try (InputStream in = DiffCommandTest.class.getResourceAsStream(PLACE + suffix)) {
            Files.write(file, in.readAllBytes());
        }
        return file.toString();
    }

    private String group(String reservedRegions) throws IOException {
        Path group = Files.createDirectories(folder.resolve("groups/0"));
        Files.writeString(group.resolve("type"), "DMA\n");
        Files.writeString(group.resolve("reserved_regions"), reservedRegions);
        Files.createDirectories(group.resolve("devices/1c0e000.video-codec"));
        Files.createDirectories(group.resolve("devices/5600000.display"));
        return folder.resolve("groups").toString();
    }

    @Test
    void aRegionOfTheSecondDeviceIsNotEnforced() {
        CommandLineRun run = CommandLineRun.of(
                "diff", EXAMPLES.resolve("boards/S06-h713.yaml").toString());
        assertEquals(1, run.code(), run.out() + run.err());
        assertTrue(
                run.out()
                        .replaceAll("\\s+", " ")
                        .contains("declared, and not enforced if 1c0e000.video-codec is probed first"),
                run.out());
        assertTrue(run.out().endsWith("diff: 1 does not agree (exit 1)\n"), run.out());
    }

    @Test
    void theCuredBoardAgreesWithWhatSysfsLists() throws IOException {
        String cured = EXAMPLES.resolve("boards/S07-exynos7870-on7xelte.yaml").toString();
        CommandLineRun run = CommandLineRun.of("diff", cured);
        assertEquals(0, run.code(), run.out() + run.err());
        assertTrue(run.out().endsWith("diff: all agree (exit 0)\n"), run.out());
    }

    @Test
    void whatSysfsDoesNotListIsTold() throws IOException {
        String board = EXAMPLES.resolve("boards/S06-h713.yaml").toString();
        CommandLineRun listed =
                CommandLineRun.of("diff", "--sysfs", group("0x000000006c100000 0x000000006c8fffff direct\n"), board);
        assertTrue(!listed.out().replaceAll("\\s+", " ").contains("sysfs does not list"), listed.out());
        CommandLineRun missing = CommandLineRun.of("diff", "--sysfs", group(""), board);
        assertEquals(1, missing.code());
        assertTrue(
                missing.out().replaceAll("\\s+", " ").contains("declared, and sysfs does not list it"), missing.out());
    }

    /** The tree in the copy is what is declared, and the groups beside it are what the kernel reports. */
    @Test
    void aCopyOfSysHasBothSides() throws IOException {
        Path copy = folder.resolve("sys");
        Files.createDirectories(copy.resolve("kernel"));
        group("0x000000006c100000 0x000000006c8fffff direct\n");
        Files.move(folder.resolve("groups"), copy.resolve("kernel/iommu_groups"));
        CommandLineRun groupsOnly = CommandLineRun.of("diff", copy.toString());
        assertTrue(!groupsOnly.out().contains("memory"), groupsOnly.out());
        Files.createDirectories(copy.resolve("firmware"));
        Files.write(copy.resolve("firmware/fdt"), Boards.allwinner());
        CommandLineRun run = CommandLineRun.of("diff", copy.toString());
        assertEquals(1, run.code(), run.out() + run.err());
        String row = run.out()
                .lines()
                .filter(line -> line.contains("splash@6c100000: iommu-addresses"))
                .findFirst()
                .orElse("");
        assertTrue(row.matches(".*] +yes +partly +yes +- .*splash@6c100000: iommu-addresses"), run.out());
        assertTrue(
                run.out()
                        .replaceAll("\\s+", " ")
                        .contains("declared, and not enforced if 1c0e000.video-codec is probed first"),
                run.out());
        Path other = folder.resolve("other/0");
        Files.createDirectories(other.resolve("devices/5600000.display"));
        Files.writeString(other.resolve("type"), "DMA\n");
        CommandLineRun missing =
                CommandLineRun.of("diff", "--sysfs", folder.resolve("other").toString(), copy.toString());
        assertTrue(missing.out().contains("sysfs does not list it"), "--sysfs has precedence: " + missing.out());
        CommandLineRun merged = CommandLineRun.of("import", "sysfs", copy.toString());
        assertEquals(0, merged.code(), merged.err());
        assertTrue(merged.out().contains("range: [0x6c100000, 0x6c8fffff]"), merged.out());
        assertTrue(
                merged.out().replaceAll("\\s+", " ").contains("group: \"0\""), "the group of sysfs: " + merged.out());
        Files.write(copy.resolve("firmware/fdt"), new byte[] {1, 2, 3});
        CommandLineRun broken = CommandLineRun.of("diff", copy.toString());
        assertEquals(2, broken.code());
        assertTrue(broken.err().contains("fdt: error: no flattened device tree"), broken.err());
    }

    /** {@code reserved_regions} lists the regions of all devices of a group: that of one is no surprise for the others. */
    @Test
    void aRegionOfOneDeviceIsNotMissingForTheOthers() throws IOException {
        String board = EXAMPLES.resolve("boards/S06-h713.yaml").toString();
        CommandLineRun run =
                CommandLineRun.of("diff", "--sysfs", group("0x000000006c100000 0x000000006c8fffff direct\n"), board);
        assertTrue(run.out().endsWith("diff: 1 does not agree (exit 1)\n"), "only that it depends: " + run.out());
        assertTrue(
                run.out().lines().noneMatch(line -> line.contains("reserved_regions")),
                "the codec has no row for its neighbour's region: " + run.out());
    }

    /** Regions of one type that touch are one in sysfs, also if they belong to two devices. */
    @Test
    void regionsThatSysfsJoinsAreComparedPieceByPiece() throws IOException {
        Path board = Files.writeString(folder.resolve("two.yaml"), """
                iovacheck: 1
                iommu: { aperture: 0..4GiB }
                devices:
                  a: { group: g, regions: [{ range: [0x10000000, 0x10ffffff], type: reserved }] }
                  b: { group: g, regions: [{ range: [0x11000000, 0x11ffffff], type: reserved }] }
                workload:
                  a: { map: [256MiB], live: 1 }
                """);
        Path group = Files.createDirectories(folder.resolve("joined/0"));
        Files.writeString(group.resolve("type"), "DMA\n");
        Files.writeString(group.resolve("reserved_regions"), "0x10000000 0x11ffffff reserved\n");
        Files.createDirectories(group.resolve("devices/a"));
        Files.createDirectories(group.resolve("devices/b"));
        Files.createDirectories(group.resolve("devices/c"));
        String groups = folder.resolve("joined").toString();
        CommandLineRun run = CommandLineRun.of("diff", "--sysfs", groups, board.toString());
        assertTrue(run.out().lines().noneMatch(line -> line.contains("reserved_regions")), run.out());
        assertTrue(run.out().endsWith("diff: 2 do not agree (exit 1)\n"), "each depends on who is first: " + run.out());

        Files.writeString(group.resolve("reserved_regions"), "0x10000000 0x12000fff reserved\n");
        CommandLineRun more = CommandLineRun.of("diff", "--sysfs", groups, board.toString());
        assertTrue(more.out().endsWith("diff: 3 do not agree (exit 1)\n"), "told once for the group: " + more.out());
        assertTrue(
                more.out()
                        .replaceAll("\\s+", " ")
                        .contains("a: [0x12000000, 0x12000fff]: listed by sysfs, and not enforced by what is declared"
                                + " (reserved_regions of group 0: a, b; it may be for c, which is in the group and not"
                                + " declared)"),
                more.out());
    }

    @Test
    void groupsThatDifferAreTold() throws IOException {
        String groups = group("0x000000006c100000 0x000000006c8fffff direct\n");
        Path apart = Files.writeString(folder.resolve("apart.yaml"), """
                iovacheck: 1
                iommu: { aperture: 0..4GiB }
                devices:
                  1c0e000.video-codec: {}
                  5600000.display: { regions: [{ range: [0x6c100000, 0x6c8fffff], type: direct }] }
                workload:
                  1c0e000.video-codec: { map: [256MiB], live: 1 }
                """);
        CommandLineRun run = CommandLineRun.of("diff", "--sysfs", groups, apart.toString());
        assertEquals(1, run.code(), run.out() + run.err());
        assertTrue(
                run.out()
                        .replaceAll("\\s+", " ")
                        .contains(
                                "sysfs has 1c0e000.video-codec, 5600000.display in one group, 0, and they are declared"
                                        + " apart diff: 1 does not agree"),
                run.out());
        Path second = Files.createDirectories(folder.resolve("groups/1"));
        Files.writeString(second.resolve("type"), "DMA\n");
        Files.writeString(second.resolve("reserved_regions"), "0x000000006c100000 0x000000006c8fffff direct\n");
        Files.createDirectories(second.resolve("devices"));
        Files.move(
                folder.resolve("groups/0/devices/5600000.display"), folder.resolve("groups/1/devices/5600000.display"));
        Files.writeString(folder.resolve("groups/0/reserved_regions"), "");
        assertTrue(CommandLineRun.of("diff", "--sysfs", groups, apart.toString())
                .out()
                .endsWith("diff: all agree (exit 0)\n"));
        CommandLineRun together = CommandLineRun.of(
                "diff",
                "--sysfs",
                groups,
                EXAMPLES.resolve("boards/S06-h713.yaml").toString());
        assertTrue(
                together.out()
                        .replaceAll("\\s+", " ")
                        .contains("are declared in one group, and sysfs has them in the groups 0, 1"),
                together.out());
    }

    /** The boot-time identity map of the chipset's bridge is reported and, on this kernel, reserved for that bridge only. */
    @Test
    void aRealMachine() throws IOException {
        String sysfs = resource("-sysfs.txt");
        CommandLineRun run = CommandLineRun.of("diff", "--sysfs", sysfs, "--recording", resource(".txt.gz"), sysfs);
        assertEquals(0, run.code(), run.out() + run.err());
        assertTrue(run.out().contains("[0xfee00000, 0xfeefffff]"), run.out());
        assertTrue(run.out().lines().noneMatch(line -> line.contains(" no ")), run.out());
    }

    @Test
    void otherDevicesAreAnError() throws IOException {
        CommandLineRun run = CommandLineRun.of(
                "diff",
                "--sysfs",
                resource("-sysfs.txt"),
                EXAMPLES.resolve("boards/S06-h713.yaml").toString());
        assertEquals(2, run.code());
        assertTrue(run.err().contains("none of the devices"), run.err());
    }
}
