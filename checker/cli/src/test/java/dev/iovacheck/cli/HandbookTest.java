package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Manual pages and completion are whole, and the programs that read them have nothing to say against them. */
class HandbookTest {

    @TempDir
    private Path share = Path.of("");

    @BeforeEach
    void writeIt() throws IOException {
        Handbook.main(new String[] {share.toString()});
    }

    private String page(String name) throws IOException {
        return Files.readString(share.resolve("man/man1/" + name + ".1"), StandardCharsets.US_ASCII);
    }

    private static List<CommandLine> all(CommandLine command) {
        List<CommandLine> all = new ArrayList<>(List.of(command));
        command.getSubcommands().values().forEach(below -> all.addAll(all(below)));
        return all;
    }

    @Test
    void everyCommandHasAPageWithAllItsOptions() throws IOException {
        List<CommandLine> commands = all(Handbook.program());
        assertTrue(commands.size() >= 17, commands.toString());
        for (CommandLine command : commands) {
            String text = page(command.getCommandSpec().qualifiedName("-"));
            for (OptionSpec option : command.getCommandSpec().options()) {
                for (String name : option.names()) {
                    assertTrue(text.contains("\\fB" + name.replace("-", "\\-") + "\\fR"), name + "\n" + text);
                }
            }
            for (String section : List.of("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLE", "SEE ALSO")) {
                assertTrue(text.contains("\n.SH \"" + section), section + "\n" + text);
            }
        }
        assertTrue(
                page("iovacheck").contains("\n.SH \"EXIT CODES\"\n.nf\n 0  everything as expected"), page("iovacheck"));
    }

    @Test
    void groffHasNoWarnings() throws Exception {
        assumeTrue(run("groff", "--version").code() == 0, "groff is not installed: pages are not formatted");
        List<String> words = new ArrayList<>(List.of("groff", "-man", "-ww", "-Tascii", "-z"));
        try (Stream<Path> pages = Files.list(share.resolve("man/man1"))) {
            pages.sorted().map(Path::toString).forEach(words::add);
        }
        Run groff = run(words.toArray(new String[0]));
        assertEquals("", groff.out());
        assertEquals(0, groff.code());
        String check = run(
                        "groff",
                        "-man",
                        "-Tascii",
                        "-P-cbou",
                        share.resolve("man/man1/iovacheck-check.1").toString())
                .out()
                .replaceAll("\\s+", " ");
        assertTrue(check.contains("iovacheck-check - Look at every state that a configuration can reach"), check);
        assertTrue(check.contains("--baseline=FILE"), check);
        assertTrue(check.contains("iovacheck check --baseline known.json --cache .cache"), check);
    }

    @Test
    void mandocHasNoErrors() throws Exception {
        assumeTrue(
                run("mandoc", "-T", "lint", "/dev/null").code() != 127,
                "mandoc is not installed: pages are not checked by it");
        for (String name : List.of("iovacheck", "iovacheck-check", "iovacheck-import-dtb")) {
            Run lint = run(
                    "mandoc",
                    "-T",
                    "lint",
                    "-W",
                    "error",
                    share.resolve("man/man1/" + name + ".1").toString());
            assertEquals(0, lint.code(), lint.out());
        }
    }

    @Test
    void bashCompletesCommandsAndOptions() throws Exception {
        assertEquals(List.of("check"), completed("bash", "che"));
        assertEquals(List.of("--baseline"), completed("bash", "check", "--base"));
        assertEquals(List.of("dtb"), completed("bash", "import", "dt"));
    }

    @Test
    void zshTakesTheSameScript() throws Exception {
        assumeTrue(run("zsh", "--version").code() == 0, "zsh is not installed: its completion is not tried");
        Run loaded = run(
                "zsh",
                "-fc",
                "autoload -Uz compinit && compinit -D -u; source "
                        + share.resolve("iovacheck/completion.sh") + " && (( $+functions[_complete_iovacheck] ))"
                        + " && [[ -n ${_comps[iovacheck]} ]]");
        assertEquals(0, loaded.code(), loaded.out());
    }

    private List<String> completed(String shell, String... words) throws Exception {
        assumeTrue(run(shell, "--version").code() == 0, shell + " is not installed: its completion is not tried");
        String line = "iovacheck " + String.join(" ", words);
        Run run = run(
                shell,
                "-c",
                "source " + share.resolve("iovacheck/completion.sh") + "; compopt() { :; }; COMP_WORDS=(" + line
                        + "); COMP_CWORD="
                        + words.length + "; COMP_LINE='" + line
                        + "'; _complete_iovacheck; printf '%s\\n' \"${COMPREPLY[@]}\"");
        assertEquals(0, run.code(), run.out());
        return run.out().lines().map(String::strip).toList();
    }

    private record Run(int code, String out) {}

    private Run run(String... words) throws IOException, InterruptedException {
        Path out = share.resolve("said");
        try {
            Process process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "does not end");
            return new Run(process.exitValue(), Files.readString(out));
        } catch (IOException e) {
            return new Run(127, "");
        }
    }
}
