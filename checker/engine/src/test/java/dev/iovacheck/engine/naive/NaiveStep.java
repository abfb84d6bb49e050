package dev.iovacheck.engine.naive;

import java.util.Optional;

/**
 * One transition.
 *
 * @param what happened, for people
 * @param asked what there was no address for, at no pfn, if it was such a map
 * @param mapped the mapping that was handed out, if it was a map that succeeded
 */
record NaiveStep(
        NaiveState before,
        String what,
        Optional<NaiveMapping> asked,
        Optional<NaiveMapping> mapped,
        NaiveState after) {}
