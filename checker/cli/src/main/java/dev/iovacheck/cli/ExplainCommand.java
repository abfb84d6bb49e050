package dev.iovacheck.cli;

import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.cli.report.ExplainReport;
import dev.iovacheck.invariants.Catalogue;
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
        description = "Explain an invariant: claim, reason, and where the rule can be looked up.",
        footer = {"", "Examples:", "  iovacheck explain", "  iovacheck explain lower-bound"})
final class ExplainCommand implements Callable<Integer> {

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "An invariant. Without one, all are listed.")
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
        if (!Catalogue.ids().contains(name)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "there is no '" + name + "' to explain; there are: " + String.join(", ", Catalogue.ids()));
        }
        session.out().print(ExplainReport.of(Catalogue.byId(name)));
        return ExitCode.EXPECTED.number();
    }
}
