package dev.iovacheck.engine;

import dev.iovacheck.model.machine.Step;

/**
 * Remembers what steps were about ({@link Step#writeAbout}) that came by lately and in which nothing was wrong: there are few devices,
 * sizes and addresses, and many steps. What falls into the same slot as something else takes its place.
 */
final class StepMemo {

    private static final int SLOT_BITS = 12;
    private static final int WORDS = Step.ABOUT_WORDS;
    private static final long SPREAD = 0x9e3779b97f4a7c15L;

    private final long[] about = new long[WORDS];

    /** Slots one after the other. No step is about a word of zeros: it would have the kind of an empty slot. */
    private final long[] known = new long[WORDS << SLOT_BITS];

    private int slot;
    private boolean canRemember;

    /** Turns to what a step is about; whether it is remembered. */
    boolean knows(Step step) {
        canRemember = step.writeAbout(about);
        if (!canRemember) {
            return false;
        }
        long hash = 0;
        for (long word : about) {
            hash = (hash ^ word) * SPREAD;
        }
        slot = WORDS * (int) (hash >>> (Long.SIZE - SLOT_BITS));
        for (int word = 0; word < WORDS; word++) {
            if (known[slot + word] != about[word]) {
                return false;
            }
        }
        return true;
    }

    /** Remembers what was turned to. */
    void remember() {
        if (canRemember) {
            System.arraycopy(about, 0, known, slot, WORDS);
        }
    }
}
