package dev.iovacheck.invariants;

import dev.iovacheck.model.iova.AllocatorConstants;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Drives the allocator itself to the rows of {@link AllocatorErrors}. */
final class AllocatorExercises {

    private static final long MOST_PFNS = -1L >>> 12;

    private AllocatorExercises() {}

    static void addTo(Map<String, Supplier<String>> all) {
        all.put("search-no-fit", () -> {
            IovaDomain iova = domain();
            return searched(iova.allocIova(8, 7, true)); // 8 pages of 1..7
        });
        all.put("search-refused", () -> {
            IovaDomain iova = domain();
            iova.allocIova(8, 7, true);
            return searched(iova.allocIova(8, 63, true)); // 8..15, say, is free
        });
        all.put("alloc-no-fit", () -> node(domain().allocIova(8, 7, true)));
        all.put("alloc-no-memory", () -> {
            IovaDomain iova = domain();
            iova.setMemoryFails(true);
            return node(iova.allocIova(1, 7, true));
        });
        all.put("alloc-fast-no-fit", () -> Long.toString(domain().allocIovaFast(0, 8, 7, true)));
        all.put("alloc-fast-no-flush", () -> {
            IovaDomain iova = domain();
            iova.freeIovaFast(0, iova.allocIovaFast(0, 2, 3, true), 2); // pages 2 and 3 are in a magazine
            return Long.toString(iova.allocIovaFast(0, 1, 3, false) == 1 ? iova.allocIovaFast(0, 1, 3, false) : -1);
        });
        all.put("find-nothing", () -> node(domain().findIova(5)));
        all.put("free-nothing", () -> {
            IovaDomain iova = domain();
            iova.freeIova(5);
            return nothing(iova);
        });
        all.put("free-fast-nothing", () -> {
            IovaDomain iova = domain();
            iova.freeIovaFast(0, 5, 1);
            return iova.isCached(5) ? nothing(iova) : "no magazine has it";
        });
        all.put("reserve-nonsense", () -> {
            IovaDomain iova = domain();
            boolean returned = iova.reserveIova(MOST_PFNS + 1, MOST_PFNS + 1);
            return iova.warnings() == 1 ? node(returned) : "no warning";
        });
        all.put("reserve-no-memory", () -> {
            IovaDomain iova = domain();
            iova.allocIova(1, 5, true);
            iova.setMemoryFails(true);
            boolean returned = iova.reserveIova(4, 9);
            return iova.findIova(4) && iova.resultHi() == 5 ? node(returned) : "not grown";
        });
        all.put("reserve-equal", () -> {
            IovaDomain iova = domain();
            iova.reserveIova(9, 8);
            boolean returned = iova.reserveIova(9, 8);
            return iova.warnings() == 1 && iova.nodeCount() == 1 ? node(returned) : "linked";
        });
        all.put("reserve-inverted", () -> {
            IovaDomain iova = domain();
            boolean returned = iova.reserveIova(9, 8);
            return iova.nodeCount() == 1 && iova.illFormed() ? node(returned) : "not linked";
        });
        all.put("reserve-overlap", () -> {
            IovaDomain iova = domain();
            iova.allocIova(1, 5, true);
            boolean returned = iova.reserveIova(4, 5);
            return iova.nodeCount() == 1 ? node(returned) : "a node of its own";
        });
    }

    private static IovaDomain domain() {
        AllocatorConstants constants = new AllocatorConstants(KernelProfile.V7_1, 1, 1, 1, Set.of());
        IovaDomain iova = new IovaDomain(constants, IovaDomain.Nodes.RED_BLACK);
        iova.init(12, 1);
        return iova;
    }

    private static String searched(boolean found) {
        return found ? "0" : "-ENOMEM";
    }

    private static String node(boolean returned) {
        return returned ? "a node" : "NULL";
    }

    private static String nothing(IovaDomain iova) {
        return iova.warnings() == 0 ? "nothing" : "a warning";
    }
}
