package dev.iovacheck.model.allowance;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Intervals;
import dev.iovacheck.model.config.Device;
import java.util.List;

/**
 * Where one device may be given addresses from in a domain that was initialised by a device of its group.
 *
 * @param device whose allocations
 * @param initialiser who was probed first: only what is reserved for that device is kept off
 * @param allowed bytes, whole granules, ascending and apart; empty if nothing is left
 * @param cuts what was taken away and why, in the order of the kernel's steps
 * @param refused whether the initialisation fails, so that the device does no DMA through the domain
 */
public record Allowance(Device device, Device initialiser, List<Extent> allowed, List<Cut> cuts, boolean refused) {

    public Allowance {
        allowed = List.copyOf(allowed);
        cuts = List.copyOf(cuts);
    }

    /** Parts of what is allowed that the hardware cannot use. */
    public List<Extent> outsideWindow() {
        return Intervals.without(allowed, device.window());
    }
}
