package dev.iovacheck.engine.simulate;

import java.time.Duration;

/**
 * How far a simulation goes. With the same seed, walks and length it finds the same, whatever the number of workers, unless the time
 * limit ends it.
 *
 * @param seed of the first walk; walk n has seed + n
 * @param walks how many walks at most, at least 1
 * @param length steps of a walk, at least 1
 * @param timeLimit no walk begins after this long
 * @param workers threads, at least 1
 */
public record SimulationOptions(long seed, int walks, int length, Duration timeLimit, int workers) {}
