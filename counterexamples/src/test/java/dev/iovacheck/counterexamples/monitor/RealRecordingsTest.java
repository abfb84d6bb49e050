package dev.iovacheck.counterexamples.monitor;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recordings of a kernel that did nothing wrong: nothing is found, and the model explains every result of its allocator. */
class RealRecordingsTest {

    @Test
    void oneCpuIsExplained() {
        Recordings.Checked checked =
                Recordings.check(Recordings.lines(Recordings.STRICT), Recordings.surroundings(Recordings.STRICT));
        Counts counts = checked.result().counts();
        assertAll(
                () -> assertEquals(List.of(), checked.findings()),
                () -> assertEquals(2209, counts.maps()),
                () -> assertEquals(1097, counts.unmaps()),
                () -> assertEquals(569, counts.searches()),
                () -> assertEquals(538, counts.cacheHits()),
                () -> assertEquals(0, counts.learned()),
                () -> assertEquals(0, counts.unordered()),
                () -> assertFalse(checked.result().isIncomplete()));
    }

    @Test
    void twoCpusAndALazyDomainAreExplained() {
        Recordings.Checked checked =
                Recordings.check(Recordings.lines(Recordings.LAZY), Recordings.surroundings(Recordings.LAZY));
        Counts counts = checked.result().counts();
        assertAll(
                () -> assertEquals(List.of(), checked.findings()),
                () -> assertEquals(673, counts.searches()),
                () -> assertEquals(563, counts.cacheHits()),
                () -> assertEquals(0, counts.unordered()));
    }

    /** A recording that begins on a machine that runs: what was there before is learned, and is no mistake. */
    @ParameterizedTest
    @ValueSource(strings = {Recordings.STRICT, Recordings.LAZY})
    void theRestOfARecordingHasNothingWrong(String name) {
        List<String> lines = Recordings.lines(name);
        for (int from = 200; from < lines.size() - 500; from += 900) {
            Recordings.Checked checked =
                    Recordings.check(lines.subList(from, lines.size()), Recordings.surroundings(name));
            int line = from;
            assertEquals(List.of(), checked.findings(), () -> "from line " + (line + 1));
        }
    }

    /** What was freed before the recording began is found out once for each range; searches are as the model has them soon. */
    @Test
    void searchesAreLearnedSoon() {
        List<String> lines = Recordings.lines(Recordings.STRICT);
        Recordings.Checked checked =
                Recordings.check(withoutCaches(lines.subList(1900, lines.size())), Surroundings.NONE);
        Counts counts = checked.result().counts();
        assertTrue(counts.learned() > 100, () -> "learned " + counts.learned());
        assertTrue(
                counts.learnedAlike() * 10 > counts.learned() * 9,
                () -> counts.learnedAlike() + " of " + counts.learned());
    }

    /** Only calls that search. */
    private static List<String> withoutCaches(List<String> lines) {
        List<String> left = new ArrayList<>();
        for (int index = 0; index < lines.size(); index++) {
            boolean isCached = lines.get(index).contains(" fast: ")
                    && index + 1 < lines.size()
                    && !lines.get(index + 1).contains(" slow: ");
            if (isCached) {
                index++;
            } else if (!lines.get(index).contains(" freefast: ")) {
                left.add(lines.get(index));
            }
        }
        return left;
    }

    /** Events that somebody else did not record are unknown, and not wrong. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "dommap",
                "domunmap",
                "want",
                "slow",
                "slowret",
                "freefast",
                "free",
                "fqflush",
                "fqring",
                "domattach",
                "dominit",
                "resv",
                "map",
                "unmap",
                "add_device_to_group"
            })
    void whatIsNotRecordedIsUnknown(String event) {
        for (String name : List.of(Recordings.STRICT, Recordings.LAZY)) {
            List<String> lines = Recordings.lines(name).stream()
                    .filter(line -> !line.contains(" " + event + ": "))
                    .toList();
            // Without the events of releases, what is handed out once more looks taken: that is no recording of the
            // allocator.
            if (!event.equals("freefast")) {
                assertEquals(
                        List.of(),
                        Recordings.check(lines, Recordings.surroundings(name)).findings(),
                        event);
            }
        }
    }

    @Test
    void tracepointsAloneHaveNothingWrong() {
        Function<String, List<String>> tracepoints = name -> Recordings.lines(name).stream()
                .filter(line -> line.startsWith("#") || line.contains(": IOMMU: "))
                .toList();
        Recordings.Checked checked =
                Recordings.check(tracepoints.apply(Recordings.STRICT), Recordings.surroundings(Recordings.STRICT));
        assertEquals(List.of(), checked.findings());
        assertEquals(2209, checked.result().counts().namelessMaps());
    }

    /** After events were lost nothing is known but what is seen again. */
    @ParameterizedTest
    @ValueSource(strings = {"CPU:0 [LOST 400 EVENTS]", "CPU:0 [400 EVENTS DROPPED]", "##### CPU 0 buffer started ####"})
    void lostEventsAreNoMistake(String mark) {
        for (String name : List.of(Recordings.STRICT, Recordings.LAZY)) {
            List<String> lines = Recordings.lines(name);
            for (int at : new int[] {300, 3000, 7001, 9999}) {
                List<String> left = new ArrayList<>(lines.subList(0, at));
                left.add(mark);
                left.addAll(lines.subList(at + 400, lines.size()));
                Recordings.Checked checked = Recordings.check(left, Recordings.surroundings(name));
                assertEquals(List.of(), checked.findings(), () -> "at line " + at);
                assertTrue(checked.result().isIncomplete());
            }
        }
    }

    /** The text of trace-cmd has no place in functions, and perhaps no flags. */
    @Test
    void traceCmdIsRead() {
        List<String> lines = Recordings.lines(Recordings.STRICT).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.replaceFirst("\\] [.a-zA-Z0-9]{5} ", "]")
                        .replaceFirst(
                                "\\((alloc_iova|free_iova|__iommu|iommu|reserve|init|intel)[^)]*\\)",
                                "(ffffffff81a3c5d0)"))
                .toList();
        List<String> all = new ArrayList<>(List.of("cpus=1"));
        all.addAll(lines);
        Recordings.Checked checked = Recordings.check(all, Recordings.surroundings(Recordings.STRICT));
        assertEquals(List.of(), checked.findings());
        assertEquals(569, checked.result().counts().searches());
        assertEquals(538, checked.result().counts().cacheHits());
    }

    /** Probes may have any name: the function they are on tells what they are. */
    @Test
    void probesAreKnownByTheirFunctions() {
        List<String> lines = Recordings.lines(Recordings.STRICT).stream()
                .map(line -> line.replaceFirst(
                        " (fast|fastret|slow|slowret|freefast|free|resv|dominit|want|dommap|domunmap): \\(",
                        " my_$1: ("))
                .toList();
        Counts counts = Recordings.check(lines, Surroundings.NONE).result().counts();
        assertEquals(569, counts.searches());
        assertEquals(538, counts.cacheHits());
    }

    @Test
    void manyRecordingsInARowAreOne() {
        List<String> once = Recordings.lines(Recordings.STRICT);
        List<String> ended = once.stream()
                .filter(line -> line.contains(" dominit: "))
                .map(line -> line.replaceFirst(
                        "dominit: .*iovad=(0x[0-9a-f]+).*", "domput: (put_iova_domain+0x0/0x10) iovad=$1"))
                .toList();
        List<String> all = new ArrayList<>();
        IntStream.range(0, 3).forEach(time -> {
            all.addAll(once);
            all.addAll(ended);
        });
        Recordings.Checked checked = Recordings.check(all, Recordings.surroundings(Recordings.STRICT));
        assertEquals(List.of(), checked.findings());
        assertEquals(3 * 569, checked.result().counts().searches());
    }
}
