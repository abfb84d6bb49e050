package dev.iovacheck.invariants;

import dev.iovacheck.invariants.formula.Clause;
import dev.iovacheck.invariants.formula.Formula;
import dev.iovacheck.invariants.formula.Quantity;
import dev.iovacheck.invariants.formula.Sort;
import dev.iovacheck.invariants.formula.Term;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Cause;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Outcome;
import dev.iovacheck.model.machine.Step;
import java.util.Optional;

/**
 * Calls return what their documentation says. The contract of the reservation call stands in {@link ErrnoContract}, that of the DMA API
 * in {@link MapContract}; set-up of a device succeeds or returns {@code -EFAULT}; a change of type to DMA-FQ fails without memory and, in
 * 6.1, for groups of several devices; an oops is never a result, of whatever happens.
 */
final class ErrnoConformance extends StepInvariant {

    /** When a reservation call may return 0: that it asks for something that exists and that nobody holds. */
    private static final Formula ACCEPTED = Formula.of(
            Clause.forAll(Sort.ACCEPTED_CALL, Term.constant(1).atMost(Term.x(Quantity.LENGTH))),
            Clause.forAll(Sort.ACCEPTED_CALL, Term.x(Quantity.OVERRUN).below(Term.constant(1))),
            Clause.forAllPairs(
                    Sort.ACCEPTED_CALL,
                    Sort.HELD,
                    Term.x(Quantity.LAST).below(Term.y(Quantity.FIRST)),
                    Term.y(Quantity.LAST).below(Term.x(Quantity.FIRST))));

    ErrnoConformance() {
        super(
                "errno-conformance",
                Contract.ERRORS,
                "Each call returns what its documentation says: an error for nonsense and clashes, 0 only for success.",
                "a call that returns a result: a reservation, a map, the set-up of a device, a change of type; or a call that does not return",
                "A driver that is told 0 believes it is protected; one that is told -ENODEV gives up or goes on unprotected.",
                Defect.LAZY_REFUSED,
                new KernelReference(
                        "drivers/iommu/dma-iommu.c",
                        "dma_iova_set_resv_region",
                        "proposed 19 Jan 2026",
                        Evidence.DERIVED),
                new KernelReference("drivers/iommu/dma-iommu.c", "iommu_dma_init_domain", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference("drivers/iommu/iova.c", "reserve_iova", "6.1, 7.1", Evidence.RECORDED));
    }

    /** What it says of reservation calls that returned 0, and of nothing else. */
    @Override
    public Optional<Formula> formula() {
        return Optional.of(ACCEPTED);
    }

    @Override
    public Result check(Step step) {
        boolean kept;
        if (!step.outcome().returned()) {
            return Result.VIOLATED;
        }
        switch (step.kind()) {
            case RESERVE -> kept = isKeptByReservation(step);
            case ADD, BIND -> kept = ErrnoContract.isKeptByProbe(step);
            case CLAIM -> kept = OwnerContract.isKeptByClaim(step);
            case TYPE_CHANGE -> kept = OwnerContract.isKeptByTypeChange(step);
            case MSI ->
                kept = step.outcome().kind() == Outcome.Kind.SUCCESS
                        || (step.outcome().kind() == Outcome.Kind.ERROR
                                && step.outcome().errno() == Errno.ENOMEM);
            case CHANGE_TYPE -> kept = ErrnoContract.isKeptByTypeChange(step);
            case MAP, LINK, SYNC -> kept = MapContract.isKept(step);
            default -> {
                return Result.PREMISE_NOT_MET;
            }
        }
        return kept ? Result.HOLDS : Result.VIOLATED;
    }

    private static boolean isKeptByReservation(Step step) {
        Reservation call = step.before().configuration().reservations().get(step.reservation());
        Outcome outcome = step.outcome();
        return ErrnoContract.isKeptByCall(step.after(), call, outcome.kind(), outcome.errno(), step.withoutMemory());
    }

    @Override
    String complaint(Step step) {
        Machine after = step.after();
        if (step.kind() == Action.Kind.CHANGE_TYPE) {
            return "The change of type to DMA-FQ ended with " + ErrnoContract.returned(step.outcome())
                    + ", which is not a result it has here.";
        }
        if (step.device() < 0) {
            String whose = step.kind() == Action.Kind.CLAIM || step.kind() == Action.Kind.TYPE_CHANGE
                    ? " for group " + after.domain(step.group()).group()
                            + ", which is not the result for a group in this state."
                    : ", which no call may.";
            return "The last step ended with " + ErrnoContract.returned(step.outcome()) + whose;
        }
        String device = after.setup(step.device()).device().name();
        Reservation call =
                switch (step.kind()) {
                    case RESERVE -> after.configuration().reservations().get(step.reservation());
                    case ADD, BIND -> ErrnoContract.brokenInProbe(step);
                    default -> null;
                };
        if (call == null) {
            boolean failed = step.outcome().isFailure() && step.outcome().cause() == Cause.NONE;
            String why = failed ? "nothing was wrong." : "is not a result it has.";
            return "The last step ended with " + ErrnoContract.returned(step.outcome()) + " for " + device + ", "
                    + (failed ? "although " : "which ")
                    + (step.outcome().returned() ? why : "no call may.");
        }
        return "The call of " + device + " with start " + Hex.of(call.start()) + " and length "
                + Hex.of(call.length()) + (step.outcome().returned() ? " returned " : " ended with ")
                + returned(step, call) + "; the contract wants "
                + ErrnoContract.wanted(after, call, step.withoutMemory()) + ".";
    }

    private static String returned(Step step, Reservation call) {
        boolean inProbe = step.reservation() < 0;
        // A call that succeeded in a probe that failed later.
        return inProbe && step.after().isCalled(call.index()) ? "0" : ErrnoContract.returned(step.outcome());
    }
}
