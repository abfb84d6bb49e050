package dev.iovacheck.model.address;

/** Addresses as kernel people read them: {@code 0x} and lower-case digits, unsigned, without padding. */
public final class Hex {

    private Hex() {}

    /** {@code 0x25800000} for 629145600. */
    public static String of(long unsigned) {
        return "0x" + Long.toHexString(unsigned);
    }
}
