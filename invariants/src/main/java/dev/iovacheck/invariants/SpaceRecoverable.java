package dev.iovacheck.invariants;

import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Promise;

/**
 * Whatever has happened, a clean state can be reached again, without a device being removed: nothing is mapped, no call is in flight,
 * every node of the tree is the node of a cached range with exactly its size or lies in what was promised and taken in, every cached
 * range has its node outside of such promises, and every such promise is covered.
 *
 * <p>Cached ranges are not asked to be gone, since nothing empties caches as long as requests succeed; but emptied into the tree, they
 * would leave exactly the promises behind. A domain that nobody has initialised has no space yet.
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
        return lostPromise(machine, domain) < 0
                && strayNode(machine, domain) == IovaDomain.noNode()
                && strayRange(machine, domain) == CachedRanges.NONE;
    }

    /** Index of a promise that was taken in and is not covered; -1 if there is none. */
    private static int lostPromise(Machine machine, DefaultDomain domain) {
        int shift = domain.iova().granuleShift();
        for (int index = 0; index < machine.promises().size(); index++) {
            Promise promise = machine.promises().get(index);
            if (promise.domain() == domain.index()
                    && machine.isKept(promise)
                    && !Coverage.byNodes(
                            domain.iova(),
                            promise.bytes().first() >>> shift,
                            promise.bytes().last() >>> shift)) {
                return index;
            }
        }
        return -1;
    }

    /** A node that is neither the node of a cached range nor a reservation nor the page of a doorbell; live mappings have to be gone. */
    private static int strayNode(Machine machine, DefaultDomain domain) {
        IovaDomain iova = domain.iova();
        for (int node = iova.firstNode(); iova.isNode(node); node = iova.nextNode(node)) {
            long lo = iova.nodeLo(node);
            long hi = iova.nodeHi(node);
            boolean accounted =
                    !Pfns.below(hi, lo) && (CachedRanges.holds(iova, lo, hi) || machine.isKept(domain, lo, hi));
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

    /** A cached range without a node of its own, or with one that a reservation needs; {@link CachedRanges#NONE} if there is none. */
    private static int strayRange(Machine machine, DefaultDomain domain) {
        for (int range = 0; range < CachedRanges.count(domain.iova()); range++) {
            if (!hasNode(domain.iova(), range) || reserved(machine, domain, range) >= 0) {
                return range;
            }
        }
        return CachedRanges.NONE;
    }

    /** Index of a promise that was taken in and that a cached range touches; -1 if there is none. */
    private static int reserved(Machine machine, DefaultDomain domain, int range) {
        long first = CachedRanges.firstPfn(domain.iova(), range);
        long last = CachedRanges.lastPfn(domain.iova(), range);
        for (int index = 0; index < machine.promises().size(); index++) {
            Promise promise = machine.promises().get(index);
            if (promise.domain() == domain.index()
                    && Pfns.intersect(first, last, promise.bytes(), domain.granuleShift())
                    && machine.isKept(promise)) {
                return index;
            }
        }
        return -1;
    }

    private static boolean hasNode(IovaDomain iova, int range) {
        long first = CachedRanges.firstPfn(iova, range);
        int node = iova.nodeOf(first);
        return iova.isNode(node)
                && iova.nodeLo(node) == first
                && iova.nodeHi(node) == CachedRanges.lastPfn(iova, range);
    }

    @Override
    String complaint(Machine machine) {
        for (int index = 0; index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            if (hasSpace(domain) && !isClean(machine, domain)) {
                return complaint(machine, domain) + " No action but a removal undoes that.";
            }
        }
        return "Whatever the drivers give up from here on, the tree never holds nothing but reservations and cached "
                + "ranges.";
    }

    private static String complaint(Machine machine, DefaultDomain domain) {
        int promise = lostPromise(machine, domain);
        if (promise >= 0) {
            return "Part of " + Promises.name(machine, machine.promises().get(promise))
                    + " is no longer reserved in the tree of group " + domain.group() + ".";
        }
        int node = strayNode(machine, domain);
        if (node != IovaDomain.noNode()) {
            return "The node [" + Hex.of(domain.iova().nodeLo(node)) + ", "
                    + Hex.of(domain.iova().nodeHi(node)) + "] (pfns) of group " + domain.group()
                    + " is neither a reservation nor exactly a mapping or a cached range.";
        }
        int range = strayRange(machine, domain);
        String name = CachedRanges.name(domain, range);
        int reserved = reserved(machine, domain, range);
        return reserved >= 0
                ? name + " of group " + domain.group() + " lies in "
                        + Promises.name(machine, machine.promises().get(reserved)) + "."
                : name + " of group " + domain.group() + " has no node of its own.";
    }
}
