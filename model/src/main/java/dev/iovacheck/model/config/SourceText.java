package dev.iovacheck.model.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Gets the text of a configuration out of a file: its bytes, within the limit, as UTF-8. */
final class SourceText {

    /** Bytes in the largest file that is read: 1 MiB. A configuration of sixteen devices has a few KiB. */
    static final int LARGEST = 1 << 20;

    private final Faults faults;

    SourceText(Faults faults) {
        this.faults = faults;
    }

    /** @return the bytes of {@code file}; empty if it cannot be read, which is then reported */
    Optional<byte[]> bytes(Path file) {
        if (Files.isDirectory(file)) {
            faults.reportWithoutPlace("is a directory", "name a configuration file in it");
            return Optional.empty();
        }
        // Read up to the limit instead of asking for the size: pipes and files in /proc have none.
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(in.readNBytes(LARGEST + 1));
        } catch (NoSuchFileException e) {
            faults.reportWithoutPlace("no such file", "check the path");
        } catch (AccessDeniedException e) {
            faults.reportWithoutPlace("may not be read", "check its permissions");
        } catch (IOException e) {
            faults.reportWithoutPlace("cannot be read: " + e.getMessage(), "check the path and the disk");
        }
        return Optional.empty();
    }

    /** @return the text without a byte order mark; empty if it is too long or no text, which is then reported */
    Optional<String> decode(byte[] bytes) {
        if (bytes.length > LARGEST) {
            faults.reportWithoutPlace("is larger than 1 MiB", "a configuration is at most 1 MiB long");
            return Optional.empty();
        }
        if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff)) {
            faults.report(Place.START, "the text is UTF-16", "save it as UTF-8");
            return Optional.empty();
        }
        int start = startsWith(bytes, 0xef, 0xbb, 0xbf) ? 3 : 0;
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes, start, bytes.length - start);
        CharBuffer out = CharBuffer.allocate(bytes.length - start);
        CoderResult result = decoder.decode(in, out, true);
        String text = out.flip().toString();
        if (result.isError()) {
            faults.report(
                    placeOf(text, text.length()),
                    String.format("byte 0x%02x is not UTF-8", bytes[in.position()] & 0xff),
                    "save the file as UTF-8");
            return Optional.empty();
        }
        return text(text);
    }

    /** @return {@code text}, if every character in it may stand in a YAML file; otherwise the first one is reported */
    Optional<String> text(String text) {
        if (text.length() > LARGEST) {
            faults.reportWithoutPlace("is longer than 1 Mi characters", "a configuration is at most 1 MiB long");
            return Optional.empty();
        }
        int at = 0;
        while (at < text.length()) {
            int point = text.codePointAt(at);
            if (!mayStandInYaml(point)) {
                faults.report(
                        placeOf(text, at),
                        String.format("character U+%04X does not belong in a text file", point),
                        "remove it; is this a binary file?");
                return Optional.empty();
            }
            at += Character.charCount(point);
        }
        return Optional.of(text);
    }

    private static boolean mayStandInYaml(int point) {
        return switch (point) {
            case '\t', '\n', '\r', 0x85 -> true;
            default ->
                point >= 0x20
                        && !(point >= 0x7f && point <= 0x9f)
                        && !(point >= 0xd800 && point <= 0xdfff)
                        && point != 0xfeff
                        && point != 0xfffe
                        && point != 0xffff;
        };
    }

    /** The place of the character at {@code index}, counted as the YAML library counts. */
    private static Place placeOf(String text, int index) {
        int line = 1;
        int lineStart = 0;
        for (int at = 0; at < index; at++) {
            char c = text.charAt(at);
            boolean lineFeedFollows = at + 1 < text.length() && text.charAt(at + 1) == '\n';
            if (c == '\n' || (c == '\r' && !lineFeedFollows)) {
                line++;
                lineStart = at + 1;
            }
        }
        return new Place(line, text.codePointCount(lineStart, index) + 1);
    }

    private static boolean startsWith(byte[] bytes, int... mark) {
        if (bytes.length < mark.length) {
            return false;
        }
        for (int i = 0; i < mark.length; i++) {
            if ((bytes[i] & 0xff) != mark[i]) {
                return false;
            }
        }
        return true;
    }
}
