package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelReference;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Flush queues become empty by themselves. An unmap that queues its range sees to it that the timer runs; when that fires it flushes the
 * IOTLB, and frees all rings with what was queued before the flush. What is queued during that arms the timer again. What a full ring
 * has lost is in no queue any more, and a matter of ring-capacity.
 */
final class QueueDrains extends ProgressInvariant {

    QueueDrains() {
        super(
                "queue-drains",
                Contract.FLUSHED,
                Kind.RESPONDS,
                "Without further unmaps each range in a flush queue is given back in the end.",
                "a range in a flush queue",
                "A queued range keeps its place in the tree: a queue that nobody empties takes space away for good, and a driver that"
                        + " has stopped unmapping never gets it back.",
                Defect.TIMER_NOT_ARMED,
                new KernelReference("drivers/iommu/dma-iommu.c", "queue_iova", "6.1, 7.1", Evidence.DERIVED),
                new KernelReference("drivers/iommu/dma-iommu.c", "fq_flush_timeout", "6.1, 7.1", Evidence.DERIVED));
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
        return waiting(machine) == null;
    }

    /** The first domain with a range in its queue; {@code null} if there is none. */
    private static @Nullable DefaultDomain waiting(Machine machine) {
        for (int index = 0; index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            if (domain.queue().isActive() && !domain.queue().isEmpty()) {
                return domain;
            }
        }
        return null;
    }

    @Override
    String complaint(Machine machine) {
        DefaultDomain domain = Objects.requireNonNull(waiting(machine));
        int at = QueuedRanges.next(domain, QueuedRanges.START);
        return QueuedRanges.name(domain, at) + " of group " + domain.group() + " waits for a flush, and the timer is "
                + (domain.queue().isTimerOn() ? "on." : "off.");
    }
}
