package dev.iovacheck.invariants;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Promise;
import org.jspecify.annotations.Nullable;

/** Whether ranges are covered completely, by nodes of a tree or by promises; several may share the work. */
final class Coverage {

    private Coverage() {}

    /** Whether every pfn of {@code first..last} (inclusive) lies in a node. */
    static boolean byNodes(IovaDomain iova, long first, long last) {
        long from = first;
        boolean progress;
        do {
            progress = false;
            for (int node = iova.firstNode(); iova.isNode(node); node = iova.nextNode(node)) {
                if (!Pfns.below(from, iova.nodeLo(node)) && !Pfns.below(iova.nodeHi(node), from)) {
                    if (!Pfns.below(iova.nodeHi(node), last)) {
                        return true;
                    }
                    from = iova.nodeHi(node) + 1;
                    progress = true;
                }
            }
            // One walk is enough where the nodes are in order.
        } while (progress && iova.illFormed());
        return false;
    }

    /** Whether every byte of {@code first..last} (inclusive) is promised to the device itself. */
    static boolean byPromisesTo(Machine machine, int device, long first, long last) {
        long from = first;
        while (true) {
            Promise promise = madeTo(machine, device, from);
            if (promise == null) {
                return false;
            }
            long end = promise.bytes().last();
            if (!Pfns.below(end, last)) {
                return true;
            }
            from = end + 1;
        }
    }

    private static @Nullable Promise madeTo(Machine machine, int device, long at) {
        for (int index = 0; index < machine.promises().size(); index++) {
            Promise promise = machine.promises().get(index);
            if (promise.device() == device && promise.bytes().contains(at) && machine.isMade(promise)) {
                return promise;
            }
        }
        return null;
    }

    /** Whether every byte of a range is promised in a domain to devices that are there, be it one of them or several together. */
    static boolean byPromisesOfPresent(Machine machine, int domain, Extent bytes) {
        long from = bytes.first();
        while (true) {
            Promise promise = ofPresent(machine, domain, from);
            if (promise == null) {
                return false;
            }
            long end = promise.bytes().last();
            if (!Pfns.below(end, bytes.last())) {
                return true;
            }
            from = end + 1;
        }
    }

    private static @Nullable Promise ofPresent(Machine machine, int domain, long at) {
        for (int index = 0; index < machine.promises().size(); index++) {
            Promise promise = machine.promises().get(index);
            if (promise.domain() == domain
                    && machine.isPresent(promise.device())
                    && promise.bytes().contains(at)
                    && machine.isMade(promise)) {
                return promise;
            }
        }
        return null;
    }
}
