package dev.iovacheck.counterexamples.conform;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.iova.IovaDomain;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** Whatever happens to a recording, it ends in a report: no other exception gets out, and nothing hangs. */
class DamagedTraceProperties {

    private static final List<String> RECORDINGS = List.of(
            "v61-directed-crash-zero-length-slow.jsonl",
            "new-m1-random-rcache-seed36.jsonl",
            "v61-m1-d1-abuse-resv-tight-seed52.jsonl",
            "new-directed-overflow-top.jsonl");

    private static final Pattern ARGUMENT =
            Pattern.compile("(?<=\"(?:pfn|size|limit_pfn|lo|hi|start_pfn|granule|cpu|order)\":)[0-9]+");

    /** Some bytes put in the place of others. */
    record Damage(int at, int length, String instead) {
        byte[] bytes() {
            return instead.getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    @Provide
    Arbitrary<Damage> damages() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 6000),
                        Arbitraries.integers().between(0, 12),
                        Arbitraries.of(
                                "",
                                "\n",
                                "{",
                                "}",
                                "[",
                                "]",
                                "\"",
                                ",",
                                ":",
                                "null",
                                "true",
                                "-1",
                                "0",
                                "1e9",
                                "\\u0000",
                                "18446744073709551615",
                                "\0",
                                "\u00ff"))
                .as(Damage::new);
    }

    @Property(tries = 500)
    void damagedBytesEndInAReport(
            @ForAll("recordings") String name, @ForAll @Size(min = 1, max = 3) List<@From("damages") Damage> damages) {
        byte[] bytes = String.join(
                        "\n", Recordings.lines(name).stream().limit(60).toList())
                .getBytes(StandardCharsets.UTF_8);
        for (Damage damage : damages) {
            int at = damage.at() % bytes.length;
            int end = Math.min(bytes.length, at + damage.length());
            byte[] next = new byte[bytes.length - (end - at) + damage.bytes().length];
            System.arraycopy(bytes, 0, next, 0, at);
            System.arraycopy(damage.bytes(), 0, next, at, damage.bytes().length);
            System.arraycopy(bytes, end, next, at + damage.bytes().length, bytes.length - end);
            bytes = next;
        }
        replay(name, bytes);
    }

    @Property(tries = 500)
    void otherArgumentsEndInAReport(
            @ForAll("recordings") String name,
            @ForAll @Size(min = 1, max = 5) List<@From("arguments") String> arguments,
            @ForAll long place) {
        String text =
                String.join("\n", Recordings.lines(name).stream().limit(60).toList());
        long count = ARGUMENT.matcher(text).results().count();
        for (int index = 0; index < arguments.size(); index++) {
            Matcher matcher = ARGUMENT.matcher(text);
            long skipped = Math.floorMod(place * (index + 1), count);
            while (skipped-- >= 0 && matcher.find()) {
                assertTrue(matcher.end() > 0);
            }
            text = text.substring(0, matcher.start()) + arguments.get(index) + text.substring(matcher.end());
        }
        for (IovaDomain.Nodes nodes : IovaDomain.Nodes.values()) {
            callAll(name, text.getBytes(StandardCharsets.UTF_8), nodes);
        }
    }

    /** Calls on after a result that differs, which a replay does not. */
    private static void callAll(String name, byte[] bytes, IovaDomain.Nodes nodes) {
        try (TraceReader reader = new TraceReader(name, new ByteArrayInputStream(bytes))) {
            ModelTarget target = new ModelTarget(reader.header(), nodes);
            Optional<TraceEntry> entry = reader.next();
            while (entry.isPresent()
                    && target.crash().isEmpty()
                    && (target.wellFormed() || nodes == IovaDomain.Nodes.RED_BLACK)) {
                TraceOutcome outcome = TraceOutcome.of(entry.get().operation(), target);
                assertTrue(outcome.warnings() >= 0);
                entry = reader.next();
            }
        } catch (TraceFormatException e) {
            assertTrue(String.valueOf(e.getMessage()).startsWith(name + ":"), e.getMessage());
        }
    }

    @Provide
    Arbitrary<String> recordings() {
        return Arbitraries.of(RECORDINGS);
    }

    @Provide
    Arbitrary<String> arguments() {
        return Arbitraries.of(
                "0",
                "1",
                "2",
                "15",
                "16",
                "33",
                "4095",
                "4096",
                "1048575",
                "1048576",
                "4503599627370495",
                "4503599627370496",
                "9223372036854775808",
                "18446744073709551614",
                "18446744073709551615");
    }

    private static void replay(String name, byte[] bytes) {
        try (TraceReader reader = new TraceReader(name, new ByteArrayInputStream(bytes))) {
            TraceReport report = Conformance.run(name, reader);
            assertTrue(!ConformanceText.lines(report).isEmpty());
        } catch (TraceFormatException e) {
            assertTrue(String.valueOf(e.getMessage()).startsWith(name + ":1:"), e.getMessage());
        }
    }
}
