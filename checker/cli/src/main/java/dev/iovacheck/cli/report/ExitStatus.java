package dev.iovacheck.cli.report;

/**
 * The number that a process ends with: that of the exit code, but for undecided runs, of which a user may say what his gate is to do.
 *
 * @param undecided number of {@link ExitCode#UNDECIDED}
 */
public record ExitStatus(int undecided) {

    /** As documented. */
    public static final ExitStatus USUAL = new ExitStatus(ExitCode.UNDECIDED.number());

    /** What the process ends with. */
    public int number(ExitCode code) {
        return code == ExitCode.UNDECIDED ? undecided : code.number();
    }
}
