package dev.iovacheck.cli;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Divides the time of a run among the things that it is for, one after the other: of what is left of it each gets an equal share, so that
 * what the first ones do not need is there for the others, and none goes without because of one that takes long.
 */
final class TimeShares {

    private final LongSupplier clock;
    private final boolean isLimited;
    private final long end;
    private int left;

    /**
     * @param clock nanoseconds, from any time on
     * @param limit for all of them; {@code null} for no limit
     * @param count how many there are
     */
    TimeShares(LongSupplier clock, @Nullable Duration limit, int count) {
        this.clock = clock;
        isLimited = limit != null;
        end = clock.getAsLong() + (limit == null ? 0 : limit.toNanos());
        left = count;
    }

    /** Begins with the next one; says true once its share is over. */
    BooleanSupplier next() {
        if (!isLimited) {
            return () -> false;
        }
        long now = clock.getAsLong();
        long until = now + Math.max(0, end - now) / Math.max(1, left);
        left--;
        return () -> clock.getAsLong() - until >= 0;
    }
}
