package dev.iovacheck.model.machine;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Caches;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Expectation;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Small configurations for tests, made without a file. */
public final class Configurations {

    private static final long PAGE = 4096;

    private Configurations() {}

    /** One platform device with a window of pages {@code low..high} (inclusive), mapping the given numbers of pages. */
    public static Device device(int index, @Nullable String group, long low, long high, int live, int... mapPages) {
        return new Device(
                index,
                "d" + index,
                group,
                "d" + index,
                Device.Bus.PLATFORM,
                OptionalInt.empty(),
                (high + 1) * PAGE - 1,
                new Extent(low * PAGE, (high + 1) * PAGE - 1),
                List.of(),
                List.of(),
                List.of(),
                Arrays.stream(mapPages).mapToObj(pages -> pages * PAGE).toList(),
                live);
    }

    /** A call for pages {@code low..high} (inclusive). */
    public static Reservation call(int index, int device, long low, long high, Reservation.When when) {
        return new Reservation(index, device, null, low * PAGE, (high - low + 1) * PAGE, when);
    }

    /** A configuration with one CPU-cache entry per magazine. */
    public static Configuration of(
            KernelProfile kernel,
            int cpus,
            Mechanism mechanism,
            Exploration exploration,
            List<Device> devices,
            List<Reservation> reservations) {
        return of(kernel, cpus, mechanism, exploration, devices, reservations, List.of("lower-bound"));
    }

    /** The same with these invariants. */
    public static Configuration of(
            KernelProfile kernel,
            int cpus,
            Mechanism mechanism,
            Exploration exploration,
            List<Device> devices,
            List<Reservation> reservations,
            List<String> checks) {
        return new Configuration(
                "test",
                "",
                kernel,
                cpus,
                new Iommu(12, new Extent(0, 0xffffffffL), true, Iommu.Mode.STRICT),
                new Caches(1, 1),
                devices,
                mechanism,
                reservations,
                exploration,
                checks,
                Expectation.ALL_HOLD);
    }
}
