package dev.iovacheck.invariants;

import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Promise;

/** How invariants speak about promised reservations. */
final class Promises {

    private Promises() {}

    /** As {@code the reservation [0x0, 0x257fffff] made for block0}, or {@code the reserved region ... of block0}. */
    static String name(Machine machine, Promise promise) {
        String device = machine.setup(promise.device()).device().name();
        return promise.isCall()
                ? "the reservation " + promise.bytes() + " made for " + device
                : "the reserved region " + promise.bytes() + " of " + device;
    }
}
