package dev.iovacheck.cli.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.ConfigurationReader;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.KernelProfile;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VariantsTest {

    private static final Extent WINDOW = new Extent(0x1000_0000, 0x3fff_ffff);

    private static Configuration configuration() throws ConfigurationException {
        return new ConfigurationReader(Catalogue.ids()).read("test.yaml", """
                iovacheck: 1
                title: given
                devices:
                  d: { mask: 0x3fffffff, window: 256MiB..1GiB }
                mechanism: dma_iova_set_resv_region
                reserve:
                  - { device: d, range: 0..256MiB, when: any }
                workload:
                  d: { map: [256MiB], live: 2 }
                """);
    }

    private static List<Variant> of(
            Configuration given, List<Mechanism> mechanisms, List<KernelProfile> kernels, List<Iommu.Mode> modes) {
        return new Variants(mechanisms, kernels, modes, Duration.ofMinutes(1)).of(given);
    }

    @Test
    void withoutWishesAFileIsWhatItIs() throws ConfigurationException {
        Configuration given = configuration();
        List<Variant> all = of(given, List.of(), List.of(), List.of());
        assertEquals(1, all.size());
        assertSame(given, all.get(0).configuration());
        assertEquals("given", all.get(0).label());
    }

    /** What is late with the one call is as late with the other. */
    @Test
    void callsAreMadeAsTheyAreWritten() throws ConfigurationException {
        Configuration given = configuration();
        Variant repaired =
                of(given, List.of(Mechanism.HARDENED), List.of(), List.of()).get(0);
        assertEquals(given.reservations(), repaired.configuration().reservations());
        assertEquals(Mechanism.HARDENED, repaired.configuration().mechanism());
    }

    @Test
    void otherMechanismsReserveWhatLiesOutside() throws ConfigurationException {
        List<Variant> all = of(
                configuration(),
                List.of(Mechanism.NONE, Mechanism.DMA_RANGES, Mechanism.IOMMU_ADDRESSES),
                List.of(),
                List.of());
        assertEquals(List.of(), all.get(0).configuration().reservations());
        assertEquals(
                List.of(WINDOW), all.get(1).configuration().devices().get(0).dmaRanges());
        Reservation only = all.get(2).configuration().reservations().get(0);
        assertEquals(0, only.start());
        assertEquals(0x1000_0000, only.length());
    }

    @Test
    void kernelsAndModesMakeRowsOfTheirOwn() throws ConfigurationException {
        List<Variant> all = of(
                configuration(),
                List.of(Mechanism.IOMMU_ADDRESSES),
                List.of(KernelProfile.V6_1, KernelProfile.V7_1),
                List.of(Iommu.Mode.STRICT, Iommu.Mode.LAZY));
        assertEquals(4, all.size());
        assertEquals(Optional.of("v6.1 does not know it"), all.get(0).refusal());
        assertEquals("iommu-addresses, v7.1, lazy", all.get(3).label());
        assertEquals(Iommu.Mode.LAZY, all.get(3).configuration().iommu().mode());
    }

    @Test
    void whatNoReservationHelpsIsUnsatisfiable() throws ConfigurationException {
        Configuration given = configuration();
        Configuration narrow = given.toBuilder()
                .devices(List.of(given.devices().get(0).toBuilder()
                        .window(new Extent(0x1000_0000, 0x100f_ffff))
                        .build()))
                .build();
        Variant variant = of(narrow, List.of(Mechanism.IOMMU_RANGES), List.of(), List.of())
                .get(0);
        assertTrue(variant.refusal().isPresent(), "a buffer of 256 MiB and a window of 1 MiB");
    }
}
