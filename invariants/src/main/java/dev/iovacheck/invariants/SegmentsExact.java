package dev.iovacheck.invariants;

import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.DmaProperties;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.BufferSetup;
import dev.iovacheck.model.machine.BufferSetup.DmaSegment;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Outcome;
import dev.iovacheck.model.machine.Step;
import java.util.Set;

/**
 * The segments that a driver gets for a scatter list cover the list: together they are as long, none is longer than the device can take
 * unless it was handed in so, none crosses a boundary of the device unless it was handed in so, and they come one after the other.
 */
final class SegmentsExact extends StepInvariant {

    SegmentsExact() {
        super(
                "segments-exact",
                Contract.WELL_FORMED,
                "The segments that a driver gets for a scatter list are as long together as the list, and keep the device's limits.",
                "a scatter list that was mapped",
                "The device transfers less than the driver thinks, or writes across a boundary that its counters cannot cross.",
                Defect.SEGMENT_TOO_SHORT,
                new KernelReference("drivers/iommu/dma-iommu.c", "__finalise_sg", "6.1, 7.1", Evidence.DERIVED));
    }

    @Override
    public Set<Action.Kind> kinds() {
        return Set.of(Action.Kind.MAP);
    }

    @Override
    public boolean concerns(Machine machine, Action.Kind kind) {
        return super.concerns(machine, kind)
                && machine.configuration().devices().stream()
                        .flatMap(device -> device.buffers().stream())
                        .anyMatch(buffer -> buffer.call() == Buffer.Call.SG);
    }

    @Override
    public Result check(Step step) {
        if (step.kind() != Action.Kind.MAP || step.outcome().kind() != Outcome.Kind.ADDRESS) {
            return Result.PREMISE_NOT_MET;
        }
        BufferSetup buffer = step.before().setup(step.device()).buffer(step.size());
        if (buffer.call() != Buffer.Call.SG) {
            return Result.PREMISE_NOT_MET;
        }
        DmaProperties dma = step.before().setup(step.device()).device().dma();
        long first = step.firstPfn() << step.before().configuration().iommu().granuleShift();
        return told(buffer) == buffer.bytes() && wrong(buffer, dma, first) < 0 ? Result.HOLDS : Result.VIOLATED;
    }

    private static long told(BufferSetup buffer) {
        long bytes = 0;
        for (int index = 0; index < buffer.dmaSegments().size(); index++) {
            bytes += buffer.dmaSegments().get(index).length();
        }
        return bytes;
    }

    /**
     * The segment that breaks a limit or begins before the last one ends; -1 if there is none. Segments that are mapped one by one are as
     * they were handed in, each at an address of its own.
     */
    private static int wrong(BufferSetup buffer, DmaProperties dma, long address) {
        if (buffer.isListOfPages()) {
            return -1;
        }
        long end = 0;
        for (int index = 0; index < buffer.dmaSegments().size(); index++) {
            DmaSegment segment = buffer.dmaSegments().get(index);
            long first = address + segment.start();
            long last = first + segment.length() - 1;
            boolean handedIn = isHandedIn(buffer, segment.length());
            boolean tooLong = Pfns.below(dma.maxSegment(), segment.length());
            boolean crosses = (first & ~dma.segmentBoundary()) != (last & ~dma.segmentBoundary());
            if (Pfns.below(segment.start(), end) || (!handedIn && (tooLong || crosses))) {
                return index;
            }
            end = segment.start() + segment.length();
        }
        return -1;
    }

    private static boolean isHandedIn(BufferSetup buffer, long length) {
        for (int index = 0; index < buffer.buffer().segments().size(); index++) {
            if (buffer.buffer().segments().get(index).size() == length) {
                return true;
            }
        }
        return false;
    }

    @Override
    String complaint(Step step) {
        BufferSetup buffer = step.before().setup(step.device()).buffer(step.size());
        if (told(buffer) != buffer.bytes()) {
            return "The list has " + Hex.of(buffer.bytes()) + " bytes, and its segments are told to have "
                    + Hex.of(told(buffer)) + ".";
        }
        return "A segment breaks the limits of the device.";
    }
}
