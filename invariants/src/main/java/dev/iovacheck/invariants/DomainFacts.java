package dev.iovacheck.invariants;

import dev.iovacheck.invariants.formula.Facts;
import dev.iovacheck.invariants.formula.Quantity;
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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What formulas can ask about one domain of a machine. Looks at the machine itself, so it is good until the machine goes on; each
 * thread has one, so that nothing is allocated for a state.
 */
public final class DomainFacts implements Facts {

    private static final ThreadLocal<DomainFacts> OF_THREAD = ThreadLocal.withInitial(DomainFacts::new);

    private @Nullable Machine machine;
    private @Nullable DefaultDomain domain;

    /** The step, for sorts that are about one; otherwise {@code null}. */
    private @Nullable Step step;

    /** A node and its place in the order of the tree, so that the next one is found without a walk. */
    private int node = IovaDomain.noNode();

    private int nodeIndex;

    private long[] gapFirsts = new long[8];
    private long[] gapEnds = new long[8];
    private int gaps;
    private boolean knowsGaps;

    private DomainFacts() {}

    /** Facts about a domain in the machine's current state. The calling thread's only ones: whoever asks next takes them over. */
    public static DomainFacts of(Machine machine, DefaultDomain domain) {
        DomainFacts facts = OF_THREAD.get();
        facts.machine = machine;
        facts.domain = domain;
        facts.step = null;
        facts.node = IovaDomain.noNode();
        facts.knowsGaps = false;
        return facts;
    }

    /** Facts around a step: promises and nodes are those before it, what is taken, accepted or held is what it leaves. */
    public static DomainFacts of(Step step, DefaultDomain before) {
        DomainFacts facts = of(step.before(), before);
        facts.step = step;
        return facts;
    }

    private Machine machine() {
        return Objects.requireNonNull(machine);
    }

    private DefaultDomain domain() {
        return Objects.requireNonNull(domain);
    }

    private Step step() {
        return Objects.requireNonNull(step, "facts of a state were asked about a step");
    }

    private DefaultDomain after() {
        return step().after().domain(domain().index());
    }

    @Override
    public int count(Sort sort) {
        return switch (sort) {
            case MAPPING -> domain().live().count();
            case NODE -> domain().iova().nodeCount();
            case GAP -> {
                findGaps();
                yield gaps;
            }
            case PROMISE, MADE_PROMISE, KEPT_PROMISE -> promises(sort);
            case TAKEN -> step().takesRange() ? step().rangeCount() : 0;
            case RETURNED -> step().returnsAddress() ? step().rangeCount() : 0;
            case ACCEPTED_CALL ->
                step().kind() == Action.Kind.RESERVE && step().outcome().kind() == Outcome.Kind.SUCCESS ? 1 : 0;
            case LIVE -> domain().live().count() - lostCount();
            case IN_USE -> domain().live().count() + RangesInFlight.count(machine(), domain());
            case POOLED -> CachedRanges.count(domain().iova()) + QueuedRanges.count(domain());
            case HELD -> after().live().count() + CachedRanges.count(after().iova());
        };
    }

    @Override
    public long value(Sort sort, int index, Quantity quantity) {
        return switch (sort) {
            case MAPPING -> ofMapping(index, quantity);
            case NODE -> ofNode(index, quantity);
            case GAP -> {
                findGaps();
                yield ofRange(gapFirsts[index], gapEnds[index] - 1, quantity);
            }
            case PROMISE, MADE_PROMISE -> ofPromise(promise(sort, index), domain().granuleShift(), quantity);
            case KEPT_PROMISE -> ofPromise(promise(sort, index), domain().iova().granuleShift(), quantity);
            case TAKEN, RETURNED -> {
                long first = step().rangePfn(index);
                if (quantity == Quantity.OFFSET) {
                    yield first & (NaturalAlignment.alignment(step(), index) - 1);
                }
                long pfns = machine().setup(step().device()).mapPfns(step().rangeSize(index));
                yield ofRange(first, first + pfns - 1, quantity);
            }
            case ACCEPTED_CALL -> ofCall(quantity);
            case LIVE -> ofTrueRange(keptMapping(index), quantity);
            case IN_USE -> {
                int mappings = domain().live().count();
                yield index < mappings
                        ? ofTrueRange(index, quantity)
                        : ofRange(
                                RangesInFlight.firstPfn(machine(), domain(), index - mappings),
                                RangesInFlight.lastPfn(machine(), domain(), index - mappings),
                                quantity);
            }
            case POOLED -> ofPooled(index, quantity);
            case HELD -> ofHeld(index, quantity);
        };
    }

    private static long ofRange(long first, long last, Quantity quantity) {
        return switch (quantity) {
            case FIRST -> first;
            case LAST -> last;
            case END -> last + 1;
            default -> throw new IllegalArgumentException("a plain range has no " + quantity);
        };
    }

    // ---- mappings ----

    private long ofMapping(int mapping, Quantity quantity) {
        LiveMappings live = domain().live();
        DeviceSetup setup = machine().setup(live.device(mapping));
        int shift = domain().granuleShift();
        return switch (quantity) {
            case FIRST -> live.firstPfn(mapping);
            case LAST -> Pfns.lastMapped(machine(), domain(), mapping);
            case END -> Pfns.lastMapped(machine(), domain(), mapping) + 1;
            case WINDOW_FIRST -> {
                long first = setup.device().window().first();
                yield first == 0 ? 0 : ((first - 1) >>> shift) + 1;
            }
            case WINDOW_END -> {
                long last = setup.device().window().last();
                yield last == -1L ? 1L << (Long.SIZE - shift) : (last + 1) >>> shift;
            }
            case LIMIT -> setup.limit(live.size(mapping)) >>> shift;
            case START_PFN -> domain().iova().startPfn();
            default -> throw new IllegalArgumentException("a mapping has no " + quantity);
        };
    }

    private int lostCount() {
        LiveMappings live = domain().live();
        int lost = 0;
        for (int mapping = 0; mapping < live.count(); mapping++) {
            lost += live.isLost(mapping) ? 1 : 0;
        }
        return lost;
    }

    /** The mapping that is the so-and-so-many-th of those whose domain is not gone. */
    private int keptMapping(int number) {
        LiveMappings live = domain().live();
        int mapping = 0;
        for (int left = number; live.isLost(mapping) || left > 0; mapping++) {
            left -= live.isLost(mapping) ? 0 : 1;
        }
        return mapping;
    }

    private long ofTrueRange(int mapping, Quantity quantity) {
        return ofRange(domain().live().firstPfn(mapping), Pfns.lastTaken(machine(), domain(), mapping), quantity);
    }

    private long ofPooled(int index, Quantity quantity) {
        IovaDomain iova = domain().iova();
        int cached = CachedRanges.count(iova);
        if (index < cached) {
            return ofRange(CachedRanges.firstPfn(iova, index), CachedRanges.lastPfn(iova, index), quantity);
        }
        int place = QueuedRanges.START;
        for (int left = index - cached; left >= 0; left--) {
            place = QueuedRanges.next(domain(), place);
        }
        return ofRange(QueuedRanges.firstPfn(domain(), place), QueuedRanges.lastPfn(domain(), place), quantity);
    }

    private long ofHeld(int index, Quantity quantity) {
        DefaultDomain after = after();
        LiveMappings live = after.live();
        if (index < live.count()) {
            // A mapping whose domain is gone holds nothing of this one.
            long first = live.firstPfn(index);
            long last = live.isLost(index) ? first - 1 : Pfns.lastTaken(step().after(), after, index);
            return ofRange(first, last, quantity);
        }
        int range = index - live.count();
        return ofRange(CachedRanges.firstPfn(after.iova(), range), CachedRanges.lastPfn(after.iova(), range), quantity);
    }

    // ---- the tree ----

    private long ofNode(int index, Quantity quantity) {
        IovaDomain iova = domain().iova();
        if (!iova.isNode(node) || index < nodeIndex) {
            node = iova.firstNode();
            nodeIndex = 0;
        }
        while (nodeIndex < index) {
            node = iova.nextNode(node);
            nodeIndex++;
        }
        return ofRange(iova.nodeLo(node), iova.nodeHi(node), quantity);
    }

    /** One walk is enough where the nodes are in order. */
    private void findGaps() {
        if (knowsGaps) {
            return;
        }
        knowsGaps = true;
        gaps = 0;
        IovaDomain iova = domain().iova();
        long from = 0;
        boolean isLast = false;
        while (!isLast) {
            from = coveredFrom(iova, from);
            long next = nextNodeAfter(iova, from);
            isLast = next == -1L;
            if (Pfns.below(from, next)) {
                addGap(from, next);
            }
            from = next;
        }
    }

    /** The first granule from {@code from} on that no node has; the last number there is if there is none. */
    private static long coveredFrom(IovaDomain iova, long from) {
        long covered = from;
        boolean progress;
        do {
            progress = false;
            for (int at = iova.firstNode(); iova.isNode(at); at = iova.nextNode(at)) {
                if (!Pfns.below(covered, iova.nodeLo(at)) && !Pfns.below(iova.nodeHi(at), covered)) {
                    if (iova.nodeHi(at) == -1L) {
                        return -1L;
                    }
                    covered = iova.nodeHi(at) + 1;
                    progress = true;
                }
            }
        } while (progress && iova.illFormed());
        return covered;
    }

    /** Where the next node that has a granule begins after {@code from}; the last number there is, which is the anchor's, if none does. */
    private static long nextNodeAfter(IovaDomain iova, long from) {
        long next = -1L;
        for (int at = iova.firstNode(); iova.isNode(at); at = iova.nextNode(at)) {
            boolean isInverted = Pfns.below(iova.nodeHi(at), iova.nodeLo(at));
            if (!isInverted && Pfns.below(from, iova.nodeLo(at))) {
                next = Pfns.min(next, iova.nodeLo(at));
            }
        }
        return next;
    }

    private void addGap(long first, long end) {
        if (gaps == gapFirsts.length) {
            gapFirsts = Arrays.copyOf(gapFirsts, 2 * gaps);
            gapEnds = Arrays.copyOf(gapEnds, 2 * gaps);
        }
        gapFirsts[gaps] = first;
        gapEnds[gaps] = end;
        gaps++;
    }

    // ---- promises and calls ----

    private int promises(Sort sort) {
        int count = 0;
        for (int index = 0; index < machine().promises().size(); index++) {
            if (stands(machine().promises().get(index), sort)) {
                count++;
            }
        }
        return count;
    }

    private Promise promise(Sort sort, int number) {
        int left = number;
        for (int index = 0; index < machine().promises().size(); index++) {
            Promise promise = machine().promises().get(index);
            if (stands(promise, sort) && left-- == 0) {
                return promise;
            }
        }
        throw new IndexOutOfBoundsException(number);
    }

    private boolean stands(Promise promise, Sort sort) {
        return promise.domain() == domain().index()
                && (sort == Sort.KEPT_PROMISE
                        ? machine().isKept(promise)
                        : machine().isMade(promise));
    }

    private static long ofPromise(Promise promise, int shift, Quantity quantity) {
        return ofRange(promise.bytes().first() >>> shift, promise.bytes().last() >>> shift, quantity);
    }

    private long ofCall(Quantity quantity) {
        Reservation call = machine().configuration().reservations().get(step().reservation());
        int shift = domain().granuleShift();
        long last = call.start() + call.length() - 1;
        return switch (quantity) {
            case LENGTH -> call.length();
            case OVERRUN -> call.wraps() ? 1 : 0;
            default -> ofRange(call.start() >>> shift, last >>> shift, quantity);
        };
    }
}
