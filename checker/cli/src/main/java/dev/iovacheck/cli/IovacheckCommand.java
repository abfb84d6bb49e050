package dev.iovacheck.cli;

import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.counterexamples.text.WrappedText;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
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

    /**
     * The command with the one that the arguments name, or with all where they name none. To look at all options of all commands takes
     * longer than to check a small configuration.
     */
    CommandLine commandLine(String... arguments) {
        Map<String, Supplier<Object>> commands = commands();
        String named = Stream.of(arguments)
                .filter(argument -> !argument.startsWith("-"))
                .findFirst()
                .orElse("");
        CommandLine commandLine = new CommandLine(this);
        commands.forEach((name, command) -> {
            if (name.equals(named) || !commands.containsKey(named)) {
                commandLine.addSubcommand(name, command.get());
            }
        });
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

    /** All commands by name, in the order of the help. */
    private Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("check", () -> new CheckCommand(session, this));
        commands.put("suggest", () -> new SuggestCommand(session, this));
        commands.put("capacity", () -> new CapacityCommand(session, this));
        commands.put("compare", () -> new CompareCommand(session, this));
        commands.put("prove", () -> new ProveCommand(session, this));
        commands.put("show", () -> new ShowCommand(session));
        commands.put("where", () -> new WhereCommand(session));
        commands.put("diff", () -> new DiffCommand(session));
        // "explain -ENODEV" names an error number and no option.
        commands.put("explain", () -> new CommandLine(new ExplainCommand(session))
                .setUnmatchedOptionsArePositionalParams(true));
        commands.put("replay", () -> new ReplayCommand(session));
        commands.put("shrink", () -> new ShrinkCommand(session, this));
        commands.put("conform", () -> new ConformCommand(session));
        commands.put("monitor", () -> new MonitorCommand(session));
        commands.put("record-script", () -> new RecordScriptCommand(session));
        commands.put("import", () -> new CommandLine(new ImportCommand())
                .addSubcommand(new ImportDtbCommand(session))
                .addSubcommand(new ImportSysfsCommand(session)));
        return commands;
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
