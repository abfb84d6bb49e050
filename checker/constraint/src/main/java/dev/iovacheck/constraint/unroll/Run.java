package dev.iovacheck.constraint.unroll;

import dev.iovacheck.constraint.formula.Algebra;
import dev.iovacheck.constraint.formula.SymbolicFacts;
import dev.iovacheck.constraint.formula.Thing;
import dev.iovacheck.invariants.formula.Quantity;
import dev.iovacheck.invariants.formula.Sort;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.iova.AllocatorConstants;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.chocosolver.solver.variables.BoolVar;
import org.chocosolver.solver.variables.IntVar;

/** All runs of so many steps from the state in which the device has just been set up. */
final class Run {

    private final Algebra algebra;
    private final Setting setting;
    private final Space space;
    private final Coordinates coordinates;
    private final Allocator allocator;
    private final MapStep mapStep;
    private final List<Reservation> given;

    /** What is done in each step, as a position among {@link #choices}. */
    private final List<IntVar> chosen = new ArrayList<>();

    private final List<List<Choice>> choices = new ArrayList<>();
    private final List<SymbolicCall> calls = new ArrayList<>();
    private final List<RunState> states = new ArrayList<>();

    /** For each step, what a map would ask for: one for each given size, or any. */
    private final List<List<MapRequest>> requests = new ArrayList<>();

    private BoolVar isCall;

    Run(Algebra algebra, Setting setting, Space space, int steps) {
        this.algebra = algebra;
        this.setting = setting;
        this.space = space;
        given = setting.calls();
        coordinates = space.coordinates();
        // For max32_alloc_size: sizes are never larger where it counts.
        int noFailure = (int) Math.min(setting.iova().dma32Pfn(), Coordinates.MOST_GRANULES);
        allocator = new Allocator(
                algebra,
                coordinates.count(),
                coordinates.of(setting.iova().dma32Pfn()),
                startPfn(),
                coordinates.of(setting.limit()),
                noFailure);
        mapStep = new MapStep(
                algebra, allocator, cpus(), setting.configuration().caches().magazineSize());
        isCall = algebra.truth(false);
        states.add(first());
        for (int step = 0; step < steps; step++) {
            step(step);
        }
    }

    private int startPfn() {
        long startPfn = setting.iova().startPfn();
        return startPfn > setting.limit() ? coordinates.count() : coordinates.of(startPfn);
    }

    Space space() {
        return space;
    }

    /** How many granules the map of a step asked for. */
    int pages(int step, int request) {
        return requests.get(step).get(request).pages().getValue();
    }

    /** What is to be decided about maps: first the alignments, then the sizes. */
    List<IntVar> alignments() {
        return requests.stream()
                .flatMap(List::stream)
                .map(MapRequest::alignment)
                .toList();
    }

    List<IntVar> sizes() {
        return requests.stream().flatMap(List::stream).map(MapRequest::pages).toList();
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

    private RunState first() {
        var iova = setting.iova();
        List<IntVar> los = new ArrayList<>();
        List<IntVar> his = new ArrayList<>();
        for (int node = iova.firstNode(); iova.isNode(node); node = iova.nextNode(node)) {
            los.add(algebra.number(coordinates.of(iova.nodeLo(node))));
            his.add(algebra.number(coordinates.of(iova.nodeHi(node))));
        }
        Tree tree = new Tree(los, his, hint(iova.cachedNode()), hint(iova.cached32Node()), algebra.number((int)
                Math.min(iova.max32AllocSize(), Coordinates.MOST_GRANULES)));
        List<BoolVar> called = given.stream().map(call -> algebra.truth(false)).toList();
        return new RunState(tree, List.of(), List.of(), called, List.of(), algebra.truth(false));
    }

    private IntVar hint(int node) {
        return setting.iova().isNode(node)
                ? algebra.number(coordinates.of(setting.iova().nodeLo(node)))
                : allocator.anchor();
    }

    // ---- steps ----

    private boolean anyCalls() {
        return space.scope().arguments().hasAnyCalls();
    }

    private boolean anySizes() {
        return space.scope().arguments().hasAnySizes();
    }

    private int cpus() {
        return setting.configuration().cpus();
    }

    private List<Choice> possible(int step) {
        List<Choice> all = new ArrayList<>();
        List<MapRequest> asked = requests.get(step);
        for (int request = 0; request < asked.size(); request++) {
            // Ranges that are not cached are the same on every CPU, but a map that fails empties all caches wherever it
            // is.
            int on = asked.get(request).isUncached(algebra).isInstantiatedTo(1) ? 1 : cpus();
            for (int cpu = 0; cpu < on; cpu++) {
                all.add(new Choice(Choice.Kind.MAP, request, cpu));
            }
        }
        for (int earlier = 0; earlier < step; earlier++) {
            for (int cpu = 0; cpu < cpus(); cpu++) {
                all.add(new Choice(Choice.Kind.UNMAP, earlier, cpu));
            }
        }
        boolean mayCall = setting.configuration().mechanism().isCall();
        int callCount = anyCalls() ? (mayCall ? 1 : 0) : given.size();
        for (int call = 0; call < callCount; call++) {
            all.add(new Choice(Choice.Kind.CALL, call, 0));
        }
        return all;
    }

    private void step(int step) {
        RunState before = last();
        algebra.require(algebra.not(before.isSpent()));
        requests.add(requests());
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
        RunState.Mapped made = new RunState.Mapped(
                step,
                algebra.truth(false),
                allocator.anchor(),
                allocator.anchor(),
                allocator.anchor(),
                algebra.number(1),
                noOrders());
        for (int request = 0; request < requests.get(step).size(); request++) {
            int wanted = request;
            MapRequest asked = requests.get(step).get(request);
            BoolVar isIt = any(possible, is, each -> each.kind() == Choice.Kind.MAP && each.number() == wanted);
            MapStep.After map = mapStep.map(before, asked, onCpu);
            tree = Tree.select(algebra, isIt, map.tree(), tree, allocator.anchor());
            cached = selectCached(isIt, map.cached(), cached);
            made = select(isIt, made(step, map, asked), made);
        }
        List<RunState.Mapped> mapped = new ArrayList<>();
        IntVar freedAt = algebra.number(0);
        List<BoolVar> freedOrders = noOrders();
        BoolVar isUncached = algebra.truth(false);
        for (RunState.Mapped earlier : before.mapped()) {
            BoolVar isIt =
                    any(possible, is, each -> each.kind() == Choice.Kind.UNMAP && each.number() == earlier.step());
            freedAt = algebra.select(isIt, earlier.first(), freedAt);
            freedOrders = select(isIt, earlier.ofOrder(), freedOrders);
            isUncached = algebra.or(isUncached, algebra.and(isIt, algebra.not(algebra.or(earlier.ofOrder()))));
            mapped.add(earlier.withLive(algebra.and(earlier.isLive(), algebra.not(isIt))));
        }
        mapped.add(made);
        if (step > 0) {
            tree = Tree.select(
                    algebra, isUncached, allocator.free(before.tree(), freedAt, isUncached), tree, allocator.anchor());
            List<RunState.CachedRange> more = new ArrayList<>(cached);
            more.add(new RunState.CachedRange(algebra.or(freedOrders), freedAt, freedOrders, onCpu));
            cached = more;
        }
        call(before, possible, is, tree, mapped, cached);
    }

    private List<MapRequest> requests() {
        if (anySizes()) {
            return List.of(MapRequest.any(algebra, space.sizes().toArray()));
        }
        List<MapRequest> all = new ArrayList<>();
        for (int size = 0; size < setting.setup().mapSizeCount(); size++) {
            all.add(MapRequest.given(
                    algebra,
                    Math.toIntExact(setting.setup().mapPfns(size)),
                    Math.toIntExact(setting.setup().nodePfns(size))));
        }
        return all;
    }

    private List<BoolVar> noOrders() {
        return Collections.nCopies(AllocatorConstants.ORDERS, algebra.truth(false));
    }

    private RunState.Mapped made(int step, MapStep.After map, MapRequest asked) {
        return new RunState.Mapped(
                step,
                map.isTaken(),
                map.first(),
                algebra.plus(algebra.plus(map.first(), asked.pages()), -1),
                algebra.plus(algebra.plus(map.first(), asked.taken()), -1),
                asked.alignment(),
                asked.ofOrder());
    }

    private RunState.Mapped select(BoolVar condition, RunState.Mapped ifTrue, RunState.Mapped ifFalse) {
        return new RunState.Mapped(
                ifTrue.step(),
                algebra.select(condition, ifTrue.isLive(), ifFalse.isLive()),
                algebra.select(condition, ifTrue.first(), ifFalse.first()),
                algebra.select(condition, ifTrue.last(), ifFalse.last()),
                algebra.select(condition, ifTrue.lastTaken(), ifFalse.lastTaken()),
                algebra.select(condition, ifTrue.alignment(), ifFalse.alignment()),
                select(condition, ifTrue.ofOrder(), ifFalse.ofOrder()));
    }

    private List<BoolVar> select(BoolVar condition, List<BoolVar> ifTrue, List<BoolVar> ifFalse) {
        List<BoolVar> all = new ArrayList<>();
        for (int index = 0; index < ifTrue.size(); index++) {
            all.add(algebra.select(condition, ifTrue.get(index), ifFalse.get(index)));
        }
        return all;
    }

    private List<RunState.CachedRange> selectCached(
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
        for (int index = 0; index < called.size() && !anyCalls(); index++) {
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
        if (anyCalls()) {
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
                            if (anyCalls()) {
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
        if (anySizes() || before.mapped().size() < live) {
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
        for (int index = 0; index < given.size() && !anyCalls(); index++) {
            if (given.get(index).when() == Reservation.When.BEFORE_FIRST_MAP) {
                all.add(before.called().get(index));
            }
        }
        return algebra.and(all);
    }

    // ---- what formulas ask ----

    /** What invariants can ask about the last step and the state after it. */
    SymbolicFacts<BoolVar, IntVar> facts() {
        RunState before = states.get(Math.max(0, states.size() - 2));
        SymbolicFacts<BoolVar, IntVar> facts =
                RunFacts.of(algebra, setting, coordinates, allocator.anchor(), before, last());
        addCall(facts);
        return facts;
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
