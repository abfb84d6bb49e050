package dev.iovacheck.bench.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Runs commands, each as a process of its own. */
public final class Program {

    private static final int POLL_MS = 5;

    private Program() {}

    /**
     * What a process did.
     *
     * @param output what it printed, errors included
     * @param exitCode its exit code
     * @param seconds wall time of the whole process
     * @param peakBytes the most memory it had resident at once; 0 where the system does not tell
     */
    public record Run(String output, int exitCode, double seconds, long peakBytes) {}

    /** Whether there is such a command. */
    public static boolean exists(String name) {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        for (String folder : path.split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, name))) {
                return true;
            }
        }
        return false;
    }

    /** @param folder where it runs */
    public static Run run(List<String> command, Path folder) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "output", ".txt");
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        long peak = 0;
        do {
            peak = Math.max(peak, peakOf(process.pid()));
        } while (!process.waitFor(POLL_MS, TimeUnit.MILLISECONDS));
        double seconds = (System.nanoTime() - start) / 1e9;
        String output = Files.readString(out, StandardCharsets.UTF_8);
        Files.delete(out);
        return new Run(output, process.exitValue(), seconds, peak);
    }

    /** Runs something that must work. */
    public static void prepare(List<String> command, Path folder) throws IOException, InterruptedException {
        Run run = run(command, folder);
        if (run.exitCode() != 0) {
            throw new IOException(String.join(" ", command) + " failed: " + run.output());
        }
    }

    /** The high-water mark so far; it never sinks, so that asking shortly before the end is enough. */
    private static long peakOf(long pid) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                if (line.startsWith("VmHWM:")) {
                    return 1024 * Long.parseLong(line.toLowerCase(Locale.ROOT).replaceAll("[^0-9]", ""));
                }
            }
        } catch (IOException e) {
            return 0; // it has just ended, or this is not Linux
        }
        return 0;
    }
}
