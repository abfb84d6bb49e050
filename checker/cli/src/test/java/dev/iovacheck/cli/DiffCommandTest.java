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
        assertTrue(
                CommandLineRun.of("import", "sysfs", copy.toString())
                        .out()
                        .replaceAll("\\s+#? ?", " ")
                        .contains("iovacheck diff " + copy + " compares both"),
                "import tells of it");
        Files.write(copy.resolve("firmware/fdt"), new byte[] {1, 2, 3});
        CommandLineRun broken = CommandLineRun.of("diff", copy.toString());
        assertEquals(2, broken.code());
        assertTrue(broken.err().contains("fdt: error: no flattened device tree"), broken.err());
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
