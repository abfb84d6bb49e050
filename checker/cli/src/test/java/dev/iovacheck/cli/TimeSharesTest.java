package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class TimeSharesTest {

    private long now = 1_000_000_000L;

    private void pass(long seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }

    @Test
    void eachGetsAnEqualShareOfWhatIsLeft() {
        TimeShares shares = new TimeShares(() -> now, Duration.ofSeconds(90), 3);
        BooleanSupplier first = shares.next();
        pass(10);
        assertFalse(first.getAsBoolean(), "30 s are its own");
        BooleanSupplier second = shares.next();
        pass(39);
        assertFalse(second.getAsBoolean(), "80 s are left for two");
        pass(1);
        assertTrue(second.getAsBoolean());
        BooleanSupplier third = shares.next();
        pass(39);
        assertFalse(third.getAsBoolean());
        pass(1);
        assertTrue(third.getAsBoolean());
        assertTrue(shares.next().getAsBoolean(), "nothing is left");
    }

    @Test
    void withoutALimitNobodyStops() {
        BooleanSupplier only = new TimeShares(() -> now, null, 1).next();
        pass(1_000_000);
        assertFalse(only.getAsBoolean());
    }
}
