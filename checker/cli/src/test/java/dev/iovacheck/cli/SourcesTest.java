package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks over the sources of all modules that no compiler does. */
class SourcesTest {

    private static final Path ROOT = Path.of(System.getProperty("iovacheck.root", "../.."));
    private static final Pattern COMMENT =
            Pattern.compile("/\\*\\*(.*?)\\*/\\s*(@NullMarked\\s*)?package ", Pattern.DOTALL);

    /** Shorter than this, a package comment says no more than its name. */
    private static final int FEW_WORDS = 8;

    @Test
    void nothingIsLeftForLater() throws IOException {
        Pattern later = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");
        List<String> found = new ArrayList<>();
        for (Path file : sources()) {
            if (later.matcher(Files.readString(file)).find()) {
                found.add(ROOT.relativize(file).toString());
            }
        }
        assertEquals(List.of(), found);
    }

    @Test
    void everyPackageSaysWhatItIs() throws IOException {
        List<String> silent = new ArrayList<>();
        for (Path folder : sources().stream()
                .filter(file -> file.toString().contains("/src/main/java/"))
                .map(Path::getParent)
                .distinct()
                .toList()) {
            Path info = folder.resolve("package-info.java");
            if (!Files.exists(info) || wordsOf(Files.readString(info)) < FEW_WORDS) {
                silent.add(ROOT.relativize(folder).toString());
            }
        }
        assertEquals(List.of(), silent);
    }

    private static int wordsOf(String packageInfo) {
        Matcher comment = COMMENT.matcher(packageInfo);
        return comment.find() ? comment.group(1).replace("*", "").strip().split("\\s+", -1).length : 0;
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !ROOT.relativize(file).toString().contains("target/"))
                    .sorted()
                    .toList();
        }
    }
}
