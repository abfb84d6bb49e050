package dev.iovacheck.bench.compare;

import dev.iovacheck.bench.reference.ReferenceSize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All runs of one setting. */
final class Measurement {

    private final Setting setting;
    private final ReferenceSize.Counts counts;
    private final List<Double> seconds = new ArrayList<>();
    private long peakBytes;

    Measurement(Setting setting, ReferenceSize.Counts counts) {
        this.setting = setting;
        this.counts = counts;
    }

    void add(double wallSeconds, long peak) {
        seconds.add(wallSeconds);
        peakBytes = Math.max(peakBytes, peak);
    }

    Setting setting() {
        return setting;
    }

    ReferenceSize.Counts counts() {
        return counts;
    }

    /** Median wall time of the whole process. */
    double medianSeconds() {
        double[] sorted = seconds.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    double statesPerSecond() {
        return counts.states() / medianSeconds();
    }

    /** The most that any run had resident. */
    long peakBytes() {
        return peakBytes;
    }

    double bytesPerState() {
        return (double) peakBytes / counts.states();
    }
}
