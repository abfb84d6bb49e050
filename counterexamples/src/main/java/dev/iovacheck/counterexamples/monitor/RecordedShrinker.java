package dev.iovacheck.counterexamples.monitor;

import dev.iovacheck.counterexamples.monitor.RecordedFinding.RecordedLine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Leaves lines out of a recorded finding as long as it stays the same: the same words, with the same addresses. Of an allocator's result
 * these include what the model has, so that what the model needs for that stays.
 */
public final class RecordedShrinker {

    private final BooleanSupplier stop;
    private RecordedFinding best;
    private long tries;

    private RecordedShrinker(RecordedFinding recorded, BooleanSupplier stop) {
        this.stop = stop;
        best = recorded;
    }

    /**
     * What is left.
     *
     * @param recorded with as few lines as were found to do
     * @param tries how often lines were left out, in vain or not
     */
    public record Shrunk(RecordedFinding recorded, long tries) {}

    /**
     * As small as it gets, or as it got until it was to stop.
     *
     * @param recorded comes to its finding
     * @param stop asked before every attempt
     */
    public static Shrunk shrink(RecordedFinding recorded, BooleanSupplier stop) {
        RecordedShrinker shrinker = new RecordedShrinker(recorded, stop);
        boolean changed = true;
        while (changed && !stop.getAsBoolean()) {
            changed = shrinker.round();
        }
        RecordedFinding best = shrinker.best;
        return new Shrunk(best.with(best.lines(), !stop.getAsBoolean()), shrinker.tries);
    }

    /** Rows of lines, half of all at first, one at last. */
    private boolean round() {
        boolean changed = false;
        for (int size = Math.max(1, best.lines().size() / 2); size > 0; size /= 2) {
            for (int end = best.lines().size() - 1; end > 0 && !stop.getAsBoolean(); end -= size) {
                int from = Math.max(0, end - size);
                if (without(from, end)) {
                    changed = true;
                }
            }
        }
        return changed;
    }

    /** The last line has the finding and stays. */
    private boolean without(int from, int to) {
        if (to > best.lines().size() - 1 || from >= to) {
            return false;
        }
        List<RecordedLine> lines = new ArrayList<>(best.lines().subList(0, from));
        lines.addAll(best.lines().subList(to, best.lines().size()));
        RecordedFinding candidate = best.with(lines, false);
        tries++;
        if (candidate.again().isEmpty()) {
            return false;
        }
        best = candidate;
        return true;
    }
}
