package dev.iovacheck.model.machine;

import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Buffer.Attribute;
import dev.iovacheck.model.config.DmaProperties;
import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.kernel.KernelBug;

/**
 * What the calls of the DMA API do around the allocator: what they refuse, which page-table entries they write and clear, what they
 * return (derived, {@code drivers/iommu/dma-iommu.c}). {@link Calls} takes addresses and gives them back.
 */
final class DmaCalls {

    private final Blueprint plan;
    private final MachineState state;
    private final Outcome outcome;
    private final boolean deferredAttachGivesUp;
    private final boolean unlinkLooksAfterCaches;
    private final boolean refusesLargeMinAlign;

    DmaCalls(Blueprint plan, MachineState state, Outcome outcome) {
        this.plan = plan;
        this.state = state;
        this.outcome = outcome;
        deferredAttachGivesUp = plan.configuration.bugs().contains(KernelBug.B23);
        unlinkLooksAfterCaches = plan.configuration.bugs().contains(KernelBug.B26);
        refusesLargeMinAlign = plan.configuration.kernel().refusesLargeMinAlign();
    }

    private BufferSetup buffer(CallInFlight call) {
        return plan.setups[call.device].buffer(call.size);
    }

    private DmaProperties dma(CallInFlight call) {
        return plan.setups[call.device].device().dma();
    }

    private DefaultDomain domain(CallInFlight call) {
        return state.domains[call.domain];
    }

    // ---- map ----

    /**
     * What a map does before it asks for an address. A single buffer is bounced first and the device attached then, a scatter list the
     * other way round. A list that is mapped segment by segment is at its first segment from then on.
     *
     * @return false if it has failed, and the call has ended
     */
    boolean admits(CallInFlight call) {
        if (plan.makesMistakes) {
            noteEarlyMap(call.device);
        }
        BufferSetup buffer = buffer(call);
        Cause cause = buffer.call() == Buffer.Call.PAGE ? admitsPage(call) : attach(call);
        if (cause == Cause.NONE && buffer.call() == Buffer.Call.SG) {
            if (deferredAttachGivesUp && dma(call).deferredAttach()) {
                fail(call, Cause.NONE); // attached or not, map_sg goes on to its error path
                return false;
            }
            cause = admitsList(call);
        }
        if (cause != Cause.NONE) {
            fail(call, cause);
            return false;
        }
        return true;
    }

    /**
     * {@code iommu_dma_map_page} or {@code _phys}, then {@code __iommu_dma_map}: of a buffer, or of a segment of a list that is mapped
     * segment by segment.
     */
    Cause admitsPage(CallInFlight call) {
        Cause cause = bounce(call);
        if (cause == Cause.NONE) {
            cause = attach(call);
        }
        return cause == Cause.NONE ? keepsAddressBits(call) : cause;
    }

    private Cause keepsAddressBits(CallInFlight call) {
        if (needsMoreThanAGranule(call)) {
            outcome.warnings(1);
            return Cause.MIN_ALIGN;
        }
        return Cause.NONE;
    }

    private boolean needsMoreThanAGranule(CallInFlight call) {
        long kept = dma(call).minAlignMask();
        return refusesLargeMinAlign
                && Long.compareUnsigned(kept, (1L << domain(call).granuleShift()) - 1) > 0;
    }

    /**
     * {@code iommu_dma_map_sg} once the device is attached; with segments that may have to be bounced {@code iommu_dma_map_sg_swiotlb},
     * where nobody asks whether peers can be reached.
     */
    private Cause admitsList(CallInFlight call) {
        if (buffer(call).isListOfPages()) {
            call.size = plan.setups[call.device].range(call.size, 0);
            return admitsPage(call);
        }
        return buffer(call).has(Attribute.UNREACHABLE_PEER) ? Cause.UNREACHABLE_PEER : Cause.NONE;
    }

    /** {@code iommu_deferred_attach}: in a crash kernel the first mapping attaches the device. */
    private Cause attach(CallInFlight call) {
        if (!state.attachPending.has(call.device)) {
            return Cause.NONE;
        }
        if (state.fails(Failure.ATTACH)) {
            return Cause.NOT_ATTACHED;
        }
        state.attachPending.set(call.device, false);
        return Cause.NONE;
    }

    /** {@code iommu_dma_map_swiotlb}: what an untrusted device must not see all of goes through a slot of its own. */
    private Cause bounce(CallInFlight call) {
        BufferSetup buffer = buffer(call);
        if (!buffer.isBounced()) {
            return Cause.NONE;
        }
        if (refusesBounce(buffer)) {
            return Cause.BOUNCE_FORBIDDEN;
        }
        if (state.fails(Failure.NO_BOUNCE_SLOT)) {
            return Cause.NO_BOUNCE_SLOT;
        }
        state.branches.take(Branch.DMA_BOUNCED);
        return Cause.NONE;
    }

    private static boolean refusesBounce(BufferSetup buffer) {
        return buffer.has(Attribute.MMIO) || buffer.has(Attribute.REQUIRE_COHERENT);
    }

    /** A driver that maps before it has reserved what it must reserve before breaks its own rule. */
    private void noteEarlyMap(int device) {
        for (int index : plan.reservations) {
            if (plan.mustComeFirst(index, device) && !state.called.has(index)) {
                state.mistaken = true;
            }
        }
    }

    /** {@code iommu_map} of all that a map has taken. */
    Cause writePtes(CallInFlight call) {
        return write(call, call.pfn, buffer(call).takenPages(), true);
    }

    private Cause write(CallInFlight call, long first, long pages, boolean aligned) {
        if (state.fails(Failure.TABLE_MEMORY)) {
            return Cause.TABLE_MEMORY;
        }
        if (state.fails(Failure.TABLE_ERROR)) {
            return Cause.TABLE_ERROR;
        }
        if (!aligned) {
            return Cause.MISALIGNED;
        }
        if (!plan.tracksPtes || domain(call).pageTable().map(first, first + pages - 1)) {
            return Cause.NONE;
        }
        // The io-pgtable code of ARM warns; whatever was mapped before that entry is unmapped again.
        state.branches.take(Branch.MAP_ALREADY_MAPPED);
        outcome.warnings(1);
        return Cause.ALREADY_MAPPED;
    }

    /** Ends a map with what its function returns for failure. */
    void fail(CallInFlight call, Cause cause) {
        BufferSetup buffer = buffer(call);
        call.end();
        switch (buffer.call()) {
            case PAGE -> outcome.failed(Outcome.Kind.MAPPING_ERROR, cause);
            case COHERENT -> outcome.failed(Outcome.Kind.NULL, cause);
            case IOVA -> outcome.failed(Outcome.Kind.FALSE, cause);
            case SG -> outcome.failed(errorOfList(buffer, cause), cause);
        }
    }

    /** {@code iommu_dma_map_sg} lets two errors through and turns all others into one; a list that may be bounced has its own. */
    private static Errno errorOfList(BufferSetup buffer, Cause cause) {
        if (buffer.isListOfPages()) {
            return cause == Cause.NOT_ATTACHED || cause == Cause.NONE ? Errno.EINVAL : Errno.EIO;
        }
        return switch (cause) {
            case NO_ADDRESS, TABLE_MEMORY -> Errno.ENOMEM;
            case UNREACHABLE_PEER -> Errno.EREMOTEIO;
            default -> Errno.EINVAL;
        };
    }

    // ---- unmap ----

    /**
     * {@code __iommu_dma_unmap} as far as the page table goes. A single buffer is looked up first, and so is each segment of a list that is
     * mapped segment by segment: if its address translates to nothing, there is a warning, and the range is never given back.
     *
     * @return whether the address was found, so that there is something to flush and to give back
     */
    boolean clearPtes(CallInFlight call) {
        BufferSetup buffer = buffer(call);
        if (plan.tracksPtes && call.kind != Action.Kind.UNLINK) {
            PageTable table = domain(call).pageTable();
            if (buffer.isMappedAsPage() && !table.isMapped(call.pfn)) {
                state.branches.take(Branch.UNMAP_NOT_MAPPED);
                outcome.warnings(1);
                return false;
            }
            call.cleared = clear(table, call.pfn, call.pages);
        } else if (plan.tracksPtes) {
            BufferSetup.Part part = buffer.parts().get(linkedParts(call, buffer) - 1);
            call.cleared = clear(domain(call).pageTable(), call.pfn + part.firstPage(), part.pages());
        }
        return true;
    }

    /** @return how many entries are cleared, as far as the IOTLB goes: a planted mistake does not change what is flushed */
    private long clear(PageTable table, long first, long pages) {
        if (plan.defect == Defect.PTES_NOT_CLEARED) {
            return pages;
        }
        if (plan.defect == Defect.LAST_PTE_NOT_CLEARED) {
            table.unmap(first, pages - 1);
            return pages;
        }
        long cleared = table.unmap(first, pages);
        if (cleared < pages) {
            state.branches.take(Branch.UNMAP_FEWER);
            outcome.warnings(1);
        }
        return cleared;
    }

    /**
     * Whether {@code dma_iova_unlink} or {@code dma_iova_destroy} crashes: with a known bug it looks after the CPUs' caches for what is
     * not memory and has no kernel address.
     */
    boolean crashesInUnlink(CallInFlight call) {
        return unlinkLooksAfterCaches
                && buffer(call).call() == Buffer.Call.IOVA
                && !dma(call).coherent()
                && buffer(call).has(Attribute.MMIO);
    }

    // ---- two phases ----

    /** How many of the parts are linked, whether or not they are synchronised. */
    static int linkedParts(CallInFlight call, BufferSetup buffer) {
        return Math.min(call.linked, buffer.parts().size());
    }

    /** {@code dma_iova_link} up to the page table; the call may have ended. */
    void beginLink(CallInFlight call) {
        BufferSetup buffer = buffer(call);
        BufferSetup.Part part = buffer.parts().get(call.linked);
        if (part.offset() != 0 && part.start() != 0) {
            outcome.warnings(1);
            endLink(call, Errno.EIO, Cause.PART_NOT_ALIGNED);
        } else if (buffer.has(Attribute.REQUIRE_COHERENT) && !dma(call).coherent()) {
            endLink(call, Errno.EOPNOTSUPP, Cause.NOT_COHERENT);
        } else if (part.bounced() && refusesBounce(buffer)) {
            endLink(call, Errno.EPERM, Cause.BOUNCE_FORBIDDEN);
        } else if (part.bounced() && state.fails(Failure.NO_BOUNCE_SLOT)) {
            endLink(call, Errno.ENOMEM, Cause.NO_BOUNCE_SLOT);
        } else {
            call.stage = CallInFlight.Stage.WRITE_PTES;
        }
    }

    /** The rest of {@code dma_iova_link}. */
    void finishLink(CallInFlight call) {
        BufferSetup.Part part = buffer(call).parts().get(call.linked);
        Cause cause = write(call, call.pfn + part.firstPage(), part.pages(), part.aligned());
        switch (cause) {
            case NONE -> {
                keep(call, call.linked + 1);
                outcome.success();
            }
            case TABLE_MEMORY -> endLink(call, Errno.ENOMEM, cause);
            case ALREADY_MAPPED -> endLink(call, Errno.EEXIST, cause);
            default -> endLink(call, Errno.EINVAL, cause);
        }
    }

    private void endLink(CallInFlight call, Errno error, Cause cause) {
        keep(call, call.linked);
        outcome.failed(error, cause);
    }

    /** {@code dma_iova_sync}. */
    void sync(CallInFlight call) {
        if (state.fails(Failure.TABLE_ERROR)) {
            endLink(call, Errno.EINVAL, Cause.TABLE_ERROR);
        } else {
            keep(call, call.linked + 1);
            outcome.success();
        }
    }

    /** The IOTLB was flushed after an unlink; the addresses stay. */
    void finishUnlink(CallInFlight call) {
        keep(call, linkedParts(call, buffer(call)) - 1);
    }

    /** The call ends, and its driver goes on holding the mapping with so many parts linked. */
    private void keep(CallInFlight call, int linked) {
        domain(call).live().add(call.pfn, call.device, call.size, call.slot, linked, call.ofLostDomain, 0);
        state.liveOf[call.device]++;
        call.end();
    }

    // ---- mistakes ----

    /** A driver undoes something against the rules; the call goes on as if it were right. */
    void beginWrongUnmap(CallInFlight call, DefaultDomain domain, WrongUnmap way, int mapping) {
        state.mistaken = true;
        if (way == WrongUnmap.AGAIN) {
            call.begin(Action.Kind.WRONG_UNMAP, state.undoneDevice, domain.index());
            call.size = state.undoneSize;
            call.pfn = state.undonePfn;
            call.pages = buffer(call).pages();
        } else {
            LiveMappings live = domain.live();
            call.begin(Action.Kind.WRONG_UNMAP, live.device(mapping), domain.index());
            call.size = live.size(mapping);
            call.slot = live.slot(mapping);
            boolean inside = way == WrongUnmap.INNER_ADDRESS;
            call.pfn = live.firstPfn(mapping) + (inside ? 1 : 0);
            call.pages = inside ? buffer(call).pages() - 1 : plan.wrongPages(call.device, call.size);
            live.remove(mapping);
            state.liveOf[call.device]--;
        }
        state.forgetUndone();
        call.stage = CallInFlight.Stage.CLEAR_PTES;
    }
}
