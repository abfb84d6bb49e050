package dev.iovacheck.cli;

import dev.iovacheck.cli.manual.ManualPage;
import dev.iovacheck.engine.ExhaustiveCheck;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.AutoComplete;
import picocli.CommandLine;

/** Writes what an installation has beside the program: manual pages, and the completion of commands in bash and zsh. */
public final class Handbook {

    private final Path folder;

    private Handbook(Path folder) {
        this.folder = folder;
    }

    /**
     * Writes {@code man/man1} and {@code iovacheck/completion.sh} into a folder named {@code share}.
     *
     * @param args that folder
     */
    public static void main(String[] args) throws IOException {
        new Handbook(Path.of(args[0])).write();
    }

    private void write() throws IOException {
        CommandLine program = program();
        pages(program);
        Path completion = Files.createDirectories(folder.resolve("iovacheck")).resolve("completion.sh");
        Files.writeString(completion, AutoComplete.bash("iovacheck", program), StandardCharsets.UTF_8);
    }

    /** With all its commands; nobody will run it. */
    static CommandLine program() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new IovacheckCommand(new Session(nowhere, nowhere, false, () -> false, ExhaustiveCheck::run))
                .commandLine();
    }

    private void pages(CommandLine command) throws IOException {
        Path pages = Files.createDirectories(folder.resolve("man/man1"));
        Path page = pages.resolve(ManualPage.name(command.getCommandSpec()) + ".1");
        String version = BuildInfo.load().version();
        Files.writeString(page, ManualPage.of(command.getCommandSpec(), version), StandardCharsets.US_ASCII);
        for (CommandLine below : command.getSubcommands().values()) {
            pages(below);
        }
    }
}
