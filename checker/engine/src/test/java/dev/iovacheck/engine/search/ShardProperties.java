package dev.iovacheck.engine.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** A part of the table finds what was added, and nothing else, wherever hashes crowd: at its start, at its end, on one slot. */
class ShardProperties {

    private static final int PLACE_BITS = 36;

    /** Hashes of few ranks, as bad as they can be in a search of any size, and of any. */
    @Provide
    Arbitrary<List<Long>> hashes() {
        Arbitrary<Long> crowded = Arbitraries.longs()
                .between(0, 2)
                .flatMap(rank -> Arbitraries.of(0L, 1L << 27, (1L << 28) - 3).map(start -> start + rank));
        Arbitrary<Long> ranks = Arbitraries.frequencyOf(
                Tuple.of(2, crowded), Tuple.of(1, Arbitraries.longs().between(0, (1L << 28) - 1)));
        return ranks.flatMap(rank ->
                        Arbitraries.longs().between(0, 3).map(low -> rank << PLACE_BITS | low << StateStore.SHARD_BITS))
                .list()
                .ofMaxSize(120);
    }

    @Property(tries = 500)
    void findsWhatWasAdded(@ForAll Storage storage, @ForAll("hashes") List<Long> hashes) throws IOException {
        try (StateStore store =
                new StateStore(storage, new Overflow(Path.of(System.getProperty("java.io.tmpdir")), null))) {
            Shard shard = new Shard(storage, store.log());
            StateLog.Tail tail = store.log().newTail();
            Map<List<Long>, Integer> known = new HashMap<>();
            for (int index = 0; index < hashes.size(); index++) {
                long hash = hashes.get(index);
                // Every third state has the hash of another one, which fingerprints cannot tell from it.
                long number = index % 3 == 0 ? 1000 + index : hash;
                long[] words = StateStoreTest.state(number & 0xffff_ffffL, 2);
                List<Long> key = storage == Storage.EXACT ? List.of(hash, number & 0xffff_ffffL) : List.of(hash);
                boolean isNew = known.putIfAbsent(key, index) == null;
                assertEquals(
                        isNew,
                        shard.add(words, 0, 2, hash, tail),
                        () -> "state with the hash " + Long.toHexString(hash));
                assertEquals(known.size(), shard.size());
                assertTrue(shard.slotOf(words, 0, 2, hash) >= 0);
                long entry = shard.likelyEntry(hash);
                if (storage == Storage.EXACT) {
                    assertEquals(hash >>> PLACE_BITS, entry >>> PLACE_BITS);
                } else {
                    assertTrue(entry == 0 || entry == (hash | 1), "a fingerprint, of this hash and no other");
                }
            }
            long[] other = StateStoreTest.state(-1, 2);
            for (long hash : hashes) {
                boolean isFound = shard.slotOf(other, 0, 2, hash) >= 0;
                assertEquals(storage == Storage.FINGERPRINT, isFound);
                long sameRank = hash + (1L << (PLACE_BITS - 1));
                assertTrue(shard.slotOf(other, 0, 2, sameRank) < 0);
                if (storage == Storage.FINGERPRINT) {
                    assertEquals(0, shard.likelyEntry(sameRank));
                }
            }
        }
    }
}
