package dev.iovacheck.cli;

import dev.iovacheck.counterexamples.monitor.RecordedFinding;
import dev.iovacheck.counterexamples.trace.Provenance;
import dev.iovacheck.counterexamples.trace.RecordedCounterexample;
import dev.iovacheck.counterexamples.trace.TraceFile;
import dev.iovacheck.counterexamples.trace.TraceFileException;
import dev.iovacheck.counterexamples.trace.TraceFileReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the trace files that a user names, and says where those come from that are written here. */
final class TraceFiles {

    private TraceFiles() {}

    /** Reads a file; faults are printed as they are, all of them. */
    static Optional<TraceFile> read(Path file, Session session) {
        try {
            return Optional.of(TraceFileReader.read(file));
        } catch (TraceFileException e) {
            e.faults().forEach(fault -> session.err().println(fault));
            session.err().flush();
            return Optional.empty();
        }
    }

    /** Those about one of these invariants; all of them if none is named. */
    static List<RecordedCounterexample> about(TraceFile file, List<String> ids) {
        return file.counterexamples().stream()
                .filter(each -> ids.isEmpty()
                        || ids.contains(each.counterexample().invariant().id()))
                .toList();
    }

    /** What was found in recordings, about one of these; all of it if none is named. */
    static List<RecordedFinding> recordings(TraceFile file, List<String> ids) {
        return file.recordings().stream()
                .filter(each -> ids.isEmpty() || ids.contains(each.finding().id()))
                .toList();
    }

    /** What this program has found with an engine. */
    static Provenance provenance(String engine, OptionalLong seed) {
        BuildInfo build = BuildInfo.load();
        return new Provenance(build.version(), build.commit(), System.getProperty("java.version"), engine, seed);
    }
}
