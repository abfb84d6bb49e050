package dev.iovacheck.bench.growth;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * How fast searches with so many threads were, by the number of states they had stored.
 *
 * @param threads that searched
 * @param points by rising number of states
 */
record Curve(int threads, List<Point> points) {

    /** Numbers of states that are looked at. The search must get beyond them by half. */
    private static final long[] PLACES = {
        1_000_000,
        1_500_000,
        2_000_000,
        3_000_000,
        4_000_000,
        6_000_000,
        8_000_000,
        10_000_000,
        12_000_000,
        15_000_000,
        20_000_000,
        25_000_000,
        30_000_000,
        40_000_000,
        50_000_000,
        60_000_000
    };

    /**
     * @param states distinct states stored
     * @param statesPerSecond median of the runs
     * @param slowest least of the runs, in states per second
     * @param fastest most of the runs, in states per second
     * @param transitionsPerSecond median of the runs
     * @param sinceStart states per second from the start of the process on, median of the runs
     */
    record Point(
            long states,
            long statesPerSecond,
            long slowest,
            long fastest,
            long transitionsPerSecond,
            long sinceStart) {}

    /** What several runs of the same search have in common. */
    static Curve of(int threads, List<Progress> runs) {
        List<Point> points = new ArrayList<>();
        for (long states : PLACES) {
            double[] rates = sorted(runs, run -> run.statesPerSecond((double) states));
            double[] transitions = sorted(runs, run -> run.transitionsPerSecond((double) states));
            double[] sinceStart = sorted(runs, run -> run.statesPerSecondSinceStart((double) states));
            if (Arrays.stream(rates).noneMatch(Double::isNaN)) {
                points.add(new Point(
                        states,
                        Math.round(median(rates)),
                        Math.round(rates[0]),
                        Math.round(rates[rates.length - 1]),
                        Math.round(median(transitions)),
                        Math.round(median(sinceStart))));
            }
        }
        return new Curve(threads, points);
    }

    private static double[] sorted(List<Progress> runs, Function<Progress, OptionalDouble> rate) {
        return runs.stream()
                .mapToDouble(run -> rate.apply(run).orElse(Double.NaN))
                .sorted()
                .toArray();
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /**
     * How many states a search of one length makes in a second, its start included, compared with one of another length.
     *
     * @throws IllegalArgumentException if one of them is not among the points
     */
    double ratioSinceStart(long states, long toStates) {
        return (double) at(states).sinceStart() / at(toStates).sinceStart();
    }

    /**
     * How fast it is at one place compared with another.
     *
     * @throws IllegalArgumentException if one of them is not among the points
     */
    double ratio(long states, long toStates) {
        return (double) at(states).statesPerSecond() / at(toStates).statesPerSecond();
    }

    private Point at(long states) {
        return points.stream()
                .filter(point -> point.states() == states)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("nothing was measured at " + states + " states"));
    }

    /** The fastest point. */
    Point best() {
        Point best = points.get(0);
        for (Point point : points) {
            if (point.statesPerSecond() > best.statesPerSecond()) {
                best = point;
            }
        }
        return best;
    }
}
