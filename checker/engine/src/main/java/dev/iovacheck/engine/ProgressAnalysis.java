package dev.iovacheck.engine;

import dev.iovacheck.engine.search.BreadthFirst;
import dev.iovacheck.engine.search.StateGraph;
import dev.iovacheck.engine.search.StateSet;
import dev.iovacheck.invariants.KernelWork;
import dev.iovacheck.invariants.ProgressInvariant;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Symmetry;
import dev.iovacheck.model.packed.BitWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.factory.primitive.LongSets;
import org.eclipse.collections.api.list.primitive.MutableIntList;
import org.eclipse.collections.api.set.primitive.MutableLongSet;
import org.jspecify.annotations.Nullable;

/**
 * What can follow the states of a search that was complete. States are read from the search, and what follows one is found by making
 * its actions happen again: of the graph nothing is stored but a bit or two for each state.
 *
 * <p><b>Recoverable.</b> What {@link WaysDown} has not shown during the search. First every state is followed along one way that usually gets to a goal, calls that go on and unmaps first,
 * until the way meets a goal or a state that is known to get to one. Then all successors of those that are left are looked at, again
 * and again until no more of them turn out to get to one. What is left then does not.
 *
 * <p><b>By itself.</b> From each state that is no goal the kernel's own work is followed, depth first. Where none can be done, and where
 * it can come back to where it was ({@link KernelRuns}), the claim is not kept.
 *
 * <p><b>Why reductions change nothing.</b>
 *
 * <ul>
 *   <li><i>Names</i> of CPUs, devices that are alike and buffers. Renaming is an automorphism: what a state can do, it can do under any
 *       names, and goals forget them, as do the kinds of work. So a way exists from a state if one exists from any that is stored like
 *       it. A loop through states without names is a way from a state to a renamed one; going on like this, all names come back after
 *       finitely many rounds. What is done in each round is the same work.
 *   <li><i>Parts.</i> Goals ask the same of every domain apart, and no action on one part changes what another sees but CPUs that come
 *       and go, which take from no domain what its goals ask for. So all goals together are reached one after the other.
 *   <li><i>Orders</i> of steps ({@code ForcedStep}). A state that is left out differs from one that is not by ends of calls: steps that
 *       commute with all others, and calls that have begun and not yet taken their first lock. From it the calls can be taken to where
 *       the reduced search would have them, so that whoever gets to a goal from there does so from here. The other way round, in a goal
 *       of a recoverable claim no call is in flight; so on a way there every call that begins also ends, and the steps of the way can be
 *       brought into an order of the reduced search. A run that goes on for ever ends its drivers' calls, because no work is put off for
 *       ever; from then on there are only steps that are never forced, in states that the reduced search has.
 * </ul>
 */
final class ProgressAnalysis {

    /** How long the usual way to a goal may be before it is given up. */
    private static final int LONGEST_WAY = 256;

    /** How many states a loop may be looked for in. */
    private static final int MOST_OF_A_LOOP = 1 << 18;

    private final Machines machines;
    private final Symmetry symmetry;
    private final boolean sufficient;
    private final BreadthFirst search;
    private final StateGraph graph;
    private final int workers;
    private final Violations violations;
    private final BooleanSupplier mustStop;

    /**
     * What came out.
     *
     * @param witness the nearest state from which the claim is not kept; {@code null} if there is none, or if it was not found out
     * @param undecided why it was not found out; {@code null} if it was
     */
    record Finding(@Nullable Witness witness, @Nullable String undecided) {}

    /**
     * @param symmetry what stored states forget
     * @param sufficient whether the search left out actions that show nothing new
     * @param search complete
     * @param violations which count
     * @param mustStop asked often, by all threads
     */
    ProgressAnalysis(
            Machines machines,
            Symmetry symmetry,
            boolean sufficient,
            BreadthFirst search,
            int workers,
            Violations violations,
            BooleanSupplier mustStop) {
        this.machines = machines;
        this.symmetry = symmetry;
        this.sufficient = sufficient;
        this.search = search;
        this.workers = workers;
        this.violations = violations;
        this.mustStop = mustStop;
        graph = search.graph();
    }

    Finding of(ProgressInvariant invariant) {
        boolean recoverable = invariant.kind() == ProgressInvariant.Kind.RECOVERABLE;
        if (!search.makeRoomFor((recoverable ? 1 : 2) * StateSet.bytes(graph.bound()))) {
            return new Finding(null, "what can follow the states does not fit into the memory limit");
        }
        return recoverable ? recoverable(invariant) : responds(invariant);
    }

    private <T> List<T> forEachWorker(Supplier<T> maker) {
        List<T> all = new ArrayList<>();
        for (int worker = 0; worker < workers; worker++) {
            all.add(maker.get());
        }
        return all;
    }

    private static Finding stopped() {
        return new Finding(null, "it was stopped while looking at what can follow the states");
    }

    /** Keeps the nearest of all. */
    private static Finding nearest(List<? extends Looking> all) {
        Witness nearest = null;
        for (Looking looking : all) {
            Witness witness = looking.witness;
            if (witness != null && (nearest == null || nearest.comesAfter(witness))) {
                nearest = witness;
            }
        }
        return new Finding(nearest, null);
    }

    /** What a thread has for itself. */
    private abstract class Looking implements StateGraph.Visitor {

        final ProgressInvariant invariant;
        Machine here = machines.make(symmetry);
        Machine next = machines.make(symmetry);
        final MutableIntList actions = IntLists.mutable.empty();
        final BitWriter out = new BitWriter();

        @Nullable
        Witness witness;

        Looking(ProgressInvariant invariant) {
            this.invariant = invariant;
        }

        /** Lists what can happen as the search did. */
        final void list() {
            actions.clear();
            if (sufficient) {
                here.sufficient(actions);
            } else {
                here.enabled(actions);
            }
        }

        /** Makes an action happen in {@code next}; false if that leads nowhere. */
        final boolean goOn(int action) {
            next.copyFrom(here);
            return next.apply(action) && !next.isCrashed();
        }

        /** Whether the search has left out something that can happen in {@code here}, whose actions are listed. */
        final boolean isForced() {
            if (!sufficient) {
                return false;
            }
            int listed = actions.size();
            actions.clear();
            here.enabled(actions);
            return actions.size() != listed;
        }

        /** The number of the state that {@code next} is in. */
        final long number() {
            next.write(out);
            long number = graph.number(out.words(), 0);
            if (number < 0) {
                throw new IllegalStateException("a successor of a stored state was not stored");
            }
            return number;
        }

        /** The claim is not kept in this state. */
        final void note(long[] words, int at, int depth) {
            int length = BitWriter.length(words[at]);
            if ((witness == null || witness.comesAfter(depth, words, at, length)) && counts(words, at)) {
                witness = new Witness(depth, Arrays.copyOfRange(words, at, at + length));
            }
        }

        private boolean counts(long[] words, int at) {
            if (violations == Violations.ALL) {
                return true;
            }
            next.read(words, at);
            return violations.count(invariant, next);
        }
    }

    // ---- recoverable ----

    private Finding recoverable(ProgressInvariant invariant) {
        StateSet good = new StateSet(graph.bound());
        LongAdder left = new LongAdder();
        if (!graph.scan(forEachWorker(() -> new Following(invariant, good, left)), false, mustStop)) {
            return stopped();
        }
        while (left.sum() > 0) {
            left.reset();
            LongAdder found = new LongAdder();
            List<Expanding> expanding = forEachWorker(() -> new Expanding(invariant, good, left, found));
            if (!graph.scan(expanding, true, mustStop)) {
                return stopped();
            }
            if (found.sum() == 0) {
                Finding nearest = nearest(expanding);
                return nearest.witness() != null || !sufficient
                        ? nearest // null only if those that are left do not count
                        : new Finding(
                                null,
                                "calls end in an oops where other orders of steps, which were left out, may lead to a goal;"
                                        + " --no-reduction tells");
            }
        }
        return new Finding(null, null);
    }

    /** Follows one way from each state. */
    private final class Following extends Looking {

        private final StateSet good;
        private final LongAdder left;
        private final long[] way = new long[LONGEST_WAY];

        Following(ProgressInvariant invariant, StateSet good, LongAdder left) {
            super(invariant);
            this.good = good;
            this.left = left;
        }

        @Override
        public void visit(long[] words, int at, int depth) {
            long number = graph.number(words, at);
            if (good.contains(number)) {
                return;
            }
            here.read(words, at);
            if (here.isCrashed()) {
                return;
            }
            way[0] = number;
            int length = 1;
            boolean arrived = invariant.isGoal(here);
            while (!arrived && length < LONGEST_WAY && takeUsual()) {
                arrived = invariant.isGoal(next);
                if (!arrived) {
                    way[length] = number();
                    arrived = good.contains(way[length]);
                    length++;
                    Machine other = here;
                    here = next;
                    next = other;
                }
            }
            if (!arrived) {
                left.increment();
                return;
            }
            for (int index = 0; index < length; index++) {
                good.add(way[index]);
            }
        }

        /** Takes the first action that usually leads nearer: a call goes on, or else something is given up. */
        private boolean takeUsual() {
            list();
            int chosen = -1;
            for (int index = 0; index < actions.size(); index++) {
                int action = actions.get(index);
                Action.Kind kind = here.kindOf(action);
                boolean helps = invariant.mayHelp(here, action);
                if (helps && kind == Action.Kind.STEP) {
                    return goOn(action);
                }
                if (helps && kind == Action.Kind.UNMAP && chosen < 0) {
                    chosen = action;
                }
            }
            return chosen >= 0 && goOn(chosen);
        }
    }

    /** Looks at all successors of each state that is left. */
    private final class Expanding extends Looking {

        private final StateSet good;
        private final LongAdder left;
        private final LongAdder found;

        Expanding(ProgressInvariant invariant, StateSet good, LongAdder left, LongAdder found) {
            super(invariant);
            this.good = good;
            this.left = left;
            this.found = found;
        }

        @Override
        public void visit(long[] words, int at, int depth) {
            long number = graph.number(words, at);
            if (good.contains(number)) {
                return;
            }
            here.read(words, at);
            if (here.isCrashed()) {
                return;
            }
            if (getsOut()) {
                good.add(number);
                found.increment();
            } else {
                left.increment();
                if (!isForced()) {
                    note(words, at, depth);
                }
            }
        }

        private boolean getsOut() {
            list();
            for (int index = 0; index < actions.size(); index++) {
                int action = actions.get(index);
                if (invariant.mayHelp(here, action)
                        && goOn(action)
                        && (invariant.isGoal(next) || good.contains(number()))) {
                    return true;
                }
            }
            return false;
        }
    }

    // ---- by itself ----

    private Finding responds(ProgressInvariant invariant) {
        StateSet done = new StateSet(graph.bound());
        StateSet loops = new StateSet(graph.bound());
        AtomicBoolean anyLoop = new AtomicBoolean();
        AtomicBoolean tooMuch = new AtomicBoolean();
        List<Running> running = forEachWorker(() -> new Running(invariant, done, loops, anyLoop, tooMuch));
        if (!graph.scan(running, false, () -> tooMuch.get() || mustStop.getAsBoolean())) {
            return tooMuch.get()
                    ? new Finding(
                            null, "the kernel alone can do more than was looked at, " + MOST_OF_A_LOOP + " states")
                    : stopped();
        }
        Finding stuck = nearest(running);
        if (!anyLoop.get()) {
            return stuck;
        }
        List<Collecting> collecting = forEachWorker(() -> new Collecting(invariant, loops));
        if (!graph.scan(collecting, false, mustStop)) {
            return stopped();
        }
        List<Looking> all = new ArrayList<>(running);
        all.addAll(collecting);
        return nearest(all);
    }

    /** Follows the kernel's own work from each state. */
    private final class Running extends Looking {

        private final StateSet done;
        private final StateSet loops;
        private final AtomicBoolean anyLoop;
        private final AtomicBoolean tooMuch;
        private final Deque<Place> path = new ArrayDeque<>();
        private final MutableLongSet onPath = LongSets.mutable.empty();

        /** A state on the way, with what has not been followed yet. */
        private static final class Place {
            private final long[] words;
            private final long number;
            private final int[] actions;
            private int nextAction;

            Place(long[] words, long number, int[] actions) {
                this.words = words;
                this.number = number;
                this.actions = actions;
            }
        }

        Running(
                ProgressInvariant invariant,
                StateSet done,
                StateSet loops,
                AtomicBoolean anyLoop,
                AtomicBoolean tooMuch) {
            super(invariant);
            this.done = done;
            this.loops = loops;
            this.anyLoop = anyLoop;
            this.tooMuch = tooMuch;
        }

        @Override
        public void visit(long[] words, int at, int depth) {
            here.read(words, at);
            if (here.isCrashed() || invariant.isGoal(here)) {
                return;
            }
            int[] work = ofItself();
            if (work.length == 0) {
                note(words, at, depth);
                return;
            }
            long number = graph.number(words, at);
            if (!done.contains(number)) {
                int length = BitWriter.length(words[at]);
                push(new Place(Arrays.copyOfRange(words, at, at + length), number, work));
                follow();
            }
        }

        /** What of that which can happen here happens by itself. */
        private int[] ofItself() {
            list();
            return actions.select(action -> invariant.mayHelp(here, action)).toArray();
        }

        private void push(Place place) {
            path.push(place);
            onPath.add(place.number);
        }

        private void follow() {
            while (!path.isEmpty()) {
                Place place = path.element();
                if (place.nextAction == place.actions.length) {
                    done.add(place.number);
                    onPath.remove(place.number);
                    path.pop();
                    continue;
                }
                here.read(place.words, 0);
                if (!goOn(place.actions[place.nextAction++]) || invariant.isGoal(next)) {
                    continue;
                }
                long number = number();
                if (onPath.contains(number)) {
                    goRound();
                } else if (!done.contains(number)) {
                    long[] words = Arrays.copyOf(out.words(), BitWriter.length(out.words()[0]));
                    here.read(words, 0);
                    push(new Place(words, number, ofItself()));
                }
            }
        }

        /** The state that {@code next} is in comes back: looks whether it may do so for ever. */
        private void goRound() {
            if (KernelWork.isAwaited(next)) {
                return;
            }
            long[] words = Arrays.copyOf(out.words(), BitWriter.length(out.words()[0]));
            KernelRuns runs =
                    new KernelRuns(invariant, machines.make(symmetry), machines.make(symmetry), MOST_OF_A_LOOP);
            if (!runs.explore(words)) {
                tooMuch.set(true);
            } else if (runs.hasFairLoop()) {
                anyLoop.set(true);
                runs.loopStates().forEach(state -> loops.add(graph.number(state, 0)));
            }
        }
    }

    /** Finds the nearest state in a loop. */
    private final class Collecting extends Looking {

        private final StateSet loops;

        Collecting(ProgressInvariant invariant, StateSet loops) {
            super(invariant);
            this.loops = loops;
        }

        @Override
        public void visit(long[] words, int at, int depth) {
            if (loops.contains(graph.number(words, at))) {
                note(words, at, depth);
            }
        }
    }

    /**
     * How it goes on for ever from the end of a way to a witness: a loop, or nothing if nothing can happen by itself.
     *
     * @param end a machine at the end of the way, which keeps the names of CPUs and devices
     */
    static List<Action> loop(ProgressInvariant invariant, Machine end, Supplier<Machine> namesKept) {
        MutableIntList actions = IntLists.mutable.empty();
        end.enabled(actions);
        if (invariant.kind() == ProgressInvariant.Kind.RECOVERABLE
                || actions.noneSatisfy(action -> invariant.mayHelp(end, action))) {
            return List.of();
        }
        BitWriter out = new BitWriter();
        end.write(out);
        KernelRuns runs = new KernelRuns(invariant, namesKept.get(), namesKept.get(), Integer.MAX_VALUE);
        if (!runs.explore(out.words()) || !runs.hasFairLoop()) {
            throw new IllegalStateException("a loop was found that is not there when names are kept");
        }
        return runs.fairLoop();
    }
}
