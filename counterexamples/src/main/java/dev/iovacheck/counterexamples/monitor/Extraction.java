package dev.iovacheck.counterexamples.monitor;

import dev.iovacheck.counterexamples.monitor.RecordedFinding.RecordedLine;
import dev.iovacheck.model.kernel.KernelProfile;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.collections.api.list.primitive.IntList;
import org.eclipse.collections.impl.factory.primitive.IntLists;
import org.eclipse.collections.impl.set.mutable.primitive.IntHashSet;

/**
 * Takes out of a recording what a finding follows from: the events about its domain and allocator up to its line. The recording is read
 * twice more, so that nothing has to be kept the first time.
 */
public final class Extraction {

    /** What is longer is no counterexample that anybody reads. */
    private static final int MOST_LINES = 200_000;

    /** No domain and no allocator has this number; what says that events are missing is always part. */
    private static final int LOSS = -1;

    /** Opens the recording once more. */
    @FunctionalInterface
    public interface Source {
        InputStream open() throws IOException;
    }

    private final Source recording;
    private final long skipped;
    private final Surroundings surroundings;
    private final KernelProfile profile;

    /** @param skipped lines of the recording that are not there any more */
    public Extraction(Source recording, long skipped, Surroundings surroundings, KernelProfile profile) {
        this.recording = recording;
        this.skipped = skipped;
        this.surroundings = surroundings;
        this.profile = profile;
    }

    /**
     * The lines for a finding; empty if what is there of the recording does not come to it again.
     *
     * @param source how the user named the recording
     * @throws IOException if it cannot be read again
     */
    public Optional<RecordedFinding> of(Finding finding, String source) throws IOException {
        IntHashSet subjects = IntHashSet.newSetWith(LOSS);
        read(finding.line(), (event, about) -> {
            if (event.line == finding.line()) {
                subjects.addAll(about);
            }
        });
        List<RecordedLine> lines = new ArrayList<>();
        read(finding.line(), (event, about) -> {
            boolean isPart = event.line == finding.line()
                    || event.kind == EventKind.ADD_TO_GROUP
                    || about.anySatisfy(subjects::contains);
            if (isPart && lines.size() <= MOST_LINES) {
                lines.add(new RecordedLine(event.line, event.text()));
            }
        });
        if (lines.size() > MOST_LINES) {
            return Optional.empty();
        }
        RecordedFinding recorded = new RecordedFinding(finding, source, profile, surroundings, lines, false);
        return Optional.of(recorded).filter(each -> each.again().isPresent());
    }

    /** Told of each event, before the next one is read. */
    @FunctionalInterface
    private interface Listener {
        void accept(Event event, IntList about);
    }

    private void read(long lastLine, Listener listener) throws IOException {
        Monitor monitor = new Monitor(surroundings, profile, finding -> {});
        try (RecordingReader reader = new RecordingReader(recording.open())) {
            Event event = new Event();
            RecordingReader.Line line = reader.next(event);
            monitor.setCpus(reader.cpus());
            while (line != RecordingReader.Line.END) {
                event.line += skipped;
                if (event.line > lastLine) {
                    return;
                }
                if (line == RecordingReader.Line.LOST) {
                    monitor.lost();
                    listener.accept(event, IntLists.immutable.of(LOSS));
                } else {
                    monitor.accept(event);
                    listener.accept(event, monitor.subjects());
                }
                line = reader.next(event);
            }
        }
    }
}
