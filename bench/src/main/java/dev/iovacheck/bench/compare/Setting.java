package dev.iovacheck.bench.compare;

/**
 * One way to run one tool.
 *
 * @param tool its name, as {@code --only} takes it
 * @param name what is particular about it
 * @param threads how many threads search
 * @param reduction {@code none}, or what the search uses so as not to visit all states
 */
record Setting(String tool, String name, int threads, String reduction) {

    /** Whether its counts are those of the whole space. */
    boolean isWhole() {
        return reduction.equals("none");
    }

    String label() {
        return tool + ", " + name + ", " + threads + (threads == 1 ? " thread" : " threads")
                + (isWhole() ? "" : ", " + reduction);
    }
}
