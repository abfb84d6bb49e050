package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    @TestFactory
    Stream<DynamicTest> everyExampleComesOutAsItSaysDownToTheNumberOfStates() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(ROOT.resolve("examples"))) {
            files = all.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
        assertTrue(files.size() >= 24, "examples are missing: " + files);
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
    }

    private static void check(Path file) throws Exception {
        Configuration configuration = new ConfigurationReader(Catalogue.ids()).read(file);
        assertTrue(configuration.expectation().states().isPresent(), "an example asserts its number of states");
        assertFalse(configuration.title().isEmpty(), "an example says what it is about");
        if (file.startsWith(ROOT.resolve("examples/large")) && !Boolean.getBoolean("iovacheck.long")) {
            CommandLineRun start = CommandLineRun.of("check", "--quiet", "--max-states", "100000", file.toString());
            assertEquals(3, start.code(), start.out() + start.err());
            return; // mvn verify -Plong goes all the way
        }
        CommandLineRun run = CommandLineRun.of("check", "--quiet", file.toString());
        assertEquals(0, run.code(), run.out() + run.err());
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
            var named = Pattern.compile("examples/[^\\s;]+").matcher(help);
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
