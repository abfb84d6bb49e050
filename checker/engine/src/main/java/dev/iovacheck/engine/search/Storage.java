package dev.iovacheck.engine.search;

/** What of a state the visited set keeps. */
public enum Storage {
    /** All of it. Nothing is mixed up. */
    EXACT,

    /**
     * 64 bits computed from it. Takes less memory, but of two states with equal bits the second is taken for known and what lies behind
     * it may never be seen; see {@link BreadthFirst#collisionProbability}.
     */
    FINGERPRINT
}
