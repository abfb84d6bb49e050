package dev.iovacheck.engine;

/** A way to look at fewer states with the same verdicts. */
public enum Reduction {
    /** States that differ in CPU numbers only are one. */
    CPUS,
    /** States that differ only in which of several devices that are alike is which are one. */
    DEVICES,
    /** States that differ only in which of a driver's buffers is mapped where are one. */
    SLOTS,
    /** Of several orders of steps that come to the same only one is looked at; {@code interleaving: steps}. */
    ORDERS,
    /** Parts that share nothing are searched apart, and of parts that are alike only one. */
    PARTS
}
