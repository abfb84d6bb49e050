package dev.iovacheck.engine.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.packed.BitWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
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
import org.junit.jupiter.api.io.TempDir;

/** What a search relies on: every state is kept once, is known from then on, and lies in the level in which it came. */
class StateStoreTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    /** A store with somebody who adds to it. */
    static final class Filled {
        final StateStore store;
        final StateLog.Tail tail;

        Filled(Storage storage, Path folder) {
            store = new StateStore(storage, new Overflow(folder, null));
            tail = store.log().newTail();
        }

        boolean add(long... words) {
            return store.add(words, words.length, tail);
        }

        void endLevel() {
            store.log().endLevel();
        }
    }

    private Filled exact() {
        return new Filled(Storage.EXACT, folder);
    }

    /** A state of so many words, different for each number. Its first word tells the length, as all stored states do. */
    static long[] state(long number, int length) {
        long[] words = new long[length];
        Arrays.fill(words, number);
        words[0] = number << 8 | length;
        return words;
    }

    /** All states of a level as the search walks through them. */
    static List<List<Long>> statesOf(StateStore store, int level) {
        StateLog log = store.log();
        List<List<Long>> states = new ArrayList<>();
        StateLog.Cursor cursor = log.new Cursor();
        for (int segment = log.firstSegment(level); segment < log.firstSegment(level + 1); segment++) {
            cursor.open(segment);
            while (cursor.next()) {
                long[] words = cursor.words();
                states.add(Arrays.stream(words, 0, BitWriter.length(words[0]))
                        .boxed()
                        .toList());
            }
        }
        return states;
    }

    @Test
    void aStateIsNewOnce() {
        Filled filled = exact();
        assertEquals(0, filled.store.size());
        assertTrue(filled.add(state(1, 2)));
        assertTrue(filled.add(state(2, 2)));
        assertFalse(filled.add(state(1, 2)));
        assertTrue(filled.add(state(1, 3)), "the same words, and one more");
        assertEquals(3, filled.store.size());
    }

    @Test
    void onlyTheWordsOfAStateCount() {
        Filled filled = exact();
        long[] words = Arrays.copyOf(state(7, 2), 10);
        assertTrue(filled.store.add(words, 2, filled.tail));
        words[5] = 99;
        assertFalse(filled.store.add(words, 2, filled.tail));
    }

    @Test
    void growsWithoutForgetting() {
        for (Storage storage : Storage.values()) {
            Filled filled = new Filled(storage, folder);
            int count = 300_000; // each of 64 tables doubles several times
            for (int number = 0; number < count; number++) {
                assertTrue(filled.add(state(number, 1 + number % 3)));
            }
            for (int number = 0; number < count; number++) {
                assertFalse(filled.add(state(number, 1 + number % 3)));
            }
            filled.endLevel();
            assertEquals(count, filled.store.size());
            assertEquals(count, statesOf(filled.store, 0).size());
        }
    }

    @Test
    void statesOfAnyLengthDoNotCrossChunks() {
        Filled filled = exact();
        Set<List<Long>> expected = new HashSet<>();
        for (int number = 0; number < 20_000; number++) {
            long[] words = state(number, 1 + number * 37 % 255);
            assertTrue(filled.add(words));
            expected.add(Arrays.stream(words).boxed().toList());
        }
        filled.endLevel();
        List<List<Long>> found = statesOf(filled.store, 0);
        assertEquals(expected.size(), found.size());
        assertEquals(expected, new HashSet<>(found));
        assertTrue(
                filled.store.bytes() >= 8L * found.stream().mapToInt(List::size).sum());
    }

    @Test
    void levelsThatEndAtTheEndOfAChunk() {
        // A chunk has 4096 words: 32 of these states fill it exactly.
        Filled filled = exact();
        int levels = 200;
        for (int level = 0; level < levels; level++) {
            for (int number = 0; number < 64; number++) {
                filled.add(state(level * 64L + number, 128));
            }
            filled.endLevel();
        }
        for (int level = 0; level < levels; level++) {
            int wanted = level;
            List<List<Long>> states = statesOf(filled.store, level);
            assertEquals(64, new HashSet<>(states).size());
            assertTrue(states.stream().allMatch(words -> words.get(1) / 64 == wanted));
        }
        assertEquals(levels, filled.store.log().levels());
    }

    @Test
    void anEmptyLevelHasNoSegments() {
        Filled filled = exact();
        filled.add(state(1, 2));
        filled.endLevel();
        filled.endLevel();
        assertEquals(1, statesOf(filled.store, 0).size());
        assertEquals(List.of(), statesOf(filled.store, 1));
    }

    @Test
    void successorsAreToldWhetherTheyAreNew() {
        for (Storage storage : Storage.values()) {
            Filled filled = new Filled(storage, folder);
            filled.add(state(1, 2));
            Successors successors = new Successors();
            BitWriter writer = new BitWriter();
            for (int number : new int[] {5, 6, 5}) {
                writer.clear();
                writer.put(number, 64);
                writer.finish();
                successors.add(writer);
            }
            successors.add(state(1, 2)[0], state(1, 2)[1]);
            filled.store.addAll(successors, filled.tail);
            assertTrue(successors.isNew(0));
            assertTrue(successors.isNew(1));
            assertFalse(successors.isNew(2), "the same as the first");
            assertFalse(successors.isNew(3), "known before");
            assertEquals(3, filled.store.size());
            filled.store.addAll(successors, filled.tail);
            assertEquals(3, filled.store.size());
        }
    }

    @Test
    void whatWasRememberedIsNotNewAgain() {
        Filled filled = exact();
        Successors successors = new Successors();
        successors.add(state(1, 2)[0], state(1, 2)[1]);
        filled.store.addAll(successors, filled.tail);
        assertTrue(successors.isNew(0));
        successors.clear();
        successors.add(state(2, 2)[0], state(2, 2)[1]);
        successors.add(state(1, 2)[0], state(1, 2)[1]);
        successors.add(state(3, 2)[0], state(3, 2)[1]);
        filled.store.addAll(successors, filled.tail);
        assertTrue(successors.isNew(0));
        assertFalse(successors.isNew(1));
        assertTrue(successors.isNew(2), "the one that is not looked up does not shift those behind it");
    }

    @Test
    void ofSeveralThreadsOneIsFirst() throws Exception {
        StateStore store = exact().store;
        int count = 50_000;
        Callable<Integer> adding = () -> {
            StateLog.Tail tail = store.log().newTail();
            int first = 0;
            for (int number = 0; number < count; number++) {
                first += store.add(state(number, 2), 2, tail) ? 1 : 0;
            }
            return first;
        };
        assertEquals(count, sumOfAll(List.of(adding, adding, adding)));
        store.log().endLevel();
        assertEquals(count, store.size());
        assertEquals(count, new HashSet<>(statesOf(store, 0)).size());
    }

    @Test
    void threadsThatLookUpManyTogetherAddEachOnce() throws Exception {
        for (Storage storage : Storage.values()) {
            StateStore store = new Filled(storage, folder).store;
            int count = 60_000;
            // Each in an order of its own, all of them more than once.
            assertEquals(
                    count,
                    sumOfAll(List.of(
                            () -> addTogether(store, count, 1),
                            () -> addTogether(store, count, 7),
                            () -> addTogether(store, count, 11))));
            store.log().endLevel();
            assertEquals(count, store.size());
            assertEquals(count, new HashSet<>(statesOf(store, 0)).size());
        }
    }

    /** What they return, each in a thread of its own. */
    private static int sumOfAll(List<Callable<Integer>> calls) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(calls.size());
        try {
            int sum = 0;
            for (Future<Integer> result : threads.invokeAll(calls)) {
                sum += result.get();
            }
            return sum;
        } finally {
            threads.shutdown();
        }
    }

    private static int addTogether(StateStore store, int count, int stride) {
        StateLog.Tail tail = store.log().newTail();
        Successors successors = new Successors();
        int added = 0;
        for (int from = 0; from < 2 * count; from += 100) {
            for (int index = from; index < from + 100; index++) {
                long[] state = state((long) index * stride % count, 2);
                successors.add(state[0], state[1]);
            }
            store.addAll(successors, tail);
            for (int index = 0; index < 100; index++) {
                added += successors.isNew(index) ? 1 : 0;
            }
            successors.clear();
        }
        return added;
    }

    // ---- the file ----

    @Test
    void whatWasMovedToTheFileIsStillKnown() throws IOException {
        Filled filled = exact();
        int count = 60_000;
        for (int number = 0; number < count; number++) {
            filled.add(state(number, 1 + number % 5));
        }
        filled.endLevel();
        long before = filled.store.bytes();
        Set<List<Long>> states = new HashSet<>(statesOf(filled.store, 0));
        assertTrue(filled.store.shrinkTo(before * 3 / 4));
        assertTrue(filled.store.bytes() <= before * 3 / 4);
        assertEquals(before, filled.store.bytes() + filled.store.log().fileBytes());
        for (int number = 0; number < count; number++) {
            assertFalse(filled.add(state(number, 1 + number % 5)));
        }
        assertTrue(filled.add(state(count, 3)));
        assertEquals(states, new HashSet<>(statesOf(filled.store, 0)));
        assertFalse(filled.store.shrinkTo(1000), "the tables stay in memory");
        filled.store.close();
    }

    @Test
    void whatIsBeingFilledStaysInMemory() {
        Filled filled = exact();
        filled.add(state(1, 2));
        assertFalse(filled.store.shrinkWordsTo(0));
        assertTrue(filled.add(state(2, 2)));
        filled.endLevel();
        assertEquals(2, statesOf(filled.store, 0).size());
    }

    @Test
    void goesOnFromWhatWasSaved() throws IOException {
        for (Storage storage : Storage.values()) {
            Path file = folder.resolve(storage + ".states");
            ByteArrayOutputStream saved = new ByteArrayOutputStream();
            List<List<Long>> levels = new ArrayList<>();
            try (StateStore store = new StateStore(storage, new Overflow(folder, ChunkFile.at(file, 0)))) {
                StateLog.Tail tail = store.log().newTail();
                for (int number = 0; number < 50_000; number++) {
                    store.add(state(number, 1 + number % 5), 1 + number % 5, tail);
                    if (number % 20_000 == 0) {
                        store.log().endLevel();
                    }
                }
                store.log().endLevel();
                store.save(new DataOutputStream(saved));
                levels.addAll(statesOf(store, 2));
                // What comes after is lost with the process.
                for (int number = 50_000; number < 70_000; number++) {
                    store.add(state(number, 3), 3, tail);
                }
                store.shrinkWordsTo(0);
            }
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(saved.toByteArray()));
            int slots = in.readInt();
            try (StateStore store = new StateStore(storage, new Overflow(folder, ChunkFile.at(file, slots)))) {
                store.restore(in, 1 << 20);
                assertEquals(50_000, store.size());
                assertEquals(levels, statesOf(store, 2));
                StateLog.Tail tail = store.log().newTail();
                assertFalse(store.add(state(49_999, 5), 5, tail));
                assertTrue(store.add(state(50_000, 1), 1, tail));
            }
        }
    }

    @Test
    void aDamagedFileIsNoticed() throws IOException {
        Path file = folder.resolve("states");
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        try (StateStore store = new StateStore(Storage.EXACT, new Overflow(folder, ChunkFile.at(file, 0)))) {
            StateLog.Tail tail = store.log().newTail();
            for (int number = 0; number < 10_000; number++) {
                store.add(state(number, 2), 2, tail);
            }
            store.log().endLevel();
            store.save(new DataOutputStream(saved));
        }
        try (ChunkFile damaged = ChunkFile.at(file, 0)) {
            damaged.write(damaged.newSlot(), new int[ChunkFile.CHUNK_HALVES]);
        }
        try (StateStore store = new StateStore(Storage.EXACT, new Overflow(folder, ChunkFile.at(file, 100)))) {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(saved.toByteArray()));
            assertTrue(in.readInt() > 0);
            assertThrows(IOException.class, () -> store.restore(in, 1 << 20));
        }
    }
}
