package dev.iovacheck.cli.report;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.monitor.RecordedFinding;
import dev.iovacheck.counterexamples.trace.Provenance;
import java.util.List;
import java.util.OptionalInt;

/**
 * The counterexamples of a run, for forms of a report that show these and nothing else.
 *
 * @param provenance where they come from
 * @param replays in the order of the report
 * @param isMinimal whether it was tried that nothing can be left out of them
 * @param recordings what was found in recordings
 * @param step after which step a picture is drawn, from 1; empty for the last
 */
public record Shown(
        Provenance provenance,
        List<Replay> replays,
        boolean isMinimal,
        List<RecordedFinding> recordings,
        OptionalInt step) {

    public Shown {
        replays = List.copyOf(replays);
        recordings = List.copyOf(recordings);
    }
}
