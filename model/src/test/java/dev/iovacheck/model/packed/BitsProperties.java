package dev.iovacheck.model.packed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What a {@link BitWriter} writes, a {@link BitReader} reads, whatever the widths and wherever the state lies. */
class BitsProperties {

    @Property(tries = 500)
    void readsBackWhatWasWritten(
            @ForAll @Size(max = 250) List<@IntRange(min = 0, max = 64) Integer> widths,
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 5) int at) {
        BitWriter writer = new BitWriter();
        // A writer is used for many states: what a larger one left behind must not be seen.
        writeOnes(writer, 3 + at * 40);
        List<Long> values = values(widths, new Random(seed));
        int length = write(writer, widths, values);
        int bits = BitWriter.LENGTH_BITS
                + widths.stream().mapToInt(Integer::intValue).sum();
        assertEquals((bits + 63) / 64, length);
        assertEquals(length, BitWriter.length(writer.words()[0]));

        long[] elsewhere = new long[at + length];
        System.arraycopy(writer.words(), 0, elsewhere, at, length);
        BitReader reader = new BitReader();
        reader.start(elsewhere, at);
        for (int field = 0; field < widths.size(); field++) {
            assertEquals(values.get(field), reader.get(widths.get(field)), "field " + field);
        }
    }

    @Property(tries = 200)
    void equalFieldsMakeEqualWords(
            @ForAll @Size(max = 100) List<@IntRange(min = 0, max = 64) Integer> widths, @ForAll long seed) {
        List<Long> values = values(widths, new Random(seed));
        BitWriter fresh = new BitWriter();
        BitWriter used = new BitWriter();
        writeOnes(used, 200);
        int length = write(fresh, widths, values);
        assertEquals(length, write(used, widths, values));
        assertEquals(
                Arrays.stream(fresh.words(), 0, length).boxed().toList(),
                Arrays.stream(used.words(), 0, length).boxed().toList());
    }

    @Property(tries = 200)
    void fieldsWrittenTogetherAreFieldsOneByOne(
            @ForAll @IntRange(min = 0, max = 64) int width,
            @ForAll @IntRange(min = 0, max = 64) int before,
            @ForAll @IntRange(min = 0, max = 9) int count,
            @ForAll long seed) {
        List<Integer> widths = new ArrayList<>(List.of(before, width, width, 1, 1, width));
        widths.addAll(Collections.nCopies(3 * count, width));
        List<Long> values = values(widths, new Random(seed));
        values.set(3, 0L);
        values.set(4, 1L);
        long[] array = values.stream().skip(5).mapToLong(Long::longValue).toArray();
        BitWriter together = new BitWriter();
        together.clear();
        together.put(values.get(0), before, values.get(1), width);
        together.put(values.get(2), width);
        together.putOptional(false, -1, width);
        together.putOptional(true, values.get(5), width);
        together.put(array, 1, 1 + count, width);
        long[] pairs = Arrays.copyOfRange(array, 1 + count, array.length);
        together.putPairs(everySecond(pairs, 0), everySecond(pairs, 1), count, width);
        int length = together.finish();
        BitWriter oneByOne = new BitWriter();
        assertEquals(length, write(oneByOne, widths, values));
        assertEquals(
                Arrays.stream(oneByOne.words(), 0, length).boxed().toList(),
                Arrays.stream(together.words(), 0, length).boxed().toList());
    }

    private static long[] everySecond(long[] values, int from) {
        return IntStream.range(0, values.length / 2)
                .mapToLong(index -> values[2 * index + from])
                .toArray();
    }

    @Property
    void refusesWhatDoesNotFit(@ForAll @IntRange(min = 0, max = 63) int width, @ForAll long seed) {
        long tooLarge = 1L << width | new Random(seed).nextLong();
        long value = tooLarge >>> width == 0 ? 1L << width : tooLarge;
        BitWriter writer = new BitWriter();
        assertThrows(IllegalArgumentException.class, () -> writer.put(value, width));
        assertThrows(IllegalArgumentException.class, () -> writer.put(0, 0, value, width));
        assertThrows(IllegalArgumentException.class, () -> writer.put(value, width, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> writer.put(new long[] {0, value}, 0, 2, width));
        assertThrows(IllegalArgumentException.class, () -> writer.putPairs(new long[1], new long[] {value}, 1, width));
    }

    @Property(tries = 50)
    void refusesStatesThatAreTooLarge(@ForAll @IntRange(min = 250, max = 300) int fields) {
        BitWriter writer = new BitWriter();
        for (int field = 0; field < fields; field++) {
            writer.put(field, 64);
        }
        if (fields < 255) { // the length takes a little of the first word
            assertEquals(fields + 1, writer.finish());
        } else {
            assertThrows(StateTooLargeException.class, writer::finish);
        }
        writer.clear();
        writer.put(true);
        assertEquals(1, writer.finish());
    }

    private static List<Long> values(List<Integer> widths, Random random) {
        List<Long> values = new ArrayList<>();
        for (int width : widths) {
            long any = random.nextInt(4) == 0 ? -1L : random.nextLong();
            values.add(width == 64 ? any : any & ((1L << width) - 1));
        }
        return values;
    }

    private static int write(BitWriter writer, List<Integer> widths, List<Long> values) {
        writer.clear();
        for (int field = 0; field < widths.size(); field++) {
            writer.put(values.get(field), widths.get(field));
        }
        return writer.finish();
    }

    private static void writeOnes(BitWriter writer, int words) {
        writer.clear();
        for (int word = 0; word < words; word++) {
            writer.put(-1L, 64);
        }
    }
}
