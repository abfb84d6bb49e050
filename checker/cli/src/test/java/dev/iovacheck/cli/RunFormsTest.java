package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.iovacheck.cli.result.ResultJson;
import dev.iovacheck.counterexamples.testing.GoldenFile;
import dev.iovacheck.model.board.Boards;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.w3c.dom.Document;

/** What check tells programs: each form against its schema where there is one, and as a whole against golden files. */
class RunFormsTest {

    private static final String TINY = """
            iovacheck: 1
            title: three buffers reach below the window
            kernel: v7.1
            iommu: { aperture: 0..1GiB }
            devices:
              tiny:
                mask: 0x3fffffff
                window: 512MiB..1GiB
            mechanism: none
            workload:
              tiny: { map: [256MiB], live: 3 }
            """;

    private static final String SARIF_SCHEMA = "format/sarif-2.1.0-rtm.5.json";

    private Path folder = Path.of("");

    /** Fixed names, which are printed. */
    @BeforeEach
    void clean(TestInfo info) throws IOException {
        folder = Path.of("target", "forms", info.getTestMethod().orElseThrow().getName());
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectories(folder);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** One of each outcome: violated, violated as expected, holding, unreadable, cut off. */
    private void writeOneOfEach() throws IOException {
        write("a-violated.yaml", TINY);
        write("b-expected.yaml", TINY + "expect: { lower-bound: violated }\n");
        write("c-holds.yaml", TINY.replace("live: 3", "live: 1"));
        write("d-broken.yaml", "iovacheck: 1\nkernel: v2.4\ndevises: {}\n");
        write("e-surprise.yaml", TINY.replace("live: 3", "live: 1") + """
                sometimes: [{ live: 2 }]
                expect:
                  lower-bound: violated
                  states: 4
                """);
    }

    private static CommandLineRun check(Path what, String... options) {
        List<String> words = Stream.concat(
                        Stream.of("check", "--quiet", "--workers", "1", "--memory", "512MiB", what.toString()),
                        Stream.of(options))
                .toList();
        return CommandLineRun.of(words.toArray(new String[0]));
    }

    private String form(String label, String... options) throws IOException {
        writeOneOfEach();
        List<String> words =
                Stream.concat(Stream.of("--format", label), Stream.of(options)).toList();
        CommandLineRun run = check(folder, words.toArray(new String[0]));
        return run.out()
                .replaceAll("\"commit\": \"[^\"]*\",\\s*", "")
                .replaceAll("(\"(version|iovacheck)\": )\"(?!2\\.1\\.0\")[^\"]*\"", "$1\"VERSION\"");
    }

    private static List<String> errors(String schema, SpecificationVersion version, String json) {
        Schema read = SchemaRegistry.withDefaultDialect(version).getSchema(schema, InputFormat.JSON);
        return read.validate(json, InputFormat.JSON).stream()
                .map(Error::toString)
                .toList();
    }

    private static String resource(Class<?> beside, String name) throws IOException {
        try (InputStream in = beside.getResourceAsStream(name)) {
            assertTrue(in != null, name + " is missing");
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void jsonKeepsToItsSchema() throws IOException {
        String json = form("json");
        String schema = resource(ResultJson.class, "iovacheck-result.schema.json");
        assertEquals(List.of(), errors(schema, SpecificationVersion.DRAFT_2020_12, json));
        // That the schema says anything at all.
        String wrong = json.replaceFirst("\"outcome\": \"expected\"", "\"outcome\": \"fine\"");
        assertEquals(
                1, errors(schema, SpecificationVersion.DRAFT_2020_12, wrong).size());
        GoldenFile.assertMatches("checker/cli", RunFormsTest.class, "result.json", json);
    }

    @Test
    void sarifKeepsToItsSchema() throws IOException {
        String sarif = form("sarif");
        String schema = resource(RunFormsTest.class, SARIF_SCHEMA);
        assertEquals(List.of(), errors(schema, SpecificationVersion.DRAFT_4, sarif));
        String wrong = sarif.replaceFirst("\"startLine\": \\d+", "\"startLine\": 0");
        assertFalse(errors(schema, SpecificationVersion.DRAFT_4, wrong).isEmpty());
        String results = sarif.substring(sarif.indexOf("\"invocations\""));
        GoldenFile.assertMatches("checker/cli", RunFormsTest.class, "results.sarif", results);
    }

    @Test
    void aDeviceTreeHasNodesAndPropertiesInsteadOfLines() throws IOException {
        Path tree = Path.of("target", "forms", "board.dtb");
        Files.write(tree, Boards.allwinner());
        CommandLineRun run = check(tree, "--format", "sarif", "--only", "no-reserved-overlap");
        assertEquals(1, run.code(), run.err());
        String schema = resource(RunFormsTest.class, SARIF_SCHEMA);
        assertEquals(List.of(), errors(schema, SpecificationVersion.DRAFT_4, run.out()));
        assertTrue(
                run.out().contains("\"fullyQualifiedName\": \"/reserved-memory/splash@6c100000:iommu-addresses\""),
                run.out());
        assertTrue(run.out().contains("\"uri\": \"target/forms/board.dtb\""), run.out());
    }

    @Test
    void junitIsXmlWithACaseForEachInvariant() throws Exception {
        String xml = form("junit");
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
        assertEquals(5, document.getElementsByTagName("testsuite").getLength());
        assertEquals(
                document.getDocumentElement().getAttribute("tests"),
                String.valueOf(document.getElementsByTagName("testcase").getLength()));
        assertEquals(
                document.getDocumentElement().getAttribute("failures"),
                String.valueOf(document.getElementsByTagName("failure").getLength()));
        GoldenFile.assertMatches("checker/cli", RunFormsTest.class, "junit.xml", xml);
    }

    @Test
    void ktapNumbersItsTests() throws IOException {
        GoldenFile.assertMatches("checker/cli", RunFormsTest.class, "report.ktap", form("ktap"));
    }

    @Test
    void gitHubAnnotatesLines() throws IOException {
        GoldenFile.assertMatches("checker/cli", RunFormsTest.class, "github.txt", form("github"));
    }

    @Test
    void gitLabTracksFingerprintsThatDiffer() throws IOException {
        String json = form("gitlab");
        List<String> fingerprints =
                json.lines().filter(line -> line.contains("\"fingerprint\"")).toList();
        assertEquals(Set.copyOf(fingerprints).size(), fingerprints.size());
        GoldenFile.assertMatches("checker/cli", RunFormsTest.class, "gitlab.json", json);
    }

    @Test
    void whatIsCutOffFailsInEachForm() throws IOException {
        Path config = write("cut-off.yaml", TINY);
        String ktap = check(config, "--format", "ktap", "--max-depth", "2").out();
        assertTrue(ktap.contains("not ok 1 lower-bound # is undecided: the depth limit of 2 steps was reached"), ktap);
        assertTrue(ktap.contains("\nnot ok 1 "), ktap);
        String junit = check(config, "--format", "junit", "--max-depth", "2").out();
        assertTrue(junit.contains("<error type=\"lower-bound\""), junit);
        String sarif = check(config, "--format", "sarif", "--max-depth", "2").out();
        assertTrue(sarif.contains("\"ruleId\": \"undecided\""), sarif);
        String github = check(config, "--format", "github", "--max-depth", "2").out();
        assertTrue(github.startsWith("::warning file="), github);
    }

    @Test
    void severalFormsAtOnceSayTheSame() throws IOException {
        Path config = write("config.yaml", TINY);
        Path sarif = folder.resolve("out.sarif");
        Path junit = folder.resolve("out.xml");
        CommandLineRun run =
                check(config, "--format", "sarif=" + sarif, "--format", "junit=" + junit, "--format", "github=-");
        assertEquals(1, run.code(), run.err());
        assertEquals(check(config, "--format", "sarif").out(), Files.readString(sarif));
        assertEquals(check(config, "--format", "junit").out(), Files.readString(junit));
        assertEquals(check(config).out() + check(config, "--format", "github").out(), run.out());
        CommandLineRun again = check(config, "--format", "sarif=" + sarif);
        assertEquals(2, again.code());
        assertTrue(again.err().contains("--force"), again.err());
    }

    @Test
    void otherCommandsDoNotHaveThem() throws IOException {
        Path config = write("config.yaml", TINY);
        CommandLineRun run = CommandLineRun.of("suggest", "--format", "sarif", config.toString());
        assertEquals(2, run.code(), run.out());
        assertTrue(run.err().contains("--format"), run.err());
    }

    @Test
    void filesSideBySideComeOutInTheirOrderAndTheSame() throws IOException {
        writeOneOfEach();
        for (int copy = 0; copy < 8; copy++) {
            write("f" + copy + ".yaml", TINY.replace("live: 3", "live: " + (copy % 3 + 1)));
        }
        CommandLineRun alone = check(folder, "--format", "json");
        CommandLineRun together = CommandLineRun.of(
                "check", "--quiet", "--workers", "4", "--memory", "512MiB", folder.toString(), "--format", "json");
        assertEquals(alone.out(), together.out());
        assertEquals(alone.err(), together.err());
        assertEquals(alone.code(), together.code());
    }

    @Test
    void everyRuleThatIsFoundIsOneThatIsExplained() throws IOException {
        String sarif = form("sarif");
        Set<String> rules = sarif.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("\"id\": "))
                .map(line -> line.replaceAll(".*\"id\": \"(.*)\".*", "$1"))
                .collect(Collectors.toSet());
        List<String> found = sarif.lines()
                .filter(line -> line.contains("\"ruleId\""))
                .map(line -> line.replaceAll(".*\"ruleId\": \"(.*)\".*", "$1"))
                .toList();
        assertTrue(found.size() >= 5, "findings are missing: " + found);
        assertTrue(rules.containsAll(found), rules + " lacks some of " + found);
    }
}
