package dev.iovacheck.cli;

import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.cli.report.ExplainReport;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.Replayer;
import dev.iovacheck.counterexamples.explain.Explanation;
import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.counterexamples.trace.RecordedCounterexample;
import dev.iovacheck.counterexamples.trace.TraceFile;
import dev.iovacheck.invariants.Explanations;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code explain}: what does this name mean, why does it matter, and where does the kernel say so? */
@Command(
        name = "explain",
        description = {
            "Explain an invariant, an error number, a kernel function or a known bug, with its sources.",
            "Of a trace file (*.json): which step is to blame for each counterexample, and why."
        },
        footer = {
            "",
            "Examples:",
            "  iovacheck explain",
            "  iovacheck explain lower-bound",
            "  iovacheck explain -ENODEV",
            "  iovacheck explain B01",
            "  iovacheck explain found.json"
        })
final class ExplainCommand implements Callable<Integer> {

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            description = "What to explain. Without it, everything there is gets listed.")
    private @Nullable String name;

    ExplainCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (name == null) {
            session.out().print(ExplainReport.all());
            return ExitCode.EXPECTED.number();
        }
        if (name.endsWith(".json")) {
            return explainTrace(Path.of(name)).number();
        }
        Optional<String> explanation = Explanations.explain(name);
        if (explanation.isEmpty()) {
            List<String> meant = Explanations.suggestions(name);
            throw new ParameterException(
                    spec.commandLine(),
                    "there is no '" + name + "' to explain; "
                            + (meant.isEmpty()
                                    ? "without a name, explain lists what there is"
                                    : "did you mean " + String.join(", ", meant) + "?"));
        }
        session.out().print(explanation.get());
        return ExitCode.EXPECTED.number();
    }

    private ExitCode explainTrace(Path file) {
        Optional<TraceFile> read = TraceFiles.read(file, session);
        if (read.isEmpty()) {
            return ExitCode.USAGE;
        }
        ExitCode code = ExitCode.EXPECTED;
        for (RecordedCounterexample recorded : read.get().counterexamples()) {
            String id = recorded.counterexample().invariant().id();
            Optional<Replay> replay =
                    Replayer.attempt(recorded.counterexample()).replay();
            session.out().print(new WrappedText().line(id).line("-".repeat(id.length())));
            session.out()
                    .print(replay.map(found -> Explanation.text(found, WrappedText.WIDTH))
                            .orElse("no counterexample here and now; replay says at which step it differs\n"));
            session.out().print("\n");
            code = replay.isPresent() ? code : code.worse(ExitCode.UNEXPECTED);
        }
        return code;
    }
}
