package dev.iovacheck.cli.report;

import dev.iovacheck.counterexamples.trace.RecordedCounterexample;
import dev.iovacheck.counterexamples.trace.TraceFile;
import dev.iovacheck.counterexamples.trace.TraceFileWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Forms in which a report can be had. */
public enum Form {
    /** The report of the command, for people. Each command writes its own. */
    TEXT,
    /** The counterexamples as a file of the format {@code iovacheck-trace/1}. */
    TRACE {
        @Override
        public String of(Shown shown) {
            List<RecordedCounterexample> all = shown.replays().stream()
                    .map(replay -> RecordedCounterexample.of(replay, shown.isMinimal()))
                    .toList();
            return TraceFileWriter.of(new TraceFile(shown.provenance(), all));
        }
    };

    /** As users write it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Form> find(String label) {
        return Arrays.stream(values())
                .filter(form -> form.label().equals(label))
                .findFirst();
    }

    /** Labels of all forms. */
    public static String labels() {
        return Arrays.stream(values()).map(Form::label).collect(Collectors.joining(", "));
    }

    /** The counterexamples in this form; not for {@link #TEXT}. */
    public String of(Shown shown) {
        throw new UnsupportedOperationException("text is written by commands");
    }
}
