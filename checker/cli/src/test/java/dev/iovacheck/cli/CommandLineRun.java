package dev.iovacheck.cli;

import dev.iovacheck.engine.ExhaustiveCheck;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/**
 * One run of the command line inside the test.
 *
 * @param code exit code
 * @param out standard output
 * @param err standard error
 */
record CommandLineRun(int code, String out, String err) {

    static CommandLineRun of(String... args) {
        return of(ExhaustiveCheck::run, () -> false, args);
    }

    static CommandLineRun of(Checker checker, BooleanSupplier interrupted, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Session session = new Session(print(out), print(err), false, interrupted, checker);
        int code = Main.run(args, session);
        return new CommandLineRun(code, text(out), text(err));
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8).replace(BuildInfo.load().toString(), "iovacheck VERSION");
    }

    /** Everything that a user sees, for golden files. */
    String transcript() {
        return out + (err.isEmpty() ? "" : "-- standard error --\n" + err) + "-- exit " + code + " --\n";
    }
}
