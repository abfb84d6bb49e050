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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine counts what Spin, TLC and C++ count, and a reduced search accounts for every state it left out. */
class ReferenceModelTest {

    /** Adds up what each state, and each transition from it, stands for. */
    private static final class Orbits implements Explorer {
        private final ReferenceModel model = new ReferenceModel(ReferenceSize.SMALL, true);
        private final Successors own = new Successors();
        private long states;
        private long transitions;

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
    @EnumSource(Storage.class)
    void theWholeSpaceHasTheKnownSize(Storage storage) throws Exception {
        List<ReferenceModel> models = new ArrayList<>();
        try (BreadthFirst search = new BreadthFirst(
                () -> {
                    models.add(new ReferenceModel(ReferenceSize.SMALL, false));
                    return models.get(models.size() - 1);
                },
                settings(2, storage),
                unused -> Optional.empty())) {
            search.run();
            ReferenceSize.Counts known = ReferenceSize.SMALL.counts().orElseThrow();
            assertEquals(known, new ReferenceSize.Counts(search.states(), search.transitions(), search.depth()));
            assertEquals(0, models.stream().mapToLong(ReferenceModel::broken).sum());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theReducedSpaceIsExplainedByTheGroup(int workers) throws Exception {
        List<Orbits> all = new ArrayList<>();
        try (BreadthFirst search = new BreadthFirst(
                () -> {
                    all.add(new Orbits());
                    return all.get(all.size() - 1);
                },
                settings(workers, Storage.EXACT),
                unused -> Optional.empty())) {
            search.run();
            ReferenceSize.Counts known = ReferenceSize.SMALL.counts().orElseThrow();
            assertEquals(43_944, search.states());
            assertEquals(known.diameter(), search.depth());
            assertEquals(
                    known.states(), all.stream().mapToLong(one -> one.states).sum());
            assertEquals(
                    known.transitions(),
                    all.stream().mapToLong(one -> one.transitions).sum());
        }
    }
}
