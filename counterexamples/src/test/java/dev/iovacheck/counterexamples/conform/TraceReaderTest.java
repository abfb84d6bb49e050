package dev.iovacheck.counterexamples.conform;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.kernel.KernelProfile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the reader accepts, and the exact message for everything that it does not. */
class TraceReaderTest {

    private static final String HEADER =
            "{'format':'iova-trace/1','kernel':'6.1.192','source':'drivers/iommu/iova.c','granule':4096,'start_pfn':1,"
                    + "'cpus':2,'mag_size':2,'depot_max':1,'seed':0,'scenario':'by hand'}";
    private static final String HEADER_71 =
            HEADER.replace("6.1.192", "7.1-rc4").replace("'depot_max':1", "'depot_max':null");
    private static final String FIND = "{'op':'find_iova','i':0,'pfn':7,'ret':null}";
    private static final String DUMP = "{'op':'dump','i':0,'tree':[[5,9]],'max32_alloc_size':1048576,'cached32':[5,9],"
            + "'cached':'anchor','shape':[1,0],'red':[0],'online':[0,1],"
            + "'cpus':[{'cpu':1,'order':2,'loaded':[8],'prev':[]}],'depots':[{'order':0,'mags':[[1,2],[3,4]]}]}";

    @Test
    void readsTheHeader() throws TraceFormatException {
        TraceHeader header = reader(HEADER, FIND).header();
        assertEquals(KernelProfile.V6_1, header.profile());
        assertEquals(12, header.granuleShift());
        assertEquals(1, header.startPfn());
        assertEquals(2, header.constants().cpus());
        assertEquals(2, header.constants().magazineSize());
        assertEquals(1, header.constants().depotSize());
        assertEquals(0, header.seed());
        assertEquals("by hand", header.scenario());
        assertEquals(KernelProfile.V7_1, reader(HEADER_71, FIND).header().profile());
    }

    @ParameterizedTest
    @CsvSource({
        "9007199254740991, 9007199254740991",
        "'\"9007199254740992\"', 9007199254740992",
        "18446744073709551615, -1",
        "'\"18446744073709551615\"', -1",
        "0, 0"
    })
    void readsNumbersUpTo64BitAsNumbersOrStrings(String written, long meant) throws TraceFormatException {
        assertEquals(
                new TraceOperation.FindIova(meant),
                first(HEADER, FIND.replace("'pfn':7", "'pfn':" + written)).operation());
    }

    @Test
    void readsADump() throws TraceFormatException {
        TraceEntry entry = first(HEADER, DUMP);
        NodeRange node = new NodeRange(5, 9);
        assertEquals(
                new TraceState(
                        List.of(node),
                        1048576,
                        new TraceState.Hint(Optional.of(node), false),
                        new TraceState.Hint(Optional.empty(), false),
                        Optional.of(new TraceState.Shape(List.of(1, 0), List.of(0))),
                        List.of(0, 1),
                        List.of(new TraceState.Magazines(1, 2, pfns(8), List.of())),
                        List.of(new TraceState.Depot(0, List.of(pfns(1, 2), pfns(3, 4)))),
                        List.of()),
                entry.recorded().result());
        assertEquals(2, entry.line());
        assertEquals(0, entry.number());
    }

    private static List<TraceState.Pfn> pfns(long... pfns) {
        return Arrays.stream(pfns).mapToObj(TraceState.Pfn::new).toList();
    }

    @Test
    void aLastLineMayLackItsEnd() throws TraceFormatException {
        TraceReader reader = reader(bytes(HEADER + "\n" + FIND));
        assertTrue(reader.next().isPresent());
        assertTrue(reader.next().isEmpty());
        assertTrue(reader.next().isEmpty());
    }

    @Test
    void readsEveryRecording() throws TraceFormatException {
        long entries = 0;
        for (String name : Recordings.names()) {
            try (TraceReader reader = new TraceReader(name, Recordings.open(name))) {
                while (reader.next().isPresent()) {
                    entries++;
                }
            }
        }
        assertEquals(18823, entries);
    }

    // ---- files ----

    @Test
    void filesThatAreNoFiles(@TempDir Path folder) throws IOException, TraceFormatException {
        Path missing = folder.resolve("missing.jsonl");
        assertEquals(
                missing + ":1:1: error: there is no such file; name a readable trace file",
                assertThrows(TraceFormatException.class, () -> TraceReader.read(missing))
                        .getMessage());
        assertEquals(
                folder + ":1:1: error: it is a directory; name a readable trace file",
                assertThrows(TraceFormatException.class, () -> TraceReader.read(folder))
                        .getMessage());
        Path good = folder.resolve("good.jsonl");
        Files.write(good, bytes(HEADER + "\n" + FIND + "\n"));
        assertEquals(1, TraceReader.read(good).entries().size());
    }

    @Test
    void aStreamThatBreaks() {
        InputStream broken = InputStream.nullInputStream();
        assertDoesNotThrow(broken::close);
        assertEquals(
                "t:1:1: error: the file cannot be read further; check the disk or the pipe it comes from",
                assertThrows(TraceFormatException.class, () -> new TraceReader("t", broken))
                        .getMessage());
    }

    @Test
    void bytesThatAreNoTrace() {
        assertFault("1:1: error: the file is empty; start with a header line of iova-trace/1", new byte[0]);
        assertFault(
                "1:2: error: not UTF-8 text; a trace is a text file with one JSON object per line",
                new byte[] {0x7f, (byte) 0xff, 'E', 'L', 'F', 0});
        assertFault("1:2: error: not JSON; put one JSON object on each line", new byte[] {0, 1, 2, 3});
        assertFault("1:1: error: empty line; put one JSON object on each line", "\n");
        assertFault("1:10: error: not JSON; put one JSON object on each line", "iovacheck: 1\n");
        assertFault("1:1: error: the line is not an object; put one JSON object on each line", "[1]\n");
        assertFault("1:1: error: not a trace; start with a header line {\"format\":\"iova-trace/1\",...}", "{}\n");
        assertFault(
                "1:" + (HEADER.length() + 1) + ": error: text after the object; put one JSON object on each line",
                HEADER + "{}\n");
    }

    @Test
    void linesThatAreNoJson() {
        assertFault("2:3: error: not JSON; put one JSON object on each line", HEADER + "\n{ op:1}\n");
        assertFault("3:1: error: empty line; put one JSON object on each line", HEADER + "\n" + FIND + "\n\n");
        assertFault(
                "2:20: error: the last line is cut off; record again, or remove the line",
                HEADER + "\n" + FIND.substring(0, 19));
        assertFault(
                "2:20: error: the object does not end; put one whole JSON object on each line",
                HEADER + "\n" + FIND.substring(0, 19) + "\n" + FIND);
        assertFault("2:7: error: not JSON; put one JSON object on each line", HEADER + "\n{'op'\u0000\n");
        assertFault(
                "2:14: error: field \"op\" appears twice; write each field once", line("{'op':'dump','op':'dump'}"));
        assertFault(
                "2:1: error: no operation follows the header; a trace without operations shows nothing", HEADER + "\n");
        for (String open : List.of("[", "{'a':")) {
            assertTrue(
                    fault(bytes(line("{'op':" + open.repeat(100_000) + "}"))).matches("t:2:\\d+: error: not JSON; .*"));
        }
    }

    @Test
    void linesThatAreTooLong() {
        byte[] bytes = bytes(HEADER + "\n{'op':'" + "x".repeat(2000) + "'}\n");
        assertEquals(
                "t:2:1001: error: the line is longer than 1000 bytes; write one operation or dump on each line",
                assertThrows(TraceFormatException.class, () -> {
                            try (TraceReader reader = new TraceReader("t", new ByteArrayInputStream(bytes), 1000)) {
                                reader.next();
                            }
                        })
                        .getMessage());
        assertEquals(
                "t:2:7: error: \"op\" is \"" + "x".repeat(40) + "...\"; the operations are alloc_iova, alloc_iova_fast,"
                        + " free_iova, free_iova_fast, find_iova, reserve_iova, free_cpu_cached_iovas,"
                        + " free_global_cached_iovas, cpu_dead, cpu_online, depot_work and dump",
                fault(bytes(HEADER + "\n{'op':'" + "x".repeat(2000) + "','i':0}\n")));
    }

    // ---- header ----

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'iova-trace/1' | 'iova-trace/2' | 1:11 | \"format\" is \"iova-trace/2\"; only \"iova-trace/1\" can be compared",
                "'6.1.192' | '6.12' | 1:35 | \"kernel\" is \"6.12\"; modelled are \"6.1.192\" and \"7.1-rc4\"",
                "'6.1.192' | 6.1 | 1:35 | \"kernel\" is 6.1; write a string",
                "iova.c | iova.h | 1:54 | \"source\" is \"drivers/iommu/iova.h\"; only \"drivers/iommu/iova.c\" can be compared",
                "4096 | 4095 | 1:87 | \"granule\" is 4095; write a power of two from 2 to 2147483648",
                "4096 | 1 | 1:87 | \"granule\" is 1; write a power of two from 2 to 2147483648",
                "4096 | 0 | 1:87 | \"granule\" is 0; write a power of two from 2 to 2147483648",
                "4096 | 4294967296 | 1:87 | \"granule\" is 4294967296; write a power of two from 2 to 2147483648",
                "'start_pfn':1 | 'start_pfn':-1 | 1:104 | \"start_pfn\" is -1; write a whole number from 0 to 18446744073709551615",
                "'cpus':2 | 'cpus':0 | 1:113 | \"cpus\" is 0; write a number from 1 to 32",
                "'cpus':2 | 'cpus':33 | 1:113 | \"cpus\" is 33; write a number from 1 to 32",
                "'mag_size':2 | 'mag_size':128 | 1:126 | \"mag_size\" is 128; write a number from 1 to 127",
                "'mag_size':2 | 'mag_size':0 | 1:126 | \"mag_size\" is 0; write a number from 1 to 127",
                "'depot_max':1 | 'depot_max':33 | 1:140 | \"depot_max\" is 33; write a number from 1 to 32",
                "'depot_max':1 | 'depot_max':null | 1:140 | \"depot_max\" is null; write a whole number from 0 to 18446744073709551615",
                "6.1.192 | 7.1-rc4 | 1:140 | \"depot_max\" is 1; write null: depots of this kernel have no limit",
                "'seed':0 | 'seed':'x' | 1:149 | \"seed\" is \"x\"; write a whole number from 0 to 18446744073709551615",
                "'seed':0, | `` | 1:1 | the header has no field \"seed\"; add it: the format requires it here",
                "'by hand' | 1 | 1:162 | \"scenario\" is 1; write a string",
                "'seed':0 | 'seed':0,'sed':0 | 1:151 | unknown field \"sed\"; the header may have cpus, depot_max, format, granule, kernel, mag_size, scenario, seed, source, start_pfn"
            })
    void headersThatCannotBeCompared(String good, String bad, String place, String message) {
        assertFault(place + ": error: " + message, HEADER.replace(good, bad) + "\n" + FIND + "\n");
    }

    // ---- operations ----

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'op':'find'} | 2:1 | the line has no field \"i\"; add it: the format requires it here",
                "{'i':0} | 2:1 | the line has no field \"op\"; add it: the format requires it here",
                "{'op':7,'i':0} | 2:7 | \"op\" is 7; write a string",
                "{'op':'find_iova','i':1,'pfn':7,'ret':null} | 2:23 | \"i\" is 1; the running number of this line is 0",
                "{'op':'find_iova','i':0,'ret':null} | 2:1 | the line has no field \"pfn\"; add it: the format requires it here",
                "{'op':'find_iova','i':0,'pfn':7} | 2:1 | the line has no field \"ret\"; add it: the format requires it here",
                "{'op':'find_iova','i':0,'pfn':7,'ret':7} | 2:39 | \"ret\" is 7; write a pair [lo,hi]",
                "{'op':'find_iova','i':0,'pfn':7,'ret':[7]} | 2:39 | \"ret\" is a list of 1; write a pair [lo,hi]",
                "{'op':'find_iova','i':0,'pfn':7,'ret':[7,-1]} | 2:42 | \"ret\" is -1; write a whole number from 0 to 18446744073709551615",
                "{'op':'find_iova','i':0,'pfn':7.5,'ret':null} | 2:31 | \"pfn\" is 7.5; write a whole number from 0 to 18446744073709551615",
                "{'op':'find_iova','i':0,'pfn':18446744073709551616,'ret':null} | 2:31 | \"pfn\" is 18446744073709551616; write a whole number from 0 to 18446744073709551615",
                "{'op':'find_iova','i':0,'pfn':'07','ret':null} | 2:31 | \"pfn\" is \"07\"; write a whole number from 0 to 18446744073709551615",
                "{'op':'find_iova','i':0,'pfn':true,'ret':null} | 2:31 | \"pfn\" is true; write a whole number from 0 to 18446744073709551615",
                "{'op':'find_iova','i':0,'pfn':7,'ret':null,'cpu':0} | 2:44 | unknown field \"cpu\"; the line may have crash, i, op, pfn, ret, warn, warns",
                "{'op':'alloc_iova','i':0,'size':1,'limit_pfn':9,'size_aligned':1,'ret':null} | 2:64 | \"size_aligned\" is 1; write true or false",
                "{'op':'alloc_iova_fast','i':0,'cpu':2,'size':1,'limit_pfn':9,'flush_rcache':true,'ret':0} | 2:37 | \"cpu\" is 2; write a number from 0 to 1",
                "{'op':'alloc_iova_fast','i':0,'cpu':0,'size':1,'limit_pfn':9,'flush_rcache':true,'ret':null} | 2:88 | \"ret\" is null; write a whole number from 0 to 18446744073709551615",
                "{'op':'cpu_online','i':0,'cpu':0} | 2:32 | \"cpu\" is 0; only an offline CPU can come back",
                "{'op':'depot_work','i':0,'order':0,'released':false,'rescheduled':false} | 2:7 | \"op\" is \"depot_work\"; this kernel has no depot worker",
                "{'op':'find_iova','i':0,'pfn':7,'ret':null,'warn':true} | 2:1 | the line has no field \"warns\"; add it: the format requires it here",
                "{'op':'find_iova','i':0,'pfn':7,'ret':null,'warns':1} | 2:1 | the line has no field \"warn\"; add it: the format requires it here",
                "{'op':'find_iova','i':0,'pfn':7,'ret':null,'warn':false,'warns':1} | 2:51 | \"warn\" is false; write true, or leave it out with \"warns\"",
                "{'op':'find_iova','i':0,'pfn':7,'ret':null,'warn':true,'warns':0} | 2:64 | \"warns\" is 0; write a number from 1 to 2147483647",
                "{'op':'find_iova','i':0,'pfn':7,'crash':'bug'} | 2:41 | \"crash\" is \"bug\"; write \"null-deref\"",
                "{'op':'find_iova','i':0,'pfn':7,'crash':'null-deref','ret':null} | 2:54 | unknown field \"ret\"; the line may have crash, i, op, pfn, warn, warns"
            })
    void operationsThatAreNone(String json, String place, String message) {
        assertFault(place + ": error: " + message, line(json));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'tree':[[5,9]], | `` | 2:1 | the line has no field \"tree\"; add it: the format requires it here",
                "'tree':[[5,9]] | 'tree':[5,9] | 2:28 | a node in \"tree\" is 5; write a pair [lo,hi]",
                "'tree':[[5,9]] | 'tree':{} | 2:27 | \"tree\" is an object; write a list",
                "'cached':'anchor' | 'cached':'top' | 2:88 | \"cached\" is \"top\"; write \"anchor\" or a pair [lo,hi]",
                "'cached':'anchor' | 'cached':null | 2:88 | \"cached\" is null; write a pair [lo,hi]",
                "'red':[0], | `` | 2:1 | the line has no field \"red\"; add it: the format requires it here",
                "'shape':[1,0], | `` | 2:1 | the line has no field \"shape\"; add it: the format requires it here",
                "'red':[0] | 'red':[-1] | 2:118 | a number in \"red\" is -1; write a whole number from 0 to 18446744073709551615",
                "'online':[0,1] | 'online':[0,2] | 2:133 | a CPU in \"online\" is 2; write a number from 0 to 1",
                "'cpu':1, | `` | 2:144 | an element of \"cpus\" has no field \"cpu\"; add it: the format requires it here",
                "'order':2 | 'order':6 | 2:161 | \"order\" is 6; write a number from 0 to 5",
                "'loaded':[8] | 'loaded':8 | 2:172 | \"loaded\" is 8; write a list",
                "'loaded':[8] | 'loaded':[[8]] | 2:173 | a pfn in a magazine is a list of 1; write a whole number from 0 to 18446744073709551615",
                "'prev':[] | 'prev':[],'next':[] | 2:186 | unknown field \"next\"; an element of \"cpus\" may have cpu, loaded, order, prev",
                "[[1,2],[3,4]] | [1,2] | 2:217 | a magazine in \"mags\" is 1; write a list",
                "'op':'dump','i':0, | 'op':'dump','i':0,'warn':true,'warns':1, | 2:20 | unknown field \"warn\"; the line may have cached, cached32, cached32_detached, cached_detached, cpus, depots, i, max32_alloc_size, online, op, red, shape, tree",
                "'depots':[ | 'work_pending':[],'depots':[ | 2:188 | unknown field \"work_pending\"; the line may have cached, cached32, cached32_detached, cached_detached, cpus, depots, i, max32_alloc_size, online, op, red, shape, tree"
            })
    void dumpsThatAreNone(String good, String bad, String place, String message) {
        assertTrue(DUMP.contains(good), good);
        assertFault(place + ": error: " + message, line(DUMP.replace(good, bad)));
    }

    @Test
    void theNewerKernelTellsOfItsWorker() {
        assertFault(
                "2:1: error: the line has no field \"work_pending\"; add it: the format requires it here",
                HEADER_71 + "\n" + DUMP + "\n");
    }

    @Test
    void historiesThatCannotBe() {
        String dead = "{'op':'cpu_dead','i':0,'cpu':1}";
        assertFault(
                "3:36: error: \"cpu\" is 1; no operation runs on an offline CPU",
                line(dead, "{'op':'free_iova_fast','i':1,'cpu':1,'pfn':7,'size':1}"));
        assertFault(
                "3:30: error: \"cpu\" is 1; no operation runs on an offline CPU",
                line(dead, "{'op':'cpu_dead','i':1,'cpu':1}"));
        assertFault(
                "3:30: error: \"cpu\" is 0; the last online CPU cannot go offline",
                line(dead, "{'op':'cpu_dead','i':1,'cpu':0}"));
        assertFault(
                "3:1: error: a line after the crash; a crash ends the trace: remove what follows",
                line("{'op':'find_iova','i':0,'pfn':7,'crash':'null-deref'}", FIND.replace("'i':0", "'i':1")));
    }

    // ---- helpers ----

    private static String line(String... lines) {
        return HEADER + "\n" + String.join("\n", lines) + "\n";
    }

    /** Single quotes stand for double ones, to be readable in Java. */
    private static byte[] bytes(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static TraceReader reader(String... lines) throws TraceFormatException {
        return reader(bytes(String.join("\n", lines) + "\n"));
    }

    private static TraceReader reader(byte[] bytes) throws TraceFormatException {
        return new TraceReader("t", new ByteArrayInputStream(bytes));
    }

    private static TraceEntry first(String... lines) throws TraceFormatException {
        return reader(lines).next().orElseThrow();
    }

    private static void assertFault(String expected, String text) {
        assertFault(expected, bytes(text));
    }

    private static void assertFault(String expected, byte[] bytes) {
        assertEquals("t:" + expected, fault(bytes));
    }

    private static String fault(byte[] bytes) {
        TraceFormatException fault = assertThrows(TraceFormatException.class, () -> {
            try (TraceReader reader = reader(bytes)) {
                boolean more = true;
                while (more) {
                    more = reader.next().isPresent();
                }
            }
        });
        assertTrue(String.valueOf(fault.getMessage())
                .startsWith(fault.file() + ":" + fault.line() + ":" + fault.column() + ": error: "));
        return String.valueOf(fault.getMessage());
    }
}
