package dev.iovacheck.invariants.formula;

/** What a clause can speak of: things of one domain that have a range of granules. */
public enum Sort {
    /** Live mappings, in the order of addresses. */
    MAPPING,
    /** Nodes of the tree without the anchor, in its order. */
    NODE,
    /** What no node covers, between each node and the next one and at both ends; may be empty, but is there. */
    GAP,
    /** What was promised to be kept free before the step that is looked at. */
    PROMISE,
    /** What is promised to be kept free in the state that is looked at. */
    MADE_PROMISE,
    /** Promises that the kernel has taken into the allocator. */
    KEPT_PROMISE,
    /** Ranges that a map takes in the step that is looked at. */
    TAKEN,
    /** Ranges that a map returns in the step that is looked at. */
    RETURNED,
    /** Reservation calls that returned 0 in the step that is looked at. */
    ACCEPTED_CALL,
    /** True ranges, as the allocator rounds them, of live mappings whose domain is not gone. */
    LIVE,
    /** True ranges of all live mappings, and of calls that are on their way: somebody has them for himself. */
    IN_USE,
    /** True ranges that are unmapped and in a cache or a flush queue: up for use again, now or later. */
    POOLED,
    /** What somebody holds, or will get from a cache, after the step that is looked at: true ranges, as the allocator rounds them. */
    HELD
}
