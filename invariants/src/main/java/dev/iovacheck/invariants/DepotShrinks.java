package dev.iovacheck.invariants;

import dev.iovacheck.model.iova.AllocatorConstants;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;

/**
 * Left alone, the depot worker of 7.1 trims every depot to as many magazines as CPUs are online. It is armed by whoever puts a magazine
 * into a depot, and by itself after a run that freed one; a CPU that goes offline arms nothing. The depots of 6.1 have a limit instead,
 * and without {@code depot-work} there is no worker: then there is nothing to claim.
 */
final class DepotShrinks extends ProgressInvariant {

    DepotShrinks() {
        super(
                "depot-shrinks",
                Contract.COMPLETE,
                Kind.RESPONDS,
                "Without further frees the depot of a size class comes down to as many magazines as CPUs are online.",
                "a depot with more magazines than CPUs are online, and a depot worker",
                "Cached ranges keep their place in the tree: what a burst of unmaps leaves in the depot for good is lost "
                        + "to every other size.",
                Defect.DEPOT_WORKER_FREES_NOTHING,
                new KernelReference("drivers/iommu/iova.c", "iova_depot_work_func", "7.1", Evidence.RECORDED),
                new KernelReference("drivers/iommu/iova.c", "__iova_rcache_insert", "7.1", Evidence.RECORDED));
    }

    @Override
    public boolean mayHelp(Machine machine, int action) {
        return KernelWork.isIts(machine, action);
    }

    @Override
    boolean hasPremise(Machine machine) {
        return !isReached(machine);
    }

    @Override
    boolean isReached(Machine machine) {
        return !hasWorker(machine) || largeDepot(machine) < 0;
    }

    private static boolean hasWorker(Machine machine) {
        return machine.configuration().exploration().depotWork()
                && !machine.configuration().kernel().depotIsBounded();
    }

    private static int online(Machine machine) {
        int online = 0;
        for (int cpu = 0; cpu < machine.configuration().cpus(); cpu++) {
            online += machine.isOnline(cpu) ? 1 : 0;
        }
        return online;
    }

    /** Domain and size class of a depot that holds too much, as one number; -1 if there is none. */
    private static int largeDepot(Machine machine) {
        int online = online(machine);
        for (int index = 0; index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            for (int order = 0; order < AllocatorConstants.ORDERS && domain.exists(); order++) {
                if (domain.iova().depotSize(order) > online) {
                    return index * AllocatorConstants.ORDERS + order;
                }
            }
        }
        return -1;
    }

    @Override
    String complaint(Machine machine) {
        int depot = largeDepot(machine);
        DefaultDomain domain = machine.domain(depot / AllocatorConstants.ORDERS);
        int order = depot % AllocatorConstants.ORDERS;
        return "The depot of group " + domain.group() + " for ranges of " + (1 << order)
                + (order == 0 ? " granule holds " : " granules holds ")
                + domain.iova().depotSize(order) + " magazines, and " + online(machine)
                + (online(machine) == 1 ? " CPU is" : " CPUs are") + " online.";
    }
}
