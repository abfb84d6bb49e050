package dev.iovacheck.cli.result;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * By what a finding is known again: a digest of what makes it this finding and no other. Lines, comments, addresses, numbers of steps and
 * the names of devices are not in it, so that it survives when these change.
 */
public final class Fingerprint {

    private static final String VERSION = "iovacheck-fingerprint/1";
    private static final int BYTES = 16;

    private Fingerprint() {}

    /**
     * @param file as {@link Location#file}
     * @param rule id
     * @param marks what else tells this finding from others of the file and the rule
     * @return 32 hexadecimal digits
     */
    public static String of(String file, String rule, List<String> marks) {
        MessageDigest digest = sha256();
        add(digest, VERSION);
        add(digest, file);
        add(digest, rule);
        marks.forEach(mark -> add(digest, mark));
        return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    }

    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        // The length first, so that no two lists run into the same bytes.
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
