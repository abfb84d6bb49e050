package dev.iovacheck.constraint.capacity;

/** Whether a request always finds a place. */
public sealed interface Answer {

    /**
     * It does, wherever the others lie.
     *
     * @param counted whether counting was enough: all buffers together block fewer places than there are
     */
    record AlwaysFits(boolean counted) implements Answer {}

    /** It may not. */
    record MayFail(Blockade blockade) implements Answer {}

    /** Nothing was found out in time, or there are too many places to look at. */
    record Open(String reason) implements Answer {}
}
