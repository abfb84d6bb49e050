package dev.iovacheck.engine.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** A state store knows what a hash set knows, wherever its words are. */
class StateStoreProperties {

    // Few numbers, so that many states come again.
    @Property(tries = 100)
    void isASet(
            @ForAll Storage storage,
            @ForAll @Size(max = 300) List<@LongRange(min = 0, max = 40) Long> numbers,
            @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 1, max = 255) Integer> lengths,
            @ForAll @IntRange(min = 1, max = 50) int levelSize,
            @ForAll boolean moves)
            throws IOException {
        var filled = new StateStoreTest.Filled(storage, Path.of(System.getProperty("java.io.tmpdir")));
        Set<List<Long>> expected = new HashSet<>();
        Set<List<Long>> found = new HashSet<>();
        int levels = 1;
        for (int index = 0; index < numbers.size(); index++) {
            int length = lengths.get(index % lengths.size());
            long[] words = StateStoreTest.state(numbers.get(index), length);
            assertEquals(expected.add(Arrays.stream(words).boxed().toList()), filled.add(words));
            assertEquals(expected.size(), filled.store.size());
            if (index % levelSize == levelSize - 1) {
                filled.endLevel();
                levels++;
            }
            if (moves && index % 7 == 0) {
                filled.store.shrinkWordsTo(0);
            }
        }
        filled.endLevel();
        int total = 0;
        for (int level = 0; level < levels; level++) {
            List<List<Long>> states = StateStoreTest.statesOf(filled.store, level);
            total += states.size();
            found.addAll(states);
        }
        assertEquals(expected, found);
        assertEquals(expected.size(), total);
        filled.store.close();
    }
}
