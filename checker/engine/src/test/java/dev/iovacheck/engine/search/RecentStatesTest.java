package dev.iovacheck.engine.search;

import static dev.iovacheck.engine.search.StateStoreTest.state;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** It may forget, but it must not take one state for another. */
class RecentStatesTest {

    private static final long HASH = 0x123456789abcdefL;

    private final RecentStates recent = new RecentStates();

    private boolean remember(long[] state, long hash) {
        return recent.remember(state, 0, state.length, hash);
    }

    @Test
    void aStateIsRemembered() {
        assertFalse(remember(state(1, 2), HASH));
        assertTrue(remember(state(1, 2), HASH));
        assertTrue(
                recent.remember(new long[] {9, state(1, 2)[0], state(1, 2)[1], 9}, 1, 2, HASH),
                "in the middle of others");
    }

    @Test
    void twoWordsAreTheSameInAnArrayAndAlone() {
        long[] state = state(1, 2);
        assertFalse(recent.remember(state[0], state[1], HASH));
        assertTrue(remember(state, HASH));
        assertFalse(recent.remember(state[0], 7, HASH));
        assertFalse(recent.remember(state[0] ^ 256, 7, HASH));
        assertTrue(recent.remember(state[0] ^ 256, 7, HASH));
        assertFalse(remember(state(1, 16), HASH));
        assertFalse(recent.remember(state[0], state[1], HASH), "places are longer now");
        assertTrue(remember(state, HASH));
    }

    @Test
    void statesWithTheSameHashAreNotMixedUp() {
        long[] one = {5 << 8 | 2, 1};
        long[] differsAtTheEnd = {5 << 8 | 2, 2};
        long[] differsAtTheStart = {6 << 8 | 2, 2};
        for (int round = 0; round < 2; round++) {
            assertFalse(remember(one, HASH));
            assertFalse(remember(differsAtTheEnd, HASH));
            assertFalse(remember(differsAtTheStart, HASH));
        }
    }

    @Test
    void whatIsShorterLeavesTheRestOfALongerOne() {
        long[] longer = {5 << 8 | 3, 1, 2};
        long[] shorter = {7 << 8 | 1};
        assertFalse(remember(longer, HASH));
        assertFalse(remember(shorter, HASH));
        assertFalse(remember(longer, HASH));
    }

    @Test
    void longerStatesGetMoreRoomAndVeryLongOnesNone() {
        for (int length = 1; length <= 16; length++) {
            assertFalse(remember(state(1, length), HASH), "length " + length);
            assertTrue(remember(state(1, length), HASH), "length " + length);
        }
        assertFalse(remember(state(1, 17), HASH));
        assertFalse(remember(state(1, 17), HASH));
        assertFalse(remember(state(1, 255), HASH));
        assertTrue(remember(state(1, 16), HASH), "nothing was lost by it");
    }

    @Test
    void neverSaysThatItRemembersWhatItWasNotGiven() {
        Random random = new Random(1);
        Set<Long> given = new HashSet<>();
        int found = 0;
        for (int count = 0; count < 20_000; count++) {
            long number = random.nextInt(100);
            int length = 1 + (int) (number % 5);
            // Few hashes: many states have the same one.
            boolean remembered = remember(state(number, length), number % 16 << StateStore.SHARD_BITS);
            found += remembered ? 1 : 0;
            assertFalse(remembered && !given.contains(number));
            given.add(number);
        }
        assertTrue(found > 1000);
    }
}
