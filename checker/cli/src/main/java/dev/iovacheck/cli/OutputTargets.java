package dev.iovacheck.cli;

import dev.iovacheck.cli.result.Labelled;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Where the output of a command goes, in one form or in several: what {@code --format}, {@code --output} and {@code --force} say, the same
 * in every command. Made before a search begins, so that nobody waits an hour for a file that cannot be written.
 */
final class OutputTargets<F extends Labelled> {

    /**
     * A form and where it goes.
     *
     * @param file {@code null} for standard output
     */
    record Target<F extends Labelled>(F form, @Nullable Path file) {}

    private final CommandSpec spec;
    private final F[] forms;
    private final boolean replace;
    private final Set<Path> files = new HashSet<>();
    private final List<Target<F>> all = new ArrayList<>();

    private OutputTargets(CommandSpec spec, F[] forms, boolean replace) {
        this.spec = spec;
        this.forms = forms;
        this.replace = replace;
    }

    /**
     * Reads options.
     *
     * @param spec of the command, for what is said of wrong ones
     * @param forms that the command has, the usual one first
     * @param formats each {@code FORM} or {@code FORM=FILE}
     * @param output for the form that has no file of its own; {@code null} for standard output
     * @param replace whether files may be replaced
     * @throws ParameterException if nothing can be written so
     */
    static <F extends Labelled> OutputTargets<F> of(
            CommandSpec spec, F[] forms, List<String> formats, @Nullable Path output, boolean replace) {
        OutputTargets<F> targets = new OutputTargets<>(spec, forms, replace);
        F main = forms[0];
        boolean mainIsChosen = false;
        for (String format : formats) {
            int equals = format.indexOf('=');
            F form = targets.form(equals < 0 ? format : format.substring(0, equals));
            if (equals >= 0 && format.substring(equals + 1).equals("-")) {
                targets.all.add(new Target<>(form, null));
            } else if (equals >= 0) {
                targets.all.add(new Target<>(form, targets.checked("--format", format.substring(equals + 1))));
            } else if (mainIsChosen) {
                throw targets.wrong(
                        "--format: two forms for one output; give all but one a file, as " + format + "=FILE");
            } else {
                main = form;
                mainIsChosen = true;
            }
        }
        targets.all.add(0, new Target<>(main, output == null ? null : targets.checked("--output", output.toString())));
        return targets;
    }

    /** The one for standard output or {@code --output} first. */
    List<Target<F>> all() {
        return List.copyOf(all);
    }

    /** @throws IOException if the file cannot be written */
    void write(Target<F> target, String text, PrintStream out) throws IOException {
        Path file = target.file();
        if (file == null) {
            out.print(text);
            out.flush();
        } else if (replace) {
            Files.writeString(file, text);
        } else {
            Files.writeString(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }
    }

    private F form(String label) {
        return Arrays.stream(forms)
                .filter(form -> form.label().equals(label))
                .findFirst()
                .orElseThrow(() -> wrong("--format: no form '" + label + "'; there are: "
                        + Arrays.stream(forms).map(Labelled::label).collect(Collectors.joining(", "))));
    }

    private Path checked(String option, String name) {
        if (name.isEmpty()) {
            throw wrong(option + ": the name of a file is missing; - is standard output");
        }
        Path file = Path.of(name);
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder)) {
            throw wrong(option + ": " + file + " is a folder, or its folder does not exist");
        }
        if (!replace && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw wrong(option + ": " + file + " exists; --force lets it be replaced");
        }
        if (!Files.isWritable(Files.exists(file) ? file : folder)) {
            throw wrong(option + ": " + file + " may not be written");
        }
        if (!files.add(file.toAbsolutePath().normalize())) {
            throw wrong(option + ": " + file + " is named twice");
        }
        return file;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
