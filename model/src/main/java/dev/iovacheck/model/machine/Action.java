package dev.iovacheck.model.machine;

import dev.iovacheck.model.config.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happens, in terms that stay the same when the machine around it changes: devices and sizes by value, not by place in
 * some state.
 *
 * @param kind what happens
 * @param cpu the CPU it happens on, or that goes offline or online; -1 where no CPU matters
 * @param noMemory whether every atomic memory allocation of the call fails
 * @param device index of the device concerned, or -1
 * @param reservation index of the reservation made ({@link Kind#RESERVE}), or -1
 * @param group index of the group whose domain is concerned, or -1
 * @param size bytes asked for ({@link Kind#MAP}, {@link Kind#UNMAP}), otherwise 0
 * @param address first byte of the mapping ({@link Kind#UNMAP}), otherwise 0
 * @param order size class of the depot ({@link Kind#DEPOT_WORK}), place of the type among {@code GroupType} ({@link Kind#TYPE_CHANGE}), place of what there is no
 *     memory for among {@link MissingMemory} ({@link Kind#ADD}), the segment of its list from which on something does not work
 *     ({@link Kind#MAP}), {@link #linked} parts of a mapping, or the {@link #wrongUnmap} that undoes it, turned round by {@link #ofLost} if
 *     the domain that it was made in is gone, otherwise 0
 * @param step the step of the call ({@link Kind#STEP}), otherwise {@code null}; what is said above is then that of the call
 * @param buffer which of the device's buffers is concerned, if it is none of a size only ({@link Buffer#isPlain}); otherwise -1
 * @param failure what does not work meanwhile; {@link Failure#NO_MEMORY} if and only if {@code noMemory}
 */
public record Action(
        Kind kind,
        int cpu,
        boolean noMemory,
        int device,
        int reservation,
        int group,
        long size,
        long address,
        int order,
        @Nullable CallStep step,
        int buffer,
        Failure failure) {

    /** Of a buffer of a size only, with nothing failing but memory. */
    public Action(
            Kind kind,
            int cpu,
            boolean noMemory,
            int device,
            int reservation,
            int group,
            long size,
            long address,
            int order,
            @Nullable CallStep step) {
        this(
                kind,
                cpu,
                noMemory,
                device,
                reservation,
                group,
                size,
                address,
                order,
                step,
                -1,
                noMemory ? Failure.NO_MEMORY : Failure.NONE);
    }

    /**
     * How {@link #order} writes what it says of a mapping whose domain is gone: at the same address there may be another one, of the domain that took
     * its place, and the two are not the same thing to undo.
     */
    static int ofLost(int number) {
        return -1 - number;
    }

    /** How many parts of the mapping are linked ({@link LiveMappings#linked}), for actions about a mapping. */
    public int linked() {
        return order < 0 ? -1 - order : order;
    }

    /** How a mapping is undone against the rules, for {@link Kind#WRONG_UNMAP}. */
    public WrongUnmap wrongUnmap() {
        return WrongUnmap.values()[linked()];
    }

    /** The same, while this does not work. */
    Action with(Failure other) {
        return new Action(
                kind,
                cpu,
                other == Failure.NO_MEMORY,
                device,
                reservation,
                group,
                size,
                address,
                order,
                step,
                buffer,
                other);
    }

    /** The same, of this buffer. */
    Action withBuffer(int number) {
        return new Action(kind, cpu, noMemory, device, reservation, group, size, address, order, step, number, failure);
    }

    /** Anything but a {@link Kind#STEP}. */
    public Action(
            Kind kind,
            int cpu,
            boolean noMemory,
            int device,
            int reservation,
            int group,
            long size,
            long address,
            int order) {
        this(kind, cpu, noMemory, device, reservation, group, size, address, order, null);
    }

    /** What can happen. */
    public enum Kind {
        /** A device is probed by the IOMMU core and, if the mechanism says so, by its driver. */
        ADD,
        /** A device without mappings is removed. */
        REMOVE,
        /** A driver makes one of its reservation calls. */
        RESERVE,
        /** A driver maps a buffer. */
        MAP,
        /** A driver unmaps a buffer it holds. */
        UNMAP,
        /** A CPU goes offline. */
        CPU_OFFLINE,
        /** A CPU comes back. */
        CPU_ONLINE,
        /** The delayed worker trims the depot of one size class; 7.1 only. */
        DEPOT_WORK,
        /** A driver links the next part of a two-phase mapping ({@code dma_iova_link}). */
        LINK,
        /** A driver makes sure that the device sees what was linked ({@code dma_iova_sync}). */
        SYNC,
        /** A driver unlinks the part of a two-phase mapping that it linked last ({@code dma_iova_unlink}). */
        UNLINK,
        /** A driver undoes a mapping as the DMA API forbids it; {@code order} tells how ({@link WrongUnmap}). */
        WRONG_UNMAP,
        /** A driver is bound to a device that is there. */
        BIND,
        /** The driver of a device that holds no mappings is unbound. */
        UNBIND,
        /** A user asks for a group ({@code iommu_group_claim_dma_owner}). */
        CLAIM,
        /** The user of a group attaches a domain of its own. */
        ATTACH,
        /** The user of a group gives it back ({@code iommu_group_release_dma_owner}). */
        RELEASE,
        /** The type of a group's default domain is written in sysfs. */
        TYPE_CHANGE,
        /** The doorbell of a device is mapped ({@code iommu_dma_prepare_msi}). */
        MSI,
        /** The timer of a flush queue fires: the IOTLB is flushed, and what waited for that is freed. */
        FLUSH_TIMER,
        /** Somebody writes {@code DMA-FQ} to the {@code type} of a group. */
        CHANGE_TYPE,
        /** A CPU takes the call it is in one atomic step further; only where steps are interleaved. */
        STEP
    }
}
