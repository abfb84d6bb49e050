package dev.iovacheck.cli;

import dev.iovacheck.cli.report.Assessment;
import dev.iovacheck.cli.report.ConfigurationResults;
import dev.iovacheck.cli.result.ConfigurationResult;
import dev.iovacheck.cli.result.FileNames;
import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.model.board.BoardOptions;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.Fault;
import dev.iovacheck.model.config.LocatedConfiguration;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Checks files one by one, in two steps: what can be said at once, and the search. What goes wrong with one keeps no other from being checked. */
final class FileCheck {

    private final BoardOptions boardOptions;
    private final List<String> only;
    private final boolean isOneOfMany;
    private final BooleanSupplier interrupted;
    private final Search search;
    private @Nullable ResultCache cache;
    private boolean isLookedUp;
    private final AtomicInteger hits = new AtomicInteger();

    /** How a configuration is checked, and how a user does it again. */
    interface Search {

        /** @param err for progress and warnings */
        CheckResult run(Configuration configuration, PrintStream err);

        List<String> repeat(Path file, CheckResult result);

        /** The same for one that was checked before. */
        List<String> repeat(Path file);

        /** The whole report for people. */
        String report(Assessment assessment, List<String> repeat);
    }

    /**
     * A file that was read.
     *
     * @param name as results carry it
     * @param messages lines for standard error: faults, and what was assumed
     * @param remarks what was assumed, as it is remembered
     * @param configurations what is to be searched
     * @param known what came of it, if that is known already
     * @param key where it is to be remembered; empty if nowhere
     * @param lines of what its places name
     */
    record Prepared(
            Path file,
            String name,
            List<String> messages,
            List<SourceFile.Remark> remarks,
            List<LocatedConfiguration> configurations,
            Optional<FileOutcome> known,
            String key,
            SourceLines lines) {

        Prepared {
            messages = List.copyOf(messages);
            remarks = List.copyOf(remarks);
            configurations = List.copyOf(configurations);
        }

        /** How many states it is expected to have; 0 if nobody knows. */
        long expectedStates() {
            return configurations.stream()
                    .mapToLong(
                            each -> each.configuration().expectation().states().orElse(0))
                    .sum();
        }
    }

    /**
     * @param only ids of the invariants to check; empty for what configurations say
     * @param isOneOfMany whether there are several files, of which an interruption leaves the rest out; of a single one the search itself
     *     tells how far it got
     */
    FileCheck(
            BoardOptions boardOptions,
            List<String> only,
            boolean isOneOfMany,
            BooleanSupplier interrupted,
            Search search) {
        this.isOneOfMany = isOneOfMany;
        this.boardOptions = boardOptions;
        this.only = List.copyOf(only);
        this.interrupted = interrupted;
        this.search = search;
    }

    /**
     * From now on remembers what came of files.
     *
     * @param looksUp whether what was remembered before is used as well
     */
    void rememberIn(ResultCache memory, boolean looksUp) {
        cache = memory;
        isLookedUp = looksUp;
    }

    /** How many files did not have to be searched. */
    int remembered() {
        return hits.get();
    }

    Prepared prepare(Path file) {
        String name = FileNames.of(file);
        SourceLines lines = SourceLines.NONE;
        try {
            SourceFile source = SourceFile.of(file);
            lines = source.lines();
            byte[] bytes = source.bytes();
            String key = cache == null || bytes == null ? "" : cache.key(file + "\n" + name, bytes);
            if (cache != null && isLookedUp && !key.isEmpty()) {
                Optional<ResultCache.Entry> entry = cache.find(key);
                if (entry.isPresent()) {
                    hits.incrementAndGet();
                    FileOutcome known = remembered(file, entry.get(), lines);
                    return prepared(file, name, entry.get().remarks(), List.of(), Optional.of(known), "", lines);
                }
            }
            SourceFile.Read read = source.read(boardOptions);
            return prepared(file, name, read.remarks(), read.configurations(), Optional.empty(), key, lines);
        } catch (ConfigurationException e) {
            ConfigurationResult result = ConfigurationResults.unreadable(file.toString(), name, e.faults());
            return new Prepared(
                    file,
                    name,
                    e.faults().stream().map(lines::in).map(Fault::toString).toList(),
                    List.of(),
                    List.of(),
                    Optional.of(FileOutcome.unchecked(result, lines)),
                    "",
                    lines);
        }
    }

    private static Prepared prepared(
            Path file,
            String name,
            List<SourceFile.Remark> remarks,
            List<LocatedConfiguration> configurations,
            Optional<FileOutcome> known,
            String key,
            SourceLines lines) {
        List<String> messages =
                remarks.stream().map(remark -> remark.line(lines)).toList();
        return new Prepared(file, name, messages, remarks, configurations, known, key, lines);
    }

    private FileOutcome remembered(Path file, ResultCache.Entry entry, SourceLines lines) {
        return new FileOutcome(
                entry.configurations().stream()
                        .map(result -> new FileOutcome.Part(result, search.repeat(file), null, null))
                        .toList(),
                entry.report(),
                lines);
    }

    /** @param err for progress and warnings of searches */
    FileOutcome search(Prepared prepared, PrintStream err) {
        if (prepared.known().isPresent()) {
            return prepared.known().get();
        }
        if (isOneOfMany && interrupted.getAsBoolean()) {
            return FileOutcome.unchecked(
                    ConfigurationResults.interrupted(prepared.file().toString(), prepared.name()), prepared.lines());
        }
        List<FileOutcome.Part> parts = new ArrayList<>();
        for (LocatedConfiguration located : prepared.configurations()) {
            parts.add(search(prepared, located, err));
        }
        parts = distinct(parts);
        Assessment only = parts.size() == 1 ? parts.get(0).assessment() : null;
        String report = isOneOfMany || only == null
                ? ""
                : search.report(only, parts.get(0).repeat());
        remember(prepared, parts, report, err);
        return new FileOutcome(parts, report, prepared.lines());
    }

    private void remember(Prepared prepared, List<FileOutcome.Part> parts, String report, PrintStream err) {
        if (cache == null || prepared.key().isEmpty()) {
            return;
        }
        try {
            cache.put(
                    prepared.key(),
                    new ResultCache.Entry(
                            prepared.remarks(),
                            report,
                            parts.stream().map(FileOutcome.Part::result).toList()));
        } catch (IOException e) {
            err.println(
                    "warning: --cache: what came of " + prepared.file() + " cannot be remembered: " + e.getMessage());
        }
    }

    private FileOutcome.Part search(Prepared prepared, LocatedConfiguration located, PrintStream err) {
        Configuration configuration = located.configuration();
        try {
            CheckResult result = search.run(
                    only.isEmpty()
                            ? configuration
                            : configuration.toBuilder().checks(only).build(),
                    err);
            Assessment assessment = Assessment.of(result);
            return new FileOutcome.Part(
                    ConfigurationResults.of(assessment, located, prepared.file().toString(), prepared.name()),
                    search.repeat(prepared.file(), result),
                    assessment,
                    null);
        } catch (RuntimeException e) {
            return new FileOutcome.Part(
                    ConfigurationResults.internalError(configuration.source(), prepared.name()), List.of(), null, e);
        }
    }

    private static List<FileOutcome.Part> distinct(List<FileOutcome.Part> parts) {
        List<ConfigurationResult> results = ConfigurationResults.distinct(
                parts.stream().map(FileOutcome.Part::result).toList());
        List<FileOutcome.Part> distinct = new ArrayList<>();
        for (int index = 0; index < parts.size(); index++) {
            distinct.add(parts.get(index).withResult(results.get(index)));
        }
        return distinct;
    }
}
