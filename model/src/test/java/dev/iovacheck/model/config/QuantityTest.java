package dev.iovacheck.model.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.iovacheck.model.address.Extent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers, sizes and ranges at their edges, and what is said about those that are none. */
final class QuantityTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0x0, 0",
        "0B, 0",
        "0EiB, 0",
        "1, 1",
        "4096, 1000",
        "4KiB, 1000",
        "4 KiB, 1000",
        "0x1000, 1000",
        "0X00001000, 1000",
        "4294967295, ffffffff",
        "4GiB, 100000000",
        "0x100000000, 100000000",
        "3.5GiB, e0000000",
        "0.5KiB, 200",
        "4.000B, 4",
        "9223372036854775807, 7fffffffffffffff",
        "8EiB, 8000000000000000",
        "9223372036854775808, 8000000000000000",
        "0xfffffffffffff000, fffffffffffff000",
        "18446744073709551615, ffffffffffffffff",
        "0xffffffffffffffff, ffffffffffffffff"
    })
    void readsUnsigned64Bits(String text, String hexadecimal) throws QuantityException {
        assertEquals(Long.parseUnsignedLong(hexadecimal, 16), Quantity.parse(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            600MB       | '600MB' may mean powers of 1000 or of 1024; write 600MiB (0x25800000) or 600000000B (0x23c34600)
            600M        | '600M' may mean powers of 1000 or of 1024; write 600MiB (0x25800000) or 600000000B (0x23c34600)
            4k          | '4k' may mean powers of 1000 or of 1024; write 4KiB (0x1000) or 4000B (0xfa0)
            1.5G        | '1.5G' may mean powers of 1000 or of 1024; write 1.5GiB (0x60000000) or 1500000000B (0x59682f00)
            600mib      | unknown unit 'mib'; did you mean 600MiB?
            600MIB      | unknown unit 'MIB'; did you mean 600MiB?
            8b          | unknown unit 'b'; bytes are written 8B
            8 bytes     | unknown unit 'bytes'; bytes are written 8B
            8furlongs   | unknown unit 'furlongs'; the units are B, KiB, MiB, GiB, TiB, PiB, EiB
            16EiB       | '16EiB' is more than 64 bits can hold; the highest number is 0xffffffffffffffff
            0x10000000000000000  | '0x10000000000000000' is more than 64 bits can hold; the highest number is 0xffffffffffffffff
            18446744073709551616 | '18446744073709551616' is more than 64 bits can hold; the highest number is 0xffffffffffffffff
            3.3KiB      | '3.3KiB' is not a whole number of bytes; write 3379 or 3380
            1.5         | '1.5' is not a whole number of bytes; write 1 or 2
            010         | '010' has a leading zero, which some read as octal; write 10 or a 0x number
            -1          | '-1' is negative; addresses and sizes are unsigned, from 0 to 2^64-1
            0x10MiB     | '0x10MiB' has a unit after a 0x number, which already counts bytes; write 0x10, or a decimal number with a unit
            0x          | '0x' is not a number; write for instance 4096, 0x1000 or 4KiB
            0xfoo       | '0xfoo' is not a number; write for instance 4096, 0x1000 or 4KiB
            1e6         | '1e6' is not a number; write for instance 4096, 0x1000 or 4KiB
            1_000_000   | '1_000_000' has separators between digits; write 1000000
            0..4KiB     | '0..4KiB' is a range, and one number is due here; write for instance 4KiB or 0x1000
            four        | 'four' is not a number; write for instance 4096, 0x1000 or 4KiB
            ''          | a number is missing; write for instance 4096, 0x1000 or 4KiB
            """)
    void saysWhatWouldBeRight(String text, String message) {
        assertEquals(
                message,
                assertThrows(QuantityException.class, () -> Quantity.parse(text))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1B",
        "1000, 4KiB",
        "1001, 4097B",
        "25800000, 600MiB",
        "dac00000, 3500MiB",
        "100000000, 4GiB",
        "8000000000000000, 8EiB",
        "ffffffffffffffff, 18446744073709551615B"
    })
    void writesTheLargestUnitWithoutAFraction(String hexadecimal, String text) {
        assertEquals(text, Quantity.sizeText(Long.parseUnsignedLong(hexadecimal, 16)));
    }

    @ParameterizedTest
    @CsvSource({
        "0..4KiB, 0, fff",
        "16MiB..600MiB, 1000000, 257fffff",
        "0x1000 .. 0x2000, 1000, 1fff",
        "0..4GiB, 0, ffffffff",
        "0..8EiB, 0, 7fffffffffffffff",
        "8EiB..16EiB, 8000000000000000, ffffffffffffffff",
        "0..16EiB, 0, ffffffffffffffff",
        "0xffffffffffffffff..16EiB, ffffffffffffffff, ffffffffffffffff",
        "0..0x10000000000000000, 0, ffffffffffffffff"
    })
    void rangesEndBeforeTheirEnd(String text, String first, String last) throws QuantityException {
        assertEquals(
                new Extent(Long.parseUnsignedLong(first, 16), Long.parseUnsignedLong(last, 16)), RangeText.parse(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            600MiB..16MiB   | '600MiB..16MiB' ends before it starts; did you mean 16MiB..600MiB?
            4KiB..0x1000    | '4KiB..0x1000' is empty, because the end does not belong to the range; write an end above 4KiB
            ..600MiB        | '..600MiB' lacks an end; write both: 0..600MiB
            600MiB..        | '600MiB..' lacks an end; write both: 600MiB..16EiB
            ..              | '..' lacks an end; write both: 0..16EiB
            0..=0xfff       | '0..=0xfff' is not how an inclusive end is written; write [0, 0xfff]
            0x0-0xfff       | '0x0-0xfff' does not say whether its end belongs to it; write [0x0, 0xfff] if it does, 0x0..0xfff if not
            4KiB            | '4KiB' is not a range; write for instance 16MiB..600MiB (end exclusive) or [0x1000000, 0x257fffff] (inclusive)
            16EiB..16EiB    | '16EiB' is more than 64 bits can hold; the highest number is 0xffffffffffffffff
            0..17EiB        | '17EiB' is past the end of the 64-bit address space; the highest end of a range is 16EiB
            0..600MB        | '600MB' may mean powers of 1000 or of 1024; write 600MiB (0x25800000) or 600000000B (0x23c34600)
            0..1..2         | '1..2' is a range, and one number is due here; write for instance 4KiB or 0x1000
            """)
    void saysWhatRangeWouldBeRight(String text, String message) {
        assertEquals(
                message,
                assertThrows(QuantityException.class, () -> RangeText.parse(text))
                        .getMessage());
    }

    @Test
    void aMillionDigitsCostNothing() {
        assertThrows(QuantityException.class, () -> Quantity.parse("9".repeat(1_000_000)));
        assertThrows(QuantityException.class, () -> RangeText.parse("0..".repeat(300_000)));
    }
}
