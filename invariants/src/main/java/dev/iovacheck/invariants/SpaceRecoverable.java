package dev.iovacheck.invariants;

import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.iova.AllocatorConstants;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Promise;

/**
 * Whatever has happened, a clean state can be reached again, without a device being removed: nothing is mapped, no call is in flight, and
 * once all caches were emptied, the tree would have exactly what was promised and taken in: each node goes with the cached range that
 * begins in it or lies in promises, and every promise is covered by nodes that stay.
 *
 * <p>Cached ranges are not asked to be gone, since nothing empties caches as long as requests succeed. Nor are they asked to be as long as
 * their nodes: half of a two-phase mapping that was destroyed has a longer one, which goes as a whole. What else is wrong with them, other
 * checks tell. A domain that nobody has initialised has no space yet.
 */
final class SpaceRecoverable extends ProgressInvariant {

    SpaceRecoverable() {
        super(
                "space-recoverable",
                Contract.LIFETIME,
                Kind.RECOVERABLE,
                "From every state a clean one can be reached without removing a device: nothing mapped, every node a "
                        + "cached range or a reservation, every reservation covered.",
                "a live mapping",
                "Otherwise something is lost for good, a part of the address space or a reservation: only removing all "
                        + "devices of the group, or a reboot, brings it back.",
                Defect.LARGE_RANGES_NOT_FREED,
                new KernelReference("drivers/iommu/iova.c", "free_iova_fast", "6.1, 7.1", Evidence.RECORDED),
                new KernelReference("drivers/iommu/iova.c", "reserve_iova", "6.1, 7.1", Evidence.RECORDED));
    }

    @Override
    public boolean mayHelp(Machine machine, int action) {
        return machine.kindOf(action) != Action.Kind.REMOVE;
    }

    @Override
    boolean hasPremise(Machine machine) {
        for (int index = 0; index < machine.domainCount(); index++) {
            if (holdsMappings(machine, machine.domain(index))) {
                return true;
            }
        }
        return false;
    }

    @Override
    boolean isReached(Machine machine) {
        for (int cpu = 0; cpu < machine.callCount(); cpu++) {
            if (machine.call(cpu).isInFlight()) {
                return false;
            }
        }
        for (int index = 0; index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            if (hasSpace(domain) && (holdsMappings(machine, domain) || !isClean(machine, domain))) {
                return false;
            }
        }
        return true;
    }

    /** Whether a driver holds a mapping. The page of a doorbell is nobody's to give up: it stays until the domain goes. */
    private static boolean holdsMappings(Machine machine, DefaultDomain domain) {
        for (int mapping = 0; mapping < domain.live().count(); mapping++) {
            if (!machine.isDoorbell(domain, mapping)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasSpace(DefaultDomain domain) {
        return domain.exists() && domain.iova().isInitialised();
    }

    private static boolean isClean(Machine machine, DefaultDomain domain) {
        IovaDomain iova = allocator(machine, domain);
        return lostPromise(machine, domain, iova) < 0 && strayNode(machine, domain, iova) == IovaDomain.noNode();
    }

    /**
     * The allocator of a domain; of one whose tree is out of order a copy, in which the caches were emptied: which nodes are found then,
     * and in what order they go, nothing but doing it tells.
     */
    private static IovaDomain allocator(Machine machine, DefaultDomain domain) {
        if (!domain.iova().illFormed()) {
            return domain.iova();
        }
        Configuration configuration = machine.configuration();
        AllocatorConstants constants = new AllocatorConstants(
                configuration.kernel(),
                configuration.cpus(),
                configuration.caches().magazineSize(),
                configuration.caches().depotSize(),
                configuration.bugs());
        IovaDomain emptied = new IovaDomain(constants, IovaDomain.Nodes.RED_BLACK);
        emptied.copyFrom(domain.iova());
        for (int cpu = 0; cpu < configuration.cpus(); cpu++) {
            emptied.freeCpuCachedIovas(cpu);
        }
        emptied.freeGlobalCachedIovas();
        return emptied;
    }

    /** Index of a promise that was taken in and is not covered by nodes that stay; -1 if there is none. */
    private static int lostPromise(Machine machine, DefaultDomain domain, IovaDomain iova) {
        int shift = iova.granuleShift();
        for (int index = 0; index < machine.promises().size(); index++) {
            Promise promise = machine.promises().get(index);
            if (promise.domain() == domain.index() && machine.isKept(promise)) {
                long first = promise.bytes().first() >>> shift;
                long last = promise.bytes().last() >>> shift;
                if (!Coverage.byNodes(iova, first, last) || cachedNode(iova, first, last) >= 0) {
                    return index;
                }
            }
        }
        return -1;
    }

    /** A cached range whose node intersects {@code first..last} (inclusive); {@link CachedRanges#NONE} if there is none. */
    private static int cachedNode(IovaDomain iova, long first, long last) {
        for (int range = 0; range < CachedRanges.count(iova); range++) {
            int node = iova.nodeOf(CachedRanges.firstPfn(iova, range));
            if (iova.isNode(node) && Pfns.intersect(iova.nodeLo(node), iova.nodeHi(node), first, last)) {
                return range;
            }
        }
        return CachedRanges.NONE;
    }

    /**
     * A node that neither goes with a cached range nor is a reservation nor the page of a doorbell; live mappings have to be gone.
     */
    private static int strayNode(Machine machine, DefaultDomain domain, IovaDomain iova) {
        for (int node = iova.firstNode(); iova.isNode(node); node = iova.nextNode(node)) {
            long lo = iova.nodeLo(node);
            long hi = iova.nodeHi(node);
            boolean accounted =
                    !Pfns.below(hi, lo) && (CachedRanges.startIn(iova, lo, hi) || machine.isKept(domain, lo, hi));
            if (!accounted && !holdsMapping(machine, domain, lo)) {
                return node;
            }
        }
        return IovaDomain.noNode();
    }

    private static boolean holdsMapping(Machine machine, DefaultDomain domain, long lo) {
        for (int mapping = 0; mapping < domain.live().count(); mapping++) {
            if (domain.live().firstPfn(mapping) == lo) {
                return true;
            }
        }
        return RangesInFlight.intersect(machine, domain, lo, lo) >= 0;
    }

    @Override
    String complaint(Machine machine) {
        for (int index = 0; index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            if (hasSpace(domain) && !isClean(machine, domain)) {
                return complaint(machine, domain) + " No action but a removal undoes that.";
            }
        }
        return "Whatever the drivers give up from here on, the tree never comes down to reservations and cached ranges "
                + "alone.";
    }

    private static String complaint(Machine machine, DefaultDomain domain) {
        IovaDomain iova = allocator(machine, domain);
        int promise = lostPromise(machine, domain, iova);
        if (promise < 0) {
            int node = strayNode(machine, domain, iova);
            return "The node [" + Hex.of(iova.nodeLo(node)) + ", "
                    + Hex.of(iova.nodeHi(node)) + "] (pfns) of group " + domain.group()
                    + " is neither a reservation nor that of a mapping or a cached range.";
        }
        String name = Promises.name(machine, machine.promises().get(promise));
        int shift = iova.granuleShift();
        long first = machine.promises().get(promise).bytes().first() >>> shift;
        long last = machine.promises().get(promise).bytes().last() >>> shift;
        int range = cachedNode(iova, first, last);
        return range == CachedRanges.NONE
                ? "Part of " + name + " is no longer reserved in the tree of group " + domain.group() + "."
                : CachedRanges.name(domain, range) + " of group " + domain.group() + " takes part of " + name
                        + " along when it goes.";
    }
}
