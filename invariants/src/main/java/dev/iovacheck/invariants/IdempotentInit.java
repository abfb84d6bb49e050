package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.LiveMappings;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.MissingMemory;
import dev.iovacheck.model.machine.Outcome;
import dev.iovacheck.model.machine.Promise;
import dev.iovacheck.model.machine.Step;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Initialising a domain once more gives what doing it once gave: the same {@code start_pfn}, everything in its place that was there, and no
 * success where the first time was a failure.
 */
final class IdempotentInit extends StepInvariant {

    IdempotentInit() {
        super(
                "idempotent-init",
                Contract.INITIALISED,
                "Initialising a domain again, or on two CPUs, leaves it as doing it once does, and does not hide a failure.",
                "a device that comes to a domain that another one, or itself, has initialised",
                "An allocator that is wiped under its users hands out what they hold; one that was never completed passes "
                        + "for complete with the second device.",
                Defect.INITIALISED_AGAIN,
                new KernelReference(
                        "drivers/iommu/dma-iommu.c", "iommu_dma_init_domain", "6.1, 7.1", Evidence.DERIVED));
    }

    @Override
    public Set<Action.Kind> kinds() {
        return Set.of(Action.Kind.ADD, Action.Kind.TYPE_CHANGE, Action.Kind.STEP);
    }

    @Override
    public Result check(Step step) {
        DefaultDomain before = initialised(step);
        if (before == null) {
            return Result.PREMISE_NOT_MET;
        }
        DefaultDomain after = step.after().domain(before.index());
        if (!after.iova().isInitialised()
                || after.initialiser() != before.initialiser()
                || after.iova().startPfn() != before.iova().startPfn()
                || losesMapping(step, before, after)
                || losesPromise(step, before, after)
                || hidesFailure(step, after)) {
            return Result.VIOLATED;
        }
        return Result.HOLDS;
    }

    /** The domain that is initialised once more; {@code null} if the step does not do that. */
    private static @Nullable DefaultDomain initialised(Step step) {
        if (step.group() < 0 || !step.outcome().returned()) {
            return null;
        }
        DefaultDomain before = step.before().domain(step.group());
        boolean again =
                switch (step.kind()) {
                    case ADD -> true;
                    case TYPE_CHANGE ->
                        step.outcome().kind() == Outcome.Kind.SUCCESS && before.groupType() == step.wantedType();
                    default -> step.isPartOf(Action.Kind.ADD);
                };
        return again && before.iova().isInitialised() ? before : null;
    }

    private static boolean losesMapping(Step step, DefaultDomain before, DefaultDomain after) {
        LiveMappings live = before.live();
        for (int mapping = 0; mapping < live.count(); mapping++) {
            long last = Pfns.lastTaken(step.before(), before, mapping);
            if (isLost(before, after, live.firstPfn(mapping), last)) {
                return true;
            }
        }
        return false;
    }

    private static boolean losesPromise(Step step, DefaultDomain before, DefaultDomain after) {
        int shift = before.granuleShift();
        for (int index = 0; index < step.before().promises().size(); index++) {
            Promise promise = step.before().promises().get(index);
            if (promise.domain() == before.index()
                    && step.before().isKept(promise)
                    && isLost(
                            before,
                            after,
                            promise.bytes().first() >>> shift,
                            promise.bytes().last() >>> shift)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLost(DefaultDomain before, DefaultDomain after, long first, long last) {
        return Coverage.byNodes(before.iova(), first, last) && !Coverage.byNodes(after.iova(), first, last);
    }

    /** Whether a device goes with a domain as if all were well, whose first initialisation ended early. */
    private static boolean hidesFailure(Step step, DefaultDomain after) {
        Machine machine = step.after();
        boolean incomplete = after.missing() != MissingMemory.NONE
                || machine.setup(after.initialiser()).windowsRefused();
        return incomplete && step.device() >= 0 && machine.usesDmaIommu(step.device());
    }

    @Override
    String complaint(Step step) {
        DefaultDomain before = Objects.requireNonNull(initialised(step));
        DefaultDomain after = step.after().domain(before.index());
        String group = "the domain of group " + before.group();
        if (after.iova().isInitialised() && after.initialiser() >= 0 && hidesFailure(step, after)) {
            return "The first initialisation of " + group + " ended early, with "
                    + step.after().setup(after.initialiser()).device().name() + "; "
                    + step.after().setup(step.device()).device().name() + " gets it as if it were complete.";
        }
        return "Initialising " + group + " again wiped what was in it.";
    }
}
