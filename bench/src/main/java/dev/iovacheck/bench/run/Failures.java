package dev.iovacheck.bench.run;

import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Files and programs that fail are told in one sentence, with exit code 2. Anything else is a fault in here and keeps its stack trace. */
public final class Failures implements IExecutionExceptionHandler {

    private static final int UNUSABLE = 2;

    @Override
    public int handleExecutionException(Exception thrown, CommandLine command, ParseResult arguments) throws Exception {
        if (thrown instanceof IOException) {
            command.getErr().println("error: " + thrown.getMessage());
            return UNUSABLE;
        }
        throw thrown;
    }
}
