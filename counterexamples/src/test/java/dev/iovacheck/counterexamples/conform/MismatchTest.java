package dev.iovacheck.counterexamples.conform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.iova.IovaDomain;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A recording in which one thing was changed does not conform, and the report names the line, the field and both values. */
class MismatchTest {

    private static final String CRASH = "v61-directed-crash-zero-length-slow.jsonl";
    private static final String DEPOT = "new-m1-random-rcache-seed36.jsonl";

    /** Fields that hold what the kernel answered; all others say what was asked. */
    private static final Pattern ANSWER =
            Pattern.compile("\"(ret|freed|released|rescheduled|warn|crash)\":|\"op\":\"dump\",\"i\":[0-9]+,");

    private static final Pattern VALUE = Pattern.compile("(?<![0-9a-z_])[0-9]+|true|false|\"anchor\"");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                CRASH + "| 2 | 'ret':[4144,4159] | 'ret':[4144,4158] | ret | [4144,4158] | [4144,4159]",
                CRASH + "| 3 | 'ret':[4096,4095] | 'ret':null | ret | null | [4096,4095]",
                CRASH + "| 4 | [[4096,4095],[4144,4159]] | [[4144,4159]] | tree[0] | [4144,4159] | [4096,4095]",
                CRASH + "| 4 | [[4096,4095],[4144,4159]] | [[4096,4095]] | tree[1] | nothing | [4144,4159]",
                CRASH + "| 4 | [4144,4159]], | [4144,4159],[9,9]], | tree[2] | [9,9] | nothing",
                CRASH + "| 4 | 'max32_alloc_size':1048576 | 'max32_alloc_size':16 | max32_alloc_size | 16 | 1048576",
                CRASH + "| 4 | 'cached32':[4144,4159] | 'cached32':'anchor' | cached32 | anchor | [4144,4159]",
                CRASH + "| 4 | 'cached':'anchor' | 'cached':[4144,4159] | cached | [4144,4159] | anchor",
                CRASH
                        + "| 4 | 'cached':'anchor' | 'cached':'anchor','cached_detached':true | cached_detached | true | false",
                CRASH + "| 4 | 'shape':[1,0,2] | 'shape':[0,1,2] | shape[0] | 0 | 1",
                CRASH + "| 4 | 'red':[0,2] | 'red':[0] | red[1] | nothing | 2",
                CRASH + "| 4 | 'online':[0,1] | 'online':[0] | online[1] | nothing | 1",
                CRASH + "| 5 | ,'warn':true,'warns':1 | `` | warns | 0 | 1",
                CRASH + "| 5 | 'warns':1 | 'warns':2 | warns | 2 | 1",
                CRASH
                        + "| 5 | 'ret':[4096,4111],'warn':true,'warns':1 | 'crash':'null-deref' | crash | null-deref | none",
                CRASH + "| 6 | ,'cached32_detached':true | `` | cached32_detached | false | true",
                CRASH + "| 7 | 'ret':null | 'ret':[4096,4111] | ret | [4096,4111] | null",
                CRASH + "| 7 | 'ret':null | 'ret':null,'warn':true,'warns':1 | warns | 1 | 0",
                CRASH + "| 8 | 'freed':null | 'freed':[4096,4111] | freed | [4096,4111] | null",
                CRASH + "| 10 | 'crash':'null-deref' | 'ret':null | crash | none | null-deref",
                DEPOT + "| 27 | 'loaded':[1021] | 'loaded':[1022] | cpus[0].loaded[0] | 1022 | 1021",
                DEPOT + "| 27 | 'loaded':[1022] | 'loaded':[1022,7] | cpus[1].loaded[1] | 7 | nothing",
                DEPOT + "| 27 | 'prev':[1048574] | 'prev':[] | cpus[0].prev[0] | nothing | 1048574",
                DEPOT + "| 27 | 'order':2,'loaded':[1016] | 'order':3,'loaded':[1016] | cpus[2] |"
                        + " {cpu 0, order 3, loaded [1016], prev []} | {cpu 0, order 2, loaded [1016], prev []}",
                DEPOT + "| 27 | [[1020],[1048575]] | [[1048575],[1020]] | depots[0].mags[0][0] | 1048575 | 1020",
                DEPOT + "| 27 | [[1020],[1048575]] | [[1020]] | depots[0] |"
                        + " {order 0, mags [[1020]]} | {order 0, mags [[1020], [1048575]]}",
                DEPOT + "| 27 | [{'order':0,'mags':[[1020],[1048575]]}] | [] | depots[0] | nothing |"
                        + " {order 0, mags [[1020], [1048575]]}",
                DEPOT + "| 27 | 'work_pending':[0] | 'work_pending':[] | work_pending[0] | nothing | 0",
                DEPOT + "| 28 | 'released':true | 'released':false | released | false | true",
                DEPOT + "| 28 | 'rescheduled':true | 'rescheduled':false | rescheduled | false | true",
                DEPOT + "| 29 | 'ret':1021 | 'ret':0 | ret | 0 | 1021"
            })
    void namesTheFieldAndBothValues(
            String name, int line, String recorded, String changed, String field, String expected, String got)
            throws TraceFormatException {
        List<String> lines = change(name, line, recorded.replace('\'', '"'), changed.replace('\'', '"'));
        TraceReport report = replay(name, lines);
        Mismatch mismatch = report.mismatch().orElseThrow();
        assertEquals(new Difference(field, expected, got), mismatch.difference());
        assertEquals(line, mismatch.line());
        assertEquals(line - 2, mismatch.operation());
        assertEquals(line - 1, report.operations());
    }

    @ParameterizedTest
    @ValueSource(strings = {CRASH, DEPOT, "new-directed-zero-length.jsonl", "v61-directed-reserve-over-rcache.jsonl"})
    void noAnswerCanBeChangedUnnoticed(String name) throws TraceFormatException {
        List<String> lines = Recordings.lines(name).stream().limit(60).toList();
        int changes = 0;
        for (int line = 2; line <= lines.size(); line++) {
            String text = lines.get(line - 1);
            Matcher answer = ANSWER.matcher(text);
            if (!answer.find()) {
                continue;
            }
            Matcher value = VALUE.matcher(text);
            for (int from = answer.start(); value.find(from); from = value.end()) {
                if (text.startsWith("\"i\":", Math.max(0, value.start() - 4)) || value.start() < answer.start()) {
                    continue;
                }
                List<String> changed = new ArrayList<>(lines.subList(0, line));
                changed.set(
                        line - 1,
                        text.substring(0, value.start()) + other(value.group()) + text.substring(value.end()));
                assertNoticed(name, changed);
                changes++;
            }
        }
        assertTrue(changes >= 30, changes + " changes");
    }

    private static String other(String value) {
        return switch (value) {
            case "true" -> "false";
            case "false" -> "true";
            case "\"anchor\"" -> "[3,5]";
            default -> Long.toString(Long.parseLong(value) + 1);
        };
    }

    private static void assertNoticed(String name, List<String> lines) throws TraceFormatException {
        TraceReport report = replay(name, lines);
        String last = lines.get(lines.size() - 1);
        // Some changes, such as a CPU that there is not, are refused already by the reader.
        long line = report.mismatch()
                .map(Mismatch::line)
                .or(() -> report.fault().map(TraceFormatException::line))
                .orElse(0L);
        assertEquals(lines.size(), line, last);
        report.mismatch().map(Mismatch::difference).ifPresent(each -> assertNotEquals(each.expected(), each.got()));
    }

    @Test
    void theReportIsText(@TempDir Path folder) throws IOException {
        List<Path> files = List.of(
                write(folder.resolve("good.jsonl"), Recordings.lines(CRASH)),
                write(
                        folder.resolve("changed.jsonl"),
                        change(CRASH, 4, "\"cached32\":[4144,4159]", "\"cached32\":\"anchor\"")),
                write(
                        folder.resolve("cut.jsonl"),
                        change(CRASH, 10, "\"crash\":\"null-deref\"}", "\"crash\":\"null-deref\"")),
                folder.resolve("missing.jsonl"));
        ConformanceReport report = Conformance.run(files);
        assertEquals(
                List.of(
                        "good.jsonl: 9 operations compared, no mismatch",
                        "changed.jsonl:4: mismatch: operation 2 (dump), field cached32",
                        "  expected anchor",
                        "  got      [4144,4159] (model with red-black nodes)",
                        "  3 operations compared",
                        "cut.jsonl:10:93: error: the object does not end; put one whole JSON object on each line",
                        "  8 operations compared",
                        "missing.jsonl:1:1: error: there is no such file; name a readable trace file",
                        "  0 operations compared",
                        "4 traces, 20 operations, 1 mismatches, 2 unreadable"),
                ConformanceText.lines(report).stream()
                        .map(each -> each.replace(folder + "/", ""))
                        .toList());
        assertEquals(
                List.of(true, false, false, false),
                report.traces().stream().map(TraceReport::conforms).toList());
        assertEquals(1, report.mismatches());
        assertEquals(2, report.unreadable());
        assertTrue(Conformance.run(files.get(0)).conforms());
    }

    @Test
    void theSecondAllocatorIsComparedAsLongAsTheTreeIsWellFormed() throws TraceFormatException {
        Conformance conformance =
                new Conformance(List.of(OracleTarget::new, header -> new ModelTarget(header, IovaDomain.Nodes.SORTED)));
        String name = "new-m1-directed-hotplug.jsonl";
        assertTrue(conformance
                .replay(name, new TraceReader(name, Recordings.open(name)))
                .conforms());
        String overflow = "new-directed-overflow-top.jsonl";
        // The oracle always claims to be well-formed, so the sorted nodes are held to what only a real tree does.
        Mismatch mismatch = conformance
                .replay(overflow, new TraceReader(overflow, Recordings.open(overflow)))
                .mismatch()
                .orElseThrow();
        assertEquals("model with sorted nodes", mismatch.allocator());
        assertEquals(8, mismatch.line());
        assertEquals(new Difference("warns", "0", "1"), mismatch.difference());
    }

    private static Path write(Path file, List<String> lines) throws IOException {
        return Files.write(file, lines);
    }

    private static List<String> change(String name, int line, String recorded, String changed) {
        List<String> lines = new ArrayList<>(Recordings.lines(name));
        String text = lines.get(line - 1);
        assertTrue(text.contains(recorded), text);
        lines.set(line - 1, text.replace(recorded, changed));
        return lines;
    }

    private static TraceReport replay(String name, List<String> lines) throws TraceFormatException {
        byte[] bytes = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        return Conformance.run(name, new TraceReader(name, new ByteArrayInputStream(bytes)));
    }
}
