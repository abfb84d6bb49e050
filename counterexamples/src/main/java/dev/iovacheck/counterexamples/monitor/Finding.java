package dev.iovacheck.counterexamples.monitor;

import java.util.List;

/**
 * Something in a recording that should not be.
 *
 * @param id of the invariant, or {@link #LOCK_STEP}
 * @param line where it shows, from 1
 * @param text what it is, with names and addresses and without lines: the same finding has the same text wherever it stands
 * @param related other lines that have to do with it
 */
public record Finding(String id, long line, String text, List<Related> related) {

    /** The id of a result that the model of the allocator does not have. */
    public static final String LOCK_STEP = "lock-step";

    public Finding {
        related = List.copyOf(related);
    }

    /**
     * Another line.
     *
     * @param line from 1
     * @param text what is there
     */
    public record Related(long line, String text) {}

    /** Whether it is the same mistake, wherever it stands. */
    public boolean isLike(Finding other) {
        return id.equals(other.id) && text.equals(other.text);
    }
}
