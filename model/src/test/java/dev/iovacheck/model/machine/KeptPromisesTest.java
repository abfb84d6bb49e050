package dev.iovacheck.model.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Which promises the kernel itself has taken into an allocator: the regions of the device that initialised the domain, as far as it got,
 * and calls that returned 0. Devices 0 and 1 share a group, 2 has one of its own, 3 has none.
 */
class KeptPromisesTest {

    private static final long PAGE = 4096;

    private final Blueprint plan;
    private final MachineState state;
    private final KeptPromises kept;

    KeptPromisesTest() {
        Configuration configuration = Configurations.of(
                KernelProfile.V7_1,
                1,
                Mechanism.HARDENED,
                new Exploration(false, true, false, false),
                List.of(
                        device(
                                0,
                                "g",
                                region(2, 3, FirmwareRegion.Type.RESERVED),
                                region(4, 4, FirmwareRegion.Type.MSI),
                                region(5, 6, FirmwareRegion.Type.RESERVED)),
                        device(1, "g", region(8, 9, FirmwareRegion.Type.RESERVED)),
                        device(2, "h", region(10, 10, FirmwareRegion.Type.RESERVED)),
                        device(3, null, region(11, 11, FirmwareRegion.Type.RESERVED))),
                List.of(Configurations.call(0, 1, 7, 7, Reservation.When.ANY)));
        plan = new Blueprint(configuration, new int[] {0, 1, 2, 3}, null);
        state = new MachineState(plan);
        kept = new KeptPromises(plan, state);
    }

    private static FirmwareRegion region(long first, long last, FirmwareRegion.Type type) {
        return new FirmwareRegion(new Extent(first * PAGE, (last + 1) * PAGE - 1), type);
    }

    private static Device device(int index, @Nullable String group, FirmwareRegion... regions) {
        return Device.builder(index, "d" + index)
                .group(group)
                .mask(16 * PAGE - 1)
                .window(new Extent(PAGE, 16 * PAGE - 1))
                .regions(List.of(regions))
                .mapSizes(List.of(PAGE))
                .build();
    }

    private DefaultDomain initialised(int domain, int device, MissingMemory missing) {
        state.domains[domain].create(GroupType.DMA, device);
        state.domains[domain].initialise(plan.setups[device], false, missing, null, new Outcome());
        return state.domains[domain];
    }

    /** First pages of those that are kept. */
    private List<Long> pages() {
        return plan.promises.stream()
                .filter(kept::has)
                .map(promise -> promise.bytes().first() / PAGE)
                .toList();
    }

    @Test
    void nothingIsKeptBeforeADomainIsInitialised() {
        assertEquals(List.of(), pages());
    }

    @Test
    void onlyWhoInitialisesADomainReservesItsRegions() {
        DefaultDomain domain = initialised(0, 0, MissingMemory.NONE);
        assertEquals(List.of(2L, 4L, 5L), pages());
        domain.destroy();
        initialised(0, 1, MissingMemory.NONE);
        assertEquals(List.of(8L), pages());
        initialised(1, 2, MissingMemory.NONE);
        assertEquals(List.of(8L, 10L), pages());
    }

    @Test
    void anInitialisationThatEndsEarlyHasReservedWhatItCameTo() {
        initialised(0, 0, MissingMemory.MSI_PAGES);
        assertEquals(List.of(2L, 4L), pages());
        state.domains[0].destroy();
        initialised(0, 0, MissingMemory.CACHES);
        assertEquals(List.of(), pages());
    }

    @Test
    void aCallIsKeptOnceItReturnedZero() {
        state.promised.set(0, true);
        assertEquals(List.of(7L), pages());
        state.promised.set(0, false);
        assertEquals(List.of(), pages());
    }

    @Test
    void promisesSideBySideCoverWhatNoneCoversAlone() {
        DefaultDomain domain = initialised(0, 0, MissingMemory.NONE);
        assertTrue(kept.cover(domain, 2, 2));
        assertTrue(kept.cover(domain, 2, 6));
        assertTrue(kept.cover(domain, 6, 6));
        assertFalse(kept.cover(domain, 1, 2));
        assertFalse(kept.cover(domain, 6, 7));
        state.promised.set(0, true);
        assertTrue(kept.cover(domain, 6, 7));
        assertFalse(kept.cover(domain, 7, 8), "device 1 came second: its region was not looked at");
        initialised(1, 2, MissingMemory.NONE);
        assertTrue(kept.cover(state.domains[1], 10, 10));
        assertFalse(kept.cover(domain, 10, 10), "kept in another domain");
        assertFalse(kept.cover(state.domains[1], 2, 2));
    }
}
