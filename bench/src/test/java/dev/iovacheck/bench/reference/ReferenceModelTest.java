package dev.iovacheck.bench.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.iovacheck.engine.search.BreadthFirst;
import dev.iovacheck.engine.search.Explorer;
import dev.iovacheck.engine.search.Storage;
import dev.iovacheck.engine.search.Successors;
import dev.iovacheck.model.packed.BitWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine counts what Spin, TLC and C++ count, and a reduced search accounts for every state it left out. */
class ReferenceModelTest {

    /** Adds up what each state, and each transition from it, stands for. */
    private static final class Orbits implements Explorer {
        private final ReferenceModel model;
        private final Successors own = new Successors();
        private long states;
        private long transitions;

        Orbits(ReferenceSize size) {
            model = new ReferenceModel(size, true);
        }

        @Override
        public void initial(BitWriter out) {
            model.initial(out);
        }

        @Override
        public void expand(long[] words, int at, int depth, Successors successors) {
            int before = own.count();
            model.expand(words, at, depth, own);
            transitions += (own.count() - before) * model.namings(words, at);
            model.expand(words, at, depth, successors);
        }

        @Override
        public void enter(long[] words, int at, int depth) {
            model.enter(words, at, depth);
            states += model.namings(words, at);
        }
    }

    private static BreadthFirst.Settings settings(int workers, Storage storage) {
        return new BreadthFirst.Settings(
                workers, Integer.MAX_VALUE, storage, 1 << 30, Path.of(System.getProperty("java.io.tmpdir")));
    }

    @ParameterizedTest
    @CsvSource({"1, EXACT", "2, EXACT", "3, EXACT", "1, FINGERPRINT", "2, FINGERPRINT", "3, FINGERPRINT"})
    void theWholeSpaceHasTheKnownSize(int workers, Storage storage) throws Exception {
        List<ReferenceModel> models = new ArrayList<>();
        try (BreadthFirst search = new BreadthFirst(
                () -> {
                    models.add(new ReferenceModel(ReferenceSize.SMALL, false));
                    return models.get(models.size() - 1);
                },
                settings(workers, storage),
                unused -> Optional.empty())) {
            search.run();
            assertEquals(Optional.empty(), search.cutOff());
            assertEquals(ReferenceSize.SMALL.counts().orElseThrow(), counts(search));
            assertEquals(0, models.stream().mapToLong(ReferenceModel::broken).sum());
        }
    }

    private static ReferenceSize.Counts counts(BreadthFirst search) {
        return new ReferenceSize.Counts(search.states(), search.transitions(), search.depth());
    }

    @ParameterizedTest
    @CsvSource({"18, 1", "18, 2", "18, 3", "16, 2"})
    void theReducedSpaceAccountsForTheWhole(int lowerBound, int workers) throws Exception {
        ReferenceSize size = new ReferenceSize(lowerBound, 3);
        List<Orbits> all = new ArrayList<>();
        try (BreadthFirst search = new BreadthFirst(
                () -> {
                    all.add(new Orbits(size));
                    return all.get(all.size() - 1);
                },
                settings(workers, Storage.EXACT),
                unused -> Optional.empty())) {
            search.run();
            assertEquals(Optional.empty(), search.cutOff());
            ReferenceSize.Counts whole = size.counts().orElseThrow();
            assertEquals(whole.diameter(), search.depth());
            assertEquals(
                    whole.states(), all.stream().mapToLong(one -> one.states).sum());
            assertEquals(
                    whole.transitions(),
                    all.stream().mapToLong(one -> one.transitions).sum());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void theReducedSpaceHasTheKnownSize(int workers) throws Exception {
        try (BreadthFirst search = new BreadthFirst(
                () -> new ReferenceModel(ReferenceSize.SMALL, true),
                settings(workers, Storage.EXACT),
                unused -> Optional.empty())) {
            search.run();
            assertEquals(ReferenceSize.SMALL.counts("slots, CPUs").orElseThrow(), counts(search));
        }
    }
}
