package dev.iovacheck.cli;

import dev.iovacheck.cli.report.Form;
import dev.iovacheck.cli.report.Shown;
import dev.iovacheck.cli.result.RunResult;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.monitor.RecordedFinding;
import dev.iovacheck.counterexamples.trace.Provenance;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a report goes, in one form or in several. Standard output gets the text as it comes; a file gets all of it at the end, or
 * nothing. Forms of counterexamples are written at the end too, if something was looked at.
 */
final class ReportOutput {

    private final PrintStream out;
    private final OutputTargets<Form> targets;
    private final boolean streamsText;
    private final StringBuilder collected = new StringBuilder();
    private final List<Replay> replays = new ArrayList<>();
    private final List<RecordedFinding> recordings = new ArrayList<>();
    private final Map<Form, String> offered = new EnumMap<>(Form.class);
    private @Nullable Provenance provenance;
    private boolean minimal;
    private OptionalInt step = OptionalInt.empty();
    private @Nullable RunResult run;

    ReportOutput(PrintStream out, OutputTargets<Form> targets) {
        this.out = out;
        this.targets = targets;
        streamsText = targets.all().stream().anyMatch(target -> target.form() == Form.TEXT && target.file() == null);
    }

    /** A form that tells what a run has found, if one is wanted. */
    Optional<Form> formOfRun() {
        return targets.all().stream()
                .map(OutputTargets.Target::form)
                .filter(Form::isOfRun)
                .findFirst();
    }

    /** Whether a form of counterexamples is wanted, which takes the search itself and not only what came of it. */
    boolean showsCounterexamples() {
        return targets.all().stream().anyMatch(target -> target.form().isOfCounterexamples());
    }

    /** Whether a file would be replaced by the report. */
    boolean goesTo(Path input) {
        for (OutputTargets.Target<Form> target : targets.all()) {
            Path file = target.file();
            try {
                if (file != null && Files.exists(file) && Files.exists(input) && Files.isSameFile(file, input)) {
                    return true;
                }
            } catch (IOException e) {
                return true; // better safe
            }
        }
        return false;
    }

    void print(String text) {
        collected.append(text);
        if (streamsText) {
            out.print(text);
            out.flush();
        }
    }

    /** Adds what was found in one configuration, be it nothing. */
    void show(Provenance from, List<Replay> found) {
        provenance = from;
        replays.addAll(found);
    }

    /** Adds what was found in a recording. */
    void showRecordings(Provenance from, List<RecordedFinding> found) {
        provenance = from;
        recordings.addAll(found);
    }

    /** Whether there are no other forms than these. */
    boolean hasOnly(Form... forms) {
        List<Form> allowed = List.of(forms);
        return targets.all().stream().allMatch(target -> allowed.contains(target.form()));
    }

    /** Whether the report is to have this form. */
    boolean wants(Form form) {
        return targets.all().stream().anyMatch(target -> target.form() == form);
    }

    /** A form that the command has itself, whatever others make of it; made only if it is wanted. */
    void offer(Form form, Supplier<String> text) {
        if (wants(form)) {
            offered.put(form, text.get());
        }
    }

    /** Says that it was tried that nothing can be left out of what is shown. */
    void showMinimal(boolean isMinimal) {
        minimal = isMinimal;
    }

    /** Says after which step pictures are drawn, from 1. */
    void drawAfter(int number) {
        step = OptionalInt.of(number);
    }

    /** How many steps the longest of the counterexamples has; empty if there is none. */
    OptionalInt mostSteps() {
        return replays.stream().mapToInt(replay -> replay.steps().size()).max();
    }

    /** Says what all of the run came to, for forms that tell that. */
    void sumUp(RunResult whole) {
        run = whole;
    }

    /** @throws IOException if a file cannot be written */
    void finish() throws IOException {
        for (OutputTargets.Target<Form> target : targets.all()) {
            boolean isOutAlready = target.form() == Form.TEXT && target.file() == null;
            Optional<String> whole = isOutAlready ? Optional.empty() : whole(target.form());
            if (whole.isPresent()) {
                targets.write(target, whole.get(), out);
            }
        }
    }

    /** All of the report; empty if nothing was looked at that this form tells of. */
    private Optional<String> whole(Form form) {
        if (form == Form.TEXT) {
            return Optional.of(collected.toString());
        }
        if (offered.containsKey(form)) {
            return Optional.ofNullable(offered.get(form));
        }
        Optional<String> ofRun = run == null ? Optional.empty() : form.of(run);
        return ofRun.isPresent() || provenance == null
                ? ofRun
                : form.of(new Shown(provenance, replays, minimal, recordings, step));
    }
}
