package dev.iovacheck.counterexamples;

import dev.iovacheck.counterexamples.ReplayedStep.DomainView;
import dev.iovacheck.counterexamples.ReplayedStep.NodeView;
import dev.iovacheck.counterexamples.ReplayedStep.Use;
import dev.iovacheck.invariants.KernelWork;
import dev.iovacheck.invariants.ProgressInvariant;
import dev.iovacheck.invariants.Result;
import dev.iovacheck.invariants.StateInvariant;
import dev.iovacheck.invariants.StepInvariant;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.fq.FlushQueue;
import dev.iovacheck.model.iova.AllocatorConstants;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.CallInFlight;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.LiveMappings;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Outcome;
import dev.iovacheck.model.machine.Promise;
import dev.iovacheck.model.machine.Step;
import dev.iovacheck.model.machine.Symmetry;
import dev.iovacheck.model.packed.BitWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.list.primitive.MutableIntList;
import org.jspecify.annotations.Nullable;

/**
 * Runs a counterexample on the model, action by action, with nothing of an engine: no stored states, no reductions. What it confirms is
 * what users are told.
 */
public final class Replayer {

    /** How many states are looked at again where a claim is about everything that can follow. */
    private static final int MOST_STATES = 200_000;

    private final Counterexample counterexample;
    private final Supplier<Machine> machines;
    private final Machine before;
    private final Machine after;
    private boolean isWhole;
    private final List<ReplayedStep> taken = new ArrayList<>();

    private Replayer(Counterexample counterexample, Supplier<Machine> machines) {
        this.counterexample = counterexample;
        this.machines = machines;
        before = machines.get();
        after = machines.get();
    }

    /**
     * @throws NotConfirmedException if an action cannot happen where it stands, or if the invariant is not violated at the end
     */
    public static Replay replay(Counterexample counterexample) {
        return replay(counterexample, machines(counterexample));
    }

    /**
     * The same on machines of one's own making: with a mistake planted into them, say.
     *
     * @param machines makes machines of the counterexample's configuration and devices that forget no name but buffers
     */
    public static Replay replay(Counterexample counterexample, Supplier<Machine> machines) {
        return new Replayer(counterexample, machines).run();
    }

    /**
     * What came of a claim that may be false.
     *
     * @param steps those that could be made, the loop's included
     * @param replay empty if the claim is not true
     * @param refusal why it is not, one sentence; empty if it is
     */
    public record Attempt(List<ReplayedStep> steps, Optional<Replay> replay, String refusal) {

        public Attempt {
            steps = List.copyOf(steps);
        }
    }

    /**
     * Tries a claim that may be false. What can follow it, where that is what it is about, must be looked at as a whole.
     *
     * @return the replay, if the claim is true
     */
    public static Optional<Replay> confirm(Counterexample counterexample) {
        try {
            return Optional.of(whole(counterexample));
        } catch (NotConfirmedException e) {
            return Optional.empty();
        }
    }

    /**
     * The same, with the reason if it is not.
     *
     * @throws NotConfirmedException if the claim is not true, or if too much can follow to be looked at as a whole
     */
    public static Replay whole(Counterexample counterexample) {
        Replayer replayer = new Replayer(counterexample, machines(counterexample));
        replayer.isWhole = true;
        return replayer.run();
    }

    private static Supplier<Machine> machines(Counterexample counterexample) {
        int[] devices =
                counterexample.devices().stream().mapToInt(Integer::intValue).toArray();
        return () -> new Machine(counterexample.configuration(), devices, Symmetry.NAMES_KEPT);
    }

    /** Tries a claim that another version of this program has made, or somebody else. */
    public static Attempt attempt(Counterexample counterexample) {
        Replayer replayer = new Replayer(counterexample, machines(counterexample));
        try {
            Replay replay = replayer.run();
            return new Attempt(replayer.taken, Optional.of(replay), "");
        } catch (NotConfirmedException e) {
            return new Attempt(replayer.taken, Optional.empty(), String.valueOf(e.getMessage()));
        }
    }

    private Replay run() {
        Step step = new Step(before, after);
        for (Action action : counterexample.actions()) {
            take(action, step);
        }
        List<ReplayedStep> steps = List.copyOf(taken);
        String violation = violation(step);
        if (!(counterexample.invariant() instanceof ProgressInvariant invariant)) {
            return new Replay(counterexample, steps, List.of(), violation, "");
        }
        if (invariant.kind() == ProgressInvariant.Kind.RECOVERABLE) {
            String aftermath = Aftermath.of(invariant, after, machines, MOST_STATES, isWhole);
            return new Replay(counterexample, steps, List.of(), violation, aftermath);
        }
        List<ReplayedStep> loop = loop(invariant, steps.size(), step);
        String aftermath = loop.isEmpty() ? "Nothing is left to happen by itself." : "";
        return new Replay(counterexample, steps, loop, violation, aftermath);
    }

    /** Makes one step, and keeps what is to be seen of it. */
    private void take(Action action, Step step) {
        int number = taken.size() + 1;
        before.copyFrom(after);
        int code = find(action, number);
        if (!after.apply(code)) {
            throw new NotConfirmedException("step " + number + " is not met by its failure: " + action);
        }
        step.set(code);
        taken.add(view(number, action, step));
    }

    // ---- for ever ----

    /** Goes round once: it must be the kernel's own work that comes back to the same state, and no work may be put off for ever. */
    private List<ReplayedStep> loop(ProgressInvariant invariant, int stem, Step step) {
        long[] start = stored();
        BitSet excused = new BitSet();
        excuse(invariant, excused);
        for (Action action : counterexample.loop()) {
            int code = after.find(action);
            if (code < 0 || !invariant.mayHelp(after, code)) {
                throw new NotConfirmedException(
                        invariant.id() + ": the loop has an action that does not happen by itself");
            }
            int work = KernelWork.of(after, code);
            if (work >= 0) {
                excused.set(work);
            }
            take(action, step);
            if (invariant.isGoal(after) || after.isCrashed()) {
                throw new NotConfirmedException(invariant.id() + " is not violated in the loop");
            }
            excuse(invariant, excused);
        }
        if (!Arrays.equals(start, stored())) {
            throw new NotConfirmedException(invariant.id() + ": the loop does not come back to where it began");
        }
        List<ReplayedStep> loop = taken.subList(stem, taken.size());
        if (loop.isEmpty() && !ofItself(invariant).isEmpty()) {
            throw new NotConfirmedException(invariant.id() + ": something is left to happen by itself");
        }
        if (!loop.isEmpty() && excused.cardinality() < KernelWork.count(after)) {
            throw new NotConfirmedException(invariant.id() + ": the loop puts work off that can always be done");
        }
        return loop;
    }

    /** Work that cannot be done in the current state is not put off. */
    private void excuse(ProgressInvariant invariant, BitSet excused) {
        BitSet possible = new BitSet();
        MutableIntList actions = ofItself(invariant);
        for (int index = 0; index < actions.size(); index++) {
            int work = KernelWork.of(after, actions.get(index));
            if (work < 0) {
                return; // a driver's call that is in flight: nothing that comes back to the same state takes it on
            }
            possible.set(work);
        }
        possible.flip(0, KernelWork.count(after));
        excused.or(possible);
    }

    private MutableIntList ofItself(ProgressInvariant invariant) {
        MutableIntList enabled = IntLists.mutable.empty();
        after.enabled(enabled);
        return enabled.select(code -> invariant.mayHelp(after, code));
    }

    private long[] stored() {
        BitWriter out = new BitWriter();
        int length = after.write(out);
        return Arrays.copyOf(out.words(), length);
    }

    private int find(Action action, int number) {
        int code = before.find(action);
        if (code >= 0) {
            return code;
        }
        throw new NotConfirmedException("step " + number + " cannot happen: " + action);
    }

    private String violation(Step step) {
        if (counterexample.invariant() instanceof StateInvariant invariant) {
            if (invariant.check(after) == Result.VIOLATED) {
                return invariant.describe(after);
            }
        } else if (counterexample.invariant() instanceof StepInvariant invariant) {
            if (!counterexample.actions().isEmpty() && invariant.check(step) == Result.VIOLATED) {
                return invariant.describe(step);
            }
        }
        if (counterexample.invariant() instanceof ProgressInvariant invariant
                && !invariant.isGoal(after)
                && !after.isCrashed()) {
            return invariant.describe(after);
        }
        throw new NotConfirmedException(counterexample.invariant().id() + " is not violated after the last step");
    }

    // ---- what is shown of each step ----

    private ReplayedStep view(int number, Action action, Step step) {
        Outcome outcome = after.outcome();
        DefaultDomain domain = domainOf(action);
        boolean visible = domain != null && domain.exists() && !after.isCrashed();
        return new ReplayedStep(
                number,
                action,
                outcome.kind(),
                outcome.errno(),
                outcome.address(),
                outcome.warnings(),
                mapped(action, step),
                step.isMistake(),
                visible && domain != null ? view(domain) : null,
                domains());
    }

    private List<DomainView> domains() {
        List<DomainView> views = new ArrayList<>();
        for (int index = 0; index < after.domainCount() && !after.isCrashed(); index++) {
            if (after.domain(index).exists()) {
                views.add(view(after.domain(index)));
            }
        }
        return views;
    }

    private List<Extent> mapped(Action action, Step step) {
        boolean maps =
                switch (action.kind()) {
                    case MAP, MSI, STEP -> step.outcome().address() != 0 && step.size() >= 0;
                    default -> false;
                };
        List<Extent> ranges = new ArrayList<>();
        int shift = after.configuration().iommu().granuleShift();
        for (int range = 0; maps && range < step.rangeCount(); range++) {
            boolean isOnly = step.rangeCount() == 1;
            long first = isOnly ? step.outcome().address() >>> shift : step.rangePfn(range);
            long pages =
                    after.setup(step.device()).buffer(step.rangeSize(range)).takenPages();
            ranges.add(new Extent(first << shift, ((first + pages) << shift) - 1));
        }
        return ranges;
    }

    private @Nullable DefaultDomain domainOf(Action action) {
        if (action.group() >= 0) {
            return after.domain(action.group());
        }
        return action.device() < 0 && after.domainCount() == 1 ? after.domain(0) : null;
    }

    private DomainView view(DefaultDomain domain) {
        IovaDomain iova = domain.iova();
        List<NodeView> nodes = new ArrayList<>();
        for (int node = iova.firstNode(); iova.isNode(node); node = iova.nextNode(node)) {
            nodes.add(view(domain, node));
        }
        return new DomainView(
                domain.group(),
                iova.granuleShift(),
                iova.startPfn(),
                nodes,
                promises(domain, 0, -1L),
                outside(live(domain, 0, -1L), nodes, NodeView::live),
                outside(cached(domain, 0, -1L), nodes, NodeView::cached),
                hint(domain, iova.cached32Node()),
                hint(domain, iova.cachedNode()),
                iova.max32AllocSize(),
                iova.max32AllocSize() == iova.dma32Pfn());
    }

    /** The uses of a whole domain without those that a node has. */
    private static List<Use> outside(List<Use> all, List<NodeView> nodes, Function<NodeView, List<Use>> ofNode) {
        List<Use> outside = new ArrayList<>(all);
        nodes.forEach(node -> ofNode.apply(node).forEach(outside::remove));
        return outside;
    }

    private @Nullable NodeView hint(DefaultDomain domain, int node) {
        return domain.iova().isNode(node) ? view(domain, node) : null;
    }

    private NodeView view(DefaultDomain domain, int node) {
        long lo = domain.iova().nodeLo(node);
        long hi = domain.iova().nodeHi(node);
        return new NodeView(lo, hi, live(domain, lo, hi), cached(domain, lo, hi), promises(domain, lo, hi));
    }

    private List<Use> live(DefaultDomain domain, long lo, long hi) {
        List<Use> uses = new ArrayList<>();
        LiveMappings live = domain.live();
        for (int mapping = 0; mapping < live.count(); mapping++) {
            long first = live.firstPfn(mapping);
            if (isWithin(first, lo, hi)) {
                int device = live.device(mapping);
                long pfns = after.setup(device).mapPfns(live.size(mapping));
                Extent bytes = bytes(domain, first, pfns);
                int cpu = after.cpuThatHolds(domain, mapping);
                uses.add(cpu < 0 ? new Use(bytes, after.setup(device).device().name()) : Use.inFlight(bytes, cpu));
            }
        }
        for (int cpu = 0; cpu < after.callCount(); cpu++) {
            inFlight(domain, after.call(cpu), lo, hi, uses);
        }
        return uses;
    }

    private void inFlight(DefaultDomain domain, CallInFlight call, long lo, long hi, List<Use> uses) {
        if (call.domain() != domain.index()) {
            return;
        }
        if (call.holdsRange() && isWithin(call.firstPfn(), lo, hi)) {
            long pfns = after.setup(call.device()).mapPfns(call.size());
            uses.add(Use.inFlight(bytes(domain, call.firstPfn(), pfns), call.cpu()));
        }
        if (call.holdsReleased() && isWithin(call.releasedPfn(), lo, hi)) {
            uses.add(Use.inFlight(bytes(domain, call.releasedPfn(), call.releasedPages()), call.cpu()));
        }
        for (int index = 0; index < call.heldCount(); index++) {
            if (isWithin(call.heldPfn(index), lo, hi)) {
                uses.add(Use.inFlight(bytes(domain, call.heldPfn(index), 1L << call.heldOrder()), call.cpu()));
            }
        }
    }

    private List<Use> cached(DefaultDomain domain, long lo, long hi) {
        List<Use> uses = new ArrayList<>();
        IovaDomain iova = domain.iova();
        queued(domain, lo, hi, uses);
        for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
            for (int cpu = 0; cpu < counterexample.configuration().cpus(); cpu++) {
                for (int turn = 0; turn < 2; turn++) {
                    boolean loaded = turn == 0;
                    for (int index = 0; index < iova.magazineSize(order, cpu, loaded); index++) {
                        long pfn = iova.magazinePfn(order, cpu, loaded, index);
                        if (isWithin(pfn, lo, hi)) {
                            uses.add(new Use(bytes(domain, pfn, 1L << order), "cpu " + cpu));
                        }
                    }
                }
            }
            for (int magazine = 0; magazine < iova.depotSize(order); magazine++) {
                for (int index = 0; index < iova.magazineCapacity(); index++) {
                    long pfn = iova.depotPfn(order, magazine, index);
                    if (isWithin(pfn, lo, hi)) {
                        uses.add(new Use(bytes(domain, pfn, 1L << order), "depot"));
                    }
                }
            }
        }
        return uses;
    }

    private static void queued(DefaultDomain domain, long lo, long hi, List<Use> uses) {
        FlushQueue queue = domain.queue();
        for (int ring = 0; queue.isActive() && ring < queue.rings(); ring++) {
            for (int index = 0; index < queue.size(ring); index++) {
                long pfn = queue.pfn(ring, index);
                if (isWithin(pfn, lo, hi)) {
                    uses.add(Use.queued(bytes(domain, pfn, queue.pages(ring, index)), ring, queue.rings()));
                }
            }
        }
    }

    private List<Use> promises(DefaultDomain domain, long lo, long hi) {
        List<Use> uses = new ArrayList<>();
        int shift = domain.iova().granuleShift();
        for (Promise promise : after.promises()) {
            if (promise.domain() != domain.index() || !(after.isMade(promise) || after.isKept(promise))) {
                continue;
            }
            long first = promise.bytes().first() >>> shift;
            long last = promise.bytes().last() >>> shift;
            if (Long.compareUnsigned(first, hi) <= 0 && Long.compareUnsigned(lo, last) <= 0) {
                uses.add(new Use(
                        promise.bytes(), after.setup(promise.device()).device().name()));
            }
        }
        return uses;
    }

    private static boolean isWithin(long pfn, long lo, long hi) {
        return Long.compareUnsigned(lo, pfn) <= 0 && Long.compareUnsigned(pfn, hi) <= 0;
    }

    private static Extent bytes(DefaultDomain domain, long pfn, long pfns) {
        int shift = domain.granuleShift();
        return new Extent(pfn << shift, ((pfn + pfns) << shift) - 1);
    }
}
