package dev.iovacheck.counterexamples.trace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.iovacheck.model.config.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a file that is one JSON object, with a limit on everything that a file could make large. Knows nothing of traces. */
final class ValueReader {

    /** 64 MiB are some 300,000 steps. */
    static final int LARGEST = 64 << 20;

    private static final int MAX_DEPTH = 16;
    private static final String ONE_OBJECT = "a trace is one JSON object";

    private final String source;
    private final JsonFactory factory = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    private ValueReader(String source) {
        this.source = source;
    }

    /** @throws TraceFileException if it cannot be read, or is no object */
    static Value.Obj read(Path file) throws TraceFileException {
        ValueReader reader = new ValueReader(file.toString());
        return reader.parse(reader.decode(reader.bytes(file)));
    }

    /** @throws TraceFileException if it is no object */
    static Value.Obj read(String source, String text) throws TraceFileException {
        return new ValueReader(source).parse(text);
    }

    private byte[] bytes(Path file) throws TraceFileException {
        if (Files.isDirectory(file)) {
            throw fault(0, 0, "is a directory", "name a trace file in it");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LARGEST + 1);
        } catch (NoSuchFileException e) {
            throw fault(0, 0, "no such file", "check the path");
        } catch (AccessDeniedException e) {
            throw fault(0, 0, "may not be read", "check its permissions");
        } catch (IOException e) {
            throw fault(0, 0, "cannot be read: " + e.getMessage(), "check the path and the disk");
        }
        if (bytes.length > LARGEST) {
            throw fault(0, 0, "is larger than 64 MiB", "no trace is so long");
        }
        return bytes;
    }

    private String decode(byte[] bytes) throws TraceFileException {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer chars = CharBuffer.allocate(bytes.length);
        boolean bad = decoder.decode(ByteBuffer.wrap(bytes), chars, true).isError();
        String text = chars.flip().toString();
        if (bad) {
            int line = Math.toIntExact(1 + text.chars().filter(c -> c == '\n').count());
            throw fault(line, text.length() - text.lastIndexOf('\n'), "not UTF-8 text", "a trace is a JSON file");
        }
        return text;
    }

    private Value.Obj parse(String text) throws TraceFileException {
        try (JsonParser parser = factory.createParser(text.toCharArray())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw fault(line(parser), column(parser), "no JSON object", ONE_OBJECT);
            }
            Value.Obj object = object(parser);
            if (parser.nextToken() != null) {
                throw fault(line(parser), column(parser), "text after the object", ONE_OBJECT);
            }
            return object;
        } catch (JsonProcessingException e) {
            // The library's own text names Java classes and options; the place is what helps.
            int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
            int column =
                    e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getColumnNr());
            throw fault(line, column, "not JSON", ONE_OBJECT + "; is the file whole?");
        } catch (IOException e) {
            throw new AssertionError("reading from memory failed", e);
        }
    }

    private static int line(JsonParser parser) {
        return Math.max(1, parser.currentTokenLocation().getLineNr());
    }

    private static int column(JsonParser parser) {
        return Math.max(1, parser.currentTokenLocation().getColumnNr());
    }

    private Value.Obj object(JsonParser parser) throws IOException, TraceFileException {
        int line = line(parser);
        int column = column(parser);
        Map<String, Value.Member> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            int nameLine = line(parser);
            int nameColumn = column(parser);
            parser.nextToken();
            if (members.put(name, new Value.Member(nameLine, nameColumn, value(parser))) != null) {
                throw fault(
                        nameLine,
                        nameColumn,
                        "\"" + Value.shortened(name) + "\" appears twice",
                        "write each member once");
            }
        }
        return new Value.Obj(line, column, members);
    }

    private Value value(JsonParser parser) throws IOException, TraceFileException {
        int line = line(parser);
        int column = column(parser);
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> {
                List<Value> elements = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(value(parser));
                }
                yield new Value.Arr(line, column, elements);
            }
            case VALUE_STRING -> new Value.Str(line, column, parser.getText());
            default -> new Value.Word(line, column, parser.getText());
        };
    }

    private TraceFileException fault(int line, int column, String problem, String remedy) {
        return new TraceFileException(List.of(new Fault(source, line, column, problem, remedy)));
    }
}
