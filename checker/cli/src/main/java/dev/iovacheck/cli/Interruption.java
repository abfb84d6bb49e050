package dev.iovacheck.cli;

import dev.iovacheck.cli.report.ExitCode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C (SIGINT) and SIGTERM ask the run to end instead of ending it: a search that took an hour still says how far it got, and the
 * process ends with the exit code of what it found, not with 128 + n.
 *
 * <p>The virtual machine ends when its shutdown hooks have, so the hook waits for the main thread; only halting keeps the exit code.
 */
final class Interruption {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean wanted;
    private volatile int code = ExitCode.UNDECIDED.number();

    private Interruption() {}

    static Interruption onSignals() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(new Thread(interruption::shutdown, "interruption"));
        return interruption;
    }

    private void shutdown() {
        wanted = true;
        try {
            if (finished.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                Runtime.getRuntime().halt(code);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(ExitCode.UNDECIDED.number());
    }

    /** Whether the run should end as soon as it can. */
    boolean isWanted() {
        return wanted;
    }

    /** The run is over and everything is printed. */
    void finished(int exitCode) {
        code = exitCode;
        finished.countDown();
    }
}
