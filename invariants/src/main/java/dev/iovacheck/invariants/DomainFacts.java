package dev.iovacheck.invariants;

import dev.iovacheck.invariants.formula.Facts;
import dev.iovacheck.invariants.formula.Quantity;
import dev.iovacheck.invariants.formula.Ranges;
import dev.iovacheck.invariants.formula.Sort;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.DeviceSetup;
import dev.iovacheck.model.machine.LiveMappings;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Outcome;
import dev.iovacheck.model.machine.Promise;
import dev.iovacheck.model.machine.Step;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What formulas can ask about one domain of a machine. The things of a sort are read off the machine when a formula first asks for
 * them, and kept as long as the machine stays in its state: several invariants ask about the same ones. Each domain of a machine
 * keeps its own, so that nothing is allocated for a state.
 */
public final class DomainFacts implements Facts {

    /** Sorts whose things are of a step: they are read anew for each. */
    private static final int OF_STEP = bit(Sort.TAKEN) | bit(Sort.RETURNED) | bit(Sort.ACCEPTED_CALL) | bit(Sort.HELD);

    private final Machine machine;
    private final DefaultDomain domain;
    private long edition;

    /** The step, for sorts that are about one; otherwise {@code null}. */
    private @Nullable Step step;

    /** Which step it was that the things of steps were read of. */
    private long stepEdition;

    /** By the number of the sort; good where {@link #known} says so. */
    private final Ranges[] things = new Ranges[Sort.values().length];

    /** One bit per sort. */
    private int known;

    private DomainFacts(Machine machine, DefaultDomain domain) {
        this.machine = machine;
        this.domain = domain;
        domain.keepNotes(this);
        Arrays.setAll(things, sort -> new Ranges());
    }

    private static int bit(Sort sort) {
        return 1 << sort.ordinal();
    }

    /** Facts about a domain in the machine's current state. The domain's only ones: whoever asks next takes them over. */
    public static DomainFacts of(Machine machine, DefaultDomain domain) {
        DomainFacts facts = ofState(machine, domain);
        facts.step = null;
        return facts;
    }

    /** Facts around a step: promises and nodes are those before it, what is taken, accepted or held is what it leaves. */
    public static DomainFacts of(Step step, DefaultDomain before) {
        DomainFacts facts = ofState(step.before(), before);
        if (facts.step != step || facts.stepEdition != step.edition()) {
            facts.step = step;
            facts.stepEdition = step.edition();
            facts.known &= ~OF_STEP;
        }
        return facts;
    }

    private static DomainFacts ofState(Machine machine, DefaultDomain domain) {
        DomainFacts facts = domain.notes() instanceof DomainFacts kept ? kept : new DomainFacts(machine, domain);
        if (facts.edition != machine.edition()) {
            facts.edition = machine.edition();
            facts.known = 0;
        }
        return facts;
    }

    private Step step() {
        return Objects.requireNonNull(step, "facts of a state were asked about a step");
    }

    private DefaultDomain after() {
        return step().after().domain(domain.index());
    }

    @Override
    public Ranges things(Sort sort) {
        return sort == Sort.TAKEN && step().takesRange() == step().returnsAddress()
                ? ofSort(Sort.RETURNED) // the same ranges, or none
                : ofSort(sort);
    }

    private Ranges ofSort(Sort sort) {
        Ranges ranges = things[sort.ordinal()];
        if ((known & bit(sort)) == 0) {
            ranges.clear();
            read(sort, ranges);
            known |= bit(sort);
        }
        return ranges;
    }

    @Override
    public long value(Sort sort, int index, Quantity quantity) {
        return switch (quantity) {
            case FIRST, LAST, END ->
                throw new IllegalArgumentException(quantity + " is an end: things have it themselves");
            case OFFSET -> {
                requireSort(sort == Sort.RETURNED || sort == Sort.TAKEN, sort, quantity);
                yield things(sort).first(index) & (NaturalAlignment.alignment(step(), index) - 1);
            }
            case LENGTH, OVERRUN -> {
                requireSort(sort == Sort.ACCEPTED_CALL, sort, quantity);
                yield ofCall(quantity);
            }
            case WINDOW_FIRST, WINDOW_END, LIMIT, START_PFN -> {
                requireSort(sort == Sort.MAPPING, sort, quantity);
                yield ofMapping(index, quantity);
            }
        };
    }

    private static void requireSort(boolean isRight, Sort sort, Quantity quantity) {
        if (!isRight) {
            throw new IllegalArgumentException("things of the sort " + sort + " have no " + quantity);
        }
    }

    private void read(Sort sort, Ranges into) {
        switch (sort) {
            case MAPPING -> readMappings(into);
            case NODE -> readNodes(into);
            case GAP -> Gaps.read(domain.iova(), into);
            case PROMISE, MADE_PROMISE, KEPT_PROMISE -> readPromises(sort, into);
            case TAKEN -> readRanges(step().takesRange(), into);
            case RETURNED -> readRanges(step().returnsAddress(), into);
            case ACCEPTED_CALL -> readCall(into);
            case LIVE -> readLive(into);
            case IN_USE -> readInUse(into);
            case POOLED -> readPooled(into);
            case HELD -> readHeld(into);
        }
    }

    // ---- mappings ----

    private void readMappings(Ranges into) {
        LiveMappings live = domain.live();
        for (int mapping = 0; mapping < live.count(); mapping++) {
            into.add(live.firstPfn(mapping), Pfns.lastMapped(machine, domain, mapping));
        }
    }

    private long ofMapping(int mapping, Quantity quantity) {
        LiveMappings live = domain.live();
        DeviceSetup setup = machine.setup(live.device(mapping));
        int shift = domain.granuleShift();
        return switch (quantity) {
            case WINDOW_FIRST -> {
                long first = setup.device().window().first();
                yield first == 0 ? 0 : ((first - 1) >>> shift) + 1;
            }
            case WINDOW_END -> {
                long last = setup.device().window().last();
                yield last == -1L ? 1L << (Long.SIZE - shift) : (last + 1) >>> shift;
            }
            case LIMIT -> setup.limit(live.size(mapping)) >>> shift;
            default -> domain.iova().startPfn();
        };
    }

    private void readLive(Ranges into) {
        LiveMappings live = domain.live();
        for (int mapping = 0; mapping < live.count(); mapping++) {
            if (!live.isLost(mapping)) {
                into.add(live.firstPfn(mapping), Pfns.lastTaken(machine, domain, mapping));
            }
        }
    }

    private void readInUse(Ranges into) {
        LiveMappings live = domain.live();
        for (int mapping = 0; mapping < live.count(); mapping++) {
            into.add(live.firstPfn(mapping), Pfns.lastTaken(machine, domain, mapping));
        }
        for (int range = 0, end = RangesInFlight.count(machine, domain); range < end; range++) {
            into.add(RangesInFlight.firstPfn(machine, domain, range), RangesInFlight.lastPfn(machine, domain, range));
        }
    }

    private void readPooled(Ranges into) {
        readCached(domain.iova(), into);
        for (int at = QueuedRanges.next(domain, QueuedRanges.START);
                at != QueuedRanges.END;
                at = QueuedRanges.next(domain, at)) {
            into.add(QueuedRanges.firstPfn(domain, at), QueuedRanges.lastPfn(domain, at));
        }
    }

    private static void readCached(IovaDomain iova, Ranges into) {
        for (int range = 0, end = CachedRanges.count(iova); range < end; range++) {
            into.add(CachedRanges.firstPfn(iova, range), CachedRanges.lastPfn(iova, range));
        }
    }

    private void readHeld(Ranges into) {
        DefaultDomain after = after();
        LiveMappings live = after.live();
        for (int mapping = 0; mapping < live.count(); mapping++) {
            // A mapping whose domain is gone holds nothing of this one.
            long first = live.firstPfn(mapping);
            into.add(first, live.isLost(mapping) ? first - 1 : Pfns.lastTaken(step().after(), after, mapping));
        }
        readCached(after.iova(), into);
    }

    // ---- the tree ----

    private void readNodes(Ranges into) {
        IovaDomain iova = domain.iova();
        for (int node = iova.firstNode(); iova.isNode(node); node = iova.nextNode(node)) {
            into.add(iova.nodeLo(node), iova.nodeHi(node));
        }
    }

    // ---- promises ----

    private void readPromises(Sort sort, Ranges into) {
        List<Promise> promises = machine.promises();
        for (int index = 0; index < promises.size(); index++) {
            Promise promise = promises.get(index);
            if (promise.domain() == domain.index() && stands(promise, sort)) {
                // What the kernel keeps it counts in granules of the tree, which are others once the domain is
                // replaced.
                int shift = sort == Sort.KEPT_PROMISE ? domain.iova().granuleShift() : domain.granuleShift();
                into.add(promise.bytes().first() >>> shift, promise.bytes().last() >>> shift);
            }
        }
    }

    private boolean stands(Promise promise, Sort sort) {
        return sort == Sort.KEPT_PROMISE ? machine.isKept(promise) : machine.isMade(promise);
    }

    // ---- steps ----

    private void readRanges(boolean has, Ranges into) {
        for (int range = 0, end = has ? step().rangeCount() : 0; range < end; range++) {
            long first = step().rangePfn(range);
            long pfns = machine.setup(step().device()).mapPfns(step().rangeSize(range));
            into.add(first, first + pfns - 1);
        }
    }

    private void readCall(Ranges into) {
        if (step().kind() == Action.Kind.RESERVE && step().outcome().kind() == Outcome.Kind.SUCCESS) {
            Reservation call = call();
            int shift = domain.granuleShift();
            into.add(call.start() >>> shift, (call.start() + call.length() - 1) >>> shift);
        }
    }

    private Reservation call() {
        return machine.configuration().reservations().get(step().reservation());
    }

    private long ofCall(Quantity quantity) {
        return quantity == Quantity.LENGTH ? call().length() : call().wraps() ? 1 : 0;
    }
}
