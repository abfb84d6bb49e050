package dev.iovacheck.cli;

import dev.iovacheck.cli.report.Numbers;
import dev.iovacheck.counterexamples.shrink.ShrinkListener;
import java.io.PrintStream;
import java.time.Duration;

/** Says how far shrinking is: on a terminal one line that is written over, elsewhere a line now and then. */
final class ShrinkProgress implements ShrinkListener {

    private static final Duration LIVE_PAUSE = Duration.ofMillis(100);
    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final int WIDTH = 79;

    private final PrintStream err;
    private final boolean isLive;
    private long lastPrinted = System.nanoTime();
    private boolean lineIsOpen;

    ShrinkProgress(PrintStream err, boolean isLive) {
        this.err = err;
        this.isLive = isLive;
    }

    @Override
    public void tried(String step, int actions, long tries) {
        long now = System.nanoTime();
        if (now - lastPrinted < (isLive ? LIVE_PAUSE : PAUSE).toNanos()) {
            return;
        }
        lastPrinted = now;
        String line = step + ": " + Numbers.of(actions, "step") + " left, " + Numbers.of(tries, "attempt");
        if (isLive) {
            err.print("\r" + line + " ".repeat(Math.max(0, WIDTH - line.length())));
            lineIsOpen = true;
        } else {
            err.println(line);
        }
        err.flush();
    }

    /** Takes the live line away, so that what follows starts on an empty one. */
    void finish() {
        if (lineIsOpen) {
            err.print("\r" + " ".repeat(WIDTH) + "\r");
            err.flush();
            lineIsOpen = false;
        }
    }
}
