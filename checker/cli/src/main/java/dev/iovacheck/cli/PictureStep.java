package dev.iovacheck.cli;

import dev.iovacheck.cli.report.Form;
import dev.iovacheck.cli.report.Numbers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that says which step of a counterexample is drawn; the same in every command that draws one. */
final class PictureStep {

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--step",
            paramLabel = "N",
            description =
                    "With --format svg: draw the address space after step N of each counterexample. Default: the last.")
    private @Nullable Integer number;

    /**
     * Before a run.
     *
     * @throws ParameterException if there is no such step, or nothing that is drawn
     */
    void choose(ReportOutput output) {
        if (number == null) {
            return;
        }
        if (!output.wants(Form.SVG)) {
            throw wrong("it says what --format svg draws, which is not asked for");
        }
        if (number < 1) {
            throw wrong(number + " is no step; they are numbered from 1");
        }
        output.drawAfter(number);
    }

    /**
     * After a run, when all is written: whether any counterexample has that step.
     *
     * @throws ParameterException if there are some and none has
     */
    void check(ReportOutput output) {
        output.mostSteps().ifPresent(most -> {
            if (number != null && number > most) {
                throw wrong("there is no step " + number + " in any counterexample; the longest has "
                        + Numbers.of(most, "step"));
            }
        });
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), "--step: " + message);
    }
}
