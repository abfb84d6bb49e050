package dev.iovacheck.model.machine;

/** Actions as {@code int}s, for engines: cheap to list and to store. They mean something only in the state they were listed in. */
public final class ActionCode {

    private static final int CPU_SHIFT = 5;
    private static final int FAILURE_SHIFT = 8;
    private static final int SUBJECT_SHIFT = 11;
    private static final int DETAIL_SHIFT = 18;
    private static final int CPU_MASK = (1 << (FAILURE_SHIFT - CPU_SHIFT)) - 1;
    private static final int FAILURE_MASK = (1 << (SUBJECT_SHIFT - FAILURE_SHIFT)) - 1;
    private static final int SUBJECT_MASK = (1 << (DETAIL_SHIFT - SUBJECT_SHIFT)) - 1;

    private static final int SLOT_SHIFT = 4;
    private static final int SEGMENT_SHIFT = 10;
    private static final int SLOT_MASK = (1 << (SEGMENT_SHIFT - SLOT_SHIFT)) - 1;
    private static final int WITHOUT_SEGMENT = (1 << (SEGMENT_SHIFT + DETAIL_SHIFT)) - 1;

    private static final Action.Kind[] KINDS = Action.Kind.values();
    private static final Failure[] FAILURES = Failure.values();

    private ActionCode() {}

    /**
     * @param cpu below 8
     * @param subject index of the device, reservation or group, below 128
     * @param detail index of the size, mapping or order, below 8192
     */
    static int of(Action.Kind kind, int cpu, int subject, int detail) {
        return kind.ordinal() | cpu << CPU_SHIFT | subject << SUBJECT_SHIFT | detail << DETAIL_SHIFT;
    }

    /** The detail of a map: its size, below 16, and which of the device's buffers it is, below 64. */
    static int sizeAndSlot(int size, int slot) {
        return size | slot << SLOT_SHIFT;
    }

    /**
     * The same map, with something that does not work from this segment of its list on, below 8; at that segment it meets it, if at all.
     */
    static int failingFrom(int code, int segment) {
        return code | segment << (SEGMENT_SHIFT + DETAIL_SHIFT);
    }

    /** From which segment of the list something does not work in a map; 0 in what is no map. */
    static int failsFrom(int code) {
        return kind(code) == Action.Kind.MAP ? detail(code) >>> SEGMENT_SHIFT : 0;
    }

    /** Index of the size of a map. */
    static int size(int code) {
        return detail(code) & (1 << SLOT_SHIFT) - 1;
    }

    /** Index of the device's buffer that a map is for; 0 where buffers are not told apart. */
    static int slot(int code) {
        return detail(code) >>> SLOT_SHIFT & SLOT_MASK;
    }

    static int withoutMemory(int code) {
        return with(code, Failure.NO_MEMORY);
    }

    /** The same action, during which something does not work. */
    static int with(int code, Failure failure) {
        return withMemory(code) | failure.ordinal() << FAILURE_SHIFT;
    }

    /** The same action with everything working: what one with a failure that nothing comes of amounts to. */
    public static int withMemory(int code) {
        int all = kind(code) == Action.Kind.MAP ? code & WITHOUT_SEGMENT : code;
        return all & ~(FAILURE_MASK << FAILURE_SHIFT);
    }

    public static Action.Kind kind(int code) {
        return KINDS[code & (1 << CPU_SHIFT) - 1];
    }

    /** The CPU it happens on, or that goes offline or online; of no meaning for other kinds and for sizes that are never cached. */
    public static int cpu(int code) {
        return code >>> CPU_SHIFT & CPU_MASK;
    }

    /** What does not work in it. */
    public static Failure failure(int code) {
        return FAILURES[code >>> FAILURE_SHIFT & FAILURE_MASK];
    }

    /** Whether atomic memory allocations fail in it. */
    public static boolean isWithoutMemory(int code) {
        return failure(code) == Failure.NO_MEMORY;
    }

    static int subject(int code) {
        return code >>> SUBJECT_SHIFT & SUBJECT_MASK;
    }

    /** Index of the device's map size ({@code MAP}), of the mapping ({@code UNMAP}), the order ({@code DEPOT_WORK}), the type ({@code TYPE_CHANGE}), or what lacks memory ({@code ADD}). */
    public static int detail(int code) {
        return code >>> DETAIL_SHIFT;
    }
}
