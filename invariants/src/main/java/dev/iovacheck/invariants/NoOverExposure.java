package dev.iovacheck.invariants;

import dev.iovacheck.model.address.ByteSize;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.BufferSetup;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Outcome;
import dev.iovacheck.model.machine.Step;
import java.util.Set;

/**
 * A device reaches what it was given. A trusted one also reaches the rest of the granules in which its buffer begins and ends, which is
 * documented; an untrusted one must find nothing there but cleared padding.
 */
final class NoOverExposure extends StepInvariant {

    NoOverExposure() {
        super(
                "no-over-exposure",
                Contract.NO_EXPOSURE,
                "A mapping lets a device reach only its buffer: whole granules of it, or for an untrusted device cleared padding.",
                "a map or link that succeeded, in a configuration that follows page tables",
                "A device that may be hostile reads what lies beside its buffer: keys, pointers, another process's data.",
                Defect.PADDING_NOT_CLEARED,
                new KernelReference("drivers/iommu/dma-iommu.c", "iommu_dma_map_swiotlb", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference("drivers/iommu/dma-iommu.c", "iommu_dma_map_sg", "6.1, 7.1", Evidence.DERIVED));
    }

    /** What a mapping exposes that it should not. */
    private enum Exposure {
        NOTHING,
        WHOLE_GRANULES,
        BETWEEN_SEGMENTS,
        NOT_BOUNCED,
        NOT_CLEARED
    }

    @Override
    public Set<Action.Kind> kinds() {
        return Set.of(Action.Kind.MAP, Action.Kind.LINK);
    }

    @Override
    public boolean concerns(Machine machine, Action.Kind kind) {
        return super.concerns(machine, kind) && machine.tracksPtes();
    }

    @Override
    public Result check(Step step) {
        boolean mapped = step.kind() == Action.Kind.MAP && step.outcome().kind() == Outcome.Kind.ADDRESS;
        boolean linked = step.kind() == Action.Kind.LINK && step.outcome().kind() == Outcome.Kind.SUCCESS;
        if (!step.after().tracksPtes() || !(mapped || linked)) {
            return Result.PREMISE_NOT_MET;
        }
        BufferSetup buffer = buffer(step);
        if (mapped && !buffer.parts().isEmpty()) {
            return Result.PREMISE_NOT_MET; // nothing is mapped yet
        }
        return exposed(step) < 0 ? Result.HOLDS : Result.VIOLATED;
    }

    private static BufferSetup buffer(Step step) {
        return step.before().setup(step.device()).buffer(step.size());
    }

    /** What of a mapping has the range of that number: a segment of a list, or all of it. */
    private static BufferSetup buffer(Step step, int range) {
        return step.before().setup(step.device()).buffer(step.rangeSize(range));
    }

    /** A range of the mapping that exposes something; -1 if there is none. */
    private static int exposed(Step step) {
        for (int range = 0; range < step.rangeCount(); range++) {
            if (exposure(step, buffer(step, range)) != Exposure.NOTHING) {
                return range;
            }
        }
        return -1;
    }

    private static Exposure exposure(Step step, BufferSetup buffer) {
        if (buffer.takenPages() > buffer.pages()) {
            return Exposure.WHOLE_GRANULES;
        }
        if (buffer.padding() > 0) {
            return Exposure.BETWEEN_SEGMENTS;
        }
        if (!step.before().setup(step.device()).device().dma().untrusted()) {
            return Exposure.NOTHING;
        }
        boolean unaligned;
        boolean bounced;
        int shift = step.before().configuration().iommu().granuleShift();
        if (step.kind() == Action.Kind.LINK) {
            BufferSetup.Part part = buffer.parts().get(step.linked());
            long bytes = buffer.buffer().segments().get(step.linked()).size();
            unaligned = ((bytes | part.offset()) & (1L << shift) - 1) != 0;
            bounced = part.bounced();
        } else {
            unaligned = ((buffer.bytes() | buffer.buffer().offset()) & (1L << shift) - 1) != 0;
            bounced = buffer.isBounced();
        }
        if (unaligned && !bounced) {
            return Exposure.NOT_BOUNCED;
        }
        return bounced && !buffer.isPaddingCleared() ? Exposure.NOT_CLEARED : Exposure.NOTHING;
    }

    @Override
    String complaint(Step step) {
        BufferSetup buffer = buffer(step, exposed(step));
        String device = step.before().setup(step.device()).device().name();
        int shift = step.before().configuration().iommu().granuleShift();
        return "device " + device + " was given " + ByteSize.of(buffer.bytes()) + ", and "
                + switch (exposure(step, buffer)) {
                    case NOTHING -> throw new IllegalStateException("not violated");
                    case WHOLE_GRANULES ->
                        ByteSize.of((buffer.takenPages() - buffer.pages()) << shift)
                                + " beyond the last granule of it are mapped as well.";
                    case BETWEEN_SEGMENTS ->
                        ByteSize.of(buffer.padding())
                                + " of memory that follows its segments are mapped as well, so that a segment starts at a"
                                + " boundary.";
                    case NOT_BOUNCED -> "reaches whatever else lies in the granules of it.";
                    case NOT_CLEARED -> "reads what was left in the rest of its bounce slot.";
                };
    }
}
