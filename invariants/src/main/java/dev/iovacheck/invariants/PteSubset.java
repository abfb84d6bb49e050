package dev.iovacheck.invariants;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.BufferSetup;
import dev.iovacheck.model.machine.CallInFlight;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.LiveMappings;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.PageTable;

/**
 * What a domain translates is what drivers hold: each page-table entry belongs to a live mapping, to the linked part of a two-phase one,
 * or to one that a call is making or undoing. Direct mappings of reserved regions are not among the entries that are followed.
 */
final class PteSubset extends StateInvariant {

    /** All of {@code first..last} was looked at. */
    private static final long NONE = 0;

    PteSubset() {
        super(
                "pte-subset",
                Contract.EXACT_UNMAP,
                "Each page-table entry of a domain belongs to a mapping that somebody holds.",
                "a domain with a page-table entry, in a configuration that follows them",
                "The device still reaches memory that was given to somebody else, and the next map of that address fails.",
                Defect.PTES_NOT_CLEARED,
                new KernelReference("drivers/iommu/dma-iommu.c", "__iommu_dma_unmap", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference("drivers/iommu/iommu.c", "iommu_unmap", "6.1, 7.1", Evidence.DERIVED));
    }

    @Override
    Result examine(Machine machine) {
        Result result = Result.PREMISE_NOT_MET;
        for (int index = 0; index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            if (domain.pageTable().count() > 0) {
                if (stray(machine, domain) != NONE) {
                    return Result.VIOLATED;
                }
                result = Result.HOLDS;
            }
        }
        return result;
    }

    /** A pfn with an entry that nobody holds; {@link #NONE} if there is none. Nothing is mapped at 0 without being held. */
    private static long stray(Machine machine, DefaultDomain domain) {
        PageTable table = domain.pageTable();
        for (int range = 0; range < table.count(); range++) {
            long from = table.first(range);
            while (true) {
                long held = lastHeldFrom(machine, domain, from);
                if (Pfns.below(held, from) || held == -1L) {
                    return from;
                }
                if (!Pfns.below(held, table.last(range))) {
                    break;
                }
                from = held + 1;
            }
        }
        return NONE;
    }

    /** The last pfn up to which the mapping that holds {@code pfn} is mapped; all ones if nobody holds it. */
    private static long lastHeldFrom(Machine machine, DefaultDomain domain, long pfn) {
        LiveMappings live = domain.live();
        for (int mapping = 0; mapping < live.count(); mapping++) {
            BufferSetup buffer = machine.setup(live.device(mapping)).buffer(live.size(mapping));
            long pages = mapped(buffer, live.linked(mapping));
            if (pages != 0 && pfn - live.firstPfn(mapping) >= 0 && pfn - live.firstPfn(mapping) < pages) {
                return live.firstPfn(mapping) + pages - 1;
            }
        }
        for (int cpu = 0; cpu < machine.callCount(); cpu++) {
            CallInFlight call = machine.call(cpu);
            if (call.domain() == domain.index() && call.holdsRange()) {
                long pages = machine.setup(call.device()).buffer(call.size()).takenPages();
                if (pfn - call.firstPfn() >= 0 && pfn - call.firstPfn() < pages) {
                    return call.firstPfn() + pages - 1;
                }
            }
        }
        return -1L;
    }

    private static long mapped(BufferSetup buffer, int linked) {
        if (buffer.parts().isEmpty()) {
            return buffer.pages();
        }
        return buffer.linkedPages(Math.min(linked, buffer.parts().size()));
    }

    @Override
    String complaint(Machine machine) {
        for (int index = 0; index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            long pfn = stray(machine, domain);
            if (pfn != NONE) {
                int shift = domain.granuleShift();
                return "Group " + domain.group() + " still translates "
                        + new Extent(pfn << shift, ((pfn + 1) << shift) - 1) + ", which no mapping holds.";
            }
        }
        throw new IllegalStateException("not violated");
    }

    /** For {@link ExactUnmap}: what a call that undoes something is to clear. */
    static long firstToClear(Machine before, Action.Kind kind, int device, int size, long first, int linked) {
        BufferSetup buffer = before.setup(device).buffer(size);
        if (kind == Action.Kind.UNLINK) {
            return first
                    + buffer.parts()
                            .get(Math.min(linked, buffer.parts().size()) - 1)
                            .firstPage();
        }
        return first;
    }

    /** How many pfns that are, 0 for nothing. */
    static long pagesToClear(Machine before, Action.Kind kind, int device, int size, int linked) {
        BufferSetup buffer = before.setup(device).buffer(size);
        if (kind == Action.Kind.UNLINK) {
            return buffer.parts()
                    .get(Math.min(linked, buffer.parts().size()) - 1)
                    .pages();
        }
        return mapped(buffer, linked);
    }
}
