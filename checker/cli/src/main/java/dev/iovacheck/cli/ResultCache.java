package dev.iovacheck.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.iovacheck.cli.result.ConfigurationResult;
import dev.iovacheck.cli.result.Finding;
import dev.iovacheck.cli.result.Outcome;
import dev.iovacheck.cli.result.ResultJson;
import dev.iovacheck.cli.result.ResultJsonReader;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What came of files before, by everything that it depends on: their bytes and name, this program's code, and the options that change
 * what is found. Only what was decided is kept. An entry that is not exactly as it was written is as good as none.
 */
final class ResultCache {

    private static final String FORMAT = "iovacheck-cache/2";
    private static final int DIGITS = 64;

    private final Path folder;
    private final String program;
    private final String options;

    /**
     * @param folder exists
     * @param program digest of its code
     * @param options those that change what is found
     */
    ResultCache(Path folder, String program, String options) {
        this.folder = folder;
        this.program = program;
        this.options = options;
    }

    /**
     * What is kept of a file.
     *
     * @param remarks what was said when it was read
     * @param report the whole report, if it was checked alone; otherwise empty
     */
    record Entry(List<SourceFile.Remark> remarks, String report, List<ConfigurationResult> configurations) {

        Entry {
            remarks = List.copyOf(remarks);
            configurations = List.copyOf(configurations);
        }

        /** Whether it would be the same at any other time: everything was looked at, and nothing failed. */
        boolean isDecided() {
            return configurations.stream()
                    .allMatch(each -> (each.outcome() == Outcome.EXPECTED || each.outcome() == Outcome.UNEXPECTED)
                            && each.cutOff().isEmpty()
                            && each.findings().stream().noneMatch(Finding::isUndecided));
        }
    }

    /** The name under which a file's result is kept. */
    String key(String source, byte[] bytes) {
        MessageDigest digest = ProgramDigest.sha256();
        for (String part : List.of(FORMAT, program, options, source)) {
            byte[] text = part.getBytes(StandardCharsets.UTF_8);
            digest.update((text.length + ":").getBytes(StandardCharsets.US_ASCII));
            digest.update(text);
        }
        digest.update(bytes);
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Empty if there is none that can be trusted. */
    Optional<Entry> find(String key) {
        String text;
        try {
            text = Files.readString(file(key));
        } catch (IOException e) {
            return Optional.empty();
        }
        if (text.length() <= DIGITS || text.charAt(DIGITS) != '\n') {
            return Optional.empty();
        }
        String content = text.substring(DIGITS + 1);
        if (!text.startsWith(digest(key, content))) {
            return Optional.empty();
        }
        try (JsonParser json = new JsonFactory().createParser(content)) {
            return Optional.of(read(json));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Keeps an entry if it is decided. Another process may do the same at the same time. */
    void put(String key, Entry entry) throws IOException {
        if (!entry.isDecided()) {
            return;
        }
        String content = write(entry);
        Path file = file(key);
        Files.createDirectories(file.getParent());
        Path temporary = Files.createTempFile(file.getParent(), "new", ".tmp");
        try {
            Files.writeString(temporary, digest(key, content) + "\n" + content);
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Few files in each folder. */
    private Path file(String key) {
        return folder.resolve(key.substring(0, 2)).resolve(key.substring(2));
    }

    /** With the key, so that an entry is believed only in its own place. */
    private static String digest(String key, String content) {
        MessageDigest digest = ProgramDigest.sha256();
        digest.update(key.getBytes(StandardCharsets.US_ASCII));
        digest.update(content.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String write(Entry entry) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartArray();
            json.writeStartArray();
            for (SourceFile.Remark remark : entry.remarks()) {
                json.writeString(remark.place());
                json.writeString(remark.said());
            }
            json.writeEndArray();
            json.writeString(entry.report());
            ResultJson.write(entry.configurations(), json);
            json.writeEndArray();
        }
        return text.toString();
    }

    private static Entry read(JsonParser json) throws IOException {
        expect(json.nextToken() == JsonToken.START_ARRAY);
        expect(json.nextToken() == JsonToken.START_ARRAY);
        List<SourceFile.Remark> remarks = new ArrayList<>();
        while (json.nextToken() == JsonToken.VALUE_STRING) {
            String place = json.getText();
            expect(json.nextToken() == JsonToken.VALUE_STRING);
            remarks.add(new SourceFile.Remark(place, json.getText()));
        }
        expect(json.nextToken() == JsonToken.VALUE_STRING);
        String report = json.getText();
        List<ConfigurationResult> configurations = new ResultJsonReader(json).configurations();
        expect(!configurations.isEmpty());
        return new Entry(remarks, report, configurations);
    }

    private static void expect(boolean isSo) throws IOException {
        if (!isSo) {
            throw new IOException("not an entry");
        }
    }
}
