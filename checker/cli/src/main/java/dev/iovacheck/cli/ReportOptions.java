package dev.iovacheck.cli;

import dev.iovacheck.cli.report.Form;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that say where a report goes and in what form; they mean the same in every command that reports. */
final class ReportOptions {

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--format",
            paramLabel = "FORM[=FILE]",
            description = {
                "Form of the report: text. Of the counterexamples: trace (a JSON file to replay and shrink), mail (72 "
                        + "columns, explained), kunit (a test in C), html (a page), svg (the address space after a step), dot "
                        + "(the graph of states). Of what check finds: json, junit, sarif, github (annotations), gitlab (code quality),"
                        + " ktap.",
                "With FILE it goes there, beside the report; - is standard output. May be given several times."
            })
    private List<String> formats = List.of();

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Write the report to FILE instead of standard output.")
    private @Nullable Path output;

    @Option(names = "--force", description = "Let --output and --format replace files.")
    private boolean force;

    /**
     * For a command that has no counterexamples to show.
     *
     * @throws ParameterException if the report cannot be written so
     */
    ReportOutput open(Session session) {
        return open(session, "one form, text", Form.TEXT);
    }

    /**
     * For a command that has some forms of its own.
     *
     * @param words what it has, for messages
     * @param forms all of them
     * @throws ParameterException if the report cannot be written so
     */
    ReportOutput open(Session session, String words, Form... forms) {
        ReportOutput report = openForRun(session);
        if (!report.hasOnly(forms)) {
            throw wrong("--format: " + spec.name() + " has " + words);
        }
        return report;
    }

    /**
     * For a command that has counterexamples to show and no run to sum up.
     *
     * @throws ParameterException if the report cannot be written so
     */
    ReportOutput openAll(Session session) {
        ReportOutput report = openForRun(session);
        report.formOfRun().ifPresent(form -> {
            throw wrong("--format: " + form.label() + " tells what check finds; " + spec.name() + " does not have it");
        });
        return report;
    }

    /**
     * For a command that checks: all forms.
     *
     * @throws ParameterException if the report cannot be written so
     */
    ReportOutput openForRun(Session session) {
        return new ReportOutput(session.out(), OutputTargets.of(spec, Form.values(), formats, output, force));
    }

    /**
     * With a trace in any case.
     *
     * @param usual where the trace goes if the user has not said it
     * @param input a file that is not replaced, whatever the user says
     * @throws ParameterException if the report cannot be written so
     */
    ReportOutput openWithTrace(Session session, Path usual, Path input) {
        if (formats.stream().noneMatch(format -> format.equals("trace") || format.startsWith("trace="))) {
            formats = new ArrayList<>(formats);
            formats.add("trace=" + usual);
        }
        ReportOutput report = openAll(session);
        if (report.goesTo(input)) {
            throw wrong(input + " is what is read; it is never replaced");
        }
        return report;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
