package dev.iovacheck.cli;

import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.engine.ExhaustiveCheck;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** Where the process starts and, nowhere else, ends. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        PrintStream out = utf8(FileDescriptor.out);
        PrintStream err = utf8(FileDescriptor.err);
        Interruption interruption = Interruption.onSignals();
        Session session =
                new Session(out, err, Terminal.isStandardError(), interruption::isWanted, ExhaustiveCheck::run);
        int code = run(args, session);
        if (out.checkError()) {
            // A full disk must not pass for a report.
            err.println("error: standard output cannot be written");
            code = code == ExitCode.INTERNAL.number() ? code : ExitCode.USAGE.number();
        }
        err.flush();
        interruption.finished(code);
        System.exit(code);
    }

    /** Output is UTF-8 wherever it goes: the same input gives the same bytes under any locale. */
    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }

    /**
     * Runs a command in this process.
     *
     * @return the number of an {@link ExitCode}, or what the user wants instead of that of {@link ExitCode#UNDECIDED}
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        return run(args, new Session(out, err, false, () -> false, ExhaustiveCheck::run));
    }

    static int run(String[] args, Session session) {
        IovacheckCommand root = new IovacheckCommand(session);
        CommandLine commandLine = root.commandLine(args);
        try {
            return commandLine.execute(args);
        } catch (RuntimeException | Error e) {
            // Errors such as a stack overflow pass picocli's handlers by.
            return root.internalError(e).number();
        }
    }
}
