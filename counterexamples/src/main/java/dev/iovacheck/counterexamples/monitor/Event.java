package dev.iovacheck.counterexamples.monitor;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One event of a recording. One instance is reused for all of them. */
final class Event {

    private static final int FIELDS = Field.values().length;

    /** Where the event stands in the recording, from 1. */
    long line;

    EventKind kind = EventKind.MAP;

    /** What the event is part of: a task, or the idle task of a CPU. Calls of one thread end in the reverse order. */
    long thread;

    int cpu;

    /** {@code .} for a task, {@code h}, {@code H}, {@code s} or another letter for interrupts; 0 if the recording does not say. */
    byte context;

    /** Empty unless the event names a device. */
    String device = "";

    /** The END of {@code iova=LO - END}, exclusive; 0 if there is none. */
    long end;

    /** The line, as far as it is wanted. */
    byte[] bytes = new byte[0];

    int from;
    int to;

    private final long[] values = new long[FIELDS];
    private int present;

    void clear() {
        present = 0;
        device = "";
        end = 0;
    }

    void put(Field field, long value) {
        values[field.ordinal()] = value;
        present |= 1 << field.ordinal();
    }

    boolean has(Field field) {
        return (present & 1 << field.ordinal()) != 0;
    }

    /** 0 if it is not there. */
    long get(Field field) {
        return has(field) ? values[field.ordinal()] : 0;
    }

    /** The first field that should be there and is not. */
    @Nullable
    Field missing() {
        int missing = kind.needed() & ~present;
        return missing == 0 ? null : Field.values()[Integer.numberOfTrailingZeros(missing)];
    }

    /** The line as text. */
    String text() {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
}
