package dev.iovacheck.engine.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.packed.BitWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What a search relies on: every state is kept once, is known from then on, and lies in the level in which it came. */
class StateStoreTest {

    /** A state of so many words, different for each number. Its first word tells the length, as all stored states do. */
    static long[] state(long number, int length) {
        long[] words = new long[length];
        Arrays.fill(words, number);
        words[0] = number << 8 | length;
        return words;
    }

    /** All states of a level as the search walks through them. */
    static List<List<Long>> statesOf(StateStore store, int level) {
        List<List<Long>> states = new ArrayList<>();
        for (int number = 0; number < StateStore.SHARDS; number++) {
            StateStore.Shard shard = store.shard(number);
            long place = shard.levelStart(level);
            while (place < shard.levelStart(level + 1)) {
                long[] chunk = shard.chunk(place);
                int from = StateStore.Shard.index(place);
                int length = BitWriter.length(chunk[from]);
                if (length == 0) {
                    place = StateStore.Shard.nextChunk(place);
                } else {
                    states.add(Arrays.stream(chunk, from, from + length).boxed().toList());
                    place += length;
                }
            }
        }
        return states;
    }

    @Test
    void aStateIsNewOnce() {
        StateStore store = new StateStore();
        assertEquals(0, store.size());
        assertTrue(store.add(state(1, 2), 2));
        assertTrue(store.add(state(2, 2), 2));
        assertFalse(store.add(state(1, 2), 2));
        assertTrue(store.add(state(1, 3), 3), "the same words, and one more");
        assertEquals(3, store.size());
    }

    @Test
    void onlyTheWordsOfAStateCount() {
        StateStore store = new StateStore();
        long[] words = Arrays.copyOf(state(7, 2), 10);
        assertTrue(store.add(words, 2));
        words[5] = 99;
        assertFalse(store.add(words, 2));
    }

    @Test
    void growsWithoutForgetting() {
        StateStore store = new StateStore();
        store.markLevel();
        int count = 300_000; // each of 64 tables doubles several times
        for (int number = 0; number < count; number++) {
            assertTrue(store.add(state(number, 1 + number % 3), 1 + number % 3));
        }
        for (int number = 0; number < count; number++) {
            assertFalse(store.add(state(number, 1 + number % 3), 1 + number % 3));
        }
        store.markLevel();
        assertEquals(count, store.size());
        assertEquals(count, statesOf(store, 0).size());
        for (int shard = 0; shard < StateStore.SHARDS; shard++) {
            assertTrue(store.shard(shard).levelStart(1) > 0, "an empty shard");
        }
    }

    @Test
    void statesOfAnyLengthDoNotCrossChunks() {
        StateStore store = new StateStore();
        Set<List<Long>> expected = new HashSet<>();
        store.markLevel();
        for (int number = 0; number < 20_000; number++) {
            int length = 1 + number * 37 % 255;
            long[] words = state(number, length);
            assertTrue(store.add(words, length));
            expected.add(Arrays.stream(words).boxed().toList());
        }
        store.markLevel();
        List<List<Long>> found = statesOf(store, 0);
        assertEquals(expected.size(), found.size());
        assertEquals(expected, new HashSet<>(found));
        assertTrue(store.bytes() >= 8L * found.stream().mapToInt(List::size).sum());
    }

    @Test
    void levelsThatEndAtTheEndOfAChunk() {
        // A chunk has 4096 words: 32 of these states fill it exactly.
        StateStore store = new StateStore();
        int levels = 200;
        store.markLevel();
        Set<List<Long>> all = new HashSet<>();
        for (int level = 0; level < levels; level++) {
            for (int number = 0; number < 64; number++) {
                store.add(state(level * 64L + number, 128), 128);
            }
            store.markLevel();
        }
        int found = 0;
        for (int level = 0; level < levels; level++) {
            int wanted = level;
            List<List<Long>> states = statesOf(store, level);
            assertEquals(64, states.size());
            assertTrue(states.stream().allMatch(words -> words.get(1) / 64 == wanted));
            all.addAll(states);
            found += states.size();
        }
        assertEquals(found, all.size());
    }

    @Test
    void successorsAreToldWhetherTheyAreNew() {
        StateStore store = new StateStore();
        store.add(state(1, 2), 2);
        Successors successors = new Successors();
        BitWriter writer = new BitWriter();
        for (int number : new int[] {5, 6, 5}) {
            writer.clear();
            writer.put(number, 64);
            writer.finish();
            successors.add(writer);
        }
        store.addAll(successors);
        assertTrue(successors.isNew(0));
        assertTrue(successors.isNew(1));
        assertFalse(successors.isNew(2), "the same as the first");
        assertEquals(3, store.size());
    }

    @Test
    void ofSeveralThreadsOneIsFirst() throws Exception {
        StateStore store = new StateStore();
        int count = 50_000;
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            Callable<Integer> adding = () -> {
                int first = 0;
                for (int number = 0; number < count; number++) {
                    first += store.add(state(number, 2), 2) ? 1 : 0;
                }
                return first;
            };
            List<Future<Integer>> firsts = threads.invokeAll(List.of(adding, adding, adding));
            int sum = 0;
            for (Future<Integer> first : firsts) {
                sum += first.get();
            }
            assertEquals(count, sum);
        } finally {
            threads.shutdown();
        }
        assertEquals(count, store.size());
    }
}
