package dev.iovacheck.model.machine;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Small configurations for tests, made without a file. */
public final class Configurations {

    private static final long PAGE = 4096;

    private Configurations() {}

    /** One platform device with a window of pages {@code low..high} (inclusive), mapping the given numbers of pages. */
    public static Device device(int index, @Nullable String group, long low, long high, int live, int... mapPages) {
        return Device.builder(index, "d" + index)
                .group(group)
                .mask((high + 1) * PAGE - 1)
                .window(new Extent(low * PAGE, (high + 1) * PAGE - 1))
                .mapSizes(
                        Arrays.stream(mapPages).mapToObj(pages -> pages * PAGE).toList())
                .live(live)
                .build();
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
        return Configuration.builder()
                .source("test")
                .kernel(kernel)
                .cpus(cpus)
                .devices(devices)
                .mechanism(mechanism)
                .reservations(reservations)
                .exploration(exploration)
                .checks(checks)
                .build();
    }
}
