package dev.iovacheck.constraint.unroll;

/**
 * One of the things that can be done in a step.
 *
 * @param kind what
 * @param number which size is mapped, the mapping of which step is undone, or which call is made
 * @param cpu the CPU whose caches are used
 */
record Choice(Kind kind, int number, int cpu) {

    enum Kind {
        MAP,
        UNMAP,
        CALL
    }
}
