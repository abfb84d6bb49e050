package dev.iovacheck.cli;

import dev.iovacheck.cli.report.Numbers;
import dev.iovacheck.engine.Progress;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * Says how far a search is: on a terminal one line that is written over, elsewhere a line now and then. Nothing for searches that are
 * over within seconds.
 */
final class ProgressPrinter implements Progress.Listener {

    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final int WIDTH = 79;

    private final PrintStream err;
    private final boolean isLive;
    private Duration lastPrinted = Duration.ZERO;
    private Duration lastSeen = Duration.ZERO;
    private long statesSeen;
    private boolean lineIsOpen;

    ProgressPrinter(PrintStream err, boolean isLive) {
        this.err = err;
        this.isLive = isLive;
    }

    @Override
    public synchronized void progress(Progress progress) {
        String line = line(progress, rate(progress));
        lastSeen = progress.elapsed();
        statesSeen = progress.states();
        if (isLive) {
            String cut = line.length() > WIDTH ? line.substring(0, WIDTH) : line;
            err.print("\r" + cut + " ".repeat(WIDTH - cut.length()));
            err.flush();
            lineIsOpen = true;
        } else if (progress.elapsed().minus(lastPrinted).compareTo(PAUSE) >= 0) {
            lastPrinted = progress.elapsed();
            err.println(line);
            err.flush();
        }
    }

    @Override
    public synchronized void warning(String text) {
        finish();
        err.println("warning: " + text);
    }

    /** States per second since the last time. */
    private long rate(Progress progress) {
        long millis = Math.max(1, progress.elapsed().minus(lastSeen).toMillis());
        return Math.max(0, progress.states() - statesSeen) * 1000 / millis;
    }

    /** Takes the live line away, so that what follows starts on an empty one. */
    synchronized void finish() {
        if (lineIsOpen) {
            err.print("\r" + " ".repeat(WIDTH) + "\r");
            err.flush();
            lineIsOpen = false;
        }
    }

    static String line(Progress progress, long rate) {
        String part = progress.parts() > 1 ? "part " + progress.part() + "/" + progress.parts() + "  " : "";
        return part + Numbers.of(progress.states()) + " states  " + Numbers.of(rate) + "/s  queue "
                + Numbers.of(progress.frontier()) + "  depth " + progress.depth() + "  " + memory(progress.bytes())
                + (progress.fileBytes() > 0 ? " + " + memory(progress.fileBytes()) + " on disk" : "") + "  "
                + time(progress.elapsed())
                + (progress.expected() > 0 ? "  ~" + Numbers.of(progress.expected()) + " in all" : "");
    }

    static String memory(long bytes) {
        double mebibytes = bytes / (double) (1 << 20);
        return mebibytes < 1024
                ? String.format(Locale.ROOT, "%.0f MiB", mebibytes)
                : String.format(Locale.ROOT, "%.1f GiB", mebibytes / 1024);
    }

    /** As {@code 4:07} or {@code 1:02:33}. */
    static String time(Duration elapsed) {
        String minutesAndSeconds =
                String.format(Locale.ROOT, "%02d:%02d", elapsed.toMinutesPart(), elapsed.toSecondsPart());
        return elapsed.toHours() > 0
                ? elapsed.toHours() + ":" + minutesAndSeconds
                : minutesAndSeconds.replaceFirst("^0", "");
    }
}
