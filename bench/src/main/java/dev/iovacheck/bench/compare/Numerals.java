package dev.iovacheck.bench.compare;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds numbers in what tools print. */
final class Numerals {

    private Numerals() {}

    /**
     * The number that the first group of a pattern matches; separators of thousands and exponents are understood.
     *
     * @throws ToolException if the pattern does not occur
     */
    static long after(Pattern pattern, String text) throws ToolException {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new ToolException("no " + pattern + " in what it printed:\n" + text);
        }
        String number = matcher.group(1).replace(",", "");
        return number.contains("e") || number.contains(".")
                ? (long) Double.parseDouble(number)
                : Long.parseLong(number);
    }
}
