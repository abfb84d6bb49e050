package dev.iovacheck.model.machine;

/**
 * One transition while it is looked at: the machine before, what happened, the machine after with the outcome. Reused for many
 * transitions; nothing here allocates.
 */
public final class Step {

    private final Machine before;
    private final Machine after;
    private int code;

    /**
     * @param before a machine in the state in which the action was listed
     * @param after a machine of the same configuration, in the state that followed
     */
    public Step(Machine before, Machine after) {
        this.before = before;
        this.after = after;
    }

    /** Says which action led from before to after. */
    public void set(int actionCode) {
        code = actionCode;
    }

    public Machine before() {
        return before;
    }

    public Machine after() {
        return after;
    }

    public Outcome outcome() {
        return after.outcome();
    }

    public Action.Kind kind() {
        return ActionCode.kind(code);
    }

    /** The device added, removed, reserving, mapping or unmapping; -1 if no device is concerned. */
    public int device() {
        return switch (kind()) {
            case ADD, REMOVE, MAP -> ActionCode.subject(code);
            case RESERVE ->
                before.configuration()
                        .reservations()
                        .get(ActionCode.subject(code))
                        .device();
            case UNMAP -> before.domain(ActionCode.subject(code)).live().device(ActionCode.detail(code));
            case CPU_OFFLINE, CPU_ONLINE, DEPOT_WORK -> -1;
        };
    }

    /** Index of the reservation call made; -1 for other kinds. */
    public int reservation() {
        return kind() == Action.Kind.RESERVE ? ActionCode.subject(code) : -1;
    }

    /** Which of the device's map sizes is mapped or unmapped; -1 for other kinds. */
    public int size() {
        return switch (kind()) {
            case MAP -> ActionCode.size(code);
            case UNMAP -> before.domain(ActionCode.subject(code)).live().size(ActionCode.detail(code));
            default -> -1;
        };
    }

    /** The first pfn of the mapping that was made ({@code MAP}) or undone ({@code UNMAP}); 0 if there is none. */
    public long firstPfn() {
        return switch (kind()) {
            case MAP -> outcome().address() >>> before.configuration().iommu().granuleShift();
            case UNMAP -> before.domain(ActionCode.subject(code)).live().firstPfn(ActionCode.detail(code));
            default -> 0;
        };
    }

    /** Whether atomic memory allocations failed in this step. */
    public boolean withoutMemory() {
        return ActionCode.isWithoutMemory(code);
    }
}
