package dev.iovacheck.constraint.unroll;

import dev.iovacheck.constraint.formula.Algebra;
import dev.iovacheck.constraint.formula.SymbolicFacts;
import dev.iovacheck.constraint.formula.Thing;
import dev.iovacheck.invariants.formula.Quantity;
import dev.iovacheck.invariants.formula.Sort;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.iova.AllocatorConstants;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.chocosolver.solver.variables.BoolVar;
import org.chocosolver.solver.variables.IntVar;

/** All runs of so many steps from the state in which the device has just been set up. */
final class Run {

    private final Algebra algebra;
    private final Setting setting;
    private final boolean anyArguments;
    private final Coordinates coordinates;
    private final Allocator allocator;
    private final List<Reservation> given;

    /** What is done in each step, as a position among {@link #choices}. */
    private final List<IntVar> chosen = new ArrayList<>();

    private final List<List<Choice>> choices = new ArrayList<>();
    private final List<SymbolicCall> calls = new ArrayList<>();
    private final List<RunState> states = new ArrayList<>();

    /** Of the last step: whether a map took a range, and its first granule. */
    private final List<Mapped> taken = new ArrayList<>();

    private BoolVar isCall;

    private record Mapped(BoolVar isTaken, IntVar first, int size) {}

    /** @param anyArguments whether calls are made with any arguments, as often as one likes, and not as they are given */
    Run(Algebra algebra, Setting setting, boolean anyArguments, int steps) {
        this.algebra = algebra;
        this.setting = setting;
        this.anyArguments = anyArguments;
        given = setting.calls();
        coordinates = coordinates(steps);
        int d32 = (int) Math.min(setting.iova().dma32Pfn(), Integer.MAX_VALUE / 4);
        allocator = new Allocator(
                algebra,
                coordinates.count(),
                coordinates.of(setting.iova().dma32Pfn()),
                Math.toIntExact(setting.iova().startPfn()),
                setting.limit(),
                d32);
        isCall = algebra.truth(false);
        states.add(first());
        for (int step = 0; step < steps; step++) {
            step(step);
        }
    }

    Coordinates coordinates() {
        return coordinates;
    }

    /** Whether calls are made with any arguments. */
    boolean hasAnyArguments() {
        return anyArguments;
    }

    List<IntVar> chosen() {
        return chosen;
    }

    List<SymbolicCall> calls() {
        return calls;
    }

    Choice choice(int step) {
        return choices.get(step).get(chosen.get(step).getValue());
    }

    RunState last() {
        return states.get(states.size() - 1);
    }

    /** Whether the last step is a call, and its arguments are of this class. */
    BoolVar isCallOf(CallClass wanted) {
        return algebra.and(isCall, calls.get(calls.size() - 1).is(algebra, wanted));
    }

    /**
     * Whether the last call, if it clashes with what somebody holds, does so in the way that its class stands for: where the start lies
     * inside a granule, by this granule only; where it does not, by its end, which lies in what is held.
     */
    BoolVar isTypical(CallClass kind) {
        SymbolicCall call = calls.get(calls.size() - 1);
        List<BoolVar> untouched = new ArrayList<>();
        List<BoolVar> endsInside = new ArrayList<>();
        for (Thing<BoolVar, IntVar> held : facts().of(Sort.HELD)) {
            IntVar first = held.number(Quantity.FIRST);
            IntVar last = held.number(Quantity.LAST);
            BoolVar isBeyondFirst = algebra.and(algebra.below(call.first(), last), algebra.atMost(first, call.last()));
            untouched.add(algebra.not(algebra.and(held.exists(), isBeyondFirst)));
            endsInside.add(algebra.and(
                    held.exists(),
                    algebra.below(call.first(), first),
                    algebra.atMost(first, call.last()),
                    algebra.below(call.last(), last)));
        }
        return switch (kind) {
            case UNALIGNED -> algebra.and(untouched);
            case ENDS_INSIDE -> algebra.or(endsInside);
            default -> algebra.truth(true);
        };
    }

    // ---- where it begins ----

    private Coordinates coordinates(int steps) {
        int shift = setting.shift();
        long lastPfn = -1L >>> shift;
        List<Long> known = new ArrayList<>();
        for (Reservation call : given) {
            known.add(call.start() >>> shift);
            known.add((call.start() + call.length() - 1) >>> shift);
        }
        var iova = setting.iova();
        for (int node = iova.firstNode(); iova.isNode(node); node = iova.nextNode(node)) {
            known.add(iova.nodeLo(node));
            known.add(iova.nodeHi(node));
        }
        for (Extent promised : setting.promised(false)) {
            known.add(promised.first());
            known.add(promised.last());
        }
        return new Coordinates(setting.limit() + 1, iova.dma32Pfn(), lastPfn, known, anyArguments ? 2 * steps : 0);
    }

    private RunState first() {
        var iova = setting.iova();
        List<IntVar> los = new ArrayList<>();
        List<IntVar> his = new ArrayList<>();
        for (int node = iova.firstNode(); iova.isNode(node); node = iova.nextNode(node)) {
            los.add(algebra.number(coordinates.of(iova.nodeLo(node))));
            his.add(algebra.number(coordinates.of(iova.nodeHi(node))));
        }
        Tree tree = new Tree(los, his, hint(iova.cachedNode()), hint(iova.cached32Node()), algebra.number((int)
                Math.min(iova.max32AllocSize(), Integer.MAX_VALUE / 4)));
        List<BoolVar> called = given.stream().map(call -> algebra.truth(false)).toList();
        return new RunState(tree, List.of(), List.of(), called, List.of(), algebra.truth(false));
    }

    private IntVar hint(int node) {
        return setting.iova().isNode(node)
                ? algebra.number(coordinates.of(setting.iova().nodeLo(node)))
                : allocator.anchor();
    }

    // ---- steps ----

    private int sizes() {
        return setting.setup().mapSizeCount();
    }

    private int cpus() {
        return setting.configuration().cpus();
    }

    private List<Choice> possible(int step) {
        List<Choice> all = new ArrayList<>();
        for (int size = 0; size < sizes(); size++) {
            // Ranges that are not cached are the same on every CPU, but a map that fails empties all caches wherever it
            // is.
            int asked = setting.order(size).isPresent() ? cpus() : 1;
            for (int cpu = 0; cpu < asked; cpu++) {
                all.add(new Choice(Choice.Kind.MAP, size, cpu));
            }
        }
        for (int earlier = 0; earlier < step; earlier++) {
            for (int cpu = 0; cpu < cpus(); cpu++) {
                all.add(new Choice(Choice.Kind.UNMAP, earlier, cpu));
            }
        }
        boolean mayCall = anyArguments && setting.configuration().mechanism().isCall();
        int callCount = anyArguments ? (mayCall ? 1 : 0) : given.size();
        for (int call = 0; call < callCount; call++) {
            all.add(new Choice(Choice.Kind.CALL, call, 0));
        }
        return all;
    }

    private void step(int step) {
        RunState before = last();
        algebra.require(algebra.not(before.isSpent()));
        List<Choice> possible = possible(step);
        IntVar choice = algebra.unknown(0, possible.size() - 1);
        choices.add(possible);
        chosen.add(choice);
        List<BoolVar> is = new ArrayList<>();
        for (int index = 0; index < possible.size(); index++) {
            is.add(algebra.equal(choice, index));
        }
        require(before, possible, is);
        List<BoolVar> onCpu = new ArrayList<>();
        for (int cpu = 0; cpu < cpus(); cpu++) {
            int number = cpu;
            onCpu.add(any(possible, is, each -> each.cpu() == number));
        }
        Tree tree = before.tree();
        List<RunState.CachedRange> cached = before.cached();
        List<BoolVar> ofSize = new ArrayList<>();
        IntVar mappedAt = allocator.anchor();
        BoolVar isMapped = algebra.truth(false);
        taken.clear();
        for (int size = 0; size < sizes(); size++) {
            int wanted = size;
            BoolVar isIt = any(possible, is, each -> each.kind() == Choice.Kind.MAP && each.number() == wanted);
            MapOf map = map(before, size, onCpu);
            tree = Tree.select(algebra, isIt, map.tree, tree, allocator.anchor());
            cached = select(isIt, map.cached, cached);
            BoolVar isTaken = algebra.and(isIt, map.isTaken);
            ofSize.add(isTaken);
            isMapped = algebra.or(isMapped, isTaken);
            mappedAt = algebra.select(isIt, map.first, mappedAt);
            taken.add(new Mapped(isTaken, map.first, size));
        }
        List<RunState.Mapped> mapped = new ArrayList<>();
        IntVar freedAt = algebra.number(0);
        List<BoolVar> freedOrders = new ArrayList<>();
        for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
            freedOrders.add(algebra.truth(false));
        }
        BoolVar isUncached = algebra.truth(false);
        for (RunState.Mapped earlier : before.mapped()) {
            BoolVar isIt =
                    any(possible, is, each -> each.kind() == Choice.Kind.UNMAP && each.number() == earlier.step());
            freedAt = algebra.select(isIt, earlier.first(), freedAt);
            for (int size = 0; size < sizes(); size++) {
                BoolVar isThis = algebra.and(isIt, earlier.ofSize().get(size));
                Optional<Integer> order = setting.order(size);
                if (order.isPresent()) {
                    freedOrders.set(order.get(), algebra.or(freedOrders.get(order.get()), isThis));
                } else {
                    isUncached = algebra.or(isUncached, isThis);
                }
            }
            mapped.add(new RunState.Mapped(
                    earlier.step(),
                    algebra.and(earlier.isLive(), algebra.not(isIt)),
                    earlier.first(),
                    earlier.ofSize()));
        }
        mapped.add(new RunState.Mapped(step, isMapped, mappedAt, ofSize));
        if (step > 0) {
            tree = Tree.select(
                    algebra, isUncached, allocator.free(before.tree(), freedAt, isUncached), tree, allocator.anchor());
            List<RunState.CachedRange> more = new ArrayList<>(cached);
            more.add(new RunState.CachedRange(algebra.or(freedOrders), freedAt, freedOrders, onCpu));
            cached = more;
        }
        call(before, possible, is, tree, mapped, cached);
    }

    private void call(
            RunState before,
            List<Choice> possible,
            List<BoolVar> is,
            Tree otherwise,
            List<RunState.Mapped> mapped,
            List<RunState.CachedRange> cached) {
        List<BoolVar> called = new ArrayList<>(before.called());
        isCall = any(possible, is, each -> each.kind() == Choice.Kind.CALL);
        SymbolicCall call = arguments(possible, is);
        calls.add(call);
        if (isCall.isInstantiatedTo(0)) {
            states.add(new RunState(otherwise, mapped, cached, called, before.promises(), algebra.truth(false)));
            return;
        }
        for (int index = 0; index < called.size() && !anyArguments; index++) {
            int number = index;
            BoolVar isIt = any(possible, is, each -> each.kind() == Choice.Kind.CALL && each.number() == number);
            called.set(index, algebra.or(called.get(index), isIt));
        }
        Allocator.Reserved reserved = allocator.reserve(before.tree(), call.first(), call.last());
        Tree after = Tree.select(algebra, isCall, reserved.after(), otherwise, allocator.anchor());
        List<RunState.Promised> promises = new ArrayList<>(before.promises());
        IntVar end = algebra.select(call.is(algebra, CallClass.WRAPS), algebra.number(coordinates.last()), call.last());
        BoolVar isEmpty = call.isOneOf(algebra, CallClass.EMPTY, CallClass.EMPTY_AT_ZERO);
        promises.add(new RunState.Promised(algebra.and(isCall, algebra.not(isEmpty)), call.first(), end));
        states.add(new RunState(after, mapped, cached, called, promises, algebra.and(isCall, reserved.isIllFormed())));
    }

    private SymbolicCall arguments(List<Choice> possible, List<BoolVar> is) {
        if (anyArguments) {
            return SymbolicCall.any(algebra, coordinates);
        }
        int shift = setting.shift();
        SymbolicCall arguments = SymbolicCall.given(algebra, 0, 0, CallClass.ENDS_INSIDE);
        for (int index = 0; index < given.size(); index++) {
            Reservation call = given.get(index);
            int number = index;
            BoolVar isIt = any(possible, is, each -> each.kind() == Choice.Kind.CALL && each.number() == number);
            SymbolicCall own = SymbolicCall.given(
                    algebra,
                    coordinates.of(call.start() >>> shift),
                    coordinates.of((call.start() + call.length() - 1) >>> shift),
                    classOf(call, shift));
            arguments = new SymbolicCall(
                    algebra.select(isIt, own.first(), arguments.first()),
                    algebra.select(isIt, own.last(), arguments.last()),
                    algebra.select(isIt, own.kind(), arguments.kind()));
        }
        return arguments;
    }

    private static CallClass classOf(Reservation call, int shift) {
        if (call.length() == 0) {
            return call.start() == 0 ? CallClass.EMPTY_AT_ZERO : CallClass.EMPTY;
        }
        if (call.wraps()) {
            return CallClass.WRAPS;
        }
        return (call.start() & (1L << shift) - 1) == 0 ? CallClass.ENDS_INSIDE : CallClass.UNALIGNED;
    }

    private BoolVar any(List<Choice> possible, List<BoolVar> is, Predicate<Choice> wanted) {
        return algebra.or(IntStream.range(0, possible.size())
                .filter(index -> wanted.test(possible.get(index)))
                .mapToObj(is::get)
                .toList());
    }

    /** Only what can happen is chosen. */
    private void require(RunState before, List<Choice> possible, List<BoolVar> is) {
        BoolVar hasRoom = hasRoom(before);
        BoolVar isIdle = algebra.not(
                algebra.or(before.mapped().stream().map(RunState.Mapped::isLive).toList()));
        for (int index = 0; index < possible.size(); index++) {
            Choice choice = possible.get(index);
            BoolVar can =
                    switch (choice.kind()) {
                        case MAP -> algebra.and(hasRoom, callsFirst(before));
                        case UNMAP -> before.mapped().get(choice.number()).isLive();
                        case CALL -> {
                            if (anyArguments) {
                                yield algebra.truth(true);
                            }
                            BoolVar isNew = algebra.not(before.called().get(choice.number()));
                            boolean wantsIdle = given.get(choice.number()).when() == Reservation.When.WHILE_IDLE;
                            yield wantsIdle ? algebra.and(isNew, isIdle) : isNew;
                        }
                    };
            algebra.require(algebra.implies(is.get(index), can));
        }
    }

    private BoolVar hasRoom(RunState before) {
        int live = setting.setup().device().live();
        if (before.mapped().size() < live) {
            return algebra.truth(true);
        }
        IntVar count = algebra.unknown(0, before.mapped().size());
        algebra.model()
                .sum(before.mapped().stream().map(RunState.Mapped::isLive).toArray(BoolVar[]::new), "=", count)
                .post();
        return algebra.below(count, algebra.number(live));
    }

    private BoolVar callsFirst(RunState before) {
        List<BoolVar> all = new ArrayList<>();
        for (int index = 0; index < given.size() && !anyArguments; index++) {
            if (given.get(index).when() == Reservation.When.BEFORE_FIRST_MAP) {
                all.add(before.called().get(index));
            }
        }
        return algebra.and(all);
    }

    // ---- maps ----

    private record MapOf(Tree tree, List<RunState.CachedRange> cached, BoolVar isTaken, IntVar first) {}

    /** {@code alloc_iova_fast} with the caches emptied if there is nothing else. */
    private MapOf map(RunState before, int size, List<BoolVar> onCpu) {
        int pages = Math.toIntExact(setting.setup().nodePfns(size));
        List<RunState.CachedRange> cached = before.cached();
        List<BoolVar> matches = new ArrayList<>();
        Optional<Integer> order = setting.order(size);
        for (RunState.CachedRange range : cached) {
            if (order.isEmpty()) {
                matches.add(algebra.truth(false));
                continue;
            }
            List<BoolVar> here = new ArrayList<>();
            for (int cpu = 0; cpu < cpus(); cpu++) {
                here.add(algebra.and(onCpu.get(cpu), range.onCpu().get(cpu)));
            }
            matches.add(algebra.and(range.isThere(), range.ofOrder().get(order.get()), algebra.or(here)));
        }
        BoolVar isHit = algebra.or(matches);
        IntVar hitAt = allocator.anchor();
        List<RunState.CachedRange> left = new ArrayList<>();
        for (int index = 0; index < cached.size(); index++) {
            // The one that was put there last comes first.
            List<BoolVar> later = matches.subList(index + 1, matches.size());
            BoolVar isPopped = algebra.and(matches.get(index), algebra.not(algebra.or(later)));
            hitAt = algebra.select(isPopped, cached.get(index).first(), hitAt);
            left.add(cached.get(index).withThere(algebra.and(cached.get(index).isThere(), algebra.not(isPopped))));
        }
        Allocator.Found first = allocator.allocate(before.tree(), pages);
        if (cached.isEmpty()) {
            return new MapOf(first.after(), left, first.found(), first.first());
        }
        Allocator.Found second = allocator.allocate(emptied(first.after(), cached), pages);
        BoolVar isEmptied = algebra.not(algebra.or(isHit, first.found()));
        Tree searched = Tree.select(algebra, first.found(), first.after(), second.after(), allocator.anchor());
        List<RunState.CachedRange> kept = left.stream()
                .map(range -> range.withThere(algebra.and(range.isThere(), algebra.not(isEmptied))))
                .toList();
        return new MapOf(
                Tree.select(algebra, isHit, before.tree(), searched, allocator.anchor()),
                kept,
                algebra.or(isHit, first.found(), second.found()),
                algebra.select(isHit, hitAt, algebra.select(first.found(), first.first(), second.first())));
    }

    /** All caches into the tree: CPU by CPU, class by class, the full magazine after the one in use. */
    private Tree emptied(Tree tree, List<RunState.CachedRange> cached) {
        boolean newestFirst = setting.configuration().caches().magazineSize() == 1;
        Tree after = tree;
        if (cached.size() == 1) {
            return allocator.free(after, cached.get(0).first(), cached.get(0).isThere());
        }
        for (int cpu = 0; cpu < cpus(); cpu++) {
            for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
                for (int index = 0; index < cached.size(); index++) {
                    RunState.CachedRange range = cached.get(newestFirst ? cached.size() - 1 - index : index);
                    BoolVar isIt = algebra.and(
                            range.isThere(),
                            range.ofOrder().get(order),
                            range.onCpu().get(cpu));
                    if (!isIt.isInstantiatedTo(0)) {
                        after = allocator.free(after, range.first(), isIt);
                    }
                }
            }
        }
        return after;
    }

    private List<RunState.CachedRange> select(
            BoolVar condition, List<RunState.CachedRange> ifTrue, List<RunState.CachedRange> ifFalse) {
        List<RunState.CachedRange> all = new ArrayList<>();
        for (int index = 0; index < ifTrue.size(); index++) {
            all.add(ifTrue.get(index)
                    .withThere(algebra.select(
                            condition,
                            ifTrue.get(index).isThere(),
                            ifFalse.get(index).isThere())));
        }
        return all;
    }

    // ---- what formulas ask ----

    /** What invariants can ask about the last step and the state after it. */
    SymbolicFacts<BoolVar, IntVar> facts() {
        SymbolicFacts<BoolVar, IntVar> facts = new SymbolicFacts<>();
        RunState after = last();
        for (RunState.Mapped mapped : after.mapped()) {
            for (int size = 0; size < sizes(); size++) {
                BoolVar isIt = algebra.and(mapped.isLive(), mapped.ofSize().get(size));
                facts.add(Sort.MAPPING, mapping(isIt, mapped.first(), size));
                facts.add(
                        Sort.HELD,
                        range(
                                isIt,
                                mapped.first(),
                                algebra.plus(
                                        mapped.first(), (int) setting.setup().nodePfns(size) - 1)));
            }
        }
        addTree(facts, after.tree());
        for (RunState.CachedRange cached : after.cached()) {
            for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
                BoolVar isIt = algebra.and(cached.isThere(), cached.ofOrder().get(order));
                if (!isIt.isInstantiatedTo(0)) {
                    facts.add(Sort.HELD, range(isIt, cached.first(), algebra.plus(cached.first(), (1 << order) - 1)));
                }
            }
        }
        for (Mapped map : taken) {
            int pages = (int) setting.setup().mapPfns(map.size());
            facts.add(Sort.TAKEN, range(map.isTaken(), map.first(), algebra.plus(map.first(), pages - 1)));
        }
        addPromises(facts);
        addCall(facts);
        return facts;
    }

    private Thing<BoolVar, IntVar> range(BoolVar exists, IntVar first, IntVar last) {
        return Thing.range(exists, first, last, algebra.plus(last, 1));
    }

    private Thing<BoolVar, IntVar> mapping(BoolVar exists, IntVar first, int size) {
        int shift = setting.shift();
        IntVar end = algebra.plus(first, (int) setting.setup().mapPfns(size));
        Extent window = setting.setup().device().window();
        long windowFirst = window.first() == 0 ? 0 : ((window.first() - 1) >>> shift) + 1;
        long windowEnd = window.last() == -1L ? 1L << (Long.SIZE - shift) : (window.last() + 1) >>> shift;
        return new Thing<>(
                exists,
                Map.of(
                        Quantity.FIRST, first,
                        Quantity.LAST, algebra.plus(end, -1),
                        Quantity.END, end,
                        Quantity.WINDOW_FIRST, bound(windowFirst),
                        Quantity.WINDOW_END, bound(windowEnd),
                        Quantity.LIMIT, algebra.number(setting.limit()),
                        Quantity.START_PFN, bound(setting.iova().startPfn())));
    }

    /** A bound on mappings, which lie among the numbers that are kept: what is above all of those is as good as the anchor. */
    private IntVar bound(long pfn) {
        return algebra.number((int) Math.min(pfn, coordinates.count()));
    }

    private void addTree(SymbolicFacts<BoolVar, IntVar> facts, Tree tree) {
        IntVar covered = algebra.number(0);
        for (int place = 0; place <= tree.places(); place++) {
            boolean isEnd = place == tree.places();
            IntVar lo = isEnd ? allocator.anchor() : tree.los().get(place);
            facts.add(
                    Sort.GAP,
                    new Thing<>(algebra.below(covered, lo), Map.of(Quantity.FIRST, covered, Quantity.END, lo)));
            if (!isEnd) {
                IntVar hi = tree.his().get(place);
                facts.add(Sort.NODE, range(algebra.below(lo, allocator.anchor()), lo, hi));
                covered = algebra.max(covered, algebra.plus(hi, 1));
            }
        }
    }

    private void addPromises(SymbolicFacts<BoolVar, IntVar> facts) {
        for (Extent promised : setting.promised(true)) {
            facts.add(Sort.KEPT_PROMISE, constant(promised));
        }
        for (Extent promised : setting.promised(false)) {
            facts.add(Sort.PROMISE, constant(promised));
        }
        for (RunState.Promised promised : last().promises()) {
            facts.add(Sort.KEPT_PROMISE, range(promised.stands(), promised.first(), promised.last()));
        }
        if (states.size() > 1) {
            for (RunState.Promised promised : states.get(states.size() - 2).promises()) {
                facts.add(Sort.PROMISE, range(promised.stands(), promised.first(), promised.last()));
            }
        }
    }

    private Thing<BoolVar, IntVar> constant(Extent pfns) {
        return range(
                algebra.truth(true),
                algebra.number(coordinates.of(pfns.first())),
                algebra.number(coordinates.of(pfns.last())));
    }

    private void addCall(SymbolicFacts<BoolVar, IntVar> facts) {
        if (calls.isEmpty()) {
            return;
        }
        SymbolicCall call = calls.get(calls.size() - 1);
        BoolVar isEmpty = call.isOneOf(algebra, CallClass.EMPTY, CallClass.EMPTY_AT_ZERO);
        facts.add(
                Sort.ACCEPTED_CALL,
                new Thing<>(
                        isCall,
                        Map.of(
                                Quantity.FIRST, call.first(),
                                Quantity.LAST, call.last(),
                                Quantity.LENGTH, algebra.not(isEmpty),
                                Quantity.OVERRUN, call.is(algebra, CallClass.WRAPS))));
    }
}
