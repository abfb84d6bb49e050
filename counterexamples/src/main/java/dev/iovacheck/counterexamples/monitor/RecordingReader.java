package dev.iovacheck.counterexamples.monitor;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.eclipse.collections.impl.map.mutable.primitive.LongObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text that {@code trace}, {@code trace_pipe} and {@code trace-cmd report} print, line by line. Keeps one line at a time, so that
 * a pipe that never ends can be read. What is no event that is looked at is counted and passed over: a recording may have others.
 */
final class RecordingReader implements Closeable {

    /** Longer lines are passed over; a scatter list has at most 128 entries in its event. */
    static final int LONGEST_LINE = 1 << 16;

    /** What a line is. */
    enum Line {
        EVENT,
        /** Events are missing before this line. */
        LOST,
        /** The recording ends here. */
        END
    }

    /** What is known of a name of an event. */
    private static final class Name {
        final byte[] bytes;
        final @Nullable EventKind kind;

        Name(byte[] bytes, @Nullable EventKind kind) {
            this.bytes = bytes;
            this.kind = kind;
        }
    }

    private final InputStream in;
    private byte[] buffer = new byte[1 << 16];
    private int start;
    private int end;
    private boolean ended;

    private long line;
    private long events;
    private long others;
    private long unreadable;
    private long firstUnreadable;
    private String firstReason = "";
    private long lost;
    private boolean lostUncounted;
    private int cpus;
    private boolean cutOff;
    private boolean tooLong;

    private final LongObjectHashMap<Name> names = new LongObjectHashMap<>();
    private final LongObjectHashMap<String> devices = new LongObjectHashMap<>();

    /** @param in closed with this */
    RecordingReader(InputStream in) {
        this.in = in;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    // ---- what was read ----

    /** Lines so far. */
    long lines() {
        return line;
    }

    /** Events that are looked at. */
    long events() {
        return events;
    }

    /** Events of other kinds. */
    long others() {
        return others;
    }

    /** Events that are looked at, and that lack something. */
    long unreadable() {
        return unreadable;
    }

    /** Where the first of them is; 0 for none. */
    long firstUnreadable() {
        return firstUnreadable;
    }

    /** What it lacks. */
    String firstReason() {
        return firstReason;
    }

    /** Events that the recording says were lost, as far as it counts them. */
    long lost() {
        return lost;
    }

    /** Whether it says that events were lost and not how many. */
    boolean isLostUncounted() {
        return lostUncounted;
    }

    /** As the head of the recording says; 0 if it does not. */
    int cpus() {
        return cpus;
    }

    /** Whether the last line has no end: it was being written, or the rest is missing. */
    boolean isCutOff() {
        return cutOff;
    }

    // ---- lines ----

    /** Reads on to the next event that is looked at, or to where some were lost. */
    Line next(Event event) throws IOException {
        while (nextLine(event)) {
            if (event.from == event.to) {
                continue;
            }
            if (buffer[event.from] == '#') {
                if (head(event)) {
                    return Line.LOST;
                }
            } else if (isLoss(event)) {
                return Line.LOST;
            } else if (parse(event)) {
                events++;
                return Line.EVENT;
            }
        }
        return Line.END;
    }

    private boolean nextLine(Event event) throws IOException {
        int at = start;
        while (true) {
            while (at < end) {
                if (buffer[at] == '\n') {
                    set(event, at);
                    start = at + 1;
                    return true;
                }
                at++;
            }
            if (ended) {
                cutOff = start < end;
                return false; // what has no end is not looked at: a number in it may be cut
            }
            at = fill();
        }
    }

    private void set(Event event, int lineEnd) {
        line++;
        event.line = line;
        event.bytes = buffer;
        event.from = start;
        event.to = lineEnd > start && buffer[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
        if (tooLong) {
            event.to = event.from;
            tooLong = false;
        }
    }

    /** Makes room, moves what is left to the front, and waits for more; returns where that begins. */
    private int fill() throws IOException {
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        }
        if (end == buffer.length) {
            if (buffer.length > LONGEST_LINE) {
                end = LONGEST_LINE / 2;
                tooLong = true;
            } else {
                buffer = Arrays.copyOf(buffer, 2 * buffer.length);
            }
        }
        int begin = end;
        int count = in.read(buffer, end, buffer.length - end);
        if (count < 0) {
            ended = true;
        } else {
            end += count;
        }
        return begin;
    }

    /** {@code # entries-in-buffer/entries-written: 12324/12324   #P:1}, and {@code ##### CPU 1 buffer started ####}. */
    private boolean head(Event event) {
        String text = event.text();
        int written = text.indexOf("entries-in-buffer/entries-written:");
        if (written >= 0) {
            String[] words =
                    text.substring(text.indexOf(':', written) + 1).strip().split("[/\\s]+", 4);
            if (words.length >= 2 && words[0].matches("[0-9]{1,18}") && words[1].matches("[0-9]{1,18}")) {
                long missing = Long.parseLong(words[1]) - Long.parseLong(words[0]);
                int processors = text.indexOf("#P:");
                if (processors >= 0) {
                    String number = text.substring(processors + 3).strip();
                    cpus = number.matches("[0-9]{1,4}") ? Integer.parseInt(number) : 0;
                }
                lost += Math.max(0, missing);
                return missing > 0;
            }
        }
        if (text.startsWith("#####") && text.contains("buffer started")) {
            lostUncounted = true;
            return true;
        }
        return false;
    }

    /** {@code CPU:1 [LOST 123 EVENTS]}, {@code CPU:1 [123 EVENTS DROPPED]}, {@code CPU:1 [EVENTS DROPPED]}. */
    private boolean isLoss(Event event) {
        if (event.to - event.from < 8 || buffer[event.from] != 'C' || buffer[event.from + 1] != 'P') {
            return false;
        }
        String text = event.text();
        if (!text.matches("CPU:[0-9]+ \\[(LOST )?([0-9]+ )?EVENTS( DROPPED)?\\]\\s*")) {
            return false;
        }
        String count = text.substring(text.indexOf('[')).replaceAll("[^0-9]", "");
        if (count.isEmpty() || count.length() > 18) {
            lostUncounted = true;
        } else {
            lost += Long.parseLong(count);
        }
        return true;
    }

    // ---- events ----

    /** {@code TASK-PID [CPU] FLAGS TIME: EVENT: FIELDS}; false if it is nothing that is looked at. */
    private boolean parse(Event event) {
        int bracket = processor(event);
        if (bracket < 0) {
            return false;
        }
        int at = skipBlanks(bracket, event.to);
        int word = wordEnd(at, event.to);
        event.context = 0;
        if (word > at && buffer[word - 1] != ':') {
            if (word - at >= 4) {
                event.context = buffer[at + 2];
            }
            at = skipBlanks(word, event.to);
            word = wordEnd(at, event.to);
        }
        if (word == at || buffer[word - 1] != ':') {
            return false; // no time
        }
        at = skipBlanks(word, event.to);
        word = wordEnd(at, event.to);
        if (word == at || buffer[word - 1] != ':') {
            return false;
        }
        Name name = name(at, word - 1);
        at = skipBlanks(word, event.to);
        EventKind kind = name.kind;
        if (at < event.to && buffer[at] == '(') {
            int close = indexOf((byte) ')', at, event.to);
            if (close < 0) {
                return false;
            }
            if (kind == null) {
                kind = located(at + 1, close);
            }
            at = skipBlanks(close + 1, event.to);
        }
        if (kind == null) {
            others++;
            return false;
        }
        event.clear();
        event.kind = kind;
        fields(event, at);
        Field missing = event.missing();
        if (missing != null) {
            if (unreadable++ == 0) {
                firstUnreadable = event.line;
                firstReason = kind.label() + " has no " + missing.label() + " that can be read";
            }
            return false;
        }
        return true;
    }

    /** Finds {@code -PID [CPU]} behind a task's name, which may hold anything; what follows it, or -1. */
    private int processor(Event event) {
        for (int open = event.from; open < event.to; open++) {
            if (buffer[open] != '[') {
                continue;
            }
            int close = open + 1;
            int cpu = 0;
            while (close < event.to && isDigit(buffer[close]) && close - open < 6) {
                cpu = 10 * cpu + buffer[close++] - '0';
            }
            if (close == open + 1 || close >= event.to || buffer[close] != ']') {
                continue;
            }
            long pid = pidBefore(event.from, open);
            if (pid >= 0) {
                event.cpu = cpu;
                event.thread = pid == 0 ? -1 - cpu : pid;
                return close + 1;
            }
        }
        return -1;
    }

    /** The number before a bracket, perhaps with {@code (TGID)} between; -1 if there is none with a hyphen in front of it. */
    private long pidBefore(int from, int bracket) {
        int at = bracket - 1;
        while (at > from && buffer[at] == ' ') {
            at--;
        }
        if (at > from && buffer[at] == ')') {
            while (at > from && buffer[at] != '(') {
                at--;
            }
            at--;
            while (at > from && buffer[at] == ' ') {
                at--;
            }
        }
        long pid = 0;
        long place = 1;
        int last = at;
        while (at > from && isDigit(buffer[at]) && last - at < 10) {
            pid += place * (buffer[at--] - '0');
            place *= 10;
        }
        return at < last && at >= from && buffer[at] == '-' ? pid : -1;
    }

    private Name name(int from, int to) {
        int begin = from;
        for (int at = from; at < to; at++) {
            if (buffer[at] == ':') {
                begin = at + 1; // iommu:map
            }
        }
        long hash = hash(begin, to);
        Name name = names.get(hash);
        if (name == null || !Field.isEqual(name.bytes, buffer, begin, to)) {
            name = new Name(Arrays.copyOfRange(buffer, begin, to), EventKind.named(buffer, begin, to));
            if (names.size() < 4096) {
                names.put(hash, name);
            }
        }
        return name;
    }

    /** {@code alloc_iova+0x0/0x270} at entry, {@code alloc_iova_fast+0xe9/0x280 <- alloc_iova} at return. */
    private @Nullable EventKind located(int from, int to) {
        String place = new String(buffer, from, to - from, StandardCharsets.ISO_8859_1);
        int arrow = place.indexOf("<- ");
        if (arrow >= 0) {
            return EventKind.on(place.substring(arrow + 3).strip(), true);
        }
        int plus = place.indexOf("+0x0/");
        return plus < 0 ? null : EventKind.on(place.substring(0, plus), false);
    }

    private void fields(Event event, int first) {
        int at = first;
        boolean isDma = event.kind == EventKind.DMA_MAP
                || event.kind == EventKind.DMA_UNMAP
                || event.kind == EventKind.DMA_MAP_SG;
        if (isDma) {
            int word = wordEnd(at, event.to);
            event.device = device(at, word);
            at = skipBlanks(word, event.to);
        }
        while (at < event.to) {
            int word = wordEnd(at, event.to);
            int equals = indexOf((byte) '=', at, word);
            if (equals > at && equals < word) {
                field(event, at, equals, word);
            } else if (event.kind == EventKind.PAGE_FAULT && event.device.isEmpty() && at > first) {
                event.device = device(at, word); // behind IOMMU:DRIVER
            } else if (word - at == 1 && buffer[at] == '-' && event.has(Field.IOVA)) {
                int behind = skipBlanks(word, event.to);
                int stop = wordEnd(behind, event.to);
                if (isNumber(behind, stop, false)) {
                    event.end = number;
                    word = stop;
                }
            }
            at = skipBlanks(word, event.to);
        }
    }

    private void field(Event event, int from, int equals, int to) {
        Field field = Field.of(buffer, from, equals);
        if (field != null) {
            if (isNumber(equals + 1, to, field.isPlainHex())) {
                event.put(field, number);
            }
        } else if (Field.isEqual(DEV, buffer, from, equals) || Field.isEqual(DEVICE, buffer, from, equals)) {
            boolean quoted = to - equals > 2 && buffer[equals + 1] == '"' && buffer[to - 1] == '"';
            event.device = device(quoted ? equals + 2 : equals + 1, quoted ? to - 1 : to);
        }
    }

    private static final byte[] DEV = {'d', 'e', 'v'};
    private static final byte[] DEVICE = {'d', 'e', 'v', 'i', 'c', 'e'};

    /** Names of devices come again and again. */
    private String device(int from, int to) {
        long hash = hash(from, to);
        String name = devices.get(hash);
        if (name == null) {
            name = new String(buffer, from, to - from, StandardCharsets.UTF_8);
            if (devices.size() < 4096) {
                devices.put(hash, name);
            }
        }
        return name;
    }

    /** The number read last. */
    private long number;

    /** {@code 0x...} or decimal, or hexadecimal without a mark; false for anything else and for what 64 bits cannot hold. */
    private boolean isNumber(int from, int to, boolean plainHex) {
        boolean marked = to - from > 2 && buffer[from] == '0' && buffer[from + 1] == 'x';
        int at = marked ? from + 2 : from;
        int last = to > at && buffer[to - 1] == ',' ? to - 1 : to;
        boolean hex = marked || plainHex;
        if (at == last || last - at > (hex ? 16 : 19)) {
            return false;
        }
        long value = 0;
        for (; at < last; at++) {
            byte b = buffer[at];
            if (isDigit(b)) {
                value = (hex ? value << 4 : 10 * value) + (b - '0');
            } else if (hex && b >= 'a' && b <= 'f') {
                value = (value << 4) + (b - 'a' + 10);
            } else {
                return false;
            }
        }
        number = value;
        return true;
    }

    // ---- bytes ----

    private long hash(int from, int to) {
        long hash = 0xcbf29ce484222325L;
        for (int at = from; at < to; at++) {
            hash = (hash ^ buffer[at]) * 0x100000001b3L;
        }
        return hash;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private int skipBlanks(int from, int to) {
        int at = from;
        while (at < to && (buffer[at] == ' ' || buffer[at] == '\t')) {
            at++;
        }
        return at;
    }

    private int wordEnd(int from, int to) {
        int at = from;
        while (at < to && buffer[at] != ' ' && buffer[at] != '\t') {
            at++;
        }
        return at;
    }

    private int indexOf(byte wanted, int from, int to) {
        for (int at = from; at < to; at++) {
            if (buffer[at] == wanted) {
                return at;
            }
        }
        return -1;
    }
}
