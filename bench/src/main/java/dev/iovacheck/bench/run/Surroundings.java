package dev.iovacheck.bench.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a run was made on, for whoever reads the results later. */
public final class Surroundings {

    private Surroundings() {}

    /** One line each: processor, memory, load by others, system, Java, commit. To be asked before the runs: they are a load too. */
    public static List<String> lines(Path root) throws IOException, InterruptedException {
        return List.of(
                "processor: " + processor() + ", " + Runtime.getRuntime().availableProcessors() + " in use",
                "memory: " + memory(),
                "load before: " + load(),
                "system: " + System.getProperty("os.name") + " " + System.getProperty("os.version"),
                "java: " + System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
                "commit: " + commit(root));
    }

    private static String processor() throws IOException {
        return firstLine(Path.of("/proc/cpuinfo"), "model name");
    }

    private static String memory() throws IOException {
        return firstLine(Path.of("/proc/meminfo"), "MemTotal");
    }

    /** Processes that were running or waiting to, on average over the last minute. */
    private static String load() throws IOException {
        Path file = Path.of("/proc/loadavg");
        return Files.isReadable(file) ? Files.readString(file).split(" ", -1)[0] : "unknown";
    }

    private static String firstLine(Path file, String key) throws IOException {
        if (!Files.isReadable(file)) {
            return "unknown";
        }
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }

    private static String commit(Path root) throws IOException, InterruptedException {
        if (!Program.exists("git")) {
            return "unknown";
        }
        Program.Run head = Program.run(List.of("git", "-C", root.toString(), "rev-parse", "--short", "HEAD"), tmp());
        Program.Run changes = Program.run(
                List.of("git", "-C", root.toString(), "status", "--porcelain", "--untracked-files=no"), tmp());
        return head.exitCode() == 0
                ? head.output().strip() + (changes.output().isBlank() ? "" : " with changes")
                : "unknown";
    }

    private static Path tmp() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }
}
