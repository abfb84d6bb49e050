package dev.iovacheck.counterexamples.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One mistake at a time in recordings of a kernel that made none: it is found in its line, and nothing else is. */
class PlantedFaultsTest {

    private static final Pattern MAP = Pattern.compile(
            "(.*: map: IOMMU: iova=)0x([0-9a-f]{16}) - 0x([0-9a-f]{16})( paddr=0x)([0-9a-f]{16})( size=)(\\d+)");
    private static final Pattern CALL =
            Pattern.compile("(.*: dommap: .*iova=)0x([0-9a-f]+)( paddr=0x)([0-9a-f]+)( size=)(\\d+)(.*)");
    private static final int PLACES = 12;

    private static String moved(String line, UnaryOperator<Long> move) {
        Matcher map = MAP.matcher(line);
        if (map.matches()) {
            long lo = move.apply(Long.parseUnsignedLong(map.group(2), 16));
            long size = Long.parseLong(map.group(7));
            return map.group(1)
                    + String.format("0x%016x - 0x%016x", lo, lo + size)
                    + map.group(4)
                    + map.group(5)
                    + map.group(6)
                    + map.group(7);
        }
        Matcher call = CALL.matcher(line);
        assertTrue(call.matches(), line);
        long lo = move.apply(Long.parseUnsignedLong(call.group(2), 16));
        return call.group(1)
                + String.format("0x%x", lo)
                + call.group(3)
                + call.group(4)
                + call.group(5)
                + call.group(6)
                + call.group(7);
    }

    /** Indices of some of the lines with an event, spread over the recording. */
    private static List<Integer> some(List<String> lines, String event) {
        List<Integer> all = IntStream.range(0, lines.size())
                .filter(index -> lines.get(index).contains(": " + event + ": "))
                .filter(index -> !lines.get(index).contains("iova=0x0000000000000000 "))
                .boxed()
                .toList();
        return IntStream.range(0, PLACES)
                .mapToObj(place -> all.get((int) ((place + 0.5) * all.size() / PLACES)))
                .toList();
    }

    private static void isFoundOnly(List<String> lines, String name, long line, String... ids) {
        List<Finding> findings =
                Recordings.check(lines, Recordings.surroundings(name)).findings();
        assertFalse(findings.isEmpty(), () -> "nothing is found in line " + line + ": " + lines.get((int) line - 1));
        assertEquals(line, findings.get(0).line(), () -> findings.toString());
        assertTrue(List.of(ids).contains(findings.get(0).id()), () -> findings.toString());
        assertEquals(1, findings.size(), () -> findings.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {Recordings.STRICT, Recordings.LAZY})
    void anAddressThatIsShiftedWhereItIsMapped(String name) {
        List<String> lines = Recordings.lines(name);
        for (int at : some(lines, "map")) {
            List<String> changed = new ArrayList<>(lines);
            changed.set(at, moved(lines.get(at), address -> address - 0x40_0000));
            isFoundOnly(changed, name, at + 1, "pte-subset");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {Recordings.STRICT, Recordings.LAZY})
    void anAddressThatIsShiftedInCallAndMap(String name) {
        List<String> lines = Recordings.lines(name);
        for (int at : some(lines, "map")) {
            List<String> changed = new ArrayList<>(lines);
            changed.set(at, moved(lines.get(at), address -> address - 0x100_0000));
            changed.set(at - 1, moved(lines.get(at - 1), address -> address - 0x100_0000));
            isFoundOnly(changed, name, at + 1, "pte-subset", "no-live-overlap", "no-reserved-overlap");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {Recordings.STRICT, Recordings.LAZY})
    void anUnmapThatIsNotThere(String name) {
        List<String> lines = Recordings.lines(name);
        for (int at : some(lines, "unmap")) {
            List<String> changed = new ArrayList<>(lines);
            changed.remove(at);
            isFoundOnly(changed, name, at + 1, "exact-unmap");
        }
    }

    /** Where the allocator gets back what is still mapped. */
    @ParameterizedTest
    @ValueSource(strings = {Recordings.STRICT, Recordings.LAZY})
    void anUnmapThatWasNeverCalled(String name) {
        List<String> lines = Recordings.lines(name);
        for (int at : some(lines, "unmap")) {
            List<String> changed = new ArrayList<>(lines);
            String pfn = lines.get(at).replaceFirst(".*iova=0x0*([0-9a-f]+)000 - .*", "pfn=0x$1 ");
            changed.remove(at);
            changed.remove(at - 1);
            int line = at - 1;
            while (line < changed.size()
                    && !(changed.get(line).contains(": freefast: ")
                            && changed.get(line).contains(pfn))) {
                line++;
            }
            if (line < changed.size()) {
                isFoundOnly(changed, name, line + 1, "pte-subset");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {Recordings.STRICT, Recordings.LAZY})
    void aMapInAReservedRegion(String name) {
        List<String> lines = Recordings.lines(name);
        for (int at : some(lines, "map")) {
            for (long reserved : new long[] {0xfee0_1000L, 0x4000_0000L}) {
                List<String> changed = new ArrayList<>(lines);
                changed.set(at, moved(lines.get(at), address -> reserved));
                changed.set(at - 1, moved(lines.get(at - 1), address -> reserved));
                isFoundOnly(changed, name, at + 1, "no-reserved-overlap");
            }
        }
    }

    /** A map that nobody called: which domain it is in does not matter for what is reserved in all of them. */
    @ParameterizedTest
    @ValueSource(strings = {Recordings.STRICT, Recordings.LAZY})
    void aLineThatWasPutInForAReservedRegion(String name) {
        List<String> lines = Recordings.lines(name);
        for (int at : some(lines, "map")) {
            List<String> changed = new ArrayList<>(lines);
            changed.add(at + 1, moved(lines.get(at), address -> 0xfee0_0000L));
            isFoundOnly(changed, name, at + 2, "no-reserved-overlap");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {Recordings.STRICT, Recordings.LAZY})
    void aMapOverAnother(String name) {
        List<String> lines = Recordings.lines(name);
        for (int at : some(lines, "map")) {
            List<String> changed = new ArrayList<>(lines);
            changed.add(at + 1, lines.get(at - 1));
            changed.add(at + 2, lines.get(at));
            isFoundOnly(changed, name, at + 3, "no-live-overlap");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"slowret", "fastret"})
    void aResultOfTheAllocatorThatIsShifted(String event) {
        List<String> lines = Recordings.lines(Recordings.STRICT);
        for (int at : some(lines, event)) {
            List<String> changed = new ArrayList<>(lines);
            Matcher result = Pattern.compile("(.*(?:lo|pfn)=0x)([0-9a-f]+)(.*)").matcher(lines.get(at));
            assertTrue(result.matches());
            changed.set(
                    at,
                    result.group(1) + Long.toHexString(Long.parseLong(result.group(2), 16) - 0x40) + result.group(3));
            List<Finding> findings =
                    Recordings.check(changed, Surroundings.NONE).findings();
            assertFalse(findings.isEmpty());
            assertEquals(Finding.LOCK_STEP, findings.get(0).id(), () -> findings.toString());
            assertEquals(at + 1, findings.get(0).line(), () -> findings.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {Recordings.STRICT, Recordings.LAZY})
    void aRangeThatIsGivenBackTwice(String name) {
        List<String> lines = Recordings.lines(name);
        for (int at : some(lines, "freefast")) {
            List<String> changed = new ArrayList<>(lines);
            changed.add(at + 1, lines.get(at));
            List<Finding> findings =
                    Recordings.check(changed, Recordings.surroundings(name)).findings();
            assertEquals(at + 2, findings.get(0).line(), () -> findings.toString());
            assertEquals("driver-contract", findings.get(0).id());
        }
    }

    /** In lazy domains a range waits for a flush; one that comes back at once still has its translations in the IOTLB. */
    @ParameterizedTest
    @ValueSource(ints = {2, 5, 9})
    void aRangeThatComesBackWithoutAFlush(int place) {
        List<String> lines = Recordings.lines(Recordings.LAZY);
        int flush = some(lines, "fqflush").get(place);
        List<String> changed = new ArrayList<>(lines);
        changed.remove(flush);
        List<Finding> findings = Recordings.check(changed, Recordings.surroundings(Recordings.LAZY))
                .findings();
        assertEquals("flush-before-reuse", findings.get(0).id(), () -> findings.toString());
        assertTrue(changed.get((int) findings.get(0).line() - 1).contains(": freefast: "));
    }

    /** With tracepoints only, a dropped unmap shows where the address is mapped again, if there is one group only. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 7})
    void tracepointsOfOneGroup(int place) {
        List<String> all = Recordings.lines(Recordings.STRICT);
        List<String> lines = new ArrayList<>();
        String domain = domainOfMostMaps(all);
        lines.add(all.stream()
                .filter(line -> line.contains("add_device_to_group"))
                .findFirst()
                .orElseThrow());
        for (int index = 1; index < all.size(); index++) {
            if (all.get(index).contains(": IOMMU: iova=") && all.get(index - 1).contains("dom=" + domain + " ")) {
                lines.add(all.get(index));
            }
        }
        assertEquals(List.of(), Recordings.check(lines, Surroundings.NONE).findings());
        int dropped = some(lines, "unmap").get(place);
        String address = lines.get(dropped).replaceFirst(".*iova=(0x[0-9a-f]+) - .*", "$1");
        List<String> changed = new ArrayList<>(lines);
        changed.remove(dropped);
        List<Finding> findings = Recordings.check(changed, Surroundings.NONE).findings();
        assertFalse(findings.isEmpty());
        assertEquals("no-live-overlap", findings.get(0).id());
        String found = changed.get((int) findings.get(0).line() - 1);
        assertTrue(found.contains(": map: ") && found.contains("iova=" + address), found);
    }

    private static String domainOfMostMaps(List<String> lines) {
        return lines.stream()
                .filter(line -> line.contains(": dommap: "))
                .map(line -> line.replaceFirst(".*dom=(0x[0-9a-f]+) .*", "$1"))
                .collect(Collectors.groupingBy(dom -> dom, Collectors.counting()))
                .entrySet()
                .stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }
}
