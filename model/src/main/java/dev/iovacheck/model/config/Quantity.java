package dev.iovacheck.model.config;

import dev.iovacheck.model.address.Hex;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Unsigned 64-bit numbers as people write them: {@code 4096}, {@code 0x1000}, {@code 4KiB}, {@code 3.5GiB}.
 *
 * <p>Exact, or refused: no rounding, no wrapping. Units are powers of 1024 and say so ({@code MiB}); {@code MB} and {@code M} are
 * refused, because half of their readers take them for powers of 1000.
 */
public final class Quantity {

    /** 2^64: one past the highest number, and the exclusive end of the whole address space. */
    static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(64);

    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB");

    /** No number needs more characters; longer texts would only cost time. */
    private static final int LONGEST = 64;

    private static final Pattern HEXADECIMAL = Pattern.compile("0[xX]([0-9a-fA-F]+)");
    private static final Pattern HEXADECIMAL_WITH_UNIT = Pattern.compile("(0[xX][0-9a-fA-F]+) ?([KMGTPE]i?B?)");
    private static final Pattern DECIMAL = Pattern.compile("([0-9]+)(\\.[0-9]+)? ?([A-Za-z]*)");
    private static final Pattern GROUPED = Pattern.compile("(?:0[xX])?[0-9a-fA-F]+(?:[_,'][0-9a-fA-F]+)+");

    private Quantity() {}

    /**
     * @return the number in {@code text}, 0 to 2^64-1, to be read as unsigned
     * @throws QuantityException if the text is no number, or one that 64 bits cannot hold
     */
    public static long parse(String text) throws QuantityException {
        BigInteger number = number(text);
        if (number.compareTo(TWO_TO_64) >= 0) {
            throw new QuantityException(
                    Quoting.quote(text.strip()) + " is more than 64 bits can hold",
                    "the highest number is 0xffffffffffffffff");
        }
        return number.longValue();
    }

    /** Like {@link #parse}, but also takes 2^64, which only the exclusive end of a range may be. */
    static BigInteger parseEnd(String text) throws QuantityException {
        BigInteger number = number(text);
        if (number.compareTo(TWO_TO_64) > 0) {
            throw new QuantityException(
                    Quoting.quote(text.strip()) + " is past the end of the 64-bit address space",
                    "the highest end of a range is 16EiB");
        }
        return number;
    }

    /** The number with the largest unit that needs no fraction: {@code 600MiB}, {@code 0}, {@code 4097B}. {@link #parse} reads it. */
    public static String sizeText(long number) {
        return sizeText(new BigInteger(Long.toUnsignedString(number)));
    }

    static String sizeText(BigInteger number) {
        if (number.signum() == 0) {
            return "0";
        }
        int unit = Math.min(number.getLowestSetBit() / 10, UNITS.size() - 1);
        return number.shiftRight(10 * unit) + UNITS.get(unit);
    }

    /** Whether {@code text} is written as a size, with a unit, and not as a bare number. */
    static boolean hasUnit(String text) {
        Matcher decimal = DECIMAL.matcher(text.strip());
        return !isHexadecimal(text.strip())
                && decimal.matches()
                && !decimal.group(3).isEmpty();
    }

    private static boolean isHexadecimal(String text) {
        return text.startsWith("0x") || text.startsWith("0X");
    }

    private static BigInteger number(String spaced) throws QuantityException {
        String text = spaced.strip();
        if (text.length() > LONGEST) {
            throw notANumber(text);
        }
        Matcher hexadecimal = HEXADECIMAL.matcher(text);
        if (hexadecimal.matches()) {
            return new BigInteger(hexadecimal.group(1), 16);
        }
        Matcher decimal = DECIMAL.matcher(text);
        if (isHexadecimal(text) || !decimal.matches()) {
            throw refusal(text);
        }
        String whole = decimal.group(1);
        String fraction = decimal.group(2);
        String unit = decimal.group(3);
        if (whole.length() > 1 && whole.startsWith("0")) {
            throw new QuantityException(
                    Quoting.quote(text) + " has a leading zero, which some read as octal",
                    "write " + new BigInteger(whole) + (fraction == null ? "" : fraction) + unit + " or a 0x number");
        }
        BigDecimal number = new BigDecimal(fraction == null ? whole : whole + fraction);
        if (unit.isEmpty()) {
            return wholeBytes(text, number);
        }
        int power = UNITS.indexOf(unit);
        if (power < 0) {
            throw unknownUnit(text, number, unit);
        }
        return wholeBytes(text, number.multiply(bytesIn(power)));
    }

    private static BigInteger wholeBytes(String text, BigDecimal bytes) throws QuantityException {
        BigInteger below = bytes.setScale(0, RoundingMode.FLOOR).toBigInteger();
        if (bytes.compareTo(new BigDecimal(below)) != 0) {
            throw new QuantityException(
                    Quoting.quote(text) + " is not a whole number of bytes",
                    "write " + below + " or " + below.add(BigInteger.ONE));
        }
        return below;
    }

    private static BigDecimal bytesIn(int power) {
        return new BigDecimal(BigInteger.ONE.shiftLeft(10 * power));
    }

    private static QuantityException unknownUnit(String text, BigDecimal number, String unit) {
        String lower = unit.toLowerCase(Locale.ROOT);
        String digits = number.toPlainString();
        if (lower.equals("b") || lower.equals("byte") || lower.equals("bytes")) {
            return new QuantityException("unknown unit " + Quoting.quote(unit), "bytes are written " + digits + "B");
        }
        int power = "?kmgtpe".indexOf(lower.charAt(0));
        String rest = lower.substring(1);
        if (power > 0 && rest.equals("ib")) {
            return new QuantityException(
                    "unknown unit " + Quoting.quote(unit), "did you mean " + digits + UNITS.get(power) + "?");
        }
        if (power > 0 && (rest.isEmpty() || rest.equals("b"))) {
            return new QuantityException(
                    Quoting.quote(text) + " may mean powers of 1000 or of 1024",
                    "write " + ambiguousReadings(digits, number, power));
        }
        return new QuantityException(
                "unknown unit " + Quoting.quote(unit), "the units are " + String.join(", ", UNITS));
    }

    /** Both things that {@code 600MB} may mean, each so that it can be copied into the file. */
    private static String ambiguousReadings(String digits, BigDecimal number, int power) {
        BigDecimal binary = number.multiply(bytesIn(power));
        BigDecimal decimal = number.multiply(BigDecimal.TEN.pow(3 * power));
        String binaryText = digits + UNITS.get(power) + inHexadecimal(binary);
        BigInteger bytes = decimal.toBigInteger();
        return binaryText + " or " + bytes + "B" + inHexadecimal(new BigDecimal(bytes));
    }

    private static String inHexadecimal(BigDecimal bytes) {
        BigInteger whole = bytes.toBigInteger();
        return new BigDecimal(whole).compareTo(bytes) == 0 && whole.bitLength() <= 64
                ? " (" + Hex.of(whole.longValue()) + ")"
                : "";
    }

    private static QuantityException refusal(String text) {
        Matcher withUnit = HEXADECIMAL_WITH_UNIT.matcher(text);
        if (withUnit.matches()) {
            return new QuantityException(
                    Quoting.quote(text) + " has a unit after a 0x number, which already counts bytes",
                    "write " + withUnit.group(1) + ", or a decimal number with a unit");
        }
        if (text.startsWith("-")) {
            return new QuantityException(
                    Quoting.quote(text) + " is negative", "addresses and sizes are unsigned, from 0 to 2^64-1");
        }
        if (GROUPED.matcher(text).matches()) {
            return new QuantityException(
                    Quoting.quote(text) + " has separators between digits", "write " + text.replaceAll("[_,']", ""));
        }
        if (text.contains("..")) {
            return new QuantityException(
                    Quoting.quote(text) + " is a range, and one number is due here",
                    "write for instance 4KiB or 0x1000");
        }
        return notANumber(text);
    }

    private static QuantityException notANumber(String text) {
        return new QuantityException(
                text.isEmpty() ? "a number is missing" : Quoting.quote(text) + " is not a number",
                "write for instance 4096, 0x1000 or 4KiB");
    }
}
