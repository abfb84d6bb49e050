package dev.iovacheck.model.machine;

import dev.iovacheck.model.address.Extent;

/**
 * Something that somebody may rely on to be kept free: a region that firmware or device tree reports for a device, or a reservation
 * call that returned 0. Which promises stand in a state, the machine tells.
 *
 * @param index position among the machine's promises
 * @param device index of the device it was made for
 * @param domain index of the domain it is about; -1 for a device without a group
 * @param reservation index of the reservation call it comes from; -1 for a region
 * @param region place among what is to be kept free for the device ({@link DeviceSetup#regions}); -1 for a call
 * @param isReservedAtProbe whether the device reserves it if it initialises the domain: not, if that ends early
 * @param bytes what is to be kept free, inclusive
 */
public record Promise(
        int index, int device, int domain, int reservation, int region, boolean isReservedAtProbe, Extent bytes) {

    /** Whether it comes from a driver's call and not from firmware. */
    public boolean isCall() {
        return reservation >= 0;
    }
}
