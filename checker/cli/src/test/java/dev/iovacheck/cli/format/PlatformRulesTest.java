package dev.iovacheck.cli.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.cli.result.ConfigurationResult;
import dev.iovacheck.cli.result.Finding;
import dev.iovacheck.cli.result.FindingStep;
import dev.iovacheck.cli.result.InvariantResult;
import dev.iovacheck.cli.result.Level;
import dev.iovacheck.cli.result.Location;
import dev.iovacheck.cli.result.OtherRule;
import dev.iovacheck.cli.result.Outcome;
import dev.iovacheck.cli.result.RunResult;
import dev.iovacheck.cli.result.Standing;
import dev.iovacheck.cli.result.VerdictKind;
import dev.iovacheck.counterexamples.text.WrappedText;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * What platforms ask of files beyond the formats, as their documents say it: GitHub's limits of code scanning and of annotations, the keys
 * that GitLab's code quality needs, and how GitLab and Jenkins tell tests apart. What breaks these is refused, or shown as nothing.
 */
class PlatformRulesTest {

    /** Everything that a platform might choke on: long texts, many steps, spaces and signs in names, trees without lines. */
    private static final RunResult RUN = new RunResult(
            "0.1.0",
            "",
            1,
            List.of(
                    violated("boards of ours/100%,a:b.yaml", location("boards of ours/100%,a:b.yaml", 3), 10_001),
                    violated("board.dtb", new Location("board.dtb", 0, 0, "/soc/video@1", "iommus"), 4),
                    ConfigurationResult.failed(
                            "broken.yaml",
                            "broken.yaml",
                            Outcome.UNREADABLE,
                            List.of(finding(OtherRule.CONFIGURATION.id(), location("broken.yaml", 2), 0))),
                    ConfigurationResult.failed(
                            "odd.yaml",
                            "odd.yaml",
                            Outcome.INTERNAL_ERROR,
                            List.of(finding(OtherRule.INTERNAL_ERROR.id(), Location.of("odd.yaml"), 0)))),
            List.of());

    private static Location location(String file, int line) {
        return new Location(file, line, 7, "", "");
    }

    private static ConfigurationResult violated(String file, Location location, int steps) {
        InvariantResult invariant = new InvariantResult(
                "lower-bound", VerdictKind.VIOLATED, steps, "", VerdictKind.HOLDS, Outcome.UNEXPECTED);
        return new ConfigurationResult(
                file,
                file,
                "title",
                "v7.1",
                "none",
                Outcome.UNEXPECTED,
                1,
                1,
                1,
                "",
                List.of(invariant),
                List.of(finding("lower-bound", location, steps)),
                List.of());
    }

    private static Finding finding(String rule, Location location, int steps) {
        List<FindingStep> way = IntStream.rangeClosed(1, steps)
                .mapToObj(number -> new FindingStep(
                        number,
                        "map(codec, 512 MiB) = 0x20000000, [0x20000000, 0x3fffffff] of the space below the window",
                        List.of("cached32_node moves to the node of [0x20000000, 0x3fffffff], which is the lowest one"),
                        location,
                        number == steps,
                        number == 2))
                .toList();
        return new Finding(
                rule,
                Level.ERROR,
                Standing.NEW,
                rule + " is not as expected",
                "100% of it, on more than one line:\n" + "the mapping is below the window ".repeat(10) + ".",
                "Searches go from the top of the mask downwards. ".repeat(5).strip(),
                location,
                String.format("%032x", (rule + location).hashCode() & 0xffffffffL),
                way);
    }

    private static JsonNode json(String text) {
        assertEquals('\n', text.charAt(text.length() - 1));
        assertFalse(text.startsWith("\ufeff"), "GitLab takes no byte order mark");
        return new ObjectMapper().readTree(text);
    }

    // ---- GitHub ----

    @Test
    void rulesAreWhatGitHubShows() {
        JsonNode runs = json(Sarif.of(RUN)).at("/runs");
        assertEquals(1, runs.size(), "20 at most");
        JsonNode rules = runs.at("/0/tool/driver/rules");
        Set<String> ids = new HashSet<>();
        assertTrue(rules.size() > 40, "all rules");
        rules.forEach(rule -> {
            assertTrue(ids.add(rule.at("/id").asString()), rule.toPrettyString());
            assertTrue(rule.at("/name").isMissingNode(), "viewers show it behind the id, which is a name already");
            for (String text : List.of("/shortDescription/text", "/fullDescription/text")) {
                int length = rule.at(text).asString().length();
                assertTrue(length > 0 && length <= 1024, text + ": " + rule.toPrettyString());
            }
            assertFalse(rule.at("/help/text").asString().isEmpty());
            assertTrue(rule.at("/properties/tags").size() <= 10, "more are not kept");
            assertEquals("very-high", rule.at("/properties/precision").asString());
            assertTrue(Set.of("error", "warning", "recommendation")
                    .contains(rule.at("/properties").get("problem.severity").asString()));
        });
    }

    @Test
    void resultsHaveWhatGitHubNeeds() {
        JsonNode results = json(Sarif.of(RUN)).at("/runs/0/results");
        assertEquals(3, results.size(), "an internal error is about no file");
        Set<String> hashes = new HashSet<>();
        results.forEach(result -> {
            assertEquals(1, result.at("/locations").size(), "without one a result is refused");
            JsonNode place = result.at("/locations/0/physicalLocation");
            String uri = place.at("/artifactLocation/uri").asString();
            assertTrue(uri.matches("[A-Za-z0-9%._/,-]+") && !uri.startsWith("/"), uri);
            assertEquals("%SRCROOT%", place.at("/artifactLocation/uriBaseId").asString());
            assertTrue(place.at("/region/startLine").asInt() >= 1, place.toPrettyString());
            String hash =
                    result.at("/partialFingerprints/primaryLocationLineHash").asString();
            assertTrue(hashes.add(hash), "alerts with equal ones are one: " + hash);
            assertFalse(result.at("/message/text").asString().isEmpty());
        });
        assertEquals(
                "boards%20of%20ours/100%25,a%3Ab.yaml",
                results.at("/0/locations/0/physicalLocation/artifactLocation/uri")
                        .asString());
    }

    /** Of more than 10,000 the whole file is refused. */
    @Test
    void ofManyStepsTheLastAreTold() {
        JsonNode results = json(Sarif.of(RUN)).at("/runs/0/results");
        JsonNode steps = results.at("/0/codeFlows/0/threadFlows/0/locations");
        assertEquals(1000, steps.size());
        assertEquals(9002, steps.at("/0/executionOrder").asInt());
        assertEquals(10_001, steps.at("/999/executionOrder").asInt());
        assertEquals("essential", steps.at("/999/importance").asString());
        assertEquals(4, results.at("/1/codeFlows/0/threadFlows/0/locations").size());
    }

    @Test
    void annotationsAreLinesThatRunnersUnderstand() {
        List<String> lines = GitHubAnnotations.of(RUN).lines().toList();
        assertEquals(4, lines.size(), "a line feed in a message would end it");
        for (String line : lines) {
            assertTrue(
                    line.matches("::(error|warning|notice) file=[^:,]+(,line=\\d+,col=\\d+)?,title=[^:,]+::.*"), line);
            assertFalse(line.replaceAll("%(25|0A|0D|3A|2C)", "").contains("%"), "percent signs are escaped");
        }
        assertTrue(
                lines.get(0).startsWith("::error file=boards of ours/100%25%2Ca%3Ab.yaml,line=3,col=7,"), lines.get(0));
    }

    // ---- GitLab ----

    @Test
    void codeQualityHasTheKeysThatGitLabNeeds() {
        JsonNode entries = json(GitLabCodeQuality.of(RUN));
        assertEquals(4, entries.size());
        Set<String> fingerprints = new HashSet<>();
        entries.forEach(entry -> {
            assertFalse(entry.at("/description").asString().isEmpty());
            assertFalse(entry.at("/check_name").asString().isEmpty());
            assertTrue(fingerprints.add(entry.at("/fingerprint").asString()), "equal ones collapse into one");
            assertTrue(Set.of("info", "minor", "major", "critical", "blocker")
                    .contains(entry.at("/severity").asString()));
            String path = entry.at("/location/path").asString();
            assertFalse(path.isEmpty() || path.startsWith("./") || path.startsWith("/"), path);
            assertTrue(entry.at("/location/lines/begin").isInt(), entry.toPrettyString());
            assertTrue(entry.at("/location/lines/begin").asInt() >= 1, entry.toPrettyString());
        });
    }

    // ---- JUnit, as GitLab and Jenkins read it ----

    @Test
    void testsAreToldApartAndTheirTextFitsOnAPage() throws Exception {
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(JUnitXml.of(RUN))));
        NodeList suites = document.getElementsByTagName("testsuite");
        Set<String> names = new HashSet<>();
        for (int index = 0; index < suites.getLength(); index++) {
            Element suite = (Element) suites.item(index);
            assertTrue(names.add(suite.getAttribute("name")), "suites with equal names are one");
            NodeList cases = suite.getElementsByTagName("testcase");
            assertEquals(suite.getAttribute("tests"), String.valueOf(cases.getLength()));
            Set<String> tests = new HashSet<>();
            for (int each = 0; each < cases.getLength(); each++) {
                Element test = (Element) cases.item(each);
                assertTrue(tests.add(test.getAttribute("name")), "tests with equal names are one");
                assertEquals(suite.getAttribute("name"), test.getAttribute("classname"));
                assertFalse(test.getAttribute("file").startsWith("/"));
            }
        }
        assertEquals(4, names.size());
        NodeList failures = document.getElementsByTagName("failure");
        assertEquals(4, failures.getLength());
        List<String> cut = new ArrayList<>();
        for (int index = 0; index < failures.getLength(); index++) {
            Element failure = (Element) failures.item(index);
            assertFalse(failure.getAttribute("message").contains("\n"));
            assertFalse(failure.getAttribute("message").matches("(\\S+) \\1\\b.*"), failure.getAttribute("message"));
            failure.getTextContent()
                    .lines()
                    .filter(line -> line.length() > WrappedText.WIDTH)
                    .forEach(cut::add);
        }
        assertEquals(List.of(), cut, "platforms do not break lines");
    }
}
