package dev.iovacheck.engine;

import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.packed.BitWriter;
import java.util.Arrays;

/**
 * Remembers layouts of states ({@link Machine#writeLayout}) that came by lately and in which nothing is wrong. Most states of a search
 * share their layout with many others, and what depends on nothing else need not be looked at again. A layout that falls into the same
 * slot as another one takes its place.
 */
final class LayoutMemo {

    private static final int SLOT_BITS = 12;
    private static final long SPREAD = 0x9e3779b97f4a7c15L;

    private final BitWriter layout = new BitWriter();
    private final long[][] layouts = new long[1 << SLOT_BITS][0];
    private int slot;

    /** Turns to the layout of a machine's state; whether it is remembered. */
    boolean knows(Machine machine) {
        machine.writeLayout(layout);
        long[] words = layout.words();
        int length = BitWriter.length(words[0]);
        long hash = 0;
        for (int index = 0; index < length; index++) {
            hash = (hash ^ words[index]) * SPREAD;
            hash ^= hash >>> 32;
        }
        slot = (int) (hash & ((1 << SLOT_BITS) - 1));
        return layouts[slot].length == length && Arrays.equals(layouts[slot], 0, length, words, 0, length);
    }

    /** Remembers the layout turned to. */
    void remember() {
        long[] words = layout.words();
        int length = BitWriter.length(words[0]);
        if (layouts[slot].length != length) {
            layouts[slot] = new long[length];
        }
        System.arraycopy(words, 0, layouts[slot], 0, length);
    }
}
