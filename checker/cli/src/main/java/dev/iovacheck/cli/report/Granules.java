package dev.iovacheck.cli.report;

import dev.iovacheck.model.address.ByteSize;
import java.util.Locale;

/** Numbers of granules as reports write them. */
public final class Granules {

    private Granules() {}

    /** In the unit people count address space in: {@code 2900 MiB}, {@code 3499.996 MiB}, {@code 12 KiB}. */
    public static String text(long granules, int granuleShift) {
        long bytes = granules << granuleShift;
        if (Long.compareUnsigned(bytes, 1L << 20) < 0 || bytes < 0) {
            return ByteSize.of(bytes);
        }
        String number = String.format(Locale.ROOT, "%.3f", bytes / (double) (1L << 20));
        return number.replaceAll("\\.?0+$", "") + " MiB";
    }
}
