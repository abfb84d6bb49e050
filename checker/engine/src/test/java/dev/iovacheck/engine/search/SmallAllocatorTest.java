package dev.iovacheck.engine.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine finds the numbers that Spin, TLC and a program in C++ find. */
class SmallAllocatorTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void theEngineCountsAsOtherModelCheckersDo(int workers) {
        List<SmallAllocatorExplorer> explorers = new ArrayList<>();
        BreadthFirst search = new BreadthFirst(
                () -> {
                    SmallAllocatorExplorer explorer = new SmallAllocatorExplorer(18);
                    explorers.add(explorer);
                    return explorer;
                },
                new BreadthFirst.Settings(
                        workers,
                        Integer.MAX_VALUE,
                        Storage.EXACT,
                        1 << 30,
                        Path.of(System.getProperty("java.io.tmpdir"))),
                unused -> Optional.empty());
        search.run();
        assertEquals(Optional.empty(), search.cutOff());
        assertEquals(404_644, search.states());
        assertEquals(2_826_606, search.transitions());
        assertEquals(26, search.depth());
        assertEquals(
                0, explorers.stream().mapToLong(SmallAllocatorExplorer::broken).sum());
    }
}
