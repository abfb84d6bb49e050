package dev.iovacheck.cli;

import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.counterexamples.text.WrappedText;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command that holds the others, and what all of them have in common. */
@Command(
        name = "iovacheck",
        description = "Checks that the I/O virtual addresses Linux hands out stay where the hardware can use them.",
        synopsisSubcommandLabel = "COMMAND",
        usageHelpWidth = 80,
        versionProvider = IovacheckCommand.Version.class,
        footer = {
            "",
            "Examples:",
            "  iovacheck check examples/vpu/none.yaml",
            "  iovacheck suggest examples/vpu/none.yaml",
            "  iovacheck capacity examples/vpu/none.yaml",
            "  iovacheck show examples/vpu/none.yaml",
            "",
            "Exit codes:",
            "   0  everything as expected: all hold, or exactly what expect: says",
            "   1  an invariant is violated that should hold, or the reverse",
            "   2  bad usage, bad configuration, unreadable input",
            "   3  undecided: a limit or an interruption ended a search early",
            "  70  internal error",
            "Of several, the first of 70, 2, 1, 3, 0 that occurred."
        })
final class IovacheckCommand implements Runnable {

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    @SuppressWarnings("unused") // picocli asks for it
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the versions of this program and of Java.")
    @SuppressWarnings("unused") // picocli asks for it
    private boolean version;

    @Option(names = "--quiet", scope = ScopeType.INHERIT, description = "No progress on standard error.")
    private boolean quiet;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show a stack trace with an internal error.")
    private boolean debug;

    IovacheckCommand(Session session) {
        this.session = session;
    }

    CommandLine commandLine() {
        // "explain -ENODEV" names an error number and no option.
        CommandLine explain = new CommandLine(new ExplainCommand(session)).setUnmatchedOptionsArePositionalParams(true);
        CommandLine commandLine = new CommandLine(this)
                .addSubcommand(new CheckCommand(session, this))
                .addSubcommand(new SuggestCommand(session, this))
                .addSubcommand(new CapacityCommand(session, this))
                .addSubcommand(new CompareCommand(session, this))
                .addSubcommand(new ProveCommand(session, this))
                .addSubcommand(new ShowCommand(session))
                .addSubcommand(new WhereCommand(session))
                .addSubcommand(new DiffCommand(session))
                .addSubcommand(explain)
                .addSubcommand(new ReplayCommand(session))
                .addSubcommand(new ShrinkCommand(session, this))
                .addSubcommand(new ConformCommand(session))
                .addSubcommand(new MonitorCommand(session))
                .addSubcommand(new RecordScriptCommand(session))
                .addSubcommand(new CommandLine(new ImportCommand())
                        .addSubcommand(new ImportDtbCommand(session))
                        .addSubcommand(new ImportSysfsCommand(session)));
        PrintWriter out = new PrintWriter(session.out(), true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(session.err(), true, StandardCharsets.UTF_8);
        // Mails and logs have no colours.
        return commandLine
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setOut(out)
                .setErr(err)
                .setUsageHelpWidth(80)
                .setParameterExceptionHandler(IovacheckCommand::usageError)
                .setExecutionExceptionHandler((exception, command, result) -> exception instanceof ParameterException e
                        ? usageError(e, new String[0])
                        : internalError(exception).number());
    }

    boolean isQuiet() {
        return quiet;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static int usageError(ParameterException exception, String[] args) {
        CommandLine command = exception.getCommandLine();
        PrintWriter err = command.getErr();
        err.print(new WrappedText().wrap("error: ", 2, String.valueOf(exception.getMessage())));
        CommandLine.UnmatchedArgumentException.printSuggestions(exception, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE.number();
    }

    /** One line, and the stack trace only for those who ask. */
    ExitCode internalError(Throwable thrown) {
        String message = String.valueOf(thrown.getMessage()).replace('\n', ' ');
        session.err()
                .println("internal error: " + thrown.getClass().getSimpleName() + ": " + message
                        + "; please report this with the command and its input"
                        + (debug ? "" : " (--debug shows where)"));
        if (debug) {
            thrown.printStackTrace(session.err());
        }
        return ExitCode.INTERNAL;
    }

    /** What {@code --version} prints. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {
                BuildInfo.load().toString(),
                "Java " + System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + "), "
                        + System.getProperty("os.name") + " " + System.getProperty("os.arch")
            };
        }
    }
}
