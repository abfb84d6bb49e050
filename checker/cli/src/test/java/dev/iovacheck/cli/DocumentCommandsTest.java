package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.board.Boards;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands that documents show are run: those in code blocks, one to a line. Commands of one document follow each other in one
 * folder, as a reader types them.
 */
class DocumentCommandsTest {

    private static final Path ROOT = Path.of(System.getProperty("iovacheck.root", "../.."));

    /** As blocks indented by four, or between fences. */
    private static final Pattern COMMAND = Pattern.compile("(?: {4}|\\$ )?(?:\\./)?iovacheck (.*)");

    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    /** Commands that are not run, each with the reason. */
    private static final Map<String, String> NOT_RUN = Map.of(
            "check --checkpoint night CONFIG", "the configuration is the reader's",
            "check --resume night CONFIG", "the configuration is the reader's",
            "import dtb -o configurations x/usr/lib/linux-image-6.1.0-56-arm64", "a package has to be fetched first",
            "diff copy", "it needs what a running machine says",
            "import sysfs copy", "it needs what a running machine says",
            "diff --sysfs groups board.dtb", "it needs what a running machine says",
            "diff --sysfs rec/sysfs-end.txt --recording rec/trace.txt board.dtb",
                    "it needs what a running machine says");

    /** Documents whose commands are not run, each with the reason. */
    private static final Map<String, String> DOCUMENTS_NOT_RUN =
            Map.of("recording.md", "they need a recording of a running kernel, which the reader makes");

    @TempDir
    private Path folder = Path.of("");

    private record Command(Path document, int line, String text) {}

    @TestFactory
    Stream<DynamicTest> whatDocumentsShowWorks() throws IOException {
        List<Command> commands = new ArrayList<>();
        for (Path document : documents()) {
            commands.addAll(commandsOf(document));
        }
        Set<String> left = new TreeSet<>(NOT_RUN.keySet());
        commands.forEach(command -> left.remove(command.text()));
        assertEquals(Set.of(), left, "these are in no document any more");
        assertTrue(commands.size() >= 10, "commands are missing: " + commands);
        return commands.stream()
                .filter(command -> !NOT_RUN.containsKey(command.text()))
                .map(command -> DynamicTest.dynamicTest(
                        ROOT.relativize(command.document()) + ":" + command.line() + ": " + command.text(),
                        () -> run(command)));
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            return Stream.concat(Stream.of("README.md", "examples/README.md").map(ROOT::resolve), docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !DOCUMENTS_NOT_RUN.containsKey(String.valueOf(file.getFileName())))
                    .sorted()
                    .toList();
        }
    }

    private static List<Command> commandsOf(Path document) throws IOException {
        List<Command> commands = new ArrayList<>();
        boolean isInside = false;
        int number = 0;
        for (String line : Files.readAllLines(document)) {
            number++;
            if (line.startsWith("```")) {
                isInside = !isInside;
            }
            Matcher command = COMMAND.matcher(line);
            if (command.matches() && (isInside || line.startsWith("    "))) {
                commands.add(new Command(document, number, command.group(1).replaceFirst("\\s+#.*", "")));
            }
        }
        return commands;
    }

    private void run(Command command) throws IOException {
        Path place = Files.createDirectories(
                folder.resolve(String.valueOf(command.document().getFileName())));
        Path board = place.resolve("board.dtb");
        boolean hasDisplay = command.text().contains("display");
        Files.write(board, hasDisplay ? Boards.allwinner() : Boards.reserved(2, 0, 0, 0, 0x25800000));
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(command.text());
        while (word.find()) {
            words.add(inPlace(word.group(1) == null ? word.group(2) : word.group(1), place));
        }
        CommandLineRun run = CommandLineRun.of(words.toArray(new String[0]));
        assertTrue(run.code() == 0 || run.code() == 1, run.code() + "\n" + run.err() + run.out());
        assertFalse(run.err().contains("internal error"), run.err());
    }

    /** Examples are where they are; everything else that looks like a file lies in the reader's folder. */
    private static String inPlace(String word, Path place) {
        int equals = word.startsWith("-") || word.matches("[a-z]+=.+") ? word.indexOf('=') + 1 : 0;
        String name = word.substring(equals);
        if (name.startsWith("examples")) {
            return word.substring(0, equals) + ROOT.resolve(name);
        }
        boolean isFile =
                name.matches("[.A-Za-z][-.A-Za-z0-9]*\\.(json|dtb|yaml|sarif|xml|svg|html)|\\.iovacheck-cache");
        return isFile ? word.substring(0, equals) + place.resolve(name) : word;
    }
}
