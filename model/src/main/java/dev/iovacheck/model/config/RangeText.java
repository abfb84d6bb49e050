package dev.iovacheck.model.config;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ranges as people write them. {@code 16MiB..600MiB} has an exclusive end, {@code [0x1000000, 0x257fffff]} an inclusive one; only
 * {@code ..16EiB} and the latter can name the last byte.
 */
public final class RangeText {

    private static final String SEPARATOR = "..";
    private static final Pattern DASHED = Pattern.compile("(0[xX][0-9a-fA-F]+|[0-9]+) ?- ?(0[xX][0-9a-fA-F]+|[0-9]+)");

    private RangeText() {}

    /** Whether {@code text} is meant as a range. */
    static boolean looksLikeRange(String text) {
        return text.contains(SEPARATOR);
    }

    /**
     * Reads {@code first..end}, end exclusive.
     *
     * @throws QuantityException if the text is no range, or an empty one, or ends before it starts
     */
    public static Extent parse(String text) throws QuantityException {
        int separator = text.indexOf(SEPARATOR);
        if (separator < 0) {
            throw notARange(text);
        }
        String firstText = text.substring(0, separator).strip();
        String endText = text.substring(separator + SEPARATOR.length()).strip();
        if (endText.startsWith("=")) {
            throw new QuantityException(
                    Quoting.quote(text) + " is not how an inclusive end is written",
                    "write [" + firstText + ", " + endText.substring(1).strip() + "]");
        }
        if (firstText.isEmpty() || endText.isEmpty()) {
            throw new QuantityException(
                    Quoting.quote(text) + " lacks an end",
                    "write both: " + (firstText.isEmpty() ? "0" : firstText) + SEPARATOR
                            + (endText.isEmpty() ? "16EiB" : endText));
        }
        BigInteger first = new BigInteger(Long.toUnsignedString(Quantity.parse(firstText)));
        BigInteger end = Quantity.parseEnd(endText);
        int order = first.compareTo(end);
        if (order == 0) {
            throw new QuantityException(
                    Quoting.quote(text) + " is empty, because the end does not belong to the range",
                    "write an end above " + firstText);
        }
        if (order > 0) {
            throw new QuantityException(
                    Quoting.quote(text) + " ends before it starts",
                    "did you mean " + endText + SEPARATOR + firstText + "?");
        }
        return new Extent(first.longValue(), end.subtract(BigInteger.ONE).longValue());
    }

    /**
     * Makes a range of the two numbers of an inclusive pair.
     *
     * @throws QuantityException if it ends before it starts
     */
    static Extent ofPair(String firstText, String lastText) throws QuantityException {
        long first = Quantity.parse(firstText);
        long last = Quantity.parse(lastText);
        if (Long.compareUnsigned(first, last) > 0) {
            throw new QuantityException(
                    "[" + firstText + ", " + lastText + "] ends before it starts",
                    "did you mean [" + lastText + ", " + firstText + "]?");
        }
        return new Extent(first, last);
    }

    /** {@code 16MiB..600MiB}; {@link #parse} reads it. */
    static String exclusive(Extent extent) {
        BigInteger end = new BigInteger(Long.toUnsignedString(extent.last())).add(BigInteger.ONE);
        return Quantity.sizeText(extent.first()) + SEPARATOR + Quantity.sizeText(end);
    }

    /** {@code [0x1000000, 0x257fffff]}. */
    static String inclusive(Extent extent) {
        return "[" + Hex.of(extent.first()) + ", " + Hex.of(extent.last()) + "]";
    }

    private static QuantityException notARange(String text) {
        Matcher dashed = DASHED.matcher(text.strip());
        if (dashed.matches()) {
            return new QuantityException(
                    Quoting.quote(text) + " does not say whether its end belongs to it",
                    "write [" + dashed.group(1) + ", " + dashed.group(2) + "] if it does, " + dashed.group(1)
                            + SEPARATOR + dashed.group(2) + " if not");
        }
        return new QuantityException(
                Quoting.quote(text) + " is not a range",
                "write for instance 16MiB..600MiB (end exclusive) or [0x1000000, 0x257fffff] (inclusive)");
    }
}
