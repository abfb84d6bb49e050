package dev.iovacheck.model.machine;

/**
 * One transition while it is looked at: the machine before, what happened, the machine after with the outcome. Reused for many
 * transitions; nothing here allocates.
 */
public final class Step {

    /** No pfn: that of a range of a list whose domain is gone. */
    public static final long NOT_THERE = -1;

    /** How many words {@link #writeAbout} writes. */
    public static final int ABOUT_WORDS = 5;

    /** Not looked up yet. */
    private static final int UNKNOWN = -2;

    private final Machine before;
    private final Machine after;
    private int code;
    private Action.Kind listedAs = Action.Kind.STEP;
    private Action.Kind kind = Action.Kind.STEP;
    private int device = -1;
    private long edition;

    /** What many ask of one step, looked up when the first one does: the size at hand and how many ranges there are. */
    private int sizeAtHand = UNKNOWN;

    private int rangeCount = UNKNOWN;

    /**
     * @param before a machine in the state in which the action was listed
     * @param after a machine of the same configuration, in the state that followed
     */
    public Step(Machine before, Machine after) {
        this.before = before;
        this.after = after;
    }

    /** Says which action led from before to after, where the outcome is known. */
    public void set(int actionCode) {
        edition++;
        code = actionCode;
        listedAs = ActionCode.kind(code);
        if (outcome().kind() == Outcome.Kind.GOES_ON) {
            kind = Action.Kind.STEP;
        } else {
            kind = listedAs == Action.Kind.STEP ? call().kind() : listedAs;
        }
        device = concernedDevice();
        sizeAtHand = UNKNOWN;
        rangeCount = UNKNOWN;
    }

    /** Another number for each step that it was set to, as {@link Machine#edition} for states. */
    public long edition() {
        return edition;
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

    /** The action, which may be a part of a call only. */
    private Action.Kind listedAs() {
        return listedAs;
    }

    /** The CPU on which it happened; 0 for what happens on no CPU in particular. */
    public int cpu() {
        return ActionCode.cpu(code);
    }

    /** The call that the action takes on, as it was before. */
    private CallInFlight call() {
        return before.call(ActionCode.cpu(code));
    }

    /**
     * What happened: where steps are interleaved, the call that ended with this step; {@link Action.Kind#STEP} as long as it goes on.
     */
    public Action.Kind kind() {
        return kind;
    }

    /** Whether it is a step of such a call. */
    public boolean isPartOf(Action.Kind kind) {
        return (listedAs() == Action.Kind.STEP ? call().kind() : listedAs()) == kind;
    }

    /** The device added, removed, reserving, mapping or unmapping; -1 if no device is concerned. */
    public int device() {
        return device;
    }

    private int concernedDevice() {
        return switch (listedAs()) {
            case ADD, REMOVE, BIND, UNBIND, MSI, MAP -> ActionCode.subject(code);
            case RESERVE ->
                before.configuration()
                        .reservations()
                        .get(ActionCode.subject(code))
                        .device();
            case UNMAP, LINK, SYNC, UNLINK ->
                before.domain(ActionCode.subject(code)).live().device(ActionCode.detail(code));
            case WRONG_UNMAP ->
                isUndoneAgain() ? before.undoneDevice() : wrongMappings().device(wrongMapping());
            case CPU_OFFLINE, CPU_ONLINE, DEPOT_WORK, CLAIM, ATTACH, RELEASE, TYPE_CHANGE, FLUSH_TIMER, CHANGE_TYPE ->
                -1;
            case STEP -> call().device();
        };
    }

    /** Index of the group concerned; -1 for a device without one, and where no group is concerned. */
    public int group() {
        return switch (listedAs()) {
            case CLAIM, ATTACH, RELEASE, TYPE_CHANGE -> ActionCode.subject(code);
            default -> {
                DefaultDomain domain = device() < 0 ? null : before.domainOf(device());
                yield domain == null ? -1 : domain.index();
            }
        };
    }

    /** The type that was asked for ({@code TYPE_CHANGE}). */
    public GroupType wantedType() {
        return GroupType.values()[ActionCode.detail(code)];
    }

    /** Index of the reservation call made; -1 for other kinds. */
    public int reservation() {
        if (kind() != Action.Kind.RESERVE) {
            return -1;
        }
        return listedAs() == Action.Kind.STEP ? call().reservation : ActionCode.subject(code);
    }

    /** Which of the device's buffers is mapped or unmapped, by map size; -1 for other kinds. */
    public int size() {
        int size = sizeAtHand();
        return size < 0 ? size : before.setup(device()).bufferOf(size);
    }

    /** The same, but for a list that is mapped segment by segment that of the segment which the step is about, its first if it is whole. */
    private int sizeAtHand() {
        if (sizeAtHand == UNKNOWN) {
            sizeAtHand = findSize();
        }
        return sizeAtHand;
    }

    private int findSize() {
        return switch (listedAs()) {
            case MAP -> ActionCode.size(code);
            case UNMAP, LINK, SYNC, UNLINK ->
                before.domain(ActionCode.subject(code)).live().size(ActionCode.detail(code));
            case WRONG_UNMAP ->
                isUndoneAgain() ? before.undoneSize() : wrongMappings().size(wrongMapping());
            case MSI -> before.setup(ActionCode.subject(code)).doorbellSize();
            case STEP -> call().isMapping() || call().kind() == Action.Kind.MSI ? call().size() : -1;
            default -> -1;
        };
    }

    /**
     * How many ranges of addresses a step is about that makes, takes or undoes one: all those of a list that is mapped segment by segment, if
     * it is mapped with this step or undone in it; otherwise one.
     */
    public int rangeCount() {
        if (rangeCount == UNKNOWN) {
            rangeCount = countRanges();
        }
        return rangeCount;
    }

    private int countRanges() {
        boolean isWhole = returnsAddress() || (listedAs() == Action.Kind.UNMAP && before.callCount() == 0);
        return isWhole ? before.setup(device()).rangeCount(size()) : 1;
    }

    /** Whether a map is done with this step, and has returned an address. */
    public boolean returnsAddress() {
        return kind() == Action.Kind.MAP && outcome().kind() == Outcome.Kind.ADDRESS;
    }

    /** The map size of one of {@link #rangeCount} ranges: that of a segment, or of the buffer if it has one range only. */
    public int rangeSize(int number) {
        return rangeCount() == 1 ? sizeAtHand() : before.setup(device()).range(size(), number);
    }

    /** The first pfn of one of {@link #rangeCount} ranges, as {@link #firstPfn}; {@link #NOT_THERE} if it is not there. */
    public long rangePfn(int number) {
        if (rangeCount() == 1) {
            return firstPfn();
        }
        Machine machine = returnsAddress() ? after : before;
        DefaultDomain domain = machine.domain(domain());
        int mapping = machine.rangeOf(domain, device(), size(), firstPfn(), number);
        return mapping < 0 ? NOT_THERE : domain.live().firstPfn(mapping);
    }

    /** Whether it takes on a call that had begun before. */
    public boolean isGoingOn() {
        return listedAs() == Action.Kind.STEP;
    }

    /** Index of the domain that the step is about; -1 if it is about none, or about all. */
    public int domain() {
        return switch (listedAs()) {
            case ADD, REMOVE, RESERVE, MAP, BIND, UNBIND, MSI -> domainOf(device());
            case UNMAP,
                    LINK,
                    SYNC,
                    UNLINK,
                    WRONG_UNMAP,
                    DEPOT_WORK,
                    FLUSH_TIMER,
                    CHANGE_TYPE,
                    CLAIM,
                    ATTACH,
                    RELEASE,
                    TYPE_CHANGE -> ActionCode.subject(code);
            case CPU_OFFLINE, CPU_ONLINE -> -1;
            case STEP -> call().domain();
        };
    }

    private int domainOf(int device) {
        DefaultDomain domain = before.domainOf(device);
        return domain == null ? -1 : domain.index();
    }

    /**
     * Whether a map took its range in this step, be it that it returned at once or that it goes on. Its pfn is {@link #firstPfn}.
     */
    public boolean takesRange() {
        if (before.callCount() == 0) {
            boolean maps = kind() == Action.Kind.MAP && outcome().kind() == Outcome.Kind.ADDRESS;
            return maps
                    || (kind() == Action.Kind.MSI
                            && outcome().returned()
                            && outcome().address() != 0);
        }
        boolean atOnce = outcome().kind() == Outcome.Kind.ADDRESS && call().firstPfn() == 0;
        return atOnce || (outcome().kind() == Outcome.Kind.GOES_ON && outcome().address() != 0);
    }

    /**
     * Writes what the step is about: its kind, the device, its buffer and its domain, whether a range is taken and whether an address is
     * returned, which range that is, and which promises were made before. Equal words mean that all of that is equal.
     *
     * @param words {@link #ABOUT_WORDS}
     * @return false if it is about several ranges: then nothing is written
     */
    public boolean writeAbout(long[] words) {
        if (rangeCount() != 1) {
            return false;
        }
        DefaultDomain domain = device < 0 ? null : before.domainOf(device);
        long about = kind.ordinal();
        about = about << Short.SIZE | (device & 0xffff);
        about = about << Short.SIZE | (sizeAtHand() & 0xffff);
        about = about << Byte.SIZE | (domain == null ? 0xff : domain.index());
        about = about << 1 | (takesRange() ? 1 : 0);
        words[0] = about << 1 | (returnsAddress() ? 1 : 0);
        words[1] = firstPfn();
        before.writeMade(words, 2);
        return true;
    }

    /** The first pfn of the mapping that was made or is being made ({@code MAP}) or undone ({@code UNMAP}); 0 if there is none. */
    public long firstPfn() {
        return switch (listedAs()) {
            case MAP, MSI -> outcome().address() >>> granuleShift();
            case UNMAP, LINK, SYNC, UNLINK ->
                before.domain(ActionCode.subject(code)).live().firstPfn(ActionCode.detail(code));
            case STEP ->
                call().kind() != Action.Kind.MAP || clearsPtes()
                        ? call().firstPfn()
                        : outcome().address() >>> granuleShift();
            default -> 0;
        };
    }

    /**
     * The PCI device whose attempt below 4 GiB ended in this step, with a range or without one; -1 if there is none. Where steps are
     * interleaved, ends that the cache of the CPU brings about are left out: they begin and end no search.
     */
    public int searchedBelow4G() {
        if (listedAs() == Action.Kind.MAP && before.callCount() == 0) {
            if (!returnsAddress() && before.setup(device()).rangeCount(size()) > 1) {
                return -1; // which attempts of a list ended how, its failure does not tell
            }
            return before.triesBelow4G(device(), size()) ? device() : -1;
        }
        boolean searched = listedAs() == Action.Kind.STEP && call().low && call().nextStep() == CallStep.TREE_ALLOC;
        return searched ? call().device() : -1;
    }

    /** The pfn that the call of {@link #searchedBelow4G} has got below 4 GiB; 0 if it got none there. */
    public long foundBelow4G() {
        if (listedAs() == Action.Kind.MAP) {
            long address = outcome().kind() == Outcome.Kind.ADDRESS ? outcome().address() : 0;
            return address >>> 32 == 0 ? address >>> granuleShift() : 0;
        }
        return after.call(ActionCode.cpu(code)).firstPfn();
    }

    /** How many parts of a two-phase mapping were linked before; 0 for others. As {@link LiveMappings#linked}. */
    public int linked() {
        return switch (listedAs()) {
            case UNMAP, LINK, SYNC, UNLINK ->
                before.domain(ActionCode.subject(code)).live().linked(ActionCode.detail(code));
            case STEP -> call().linked();
            default -> 0;
        };
    }

    private LiveMappings wrongMappings() {
        return before.domain(ActionCode.subject(code)).live();
    }

    private int wrongMapping() {
        return EnabledActions.mappingOf(ActionCode.detail(code));
    }

    private boolean isUndoneAgain() {
        return EnabledActions.wayOf(ActionCode.detail(code)) == WrongUnmap.AGAIN;
    }

    /** Whether a driver broke the rules of the DMA API in it. */
    public boolean isMistake() {
        return after.isMistaken() && !before.isMistaken();
    }

    /** How something was undone against the rules; to be asked only of such a step. */
    public WrongUnmap wrongUnmap() {
        return EnabledActions.wayOf(ActionCode.detail(code));
    }

    /** What did not work in it. */
    public Failure failure() {
        return ActionCode.failure(code);
    }

    /**
     * Whether page-table entries were cleared in it, as {@link #kind} or as a part of that: those of the mapping that is undone, or of the
     * part that is unlinked.
     */
    public boolean clearsPtes() {
        return switch (listedAs()) {
            case UNMAP, UNLINK -> before.callCount() == 0;
            case STEP -> call().nextStep() == CallStep.CLEAR_PTES;
            default -> false;
        };
    }

    /** What was begun, whether it has ended or not. */
    public Action.Kind begun() {
        return listedAs() == Action.Kind.STEP ? call().kind() : listedAs();
    }

    private int granuleShift() {
        return before.configuration().iommu().granuleShift();
    }

    /** Whether atomic memory allocations failed in this step, or earlier in the call where that may show in its result. */
    public boolean withoutMemory() {
        return ActionCode.isWithoutMemory(code)
                || (listedAs() == Action.Kind.ADD && ActionCode.detail(code) != MissingMemory.NONE.ordinal())
                || (listedAs() == Action.Kind.STEP && call().memoryWasMissing);
    }
}
