package dev.iovacheck.counterexamples.shrink;

import java.util.regex.Pattern;

/**
 * Why an invariant is violated, as far as it must stay the same when numbers get smaller: the words of the violation, with the names of
 * devices and groups and without addresses, sizes and other numbers.
 *
 * @param words the violation without its numbers
 */
record Reason(String words) {

    private static final Pattern NUMBER =
            Pattern.compile("(?<![\\w-])(?:0x[0-9a-f]+|\\d[\\d,.]*)(?: ?[KMGTPE]iB| ?B\\b)?");

    static Reason of(String violation) {
        return new Reason(NUMBER.matcher(violation).replaceAll("#"));
    }
}
