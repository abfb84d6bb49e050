package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.iovacheck.cli.result.ConfigurationResult;
import dev.iovacheck.cli.result.Outcome;
import dev.iovacheck.cli.result.ResultJsonReader;
import dev.iovacheck.cli.result.Standing;
import dev.iovacheck.cli.result.VerdictKind;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What a user reads first is true: every example comes out as it says, and so does what the documents show. */
class ExamplesTest {

    private static final Path ROOT = Path.of(System.getProperty("iovacheck.root", "../.."));

    private static final String GATE = "not here: examples/large (mvn verify -Plong)";

    /** The gate: all examples in one run, as anybody's CI makes it. */
    @TestFactory
    Stream<DynamicTest> everyExampleComesOutAsItSaysDownToTheNumberOfStates() throws IOException {
        CommandLineRun run = CommandLineRun.of(
                "check",
                "--quiet",
                "--format",
                "json",
                "--exclude",
                "**/examples/large/**",
                ROOT.resolve("examples").toString());
        List<ConfigurationResult> results = configurations(run.out());
        assertTrue(results.size() >= 100, "examples are missing: " + results.size() + run.err());
        Stream<DynamicTest> each = results.stream()
                .map(result -> DynamicTest.dynamicTest(
                        nameOf(result), () -> assertEquals(List.of(), surprises(result), result.source())));
        return Stream.concat(
                each, Stream.of(DynamicTest.dynamicTest("examples/verdicts.tsv", () -> compareTable(results))));
    }

    private static List<ConfigurationResult> configurations(String json) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            while (!"configurations".equals(parser.currentName())) {
                parser.nextToken();
            }
            return new ResultJsonReader(parser).configurations();
        }
    }

    private static String nameOf(ConfigurationResult result) {
        return ROOT.toAbsolutePath()
                .normalize()
                .relativize(Path.of(result.source()).toAbsolutePath().normalize())
                .toString()
                .replace('\\', '/');
    }

    private static List<String> surprises(ConfigurationResult result) {
        List<String> surprises = new ArrayList<>();
        if (result.outcome() != Outcome.EXPECTED) {
            surprises.add(result.outcome().label());
        }
        result.findings().stream()
                .filter(finding -> finding.standing() != Standing.EXPECTED)
                .forEach(finding -> surprises.add(finding.location() + ": " + finding.summary()));
        return surprises;
    }

    /** Every verdict that is not "holds" and every count is in a table, so that no change passes unseen. */
    private static void compareTable(List<ConfigurationResult> results) throws IOException {
        StringBuilder table = new StringBuilder("# ").append(GATE).append('\n');
        table.append("file\tstates\ttransitions\tdepth\tholds\tnot shown\tviolated (steps)\n");
        for (ConfigurationResult result : results) {
            table.append(String.join(
                            "\t",
                            nameOf(result),
                            String.valueOf(result.states()),
                            String.valueOf(result.transitions()),
                            String.valueOf(result.depth()),
                            String.valueOf(result.count(VerdictKind.HOLDS)),
                            String.valueOf(result.count(VerdictKind.NOT_SHOWN)),
                            result.invariants().stream()
                                    .filter(each -> each.verdict() == VerdictKind.VIOLATED)
                                    .map(each -> each.id() + " (" + each.steps() + ")")
                                    .collect(Collectors.joining(" "))))
                    .append('\n');
        }
        Path file = ROOT.resolve("examples/verdicts.tsv");
        if (System.getProperty("iovacheck.golden", "").equals("rewrite")) {
            Files.writeString(file, table);
        }
        assertEquals(Files.readString(file), table.toString());
    }

    @Test
    void everyExampleSaysWhatItIsAboutAndHowManyStatesItHas() throws Exception {
        try (Stream<Path> all = Files.walk(ROOT.resolve("examples"))) {
            for (Path file : all.filter(each -> each.toString().endsWith(".yaml"))
                    .sorted()
                    .toList()) {
                Configuration configuration = new ConfigurationReader(Catalogue.ids()).read(file);
                assertTrue(configuration.expectation().states().isPresent(), file + " asserts no number of states");
                assertFalse(configuration.title().isEmpty(), file + " does not say what it is about");
            }
        }
    }

    /** Only {@code mvn verify -Plong} goes all the way. */
    @Test
    void theLargeExampleBegins() {
        String file = ROOT.resolve("examples/large/one-domain.yaml").toString();
        boolean goesOn = Boolean.getBoolean("iovacheck.long");
        CommandLineRun run = goesOn
                ? CommandLineRun.of("check", "--quiet", file)
                : CommandLineRun.of("check", "--quiet", "--max-states", "100000", file);
        assertEquals(goesOn ? 0 : 3, run.code(), run.out() + run.err());
    }

    @Test
    void whatShowPrintsIsItselfAConfiguration(@TempDir Path folder) throws IOException {
        for (String example : List.of("vpu/posted-api.yaml", "hazards/wrap.yaml", "hazards/second-device.yaml")) {
            String original = ROOT.resolve("examples").resolve(example).toString();
            CommandLineRun shown = CommandLineRun.of("show", original);
            assertEquals(0, shown.code(), shown.err());
            Path again = folder.resolve("again.yaml");
            Files.writeString(again, shown.out());
            CommandLineRun shownAgain = CommandLineRun.of("show", again.toString());
            assertEquals(shown.out(), shownAgain.out().replace(again.toString(), original), shownAgain.err());
        }
    }

    @Test
    void theFilesThatHelpNamesExist() {
        for (String command : List.of("check", "show", "explain", "conform")) {
            String help = CommandLineRun.of(command, "--help").out();
            // Of a pattern the folder that it begins with.
            var named = Pattern.compile("examples/[^\\s;'*]+").matcher(help);
            while (named.find()) {
                assertTrue(Files.exists(ROOT.resolve(named.group())), command + " --help names " + named.group());
            }
        }
    }

    @Test
    void theReadmeShowsWhatTheCommandPrints() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        String shown = readme.substring(readme.indexOf("```\n1. ") + 4);
        shown = shown.substring(0, shown.indexOf("```"));
        CommandLineRun run = CommandLineRun.of(
                "check", "--quiet", ROOT.resolve("examples/vpu/posted-api.yaml").toString());
        assertTrue(run.out().contains(shown), run.out());
    }

    @Test
    void theConfigurationInTheDocumentComesOutAsItSays(@TempDir Path folder) throws IOException {
        String document = Files.readString(ROOT.resolve("docs/configuration.md"));
        String yaml = document.substring(document.indexOf("```yaml\n") + 8);
        Path file = folder.resolve("document.yaml");
        Files.writeString(file, yaml.substring(0, yaml.indexOf("```")));
        CommandLineRun run = CommandLineRun.of("check", "--quiet", file.toString());
        assertEquals(0, run.code(), run.out() + run.err());
    }

    @Test
    void documentsHaveATitleAndTheirLinksLead() throws IOException {
        List<Path> documents;
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            documents = Stream.concat(
                            docs,
                            Stream.of("README.md", "CONTRIBUTING.md", "examples/README.md")
                                    .map(ROOT::resolve))
                    .filter(file -> file.toString().endsWith(".md"))
                    .collect(Collectors.toList());
        }
        for (Path document : documents) {
            String text = Files.readString(document);
            assertTrue(text.startsWith("# "), document + " has no title");
            var links = Pattern.compile("\\]\\(([^)#:]+)\\)").matcher(text);
            while (links.find()) {
                Path target = document.resolveSibling(links.group(1));
                assertTrue(Files.exists(target), document + " links to " + links.group(1));
            }
        }
    }
}
