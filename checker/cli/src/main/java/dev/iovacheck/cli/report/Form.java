package dev.iovacheck.cli.report;

import dev.iovacheck.counterexamples.explain.Explanation;
import dev.iovacheck.counterexamples.kunit.KUnitTest;
import dev.iovacheck.counterexamples.picture.AddressPicture;
import dev.iovacheck.counterexamples.picture.Page;
import dev.iovacheck.counterexamples.picture.StateGraphDot;
import dev.iovacheck.counterexamples.text.MailText;
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
            return TraceFileWriter.of(new TraceFile(shown.provenance(), all, shown.recordings()));
        }
    },
    /** The counterexamples as plain text of at most 72 columns. */
    MAIL {
        @Override
        public String of(Shown shown) {
            return shown.replays().stream()
                    .map(replay -> MailText.of(
                            replay,
                            Explanation.text(replay, MailText.WIDTH),
                            shown.provenance().version()))
                    .collect(Collectors.joining("\n"));
        }
    },
    /** The counterexamples as KUnit tests in C. */
    KUNIT {
        @Override
        public String of(Shown shown) {
            return KUnitTest.of(shown.replays());
        }
    },
    /** A page with every step of every counterexample. */
    HTML {
        @Override
        public String of(Shown shown) {
            return Page.of(shown.replays(), shown.provenance().version());
        }
    },
    /** The address space after the last step of each counterexample. */
    SVG {
        @Override
        public String of(Shown shown) {
            return AddressPicture.of(shown.replays());
        }
    },
    /** The graph of states around the counterexamples, in the language of Graphviz. */
    DOT {
        @Override
        public String of(Shown shown) {
            return StateGraphDot.of(shown.replays());
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
