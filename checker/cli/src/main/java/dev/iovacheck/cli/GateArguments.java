package dev.iovacheck.cli;

import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.cli.report.ExitStatus;
import dev.iovacheck.cli.result.Baseline;
import dev.iovacheck.cli.result.FileNames;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options for gates: which files, what is accepted, what is remembered. */
final class GateArguments {

    private static final int MOST_EXIT_CODE = 255;
    private static final long LARGEST_BASELINE = 64L << 20;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--exclude",
            paramLabel = "GLOB",
            description =
                    "Leave out files whose path matches, as 'examples/large/**' or '**/large/**'. May be given several times.")
    private List<String> excluded = List.of();

    @Option(
            names = "--changed-since",
            paramLabel = "REV",
            description = "Check only files that differ from this revision in git, or that git does not have.")
    private @Nullable String revision;

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            description = "Accept the findings in FILE; fail on others, and tell which of them are cured.")
    private @Nullable Path baseline;

    @Option(
            names = "--update-baseline",
            description = "Write to the baseline what was found, instead of failing on it.")
    private boolean updatesBaseline;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "Remember in DIR what came of files, and search only what has changed. Default: nothing is"
                    + " remembered.")
    private @Nullable Path cache;

    @Option(
            names = "--exit-code-undecided",
            paramLabel = "N",
            description = "End with N, 0 to 255, if a search was cut off. Default: 3.")
    private int undecided = ExitCode.UNDECIDED.number();

    /** @throws ParameterException if options do not fit together */
    void check() {
        if (updatesBaseline && baseline == null) {
            throw wrong("--update-baseline: --baseline names the file");
        }
        if (undecided < 0
                || undecided > MOST_EXIT_CODE
                || undecided == ExitCode.USAGE.number()
                || undecided == ExitCode.INTERNAL.number()) {
            throw wrong("--exit-code-undecided: 0 to 255, but not 2 or 70, which mean something else");
        }
        if (baseline != null && Files.isDirectory(baseline)) {
            throw wrong("--baseline: " + baseline + " is a folder");
        }
        excluded.forEach(this::matcher);
    }

    ExitStatus exitStatus() {
        return new ExitStatus(undecided);
    }

    boolean updatesBaseline() {
        return updatesBaseline;
    }

    private PathMatcher matcher(String glob) {
        try {
            return Glob.of(glob);
        } catch (PatternSyntaxException | InvalidPathException e) {
            throw wrong("--exclude: '" + glob + "' is no pattern: " + e.getMessage());
        }
    }

    /**
     * The files that are to be checked.
     *
     * @param kept of these, in the same order
     * @param excluded how many were left out because of {@code --exclude}
     * @param unchanged how many were left out because they are as they were
     * @param sources how many sources of device trees nobody has named
     */
    record Selection(List<Path> kept, int excluded, int unchanged, int sources) {

        Selection {
            kept = List.copyOf(kept);
        }
    }

    /**
     * @param sources of device trees, which are checked only if they are among the files
     * @throws ConfigurationException if git cannot say what has changed
     */
    Selection select(List<Path> files, List<Path> sources) throws ConfigurationException {
        List<PathMatcher> matchers = excluded.stream().map(this::matcher).toList();
        Predicate<Path> isWanted = file -> matchers.stream()
                .noneMatch(matcher -> matcher.matches(file) || matcher.matches(Path.of(FileNames.of(file))));
        List<Path> wanted = files.stream().filter(isWanted).toList();
        Set<String> names = files.stream().map(FileNames::of).collect(Collectors.toSet());
        long alone = sources.stream()
                .filter(isWanted)
                .filter(file -> !names.contains(FileNames.of(file)))
                .count();
        List<Path> kept = wanted;
        if (revision != null) {
            GitChanges changes = new GitChanges(revision);
            kept = new ArrayList<>();
            for (Path file : wanted) {
                // Whether what it includes has changed, git cannot tell.
                if (changes.has(file) || DeviceTreeFiles.includesOthers(file)) {
                    kept.add(file);
                }
            }
        }
        return new Selection(kept, files.size() - wanted.size(), wanted.size() - kept.size(), (int) alone);
    }

    /**
     * What is accepted; empty if there is no baseline.
     *
     * @throws ConfigurationException if it cannot be read
     */
    Optional<Baseline> readBaseline() throws ConfigurationException {
        if (baseline == null) {
            return Optional.empty();
        }
        if (!Files.exists(baseline)) {
            if (updatesBaseline) {
                return Optional.of(new Baseline(List.of()));
            }
            throw fault(baseline, "there is no such baseline", "--update-baseline writes it");
        }
        try {
            if (Files.size(baseline) > LARGEST_BASELINE) {
                throw fault(baseline, "is larger than 64 MiB", "name a file that --update-baseline wrote");
            }
            String text = new String(Files.readAllBytes(baseline), StandardCharsets.UTF_8);
            return Optional.of(Baseline.read(baseline.toString(), text));
        } catch (IOException e) {
            throw fault(baseline, "cannot be read: " + e.getMessage(), "check the path and its permissions");
        }
    }

    /** @throws IOException if it cannot be written */
    void writeBaseline(Baseline updated) throws IOException {
        if (baseline != null) {
            Files.writeString(baseline, updated.text());
        }
    }

    /**
     * Where results are remembered; empty if nothing is to be remembered, or nothing can be.
     *
     * @param options those that change what is found; not asked if nothing is to be remembered
     */
    Optional<ResultCache> openCache(Supplier<String> options, Session session) {
        if (cache == null) {
            return Optional.empty();
        }
        try {
            Files.createDirectories(cache);
        } catch (IOException e) {
            session.warn("--cache: " + cache + " cannot be made, so nothing is remembered: " + e.getMessage());
            return Optional.empty();
        }
        Optional<String> program = ProgramDigest.read();
        if (program.isEmpty()) {
            session.warn("--cache: this program cannot read its own code, so nothing is remembered");
        }
        Path folder = cache;
        return program.map(digest -> new ResultCache(folder, digest, options.get()));
    }

    private static ConfigurationException fault(Path file, String problem, String remedy) {
        return new ConfigurationException(List.of(new Fault(file.toString(), 0, 0, problem, remedy)));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
