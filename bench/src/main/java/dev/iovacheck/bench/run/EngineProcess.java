package dev.iovacheck.bench.run;

import dev.iovacheck.bench.reference.ReferenceSearch;
import dev.iovacheck.bench.reference.ReferenceSize;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** This engine in a virtual machine of its own, with the options that the launcher gives. */
public final class EngineProcess {

    private EngineProcess() {}

    /**
     * The command that starts it on the reference model.
     *
     * @param options more options for Java
     * @param storage {@code exact} or {@code fingerprint}
     * @param reduction {@code none} or {@code full}
     */
    public static List<String> command(
            List<String> options, ReferenceSize size, int threads, String storage, String reduction) {
        return command(
                options,
                ReferenceSearch.class,
                List.of(
                        Integer.toString(size.lowerBound()),
                        Integer.toString(size.slots()),
                        Integer.toString(threads),
                        storage,
                        reduction));
    }

    /**
     * The command that starts a program that searches something.
     *
     * @param options more options for Java
     * @param program what has the main method
     * @param arguments of that method
     */
    public static List<String> command(List<String> options, Class<?> program, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "MALLOC_ARENA_MAX=1",
                java(),
                "-XX:+UseSerialGC",
                "-Xms96m",
                "-Xmn2m",
                "-XX:PretenureSizeThreshold=16k",
                "-XX:MinHeapFreeRatio=8",
                "-XX:MaxHeapFreeRatio=12",
                "-XX:MarkSweepDeadRatio=0",
                "-XX:+UseTransparentHugePages",
                "-XX:MaxRAMPercentage=75",
                "-XX:-SegmentedCodeCache",
                "-Xshare:auto",
                "-Xlog:disable"));
        if (Runtime.version().feature() <= 21) {
            command.addAll(List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0"));
        }
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(), program.getName()));
        command.addAll(arguments);
        return command;
    }

    /**
     * The command that makes a file of classes from their list, as the launcher does.
     *
     * @param classes their names, from {@code -XX:DumpLoadedClassList}
     * @param archive the file, for {@code -XX:SharedArchiveFile}
     */
    public static List<String> archiveCommand(Path classes, Path archive) {
        return List.of(
                java(),
                "-Xshare:dump",
                "-Xlog:disable",
                "-XX:+UseG1GC",
                "-XX:SharedClassListFile=" + classes,
                "-XX:SharedArchiveFile=" + archive,
                "-cp",
                classPath());
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** That of this process, in a form that is right in any folder. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
