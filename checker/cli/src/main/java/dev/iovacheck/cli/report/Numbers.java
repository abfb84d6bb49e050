package dev.iovacheck.cli.report;

import java.util.Locale;

/** Numbers as reports write them. */
public final class Numbers {

    private Numbers() {}

    /** {@code 1,234,567}. */
    public static String of(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 1 state}, {@code 1,234 states}. */
    public static String of(long number, String thing) {
        return of(number) + " " + thing + (number == 1 ? "" : "s");
    }
}
