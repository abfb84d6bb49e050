package dev.iovacheck.cli.report;

import dev.iovacheck.cli.format.GitHubAnnotations;
import dev.iovacheck.cli.format.GitLabCodeQuality;
import dev.iovacheck.cli.format.JUnitXml;
import dev.iovacheck.cli.format.Ktap;
import dev.iovacheck.cli.format.Sarif;
import dev.iovacheck.cli.result.Labelled;
import dev.iovacheck.cli.result.ResultJson;
import dev.iovacheck.cli.result.RunResult;
import dev.iovacheck.counterexamples.explain.Explanation;
import dev.iovacheck.counterexamples.kunit.KUnitTest;
import dev.iovacheck.counterexamples.picture.AddressPicture;
import dev.iovacheck.counterexamples.picture.Page;
import dev.iovacheck.counterexamples.picture.StateGraphDot;
import dev.iovacheck.counterexamples.text.MailText;
import dev.iovacheck.counterexamples.trace.RecordedCounterexample;
import dev.iovacheck.counterexamples.trace.TraceFile;
import dev.iovacheck.counterexamples.trace.TraceFileWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Forms in which a report can be had. */
public enum Form implements Labelled {
    /** The report of the command, for people. Each command writes its own. */
    TEXT,
    /** The counterexamples as a file of the format {@code iovacheck-trace/1}. */
    TRACE {
        @Override
        public Optional<String> of(Shown shown) {
            List<RecordedCounterexample> all = shown.replays().stream()
                    .map(replay -> RecordedCounterexample.of(replay, shown.isMinimal()))
                    .toList();
            return Optional.of(TraceFileWriter.of(new TraceFile(shown.provenance(), all, shown.recordings())));
        }
    },
    /** The counterexamples as plain text of at most 72 columns. */
    MAIL {
        @Override
        public Optional<String> of(Shown shown) {
            return Optional.of(shown.replays().stream()
                    .map(replay -> MailText.of(
                            replay,
                            Explanation.text(replay, MailText.WIDTH),
                            shown.provenance().version()))
                    .collect(Collectors.joining("\n")));
        }
    },
    /** The counterexamples as KUnit tests in C. */
    KUNIT {
        @Override
        public Optional<String> of(Shown shown) {
            return Optional.of(KUnitTest.of(shown.replays()));
        }
    },
    /** A page with every step of every counterexample. */
    HTML {
        @Override
        public Optional<String> of(Shown shown) {
            return Optional.of(Page.of(shown.replays(), shown.provenance().version()));
        }
    },
    /** The address space after the last step of each counterexample. */
    SVG {
        @Override
        public Optional<String> of(Shown shown) {
            return Optional.of(AddressPicture.of(shown.replays(), shown.step()));
        }
    },
    /** The result as JSON, for programs. */
    JSON {
        @Override
        public Optional<String> of(RunResult run) {
            return Optional.of(ResultJson.of(run));
        }
    },
    /** A test suite for each configuration. */
    JUNIT {
        @Override
        public Optional<String> of(RunResult run) {
            return Optional.of(JUnitXml.of(run));
        }
    },
    /** Findings as static analysers tell them. */
    SARIF {
        @Override
        public Optional<String> of(RunResult run) {
            return Optional.of(Sarif.of(run));
        }
    },
    /** Annotations of a change on GitHub. */
    GITHUB {
        @Override
        public Optional<String> of(RunResult run) {
            return Optional.of(GitHubAnnotations.of(run));
        }
    },
    /** GitLab's code quality report. */
    GITLAB {
        @Override
        public Optional<String> of(RunResult run) {
            return Optional.of(GitLabCodeQuality.of(run));
        }
    },
    /** As the kernel's tests report. */
    KTAP {
        @Override
        public Optional<String> of(RunResult run) {
            return Optional.of(Ktap.of(run));
        }
    },
    /** The graph of states around the counterexamples, in the language of Graphviz. */
    DOT {
        @Override
        public Optional<String> of(Shown shown) {
            return Optional.of(StateGraphDot.of(shown.replays()));
        }
    };

    /** The counterexamples in this form; empty if it is a form of something else. */
    public Optional<String> of(Shown shown) {
        return Optional.empty();
    }

    /** The result of a run in this form; empty if it is a form of something else. */
    public Optional<String> of(RunResult run) {
        return Optional.empty();
    }

    /** Whether it tells the result of a run, and not its counterexamples. */
    public boolean isOfRun() {
        return switch (this) {
            case JSON, JUNIT, SARIF, GITHUB, GITLAB, KTAP -> true;
            case TEXT, TRACE, MAIL, KUNIT, HTML, SVG, DOT -> false;
        };
    }

    /** Whether it shows counterexamples step by step as they were replayed. */
    public boolean isOfCounterexamples() {
        return this != TEXT && !isOfRun();
    }
}
