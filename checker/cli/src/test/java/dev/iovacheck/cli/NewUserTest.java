package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** A repository with one device tree and one configuration gets a gate: what is renamed passes, a reservation that is lost does not. */
class NewUserTest {

    private static final String TREE = """
            /dts-v1/;
            / {
            	model = "Example board";
            	#address-cells = <2>;
            	#size-cells = <2>;

            	reserved-memory {
            		#address-cells = <2>;
            		#size-cells = <2>;
            		ranges;

            		codec_hole: codec-hole {
            			iommu-addresses = <&codec 0x0 0x0 0x0 0x25800000>;
            		};
            	};

            	soc {
            		#address-cells = <2>;
            		#size-cells = <2>;
            		ranges;

            		smmu: iommu@15000000 {
            			compatible = "arm,mmu-500";
            			reg = <0x0 0x15000000 0x0 0x80000>;
            			#iommu-cells = <1>;
            		};

            		codec: video-codec@aa00000 {
            			reg = <0x0 0xaa00000 0x0 0x1000>;
            			iommus = <&smmu 0x880>;
            			memory-region = <&codec_hole>;
            		};

            		camera: camera@ac00000 {
            			reg = <0x0 0xac00000 0x0 0x1000>;
            			iommus = <&smmu 0x900>;
            		};
            	};
            };
            """;

    private static final String YAML = """
            iovacheck: 1
            title: a codec that must stay above 600 MiB
            kernel: v7.1
            iommu: { aperture: 0..4GiB }
            devices:
              codec: { mask: 0xdabfffff, window: 600MiB..3500MiB }
            mechanism: iommu-addresses
            reserve:
              - { device: codec, range: 0..600MiB }
            workload:
              codec: { map: [512MiB], live: 5 }
            """;

    @TempDir
    private Path repository = Path.of("");

    private Path tree = Path.of("");
    private Path yaml = Path.of("");

    @BeforeEach
    void makeARepository() throws IOException, InterruptedException {
        assumeTrue(runs("dtc", "--version"), "dtc is not installed: sources of device trees cannot be read here");
        assumeTrue(runs("git", "init", "-q"), "git is not installed: there is no repository to make");
        tree = Files.writeString(repository.resolve("board.dts"), TREE);
        yaml = Files.writeString(repository.resolve("codec.yaml"), YAML);
        CommandLineRun first = gate("--update-baseline");
        assertEquals(0, first.code(), first.out() + first.err());
        for (String[] words : List.of(new String[] {"git", "add", "."}, new String[] {
            "git", "-c", "user.name=new", "-c", "user.email=new@example.org", "commit", "-q", "-m", "gate"
        })) {
            assertTrue(runs(words), String.join(" ", words));
        }
    }

    private boolean runs(String... words) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(words)
                    .directory(repository.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private CommandLineRun gate(String... more) {
        List<String> words = new ArrayList<>(List.of(
                "check",
                "--quiet",
                "--baseline",
                repository.resolve("known.json").toString(),
                "--force"));
        words.addAll(List.of(more));
        words.addAll(List.of(tree.toString(), yaml.toString()));
        return CommandLineRun.of(words.toArray(new String[0]));
    }

    private void change(Path file, String from, String to) throws IOException {
        String text = Files.readString(file);
        assertTrue(text.contains(from), text);
        Files.writeString(file, text.replace(from, to));
    }

    private void rename() throws IOException {
        change(tree, "video-codec@", "codec@");
        change(tree, "codec-hole", "below-the-codec");
        change(tree, "camera@", "isp@");
        change(tree, "codec_hole", "hole");
        change(yaml, "codec", "vpu");
        change(yaml, "iovacheck: 1", "# a comment\niovacheck: 1");
    }

    private void loseReservations() throws IOException {
        change(tree, "\t\t\tmemory-region = <&hole>;\n", "");
        change(yaml, "reserve:\n  - { device: vpu, range: 0..600MiB }\n", "");
        change(yaml, "mechanism: iommu-addresses", "mechanism: none");
    }

    @Test
    void namesMayChange() throws IOException {
        rename();
        CommandLineRun run = gate();
        assertEquals(0, run.code(), run.out() + run.err());
        assertTrue(run.out().contains("baseline: 0 known, 0 new, 0 cured\n"), run.out());
    }

    @Test
    void aDeviceMayGoWithItsReservation() throws IOException {
        int from = TREE.indexOf("\t\tcodec: ");
        String without = TREE.substring(0, from) + TREE.substring(TREE.indexOf("\t\tcamera: "));
        Files.writeString(
                tree,
                without.replace(
                        "\t\tcodec_hole: codec-hole {\n\t\t\tiommu-addresses = <&codec 0x0 0x0 0x0 0x25800000>;\n\t\t};\n",
                        ""));
        CommandLineRun run = gate();
        assertEquals(0, run.code(), run.out() + run.err());
    }

    /** What is reserved may be said in another way, and more may be reserved. */
    @Test
    void whatIsReservedMayBeSaidInOtherWords() throws IOException {
        change(
                tree,
                "<&codec 0x0 0x0 0x0 0x25800000>",
                "<&codec 0x0 0x0 0x0 0x1000000>, <&codec 0x0 0x1000000 0x0 0x25000000>");
        CommandLineRun run = gate();
        assertEquals(0, run.code(), run.out() + run.err());
    }

    @Test
    void aReservationThatIsLostEndsInRed() throws IOException {
        rename();
        loseReservations();
        CommandLineRun run = gate();
        assertEquals(1, run.code(), run.out() + run.err());
        String said = run.out().replaceAll("\\s+", " ");
        assertTrue(said.contains("baseline: 0 known, 3 new, 0 cured"), said);
        assertTrue(
                said.contains(
                        "/soc/codec@aa00000: memory-region: reservation-lost: aa00000.codec may be given addresses"),
                said);

        CommandLineRun accepted = gate("--update-baseline");
        assertEquals(0, accepted.code(), accepted.out() + accepted.err());
        CommandLineRun after = gate();
        assertEquals(0, after.code(), after.out() + after.err());
    }

    @Test
    void aReservationThatShrinksEndsInRed() throws IOException {
        change(tree, "0x0 0x25800000>", "0x0 0x20000000>");
        CommandLineRun run = gate("--format", "json=-");
        assertEquals(1, run.code(), run.out() + run.err());
        assertTrue(run.out().contains(": [0x20000000, 0x257fffff], by /reserved-memory/codec-hole: "), run.out());
    }

    /** What was not searched again says the same. */
    @Test
    void aCacheHidesNoLoss() throws IOException {
        String cache = repository.resolve("cache").toString();
        rename();
        loseReservations();
        CommandLineRun cold = gate("--cache", cache);
        CommandLineRun warm = gate("--cache", cache);
        assertEquals(1, warm.code());
        assertEquals(cold, warm);
    }

    // ---- lines of a source ----

    /** The line in which a text stands for the first time, from 1. */
    private static int lineOf(Path file, String text) throws IOException {
        List<String> lines = Files.readAllLines(file);
        return IntStream.range(0, lines.size())
                        .filter(index -> lines.get(index).contains(text))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(text + " is not in " + file))
                + 1;
    }

    private static JsonNode firstResult(Path sarif) throws IOException {
        return new ObjectMapper().readTree(Files.readString(sarif)).at("/runs/0/results/0");
    }

    /** A window that the codec is given by an option, and no reservation any more: a violation with steps. */
    private static final String[] WITH_A_WINDOW = {
        "--window", "aa00000.codec=0x25800000..0xe0000000", "--only", "lower-bound"
    };

    @Test
    void everyFormNamesTheLineOfASource() throws IOException {
        rename();
        loseReservations();
        int line = lineOf(tree, "iommus = <&smmu 0x880>;");
        for (String form : List.of("sarif", "gitlab", "github", "junit", "json", "ktap")) {
            Path out = repository.resolve("out." + form);
            List<String> words = new ArrayList<>(List.of("check", "--quiet", "--format", form + "=" + out));
            words.addAll(List.of(WITH_A_WINDOW));
            words.add(tree.toString());
            assertEquals(1, CommandLineRun.of(words.toArray(new String[0])).code());
            String said = Files.readString(out).replaceAll("\\s+", "");
            String place =
                    switch (form) {
                        case "sarif" -> "\"region\":{\"startLine\":" + line + ",\"startColumn\":4}";
                        case "gitlab" -> "\"lines\":{\"begin\":" + line + "}";
                        case "github" -> "board.dts,line=" + line + ",col=4,";
                        case "junit" -> "board.dts\"line=\"" + line + "\"";
                        case "json" -> "\"line\":" + line + ",\"column\":4,\"node\":\"/soc/codec@aa00000\"";
                        default -> "board.dts:" + line + ":4:/soc/codec@aa00000:iommus:";
                    };
            assertTrue(said.contains(place), form + " has no " + place + ": " + said);
            if (form.equals("sarif")) {
                JsonNode steps = firstResult(out).at("/codeFlows/0/threadFlows/0/locations");
                assertFalse(steps.isEmpty());
                steps.forEach(step -> assertEquals(
                        line,
                        step.at("/location/physicalLocation/region/startLine").asInt(),
                        step.toPrettyString()));
            }
        }
    }

    /** Of what is remembered nothing but the lines changes when lines move. */
    @Test
    void whatIsRememberedNamesTheLinesOfToday() throws IOException {
        rename();
        loseReservations();
        Path sarif = repository.resolve("out.sarif");
        String[] words = {"--cache", repository.resolve("cache").toString(), "--format", "sarif=" + sarif};
        assertEquals(1, gate(words).code());
        String before = Files.readString(sarif);
        int line = lineOf(tree, "codec@aa00000 {");
        assertEquals(
                line,
                firstResult(sarif)
                        .at("/locations/0/physicalLocation/region/startLine")
                        .asInt());

        change(tree, "/dts-v1/;", "/dts-v1/;\n\n// three\n");
        List<String> loud = new ArrayList<>(
                List.of("check", "--baseline", repository.resolve("known.json").toString(), "--force"));
        loud.addAll(List.of(words));
        loud.addAll(List.of(tree.toString(), yaml.toString()));
        CommandLineRun moved = CommandLineRun.of(loud.toArray(new String[0]));
        assertEquals(1, moved.code(), moved.err());
        assertTrue(moved.err().contains("2 files of 2 as remembered"), moved.err());
        assertTrue(moved.err().contains(tree + ":" + (line + 3) + ":"), "notes name today's lines: " + moved.err());
        assertTrue(moved.out().contains("/board.dts:" + (line + 3) + ":"), moved.out());
        assertEquals(
                before.replace("\"startLine\": " + line + ",", "\"startLine\": " + (line + 3) + ","),
                Files.readString(sarif));
    }

    /** A finding of the board is at home in the file that says it; by its fingerprint and in a baseline it is one of the board. */
    @Test
    void aFileThatIsIncludedIsNamedAndTheBaselineKnowsTheBoard() throws IOException {
        rename();
        String soc = Files.readString(tree);
        Path included = Files.writeString(repository.resolve("soc.dtsi"), soc.replace("/dts-v1/;\n", ""));
        Files.writeString(tree, "/dts-v1/;\n/include/ \"soc.dtsi\"\n");
        change(included, "\t\t\tmemory-region = <&hole>;\n", "");
        Path sarif = repository.resolve("out.sarif");
        Path known = repository.resolve("other.json");
        List<String> words = new ArrayList<>(
                List.of("check", "--quiet", "--force", "--baseline", known.toString(), "--format", "sarif=" + sarif));
        words.addAll(List.of(WITH_A_WINDOW));
        words.add(tree.toString());
        CommandLineRun red = CommandLineRun.of(words.toArray(new String[0]));
        assertEquals(2, red.code(), "there is no baseline yet: " + red.err());
        words.add("--update-baseline");
        assertEquals(0, CommandLineRun.of(words.toArray(new String[0])).code());
        JsonNode place = firstResult(sarif).at("/locations/0/physicalLocation");
        assertTrue(place.at("/artifactLocation/uri").asString().endsWith("/soc.dtsi"), place.toPrettyString());
        assertEquals(
                lineOf(included, "iommus = <&smmu 0x880>;"),
                place.at("/region/startLine").asInt());
        assertTrue(Files.readString(known).contains("/board.dts\""), Files.readString(known));
        assertFalse(Files.readString(known).contains("soc.dtsi"), Files.readString(known));

        change(included, "iommus = <&smmu 0x880>;", "iommus = <&smmu 0x880>; memory-region = <&hole>;");
        words.remove("--update-baseline");
        CommandLineRun cured = CommandLineRun.of(words.toArray(new String[0]));
        assertEquals(0, cured.code(), cured.out() + cured.err());
        assertTrue(cured.out().contains("baseline: 0 known, 0 new, 1 cured\n"), cured.out());
    }

    /** The source is as it was, and the reservation is lost in what it includes. */
    @Test
    void whatHasChangedInAFileThatIsIncludedIsChecked() throws Exception {
        Path included = repository.resolve("soc.dtsi");
        Files.writeString(included, TREE.replace("/dts-v1/;\n", ""));
        Files.writeString(tree, "/dts-v1/;\n/include/ \"soc.dtsi\"\n");
        assertTrue(runs("git", "add", "."));
        assertTrue(runs(
                "git", "-c", "user.name=new", "-c", "user.email=new@example.org", "commit", "-q", "-m", "include"));
        CommandLineRun same = gate("--changed-since", "HEAD");
        assertEquals(0, same.code(), same.out() + same.err());
        assertTrue(same.out().contains("not checked: 1 file unchanged\n"), "the configuration: " + same.out());
        change(included, "\t\t\tmemory-region = <&codec_hole>;\n", "");
        CommandLineRun red = gate("--changed-since", "HEAD");
        assertEquals(1, red.code(), red.out() + red.err());
        assertTrue(red.out().contains("reservation-lost"), red.out());
    }

    /** What {@code dtc} refuses is told where it stands, too. */
    @Test
    void anErrorInAFileThatIsIncludedIsNamedThere() throws IOException {
        Path included = Files.writeString(repository.resolve("soc.dtsi"), "/ {\n\ta = <;\n};\n");
        Files.writeString(tree, "/dts-v1/;\n/include/ \"soc.dtsi\"\n");
        CommandLineRun run = CommandLineRun.of("check", "--format", "gitlab", tree.toString());
        assertEquals(2, run.code());
        assertTrue(run.err().startsWith(included + ":2:"), run.err());
        String said = run.out().replaceAll("\\s+", "");
        assertTrue(said.contains("/soc.dtsi\",\"lines\":{\"begin\":2}"), said);
    }

    // ---- what platforms show ----

    private static JsonNode only(JsonNode results, String rule, String file) {
        List<JsonNode> found = new ArrayList<>();
        results.forEach(result -> {
            JsonNode place = result.at("/locations/0/physicalLocation/artifactLocation/uri");
            if (result.at("/ruleId").asString().equals(rule) && place.asString().endsWith(file)) {
                found.add(result);
            }
        });
        assertEquals(1, found.size(), rule + " of " + file + ": " + results);
        return found.get(0);
    }

    /** GitHub shows the message, the line, the help of the rule as Markdown and the steps; alerts need a rule and a fingerprint. */
    @Test
    void sarifHasWhatGitHubShows() throws IOException {
        rename();
        loseReservations();
        Path file = repository.resolve("out.sarif");
        assertEquals(1, gate("--format", "sarif=" + file).code());
        JsonNode run = new ObjectMapper().readTree(Files.readString(file)).at("/runs/0");
        JsonNode results = run.at("/results");
        assertEquals(3, results.size(), results.toPrettyString());
        JsonNode lost = only(results, "reservation-lost", "board.dts");
        String message = lost.at("/message/text").asString();
        assertTrue(message.startsWith("/soc/codec@aa00000: memory-region: reservation-lost: aa00000.codec "), message);
        assertTrue(message.contains("[0x1000, 0x257fffff], by /reserved-memory/codec-hole: iommu-addresses"), message);
        assertEquals(
                "/soc/codec@aa00000:memory-region",
                lost.at("/locations/0/logicalLocations/0/fullyQualifiedName").asString());
        JsonNode low = only(results, "lower-bound", "codec.yaml");
        assertEquals(7, low.at("/locations/0/physicalLocation/region/startLine").asInt());
        String why = low.at("/message/text").asString();
        assertTrue(why.contains("starts below 0x25800000, the lowest address the block can use."), why);
        JsonNode steps = low.at("/codeFlows/0/threadFlows/0/locations");
        assertEquals(6, steps.size(), steps.toPrettyString());
        steps.forEach(
                step -> assertFalse(step.at("/location/message/text").asString().isEmpty(), step.toPrettyString()));
        results.forEach(result -> {
            JsonNode rule =
                    run.at("/tool/driver/rules").get(result.at("/ruleIndex").asInt());
            assertNotNull(rule);
            assertEquals(result.at("/ruleId").asString(), rule.at("/id").asString());
            assertFalse(rule.at("/shortDescription/text").asString().isEmpty());
            assertTrue(rule.at("/help/markdown").asString().length() > 80, rule.toPrettyString());
            assertEquals("error", result.at("/level").asString());
            assertTrue(
                    result.at("/locations/0/physicalLocation/region/startLine").asInt() > 0);
            assertTrue(result.at("/partialFingerprints/primaryLocationLineHash")
                    .asString()
                    .matches("[0-9a-f]{32}:1"));
        });
    }

    /** GitLab and Jenkins show suites, cases, the first line of a failure, and its text when it is opened. */
    @Test
    void junitHasWhatGitLabAndJenkinsShow() throws Exception {
        rename();
        loseReservations();
        Path file = repository.resolve("out.xml");
        assertEquals(1, gate("--format", "junit=" + file).code());
        Element suites = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(Files.readString(file))))
                .getDocumentElement();
        assertEquals("3", suites.getAttribute("failures"));
        NodeList failures = suites.getElementsByTagName("failure");
        assertEquals(3, failures.getLength());
        Map<String, String> expected = Map.of(
                "board.dts reservation-lost",
                "/soc/codec@aa00000: memory-region: reservation-lost: aa00000.codec ",
                "codec.yaml lower-bound",
                "codec.yaml:7:36: lower-bound is violated after 6 steps: ",
                "codec.yaml reservation-lost",
                "codec.yaml:7:3: reservation-lost: vpu ");
        IntStream.range(0, 3).forEach(index -> {
            Element failure = (Element) failures.item(index);
            Element testCase = (Element) failure.getParentNode();
            String suite = testCase.getAttribute("classname");
            String name = suite.substring(suite.lastIndexOf('/') + 1) + " " + testCase.getAttribute("name");
            assertTrue(expected.containsKey(name), name);
            String text = failure.getTextContent().replaceAll("\\s+", " ");
            assertTrue(text.contains(expected.getOrDefault(name, "?")), text);
            assertTrue(failure.getAttribute("message").startsWith(testCase.getAttribute("name")));
            assertFalse(testCase.getAttribute("file").isEmpty());
        });
        NodeList all = suites.getElementsByTagName("testcase");
        assertTrue(all.getLength() > 80, "every rule of every file is a case");
    }
}
