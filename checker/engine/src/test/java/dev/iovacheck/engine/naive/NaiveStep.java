package dev.iovacheck.engine.naive;

import java.util.Optional;

/**
 * One transition.
 *
 * @param what happened, for people
 * @param mapped the mapping that was handed out, if it was a map that succeeded
 */
record NaiveStep(NaiveState before, String what, Optional<NaiveMapping> mapped, NaiveState after) {}
