package dev.iovacheck.invariants.formula;

/** A number that the things of some sorts have, in granules where nothing else is said; unsigned. */
public enum Quantity {
    FIRST,
    /** Inclusive. Less than {@link #FIRST} for an inverted node. */
    LAST,
    /** Exclusive. */
    END,
    /** The first granule of which the device's window has all bytes. */
    WINDOW_FIRST,
    /** The granule after the last one of which the device's window has all bytes. */
    WINDOW_END,
    /** The last granule of which the device's DMA limit has a byte, inclusive. */
    LIMIT,
    /** The domain's {@code start_pfn}. */
    START_PFN,
    /** Of what a map returns: how far {@link #FIRST} is behind a multiple of its size, rounded up to a power of two; 0 if it is aligned. */
    OFFSET,
    /** Of a call: 0 if it asks for no byte, otherwise at least 1; no more than that is said. */
    LENGTH,
    /** Of a call: 1 if its range goes past the last byte there is, otherwise 0. */
    OVERRUN
}
