package dev.iovacheck.cli.format;

import java.nio.charset.StandardCharsets;

/** File names as references in URIs. */
final class FileUri {

    private static final String PLAIN = "-._~/!$&'()*+,;=@";

    private FileUri() {}

    static boolean isAbsolute(String file) {
        return file.startsWith("/") || file.matches("[A-Za-z]:/.*");
    }

    /** Relative names stay relative; others begin with {@code file://}. */
    static String of(String file) {
        StringBuilder uri = new StringBuilder();
        if (isAbsolute(file)) {
            uri.append(file.startsWith("/") ? "file://" : "file:///");
        }
        for (byte each : file.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xff);
            boolean isPlain =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || PLAIN.indexOf(c) >= 0;
            if (isPlain) {
                uri.append(c);
            } else {
                uri.append('%').append(hexDigit(c >> 4)).append(hexDigit(c & 0xf));
            }
        }
        return uri.toString();
    }

    private static char hexDigit(int value) {
        return Character.toUpperCase(Character.forDigit(value, 16));
    }
}
