package dev.iovacheck.counterexamples.conform;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a file of JSON objects, one a line, with a limit on everything that a file could make large. Knows nothing of traces.
 */
final class JsonLines implements Closeable {

    /** Deep enough for everything a trace holds. */
    private static final int MAX_DEPTH = 16;

    private final String file;
    private final InputStream in;
    private final int maxLineBytes;
    private final JsonFactory factory = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();
    private long line;
    private boolean ended;

    /**
     * @param file for messages
     * @param in buffered; closed with this
     * @param maxLineBytes longest line accepted
     */
    JsonLines(String file, InputStream in, int maxLineBytes) {
        this.file = file;
        this.in = in;
        this.maxLineBytes = maxLineBytes;
    }

    /** Number of the line read last, from 1. */
    long line() {
        return line;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** The next line's object; empty at the end of the file. */
    Optional<Json.Obj> next() throws TraceFormatException {
        Optional<byte[]> bytes = nextLine();
        return bytes.isEmpty() ? Optional.empty() : Optional.of(parse(decode(bytes.get())));
    }

    private Optional<byte[]> nextLine() throws TraceFormatException {
        if (ended) {
            return Optional.empty();
        }
        line++;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            int next = in.read();
            while (next >= 0 && next != '\n') {
                if (bytes.size() == maxLineBytes) {
                    throw fault(
                            1L + maxLineBytes,
                            "the line is longer than " + maxLineBytes + " bytes",
                            "write one operation or dump on each line");
                }
                bytes.write(next);
                next = in.read();
            }
            ended = next < 0;
        } catch (IOException e) {
            throw fault(1, "the file cannot be read further", "check the disk or the pipe it comes from");
        }
        return ended && bytes.size() == 0 ? Optional.empty() : Optional.of(bytes.toByteArray());
    }

    private String decode(byte[] bytes) throws TraceFormatException {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer chars = CharBuffer.allocate(bytes.length);
        if (decoder.decode(ByteBuffer.wrap(bytes), chars, true).isError()) {
            throw fault(
                    chars.position() + 1L, "not UTF-8 text", "a trace is a text file with one JSON object per line");
        }
        return chars.flip().toString();
    }

    private Json.Obj parse(String text) throws TraceFormatException {
        if (text.isBlank()) {
            throw fault(1, "empty line", "put one JSON object on each line");
        }
        try (JsonParser parser = factory.createParser(text.toCharArray())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw fault(column(parser), "the line is not an object", "put one JSON object on each line");
            }
            Json.Obj object = object(parser);
            if (parser.nextToken() != null) {
                throw fault(column(parser), "text after the object", "put one JSON object on each line");
            }
            return object;
        } catch (JsonEOFException e) {
            throw ended
                    ? fault(text.length() + 1L, "the last line is cut off", "record again, or remove the line")
                    : fault(text.length() + 1L, "the object does not end", "put one whole JSON object on each line");
        } catch (JsonProcessingException e) {
            // The library's own text names Java classes and options; the place is what helps.
            long column =
                    e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getColumnNr());
            throw fault(column, "not JSON", "put one JSON object on each line");
        } catch (IOException e) {
            throw new AssertionError("reading from memory failed", e);
        }
    }

    private static int column(JsonParser parser) {
        return Math.max(1, parser.currentTokenLocation().getColumnNr());
    }

    private Json.Obj object(JsonParser parser) throws IOException, TraceFormatException {
        int column = column(parser);
        Map<String, Json.Member> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            int nameColumn = column(parser);
            parser.nextToken();
            if (members.put(name, new Json.Member(nameColumn, value(parser))) != null) {
                throw fault(
                        nameColumn, "field \"" + Json.shortened(name) + "\" appears twice", "write each field once");
            }
        }
        return new Json.Obj(column, members);
    }

    private Json value(JsonParser parser) throws IOException, TraceFormatException {
        int column = column(parser);
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> {
                List<Json> elements = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    if (parser.getParsingContext().getNestingDepth() > MAX_DEPTH) {
                        throw fault(column, "nested too deeply", "no field of a trace is nested so");
                    }
                    elements.add(value(parser));
                }
                yield new Json.Arr(column, elements);
            }
            case VALUE_STRING -> new Json.Str(column, parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Json.Num(column, parser.getText());
            case VALUE_TRUE -> new Json.Bool(column, true);
            case VALUE_FALSE -> new Json.Bool(column, false);
            case VALUE_NULL -> new Json.Null(column);
            default -> throw fault(column, "not JSON", "put one JSON object on each line");
        };
    }

    /** A fault in the line read last. */
    TraceFormatException fault(long column, String wrong, String right) {
        return new TraceFormatException(file, Math.max(1, line), column, wrong, right);
    }
}
