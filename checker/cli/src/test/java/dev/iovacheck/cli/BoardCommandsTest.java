package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.iovacheck.counterexamples.testing.GoldenFile;
import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.model.board.Boards;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** Device trees on the command line. */
class BoardCommandsTest {

    /** Relative and always the same: where lines are broken depends on the length of names. */
    private static final Path FOLDER = Path.of("target", "boards");

    private final Path folder = FOLDER;

    @BeforeEach
    void makeFolder() throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectories(folder);
    }

    private Path write(String name, byte[] tree) throws IOException {
        return Files.write(folder.resolve(name), tree);
    }

    private Path reserved() throws IOException {
        return write("hamoa.dtb", Boards.reserved(2, 0, 0, 0, 0x25800000));
    }

    // ---- whole outputs ----

    @Test
    void aBoardBecomesAConfiguration() throws IOException {
        assertGolden("import-dtb", run("import", "dtb", reserved().toString()));
    }

    @Test
    void aBoardIsChecked() throws IOException {
        Path board = write("allwinner.dtb", Boards.allwinner());
        CommandLineRun run = run(
                "check",
                "--quiet",
                "--workers",
                "1",
                "--memory",
                "512MiB",
                "--only",
                "no-reserved-overlap,group-uniform",
                "--mask",
                "display=31",
                board.toString());
        assertEquals(1, run.code());
        assertTrue(run.out().contains("--mask display=31"), run.out());
        assertGolden("check-dtb", run);
    }

    @Test
    void whereTellsWhatIsAllowedAndWhyNotMore() throws IOException {
        assertGolden("where-dtb", run("where", reserved().toString()));
        Path juno = write("juno.dtb", Boards.juno());
        assertGolden("where-bridge", run("where", "--mask", "40000000.pcie:0x0=40", juno.toString()));
        Path shared = write("allwinner.dtb", Boards.allwinner());
        assertGolden("where-shared", run("where", shared.toString()));
    }

    @Test
    void whereTellsTheLinesOfAConfiguration() throws IOException {
        Path file = Files.writeString(folder.resolve("video.yaml"), """
                iovacheck: 1
                kernel: v6.1
                iommu: { aperture: 0..4GiB }
                devices:
                  block0:
                    mask: 0xdfffffff
                    window: 600MiB..3584MiB
                    dma-ranges: 16MiB..3584MiB
                    regions: [{ range: 0x30000000..0x30001000, type: direct }]
                  block1: { window: 0..600MiB, mask: 0x257fffff }
                mechanism: dma-ranges
                workload:
                  block0: { map: [256MiB], live: 1 }
                """);
        assertGolden("where-config", run("where", file.toString()));
    }

    @Test
    void whereIsDrawnToScale() throws Exception {
        String board = write("juno.dtb", Boards.juno()).toString();
        String shared = write("allwinner.dtb", Boards.allwinner()).toString();
        CommandLineRun svg = run("where", "--format", "svg", "--mask", "40000000.pcie:0x0=40", board);
        assertEquals(0, svg.code(), svg.err());
        GoldenFile.assertMatches("checker/cli", BoardCommandsTest.class, "where-bridge.svg", svg.out());
        Document picture = xml(svg.out());
        assertEquals(1, picture.getElementsByTagName("desc").getLength());
        String words = picture.getElementsByTagName("desc").item(0).getTextContent();
        for (String line : run("where", "--mask", "40000000.pcie:0x0=40", board)
                .out()
                .lines()
                .filter(each -> each.startsWith("    allowed"))
                .toList()) {
            String range = line.replaceAll(".*(\\[.*?]).*", "$1");
            assertTrue(words.contains("allowed " + range), words);
        }

        Path html = folder.resolve("where.html");
        CommandLineRun page = run("where", "--format", "html=" + html, shared);
        assertEquals(0, page.code(), page.err());
        assertTrue(page.out().contains("allowed    [0x1000, 0x6c0fffff]"), "the text goes where it always goes");
        String text = Files.readString(html).replace(BuildInfo.load().toString(), "iovacheck VERSION");
        GoldenFile.assertMatches("checker/cli", BoardCommandsTest.class, "where-shared.html", text);
        Document document = xml(text);
        assertEquals(4, document.getElementsByTagName("table").getLength(), "two devices, two cases each");
        assertEquals(4, document.getElementsByTagName("desc").getLength());
        assertTrue(text.contains("class=\"lens\""), "the framebuffer is small, and is shown larger");
        assertEquals(0, document.getElementsByTagName("script").getLength());
        String links = text.replace("http://www.w3.org/2000/svg", "");
        assertFalse(links.contains("http") || links.contains("src=") || links.contains("@import"), "no network");
        assertTrue(text.contains("prefers-color-scheme:dark"), "dark as well");
    }

    @Test
    void picturesOfEveryExampleAreXml() throws Exception {
        try (Stream<Path> files = Files.walk(Path.of(System.getProperty("iovacheck.root", "../.."), "examples")
                .resolve("boards"))) {
            for (Path file :
                    files.filter(ConfigurationFiles::isConfiguration).sorted().toList()) {
                for (String form : new String[] {"svg", "html"}) {
                    CommandLineRun run = run("where", "--format", form, file.toString());
                    assertEquals(0, run.code(), run.err());
                    assertTrue(xml(run.out()).getElementsByTagName("desc").getLength() > 0, file.toString());
                }
            }
        }
    }

    @Test
    void whereHasNoOtherForms() throws IOException {
        String board = reserved().toString();
        for (String form : new String[] {"json", "trace", "sarif", "dot"}) {
            CommandLineRun run = run("where", "--format", form, board);
            assertEquals(2, run.code());
            assertTrue(run.err().contains("where has the forms text, svg and html"), run.err());
        }
        Path there = Files.writeString(folder.resolve("there.html"), "precious");
        assertEquals(2, run("where", "--format", "html=" + there, board).code());
        assertEquals("precious", Files.readString(there));
    }

    private static Document xml(String text) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(text)));
    }

    @Test
    void aRangeThatMayBeMeantTheOtherWayRoundIsReadBothWays() throws IOException {
        Path file = Files.writeString(folder.resolve("reversed.yaml"), """
                iovacheck: 1
                iommu: { aperture: 0..4GiB }
                devices:
                  pixel: { window: 0..600MiB, mask: 0xdfffffff }
                mechanism: iommu-addresses
                reserve:
                  - { device: pixel, range: 0..600MiB }
                workload:
                  pixel: { map: [256MiB], live: 1 }
                """);
        assertGolden("where-reversed", run("where", file.toString()));
    }

    @Test
    void faultsNameNodeAndProperty() throws IOException {
        Path board = write("cells.dtb", Boards.reserved(2, 0, 0x25800000));
        for (String command : new String[] {"check", "where"}) {
            CommandLineRun run = run(command, board.toString());
            assertEquals(2, run.code());
            assertTrue(
                    run.err()
                            .startsWith(board
                                    + ": /reserved-memory/iris-hole: iommu-addresses: error: the entry at cell 0"),
                    run.err());
        }
    }

    // ---- behaviour ----

    /** All that takes a configuration takes a device tree, with the same options, and says the same errors. */
    @Test
    void everyCommandTakesABoard() throws IOException {
        String board = write("allwinner.dtb", Boards.allwinner()).toString();
        Path yaml = folder.resolve("allwinner.yaml");
        String[] options = {"--mask", "display=31", "--node", "/soc/display@5600000"};
        run("import", "dtb", "-o", yaml.toString(), options[0], options[1], options[2], options[3], board);
        String wrong = write("cells.dtb", Boards.reserved(2, 0, 0x25800000)).toString();
        for (String command : new String[] {"show", "compare", "suggest", "capacity", "prove --only upper-bound"}) {
            List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
            words.addAll(List.of(options));
            words.add(board);
            CommandLineRun ofTree = run(words.toArray(new String[0]));
            assertTrue(ofTree.code() <= 1 || ofTree.code() == 3, command + ": " + ofTree.err() + ofTree.out());
            assertTrue(ofTree.err().contains(board + ": note: what drivers map"), "what is assumed: " + ofTree.err());
            words.subList(words.size() - 5, words.size()).clear();
            words.add(yaml.toString());
            CommandLineRun ofConfiguration = run(words.toArray(new String[0]));
            assertEquals(ofConfiguration.code(), ofTree.code(), command);
            words.set(words.size() - 1, wrong);
            CommandLineRun refused = run(words.toArray(new String[0]));
            assertEquals(2, refused.code(), command);
            assertTrue(
                    refused.err().startsWith(wrong + ": /reserved-memory/iris-hole: iommu-addresses: error: "),
                    command);
        }
    }

    @Test
    void whatIsImportedComesOutTheSame() throws IOException {
        Path board = write("allwinner.dtb", Boards.allwinner());
        Path yaml = folder.resolve("allwinner.yaml");
        assertEquals(
                0, run("import", "dtb", "-o", yaml.toString(), board.toString()).code());
        String[] direct = run("check", "--quiet", board.toString()).out().split("\n", -1);
        String[] again = run("check", "--quiet", yaml.toString()).out().split("\n", -1);
        assertEquals(line(direct, " states"), line(again, " states"));
    }

    private static String line(String[] lines, String containing) {
        return Stream.of(lines)
                .filter(line -> line.contains(containing))
                .findFirst()
                .orElse("");
    }

    @Test
    void nothingIsReplacedUnasked() throws IOException {
        Path board = reserved();
        Path there = Files.writeString(folder.resolve("there.yaml"), "precious");
        CommandLineRun refused = run("import", "dtb", "-o", there.toString(), board.toString());
        assertEquals(2, refused.code());
        assertEquals("precious", Files.readString(there));
        assertEquals(
                0,
                run("import", "dtb", "--force", "-o", there.toString(), board.toString())
                        .code());
        assertEquals(run("import", "dtb", board.toString()).out(), Files.readString(there));
    }

    @Test
    void severalConfigurationsGoIntoAFolder() throws IOException {
        Path boards = Files.createDirectory(folder.resolve("boards"));
        Files.write(boards.resolve("a.dtb"), Boards.allwinner());
        Files.write(boards.resolve("b.dtb"), Boards.juno());
        Files.write(boards.resolve("c.dtb"), new byte[] {1});
        CommandLineRun refused = run("import", "dtb", boards.toString());
        assertEquals(2, refused.code());
        assertTrue(refused.err().contains("there are 2 configurations"), refused.err());
        Path into = Files.createDirectory(folder.resolve("into"));
        CommandLineRun run = run("import", "dtb", "-o", into.toString(), boards.toString());
        assertEquals(2, run.code(), "one of them is unreadable");
        assertTrue(run.err().contains("c.dtb: error: no flattened device tree"), run.err());
        assertTrue(Files.exists(into.resolve("a.yaml")) && Files.exists(into.resolve("b.yaml")));
        CommandLineRun all = run("check", "--quiet", boards.toString());
        assertEquals(2, all.code());
        assertTrue(all.out().contains("3 configurations"), all.out());
    }

    @Test
    void groupsOfARunningKernelAreImported() throws IOException {
        Path group = folder.resolve("groups/7");
        Files.createDirectories(group.resolve("devices/0000:00:02.0"));
        Files.writeString(group.resolve("type"), "DMA\n");
        Files.writeString(group.resolve("reserved_regions"), "0x00000000fee00000 0x00000000feefffff msi\n");
        CommandLineRun run = run("import", "sysfs", folder.resolve("groups").toString());
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("type: msi"), run.out());
        Path yaml = Files.writeString(folder.resolve("groups.yaml"), run.out());
        assertEquals(0, run("check", "--quiet", yaml.toString()).code());
        assertEquals(
                2, run("import", "sysfs", folder.resolve("nowhere").toString()).code());
    }

    @Test
    void badOptionsSayWhatWouldBeRight() throws IOException {
        String board = reserved().toString();
        for (String[] wrong : new String[][] {
            {"--mask", "40", "write DEV=VALUE"},
            {"--mask", "video-codec=65", "1 to 64 bits"},
            {"--mask", "video-codec=x", "'x' is not a number"},
            {"--mask", "pixel=32", "no device is called pixel"},
            {"--window", "video-codec=1MiB", "is not a range"},
            {"--granule", "5KiB", "4KiB, 16KiB or 64KiB"},
            {"--kernel", "v2.4", "v6.1, v7.1"},
            {"--node", "/soc@0/nothing", "there is no node"},
            {"--aperture", "4GiB..0", "ends before it starts"}
        }) {
            CommandLineRun run = run("import", "dtb", wrong[0], wrong[1], board);
            assertEquals(2, run.code(), wrong[0] + " " + wrong[1]);
            assertTrue(run.err().replaceAll("\\s+", " ").contains(wrong[2]), run.err());
            assertFalse(run.err().contains("\tat "), run.err());
        }
        assertEquals(2, run("import").code());
        assertEquals(
                2, run("import", "dtb", folder.resolve("no.dtb").toString()).code());
    }

    @Test
    void sourcesGoThroughDtc() throws Exception {
        Path source = Files.writeString(folder.resolve("tiny.dts"), """
                /dts-v1/;
                / {
                    #address-cells = <1>;
                    #size-cells = <1>;
                    mmu: iommu@1000 { compatible = "rockchip,iommu"; reg = <0x1000 0x100>; #iommu-cells = <0>; };
                    vop@2000 { reg = <0x2000 0x100>; iommus = <&mmu>; };
                };
                """);
        CommandLineRun run = run("where", source.toString());
        if (run.err().contains("install device-tree-compiler")) {
            assertEquals(2, run.code());
        }
        assumeTrue(run.code() == 0, "dtc is not installed: sources are not compiled");
        assertTrue(run.out().contains("2000.vop"), run.out());
        Path broken = Files.writeString(folder.resolve("broken.dts"), "/dts-v1/;\n/ { a = <; };\n");
        CommandLineRun refused = run("where", broken.toString());
        assertEquals(2, refused.code());
        assertTrue(refused.err().startsWith(broken + ":2:"), refused.err());
    }

    @Test
    void sourcesAreNamedWithTheirLines() throws Exception {
        Path included = Files.writeString(folder.resolve("reserved.dtsi"), """
                / {
                    reserved-memory {
                        #address-cells = <1>;
                        #size-cells = <1>;
                        ranges;
                        hole: hole { };
                    };
                };
                """);
        String source = """
                /dts-v1/;
                /include/ "reserved.dtsi"
                / {
                    #address-cells = <1>;
                    #size-cells = <1>;
                    mmu: iommu@1000 { compatible = "rockchip,iommu"; reg = <0x1000 0x100>; #iommu-cells = <0>; };
                    vop@2000 {
                        reg = <0x2000 0x100>;
                        iommus = <&mmu>;
                        memory-region = <&hole>;
                    };
                };
                &hole {
                    iommu-addresses = <&{/vop@2000} 0 0x1000000>;
                };
                """;
        Path board = Files.writeString(folder.resolve("lines.dts"), source);
        CommandLineRun where = run("where", board.toString());
        assumeTrue(
                !where.err().contains("install device-tree-compiler"),
                "dtc is not installed: sources are not compiled");
        assertEquals(0, where.code(), where.err());
        assertTrue(
                where.out().replaceAll("\\s+", " ").contains(board + ":14:5: /reserved-memory/hole: iommu-addresses"),
                where.out());
        assertTrue(where.err().contains(board + ":7:14: /vop@2000: note: DMA mask"), where.err());

        Path wrong = Files.writeString(folder.resolve("wrong.dts"), source.replace("0 0x1000000>", "0 0x1000000 5>"));
        CommandLineRun refused = run("check", "--format", "sarif", wrong.toString());
        assertEquals(2, refused.code());
        assertTrue(
                refused.err().startsWith(wrong + ":14:5: /reserved-memory/hole: iommu-addresses: error: cell 3"),
                refused.err());
        String sarif = refused.out().replaceAll("\\s+", "");
        assertTrue(sarif.contains("\"startLine\":14,\"startColumn\":5"), refused.out());
        assertTrue(sarif.contains("/reserved-memory/hole:iommu-addresses"), "node and property as well");

        Files.writeString(
                included, Files.readString(included).replace("hole { }", "hole { iommu-addresses = <9 0 1>; }"));
        Files.writeString(wrong, source.replaceAll("(?s)&hole \\{.*", ""));
        CommandLineRun other = run("where", wrong.toString());
        assertTrue(
                other.err().startsWith(included + ":6:22: /reserved-memory/hole: iommu-addresses: error: "),
                other.err());

        Path unknown = Files.writeString(folder.resolve("unknown.dts"), source.replace("<&mmu>", "<&mmv>"));
        CommandLineRun unresolved = run("where", unknown.toString());
        assertEquals(2, unresolved.code());
        assertTrue(unresolved.err().startsWith(unknown + ":7:14: error: "), unresolved.err());
    }

    private static CommandLineRun run(String... args) {
        return CommandLineRun.of(args);
    }

    private static void assertGolden(String name, CommandLineRun run) {
        GoldenFile.assertMatches("checker/cli", BoardCommandsTest.class, name + ".txt", run.transcript());
        run.out().lines().forEach(line -> assertTrue(line.length() <= WrappedText.WIDTH, line));
    }
}
