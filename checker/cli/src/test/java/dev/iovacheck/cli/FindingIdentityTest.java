package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By what findings are known again, and where they point to. */
class FindingIdentityTest {

    private static final String TWO_BLOCKS = """
            iovacheck: 1
            title: one block too low
            kernel: v7.1
            iommu: { aperture: 0..1GiB }
            devices:
              low:
                stream-id: 4
                mask: 0x3fffffff
                window: 512MiB..1GiB
              free: { stream-id: 5, mask: 0x3fffffff, window: 0..1GiB }
            mechanism: none
            workload:
              low: { map: [256MiB], live: 3 }
              free: { map: [128MiB], live: 1 }
            """;

    @TempDir
    private Path folder = Path.of("");

    private String gitlab(String configuration) throws IOException {
        Path file = Files.writeString(folder.resolve("board.yaml"), configuration);
        return CommandLineRun.of("check", "--quiet", "--format", "gitlab", file.toString())
                .out();
    }

    private List<String> fingerprints(String configuration) throws IOException {
        return gitlab(configuration)
                .lines()
                .filter(line -> line.contains("\"fingerprint\""))
                .map(line -> line.replaceAll(".*: \"(.*)\".*", "$1"))
                .toList();
    }

    private static String replaced(String from, String to) {
        assertTrue(TWO_BLOCKS.contains(from), from);
        return TWO_BLOCKS.replace(from, to);
    }

    @Test
    void changesThatMakeNoOtherFindingKeepTheFingerprint() throws IOException {
        List<String> original = fingerprints(TWO_BLOCKS);
        assertEquals(1, original.size());
        String lines = "# a comment\n\n\n" + replaced("mechanism: none", "\n# another\nmechanism: none");
        assertEquals(original, fingerprints(lines), "lines move");
        assertEquals(original, fingerprints(TWO_BLOCKS.replace("low", "video")), "the device is renamed");
        assertEquals(original, fingerprints(TWO_BLOCKS.replace("free", "display")), "another device is renamed");
        assertEquals(
                original,
                fingerprints(replaced("stream-id: 4", "stream-id: 14").replace("stream-id: 5", "stream-id: 6")),
                "streams are renumbered");
        assertEquals(
                original,
                fingerprints(replaced("devices:\n", "devices:\n  third: { mask: 0x3fffffff, window: 0..768MiB }\n")),
                "a device comes first");
        assertEquals(original, fingerprints(replaced("live: 3", "live: 4")), "more buffers");
        assertEquals(original, fingerprints(replaced("256MiB", "192MiB")), "other buffers, other addresses");
        assertEquals(original, fingerprints(replaced("one block too low", "a video codec")), "another title");
    }

    @Test
    void anotherFindingHasAnotherFingerprint() throws IOException {
        List<String> original = fingerprints(TWO_BLOCKS);
        assertNotEquals(original, fingerprints(replaced("512MiB..1GiB", "640MiB..1GiB")), "other hardware");
    }

    /** With one of them accepted the other must not be hidden. */
    @Test
    void twoDevicesThatAreApartAreTwoFindings() throws IOException {
        String both = replaced("window: 0..1GiB }", "window: 960MiB..1GiB }");
        List<String> two = fingerprints(both);
        assertEquals(2, two.size(), gitlab(both));
        assertTrue(two.containsAll(fingerprints(TWO_BLOCKS)), "what was there is still there");
        assertNotEquals(two.get(0), two.get(1));
    }

    private String place(String configuration) throws IOException {
        Path file = Files.writeString(folder.resolve("board.yaml"), configuration);
        String line = CommandLineRun.of("check", "--quiet", "--format", "github", file.toString())
                .out();
        return line.replaceAll("(?s).*?,line=(\\d+),col=(\\d+),.*", "$1:$2");
    }

    @Test
    void aFindingPointsToWhatMatters() throws IOException {
        assertEquals("9:13", place(TWO_BLOCKS), "the window");
        String late = """
                iovacheck: 1
                kernel: v7.1
                iommu: { aperture: 0..1GiB }
                devices:
                  low: { mask: 0x3fffffff, window: 0..1GiB }
                mechanism: dma_iova_set_resv_region
                reserve:
                  - { device: low, range: 512MiB..1GiB, when: any }
                workload:
                  low: { map: [256MiB], live: 1 }
                """;
        assertEquals("8:5", place(late), "the reservation that comes too late");
        String vain = TWO_BLOCKS + "expect:\n  lower-bound: violated\n  cover: violated\n";
        assertEquals("17:3", place(vain), "what was expected in vain");
        String count = TWO_BLOCKS + "expect:\n  lower-bound: violated\n  states: 1\n";
        assertEquals("17:11", place(count), "the number of states");
        String goal = TWO_BLOCKS + "sometimes:\n  - { device: free, live: 2 }\nexpect: { lower-bound: violated }\n";
        assertEquals("16:21", place(goal), "the goal");
    }
}
