package dev.iovacheck.model.address;

/** Sizes in bytes as people write them: {@code 4 KiB}, {@code 512 MiB}, {@code 3.5 GiB} is written {@code 3584 MiB}. */
public final class ByteSize {

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private ByteSize() {}

    /** The largest unit that needs no fraction: {@code 4 KiB}, {@code 3500 MiB}, {@code 4097 B}; {@code 0 B} for nothing. */
    public static String of(long bytes) {
        int unit = bytes == 0 ? 0 : Math.min(Long.numberOfTrailingZeros(bytes) / 10, UNITS.length - 1);
        return Long.toUnsignedString(bytes >>> (10 * unit)) + " " + UNITS[unit];
    }
}
