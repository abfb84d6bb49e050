package dev.iovacheck.engine;

/**
 * Guesses from the sizes of the levels how many states there will be. A breadth-first search of a bounded system widens, then narrows;
 * the ratio of one level to the one before falls about geometrically. So nothing is said before it has fallen for a while.
 */
final class FrontierTrend {

    private static final int LEVELS = 4;
    private static final int MOST_LEVELS = 10_000;

    private int depth = -1;
    private long size;

    /** Logarithms of the last ratios, the newest last. */
    private final double[] ratios = new double[LEVELS + 1];

    private int known;

    /** States of all levels that were told. */
    private long total;

    /** A level has so many states. May be told again and again. */
    void level(int number, long states) {
        if (number < depth) {
            known = 0; // another part
            total = 0;
        } else if (number == depth || states == 0) {
            return;
        } else if (number == depth + 1 && size > 0) {
            System.arraycopy(ratios, 1, ratios, 0, LEVELS);
            ratios[LEVELS] = Math.log((double) states / size);
            known++;
        } else {
            known = 0;
        }
        depth = number;
        size = states;
        total += states;
    }

    /**
     * How many there will be in all, at least {@code states}; 0 if that cannot be guessed yet.
     *
     * @param states so many are known, those of the next level included as far as they are
     */
    long expected(long states) {
        double slope = (ratios[LEVELS] - ratios[0]) / LEVELS;
        if (known <= LEVELS || slope >= 0) {
            return 0;
        }
        double more = 0;
        double level = size;
        double ratio = ratios[LEVELS];
        for (int next = 0; next < MOST_LEVELS && level >= 1; next++) {
            ratio += slope;
            level *= Math.exp(ratio);
            more += level;
        }
        return level >= 1 ? 0 : Math.max(states, total + (long) more);
    }
}
