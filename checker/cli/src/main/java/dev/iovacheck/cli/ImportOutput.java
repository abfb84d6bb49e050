package dev.iovacheck.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where imported configurations go: standard output, a file, or a folder if there are several. Nothing is replaced unasked. */
final class ImportOutput {

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE|FOLDER",
            description = "Write to FILE, or several configurations into FOLDER, instead of standard output.")
    private @Nullable Path output;

    @Option(names = "--force", description = "Let --output replace files.")
    private boolean force;

    /**
     * @param texts by the name of the file each would have in a folder
     * @throws ParameterException if it cannot be written so
     * @throws IOException if writing fails
     */
    void write(Map<String, String> texts, Session session) throws IOException {
        boolean intoFolder = output != null && Files.isDirectory(output);
        if (texts.size() > 1 && !intoFolder) {
            throw new ParameterException(
                    spec.commandLine(),
                    "there are " + texts.size()
                            + " configurations: name a folder with --output, or choose devices with --node or"
                            + " --compatible");
        }
        if (output == null) {
            texts.values().forEach(session.out()::print);
            session.out().flush();
            return;
        }
        Map<Path, String> files = new LinkedHashMap<>();
        for (Entry<String, String> text : texts.entrySet()) {
            files.put(intoFolder ? output.resolve(text.getKey()) : output, text.getValue());
        }
        check(new ArrayList<>(files.keySet()));
        for (Entry<Path, String> file : files.entrySet()) {
            if (force) {
                Files.writeString(file.getKey(), file.getValue());
            } else {
                Files.writeString(
                        file.getKey(), file.getValue(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            }
            session.err().println("written: " + file.getKey());
        }
    }

    private void check(List<Path> files) {
        for (Path file : files) {
            Path folder = file.toAbsolutePath().getParent();
            if (folder == null || !Files.isDirectory(folder)) {
                throw new ParameterException(spec.commandLine(), "--output: the folder of " + file + " does not exist");
            }
            if (!force && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new ParameterException(
                        spec.commandLine(), "--output: " + file + " exists; --force lets it be replaced");
            }
        }
    }
}
