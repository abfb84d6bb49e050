package dev.iovacheck.cli;

import dev.iovacheck.cli.report.Numbers;
import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.Coverage;
import dev.iovacheck.engine.SearchOptions;
import dev.iovacheck.engine.Verdict;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.Configuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A search with its progress and its time on standard error, in every command that searches. */
final class EngineRun {

    private final Session session;
    private final boolean quiet;
    private final boolean tellsProgress;

    EngineRun(Session session, boolean quiet) {
        this(session, quiet, true);
    }

    /** @param tellsProgress whether it says how far it is, if it is not quiet */
    EngineRun(Session session, boolean quiet, boolean tellsProgress) {
        this.session = session;
        this.quiet = quiet;
        this.tellsProgress = tellsProgress && !quiet;
    }

    /** Searches with the exhaustive engine. Without memory nothing is decided. */
    CheckResult of(Configuration configuration, SearchOptions options) {
        ProgressPrinter progress = new ProgressPrinter(session.err(), session.isLive());
        CheckResult result;
        try {
            result = session.checker()
                    .run(configuration, options, tellsProgress ? progress : none -> {}, session.interrupted());
        } catch (OutOfMemoryError e) {
            result = withoutMemory(configuration, options);
        } finally {
            progress.finish();
        }
        return timed(result);
    }

    /** Says how long it took. */
    CheckResult timed(CheckResult result) {
        if (!quiet) {
            session.err().println(timing(result.coverage()));
        }
        return result;
    }

    /** What this machine made of the search; not part of the report, which is the same everywhere. */
    private static String timing(Coverage coverage) {
        double seconds = coverage.elapsed().toMillis() / 1000.0;
        if (coverage.runs().isPresent()) {
            return String.format(Locale.ROOT, "solved in %.1f s", seconds);
        }
        if (coverage.walks().isPresent()) {
            return String.format(
                    Locale.ROOT,
                    "%s in %.1f s",
                    Numbers.of(coverage.walks().get().steps(), "step"),
                    seconds);
        }
        long perState = coverage.states() == 0 ? 0 : coverage.bytes() / coverage.states();
        return String.format(
                Locale.ROOT,
                "%s in %.1f s, %s of memory (%s per state)",
                Numbers.of(coverage.states(), "state"),
                seconds,
                ProgressPrinter.memory(coverage.bytes()),
                Numbers.of(perState, "byte"));
    }

    /** The states are gone with the memory; what remains is to say that nothing was decided. */
    private static CheckResult withoutMemory(Configuration configuration, SearchOptions options) {
        String reason = "memory was exhausted; a lower --memory stops in time and says how far it got";
        List<CheckResult.Finding> findings = new ArrayList<>();
        for (String id : configuration.checks()) {
            findings.add(new CheckResult.Finding(Catalogue.byId(id), new Verdict.Undecided(reason)));
        }
        Coverage nothing =
                new Coverage(List.of(), Optional.of(reason), List.of(), Set.of(), Optional.empty(), Duration.ZERO);
        List<CheckResult.GoalFinding> goals = configuration.goals().stream()
                .map(goal -> new CheckResult.GoalFinding(goal, OptionalInt.empty()))
                .toList();
        return new CheckResult(configuration, findings, goals, nothing, options);
    }
}
