package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What platforms are given: the action for GitHub, the job for GitLab and the hooks of pre-commit. Their commands are run by a shell, as
 * runners do, with a {@code java} that takes the classes of this build for the jar.
 */
class PlatformFilesTest {

    private static final Path ROOT = Path.of(System.getProperty("iovacheck.root", "../.."))
            .toAbsolutePath()
            .normalize();
    private static final Pattern INPUT = Pattern.compile("\\$\\{\\{ inputs\\.([a-z-]+) }}");

    private static final String FINE = """
            iovacheck: 1
            kernel: v7.1
            iommu: { aperture: 0..1GiB }
            devices:
              codec: { mask: 0x3fffffff, window: 512MiB..1GiB }
            mechanism: none
            workload:
              codec: { map: [256MiB], live: 1 }
            """;

    @TempDir
    private Path folder = Path.of("");

    private Path tools = Path.of("");
    private Path boards = Path.of("");

    @BeforeEach
    void makeARunner() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no /bin/bash to run the commands with");
        tools = Files.createDirectory(folder.resolve("tools"));
        Path java = tools.resolve("java");
        Files.writeString(java, """
                #!/bin/bash
                [ "$1" = -jar ] && [ -f "$2" ] || exit 99
                shift 2
                exec "%s" -XX:TieredStopAtLevel=1 -cp "%s" dev.iovacheck.cli.Main "$@"
                """.formatted(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        absolute(System.getProperty("java.class.path"))));
        assertTrue(java.toFile().setExecutable(true));
        Path command = tools.resolve("iovacheck");
        Files.writeString(command, "#!/bin/bash\nexec java -jar " + tools.resolve("iovacheck.jar") + " \"$@\"\n");
        assertTrue(command.toFile().setExecutable(true));
        Files.createFile(tools.resolve("iovacheck.jar"));
        boards = Files.createDirectories(folder.resolve("work/boards of ours"));
        Files.writeString(boards.resolve("fine.yaml"), FINE);
    }

    private static String absolute(String classPath) {
        return Pattern.compile(":")
                .splitAsStream(classPath)
                .map(part -> Path.of(part).toAbsolutePath().toString())
                .reduce((all, part) -> all + ":" + part)
                .orElse("");
    }

    private void breakABoard() throws IOException {
        Files.writeString(boards.resolve("low.yaml"), FINE.replace("live: 1", "live: 3"));
    }

    private static Object yaml(String name) throws IOException {
        return new Load(LoadSettings.builder().setLabel(name).build())
                .loadFromString(Files.readString(ROOT.resolve(name)));
    }

    /** What lies below keys, and numbers for lists. */
    private static Object at(Object value, Object... keys) {
        Object found = value;
        for (Object key : keys) {
            Object below = found instanceof Map<?, ?> map
                    ? map.get(key)
                    : found instanceof List<?> list && key instanceof Integer index ? list.get(index) : null;
            if (below == null) {
                throw new AssertionError("no " + key + " in " + found);
            }
            found = below;
        }
        return found;
    }

    private record Run(int code, String out) {}

    private Run bash(String script, Map<String, String> environment) throws IOException, InterruptedException {
        Path out = folder.resolve("said");
        ProcessBuilder builder = new ProcessBuilder(
                        "/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
                .directory(folder.resolve("work").toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().put("PATH", tools + ":" + System.getenv("PATH"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertTrue(process.waitFor(300, TimeUnit.SECONDS), "does not end");
        return new Run(process.exitValue(), Files.readString(out));
    }

    // ---- GitHub ----

    private Run action(Map<String, String> inputs) throws IOException, InterruptedException {
        Object action = yaml("action.yml");
        assertEquals("composite", at(action, "runs", "using"));
        Map<String, String> environment = new HashMap<>();
        environment.put("GITHUB_ACTION_PATH", tools.toString());
        environment.put("GITHUB_WORKSPACE", folder.resolve("work").toString());
        environment.put("GITHUB_OUTPUT", folder.resolve("outputs").toString());
        inputs.keySet().forEach(name -> at(action, "inputs", name));
        ((Map<?, ?>) at(action, "runs", "steps", 0, "env")).forEach((name, value) -> {
            Matcher input = INPUT.matcher(String.valueOf(value));
            assertTrue(input.matches(), String.valueOf(value));
            Object declared = at(action, "inputs", input.group(1));
            String given = inputs.get(input.group(1));
            environment.put(String.valueOf(name), given == null ? String.valueOf(at(declared, "default")) : given);
        });
        assertEquals("bash", at(action, "runs", "steps", 0, "shell"));
        return bash(String.valueOf(at(action, "runs", "steps", 0, "run")), environment);
    }

    @Test
    void theActionIsGreenForWhatHolds() throws Exception {
        Run run = action(Map.of("paths", "boards of ours\n"));
        assertEquals(0, run.code(), run.out());
        assertEquals("exit-code=0\nsarif=iovacheck.sarif\n", Files.readString(folder.resolve("outputs")));
        assertTrue(Files.readString(folder.resolve("work/iovacheck.sarif")).contains("\"results\": [ ]"));
    }

    @Test
    void theActionIsRedForWhatDoesNotAndShowsIt() throws Exception {
        breakABoard();
        Map<String, String> inputs = Map.of(
                "paths", "boards of ours/low.yaml\nboards of ours/fine.yaml",
                "junit", "out.xml",
                "cache", ".cache",
                "options", "--max-states 1000  --only lower-bound");
        Run run = action(inputs);
        assertEquals(1, run.code(), run.out());
        assertTrue(
                run.out()
                        .contains(
                                "\n::error file=boards of ours/low.yaml,line=5,col=38,title=iovacheck%3A lower-bound::"),
                run.out());
        assertEquals("exit-code=1\nsarif=iovacheck.sarif\n", Files.readString(folder.resolve("outputs")));
        String sarif = Files.readString(folder.resolve("work/iovacheck.sarif"));
        assertTrue(sarif.contains("\"uri\": \"boards%20of%20ours/low.yaml\""), sarif);
        assertTrue(Files.readString(folder.resolve("work/out.xml")).contains("<failure type=\"lower-bound\""));
        assertTrue(Files.isDirectory(folder.resolve("work/.cache")));
        Run quiet = action(Map.of("paths", "boards of ours", "annotations", "false"));
        assertEquals(1, quiet.code());
        assertFalse(quiet.out().contains("::error"), quiet.out());
    }

    @Test
    void theActionTakesABaselineAndAJar() throws Exception {
        breakABoard();
        Map<String, String> jar = Map.of("paths", "boards of ours", "jar", "../tools/iovacheck.jar");
        Map<String, String> first = new HashMap<>(jar);
        first.putAll(Map.of("baseline", "known.json", "options", "--update-baseline"));
        assertEquals(0, action(first).code());
        Map<String, String> later = new HashMap<>(jar);
        later.put("baseline", "known.json");
        Run run = action(later);
        assertEquals(0, run.code(), run.out());
        Run none = action(Map.of("paths", "boards of ours", "jar", "no.jar"));
        assertEquals(2, none.code());
        assertTrue(none.out().startsWith("::error title=iovacheck::there is no no.jar"), none.out());
    }

    // ---- GitLab ----

    @Test
    void theJobWritesTheReportsThatGitLabShows() throws Exception {
        breakABoard();
        Object job = at(yaml("ci/gitlab.yml"), ".iovacheck");
        Map<String, String> variables = variables(job);
        Run run = bash(String.valueOf(at(job, "script", 0)), variables);
        assertEquals(1, run.code(), run.out());
        Path work = folder.resolve("work");
        String quality = Files.readString(work.resolve(String.valueOf(at(job, "artifacts", "reports", "codequality"))));
        assertTrue(quality.contains("\"path\": \"boards of ours/low.yaml\""), quality);
        String junit = Files.readString(work.resolve(String.valueOf(at(job, "artifacts", "reports", "junit"))));
        assertTrue(junit.contains("<failure type=\"lower-bound\""), junit);
        assertTrue(Files.isDirectory(work.resolve(String.valueOf(at(job, "cache", "paths", 0)))));
        assertEquals("always", at(job, "artifacts", "when"));
        variables.put("IOVACHECK_OPTIONS", "--baseline known.json --update-baseline");
        assertEquals(0, bash(String.valueOf(at(job, "script", 0)), variables).code());
    }

    private static Map<String, String> variables(Object job) {
        Map<String, String> variables = new HashMap<>();
        ((Map<?, ?>) at(job, "variables"))
                .forEach((name, value) -> variables.put(String.valueOf(name), String.valueOf(value)));
        variables.put("IOVACHECK_JAR", "../tools/iovacheck.jar");
        return variables;
    }

    /** A shell takes two stars for one, and would find the file that is fine and not the one below it. */
    @Test
    void patternsOfTheJobAreNotForTheShell() throws Exception {
        Path deep = Files.createDirectories(folder.resolve("work/deep/er"));
        Files.writeString(deep.resolve("low.yaml"), FINE.replace("live: 1", "live: 3"));
        Files.writeString(deep.resolveSibling("fine.yaml"), FINE);
        Object job = at(yaml("ci/gitlab.yml"), ".iovacheck");
        Map<String, String> variables = variables(job);
        variables.put("IOVACHECK_PATHS", "**/*.yaml");
        variables.put("IOVACHECK_OPTIONS", "--only lower-bound");
        Run run = bash(String.valueOf(at(job, "script", 0)), variables);
        assertEquals(1, run.code(), run.out());
        assertTrue(run.out().contains("deep/er/low.yaml: NOT AS EXPECTED"), run.out());
    }

    // ---- pre-commit ----

    @Test
    void hooksCheckTheFilesTheyAreGiven() throws Exception {
        breakABoard();
        List<String> ids = new ArrayList<>();
        for (Object hook : (List<?>) yaml(".pre-commit-hooks.yaml")) {
            ids.add(String.valueOf(at(hook, "id")));
            Pattern files = Pattern.compile(String.valueOf(at(hook, "files")));
            assertTrue(files.matcher("boards/a/b.yaml").find());
            assertTrue(files.matcher("iovacheck/b.dtb").find());
            assertFalse(files.matcher(".github/workflows/ci.yaml").find());
            assertEquals(true, at(hook, "require_serial"), "files are checked side by side by one process");
            String entry = String.valueOf(at(hook, "entry"));
            if (at(hook, "language").equals("script")) {
                assertTrue(Files.isExecutable(ROOT.resolve(entry.substring(0, entry.indexOf(' ')))), entry);
                entry = entry.replace("./", "");
            }
            String fine = " 'boards of ours/fine.yaml'";
            Run green = bash(entry + fine, Map.of());
            assertEquals(0, green.code(), green.out());
            Run red = bash(entry + fine + " 'boards of ours/low.yaml'", Map.of());
            assertEquals(1, red.code(), red.out());
            assertTrue(red.out().contains("boards of ours/low.yaml: NOT AS EXPECTED"), red.out());
        }
        assertEquals(List.of("iovacheck", "iovacheck-source"), ids);
    }
}
