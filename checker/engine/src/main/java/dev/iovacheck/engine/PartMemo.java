package dev.iovacheck.engine;

import dev.iovacheck.invariants.StateInvariant;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.packed.BitWriter;
import dev.iovacheck.model.packed.StateTooLargeException;

/**
 * Remembers parts of states that came by lately and in which nothing is wrong. Most states of a search share their layout
 * ({@link Machine#writeLayout}) and what is held in them ({@link Machine#writeHoldings}) with many others, and what depends on nothing
 * else need not be looked at again. A part that falls into the same slot as another one takes its place.
 */
final class PartMemo {

    private static final int SLOT_BITS = 12;
    private static final long SPREAD = 0x9e3779b97f4a7c15L;

    /** Words of a slot: 256 KiB for all. Longer parts are not remembered. */
    private static final int MOST_WORDS = 8;

    private final StateInvariant.Scope scope;
    private final BitWriter part = new BitWriter();

    /** Slots one after the other; where nothing was remembered yet, 0, with which no part starts. */
    private final long[] known = new long[MOST_WORDS << SLOT_BITS];

    private int length;
    private int slot;

    /** @param scope which part it is */
    PartMemo(StateInvariant.Scope scope) {
        this.scope = scope;
    }

    /** Turns to the part of a machine's state; whether it is remembered. */
    boolean knows(Machine machine) {
        length = write(machine);
        if (length > MOST_WORDS) {
            return false;
        }
        long[] words = part.words();
        long hash = 0;
        for (int index = 0; index < length; index++) {
            hash = (hash ^ words[index]) * SPREAD;
            hash ^= hash >>> 32;
        }
        slot = MOST_WORDS * (int) (hash & ((1 << SLOT_BITS) - 1));
        for (int index = 0; index < length; index++) {
            if (known[slot + index] != words[index]) {
                return false;
            }
        }
        return true;
    }

    /** How many words the part takes, or more than are remembered. */
    private int write(Machine machine) {
        try {
            if (scope == StateInvariant.Scope.LAYOUT) {
                machine.writeLayout(part);
            } else {
                machine.writeHoldings(part);
            }
        } catch (StateTooLargeException tooLarge) {
            return MOST_WORDS + 1; // if the state is so, too, whoever stores it finds out
        }
        return BitWriter.length(part.words()[0]);
    }

    /** Remembers the part turned to, if it is not too long. */
    void remember() {
        if (length <= MOST_WORDS) {
            System.arraycopy(part.words(), 0, known, slot, length);
        }
    }
}
