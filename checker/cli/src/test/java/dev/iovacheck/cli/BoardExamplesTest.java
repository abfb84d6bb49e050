package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The trees beside the configurations of real boards allow the same addresses as these, device by device. */
class BoardExamplesTest {

    private static final Path BOARDS = Path.of(System.getProperty("iovacheck.root", "../.."), "examples", "boards");
    private static final Pattern OPTIONS = Pattern.compile("/\\* iovacheck: ?(.*?) ?\\*/");

    /** What the kernel would misread, or not know what to do with. */
    private static final Set<String> REFUSED =
            Set.of("S09-binding-example-as-printed.dts", "S05-secure-child-both.dts");

    @TestFactory
    Stream<DynamicTest> everyTreeAllowsWhatItsConfigurationAllows() throws IOException {
        List<Path> trees;
        try (Stream<Path> files = Files.list(BOARDS)) {
            trees = files.filter(file -> file.toString().endsWith(".dts"))
                    .sorted()
                    .toList();
        }
        assertTrue(trees.size() >= 15, "trees are missing: " + trees);
        return trees.stream()
                .map(tree -> DynamicTest.dynamicTest(String.valueOf(tree.getFileName()), () -> compare(tree)));
    }

    private static void compare(Path tree) throws IOException {
        List<String> words = new ArrayList<>(List.of("where"));
        Matcher options = OPTIONS.matcher(Files.readString(tree));
        if (options.find() && !options.group(1).isEmpty()) {
            words.addAll(List.of(options.group(1).split(" ", -1)));
        }
        words.add(tree.toString());
        CommandLineRun ofTree = CommandLineRun.of(words.toArray(new String[0]));
        assumeFalse(
                ofTree.err().contains("install device-tree-compiler"),
                "dtc is not installed: the trees of examples/boards are not compared");
        if (REFUSED.contains(String.valueOf(tree.getFileName()))) {
            assertEquals(2, ofTree.code(), ofTree.out());
            assertTrue(ofTree.err().contains(": iommu-addresses: error: "), ofTree.err());
            return;
        }
        assertEquals(0, ofTree.code(), ofTree.err());
        assertFalse(ofTree.err().contains(": error: "), ofTree.err());
        CommandLineRun ofConfiguration =
                CommandLineRun.of("where", tree.toString().replaceAll("dts$", "yaml"));
        assertEquals(allowed(ofConfiguration), allowed(ofTree), ofTree.out() + ofTree.err());
    }

    /** Devices, who is probed first, what is allowed, and what of it is dangerous. */
    private static List<String> allowed(CommandLineRun run) {
        return run.out()
                .lines()
                // The first lines name the file.
                .dropWhile(line -> !line.isEmpty())
                .filter(line -> line.matches("  \\S.*|    (if|allowed|warning) .*"))
                .toList();
    }
}
