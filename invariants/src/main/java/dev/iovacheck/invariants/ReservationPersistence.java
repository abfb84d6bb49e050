package dev.iovacheck.invariants;

import dev.iovacheck.invariants.formula.Clause;
import dev.iovacheck.invariants.formula.Formula;
import dev.iovacheck.invariants.formula.Quantity;
import dev.iovacheck.invariants.formula.Sort;
import dev.iovacheck.invariants.formula.Term;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Promise;
import java.util.Optional;

/**
 * A promise that the kernel has taken into the allocator stays covered by nodes of the tree, whole, until the domain dies.
 *
 * <p>Bytes become granules as the allocator itself would make them: before its initialisation it takes bytes for granule numbers. A
 * reservation made then looks kept, until the first device initialises the domain and everything before is forgotten.
 */
final class ReservationPersistence extends StateInvariant {

    private static final Formula FORMULA = Formula.of(Clause.forAllPairs(
            Sort.KEPT_PROMISE,
            Sort.GAP,
            Term.y(Quantity.END).atMost(Term.x(Quantity.FIRST)),
            Term.x(Quantity.LAST).below(Term.y(Quantity.FIRST))));

    ReservationPersistence() {
        super(
                "reservation-persistence",
                Contract.PERSISTENCE,
                "A reservation stays covered by the tree until its domain is gone.",
                "a domain with a reservation that the kernel has taken in",
                "The space becomes free again without anybody being told; the next mappings land in it.",
                Defect.CLASH_NOT_REFUSED,
                new KernelReference("drivers/iommu/iova.c", "reserve_iova", "6.1, 7.1", Evidence.RECORDED),
                new KernelReference("drivers/iommu/iova.c", "free_iova", "6.1, 7.1", Evidence.RECORDED),
                new KernelReference(
                        "drivers/iommu/dma-iommu.c", "iommu_dma_init_domain", "6.1, 7.1", Evidence.DERIVED));
    }

    @Override
    public Scope scope() {
        return Scope.LAYOUT;
    }

    @Override
    public Optional<Formula> formula() {
        return Optional.of(FORMULA);
    }

    @Override
    Result examine(Machine machine) {
        return examine(machine, FORMULA);
    }

    private static boolean speaksOf(Machine machine, Promise promise) {
        return promise.domain() >= 0 && machine.domain(promise.domain()).exists() && machine.isKept(promise);
    }

    private static boolean isLost(Machine machine, Promise promise) {
        IovaDomain iova = machine.domain(promise.domain()).iova();
        int shift = iova.granuleShift();
        return !Coverage.byNodes(
                iova, promise.bytes().first() >>> shift, promise.bytes().last() >>> shift);
    }

    @Override
    String complaint(Machine machine) {
        for (Promise promise : machine.promises()) {
            if (speaksOf(machine, promise) && isLost(machine, promise)) {
                return "Part of " + Promises.name(machine, promise) + " is no longer reserved in the tree of group "
                        + machine.domain(promise.domain()).group() + ".";
            }
        }
        throw new IllegalStateException("not violated");
    }
}
