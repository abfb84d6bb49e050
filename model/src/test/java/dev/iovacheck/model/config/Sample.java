package dev.iovacheck.model.config;

import java.util.List;

/** Configurations that several tests start from. */
final class Sample {

    static final List<String> INVARIANTS = List.of(
            "lower-bound", "upper-bound", "no-live-overlap", "no-reserved-overlap", "reservation-persistence", "errno");

    /** The shortest that can be read. */
    static final String SHORTEST = """
            iovacheck: 1
            devices: { dev0: {} }
            workload: { dev0: { map: 4KiB } }
            """;

    /** A video block with three streams, holes reserved by calls: uses most keys. */
    static final String VIDEO = """
            iovacheck: 1
            title: VPU with three blocks, holes reserved by the proposed API
            kernel: v7.1
            cpus: 2
            iommu: { granule: 4KiB, aperture: 0..4GiB, mode: strict }        # strict | lazy (DMA_FQ)
            devices:
              block0: { stream-id: 0, group: g0, mask: 0xdabfffff, window: 600MiB..3500MiB }   # hardware truth; mask
              block1: { stream-id: 1, group: g1, mask: 0xdabfffff, window: 0..3500MiB }
              block2: { stream-id: 2, group: g2, mask: 0x257fffff, window: 16MiB..600MiB }
            mechanism: dma_iova_set_resv_region
            reserve:
              - { device: block0, range: 0..600MiB, when: any }                # any | before-first-map | at-probe
              - { device: block2, range: 0..16MiB, when: any }
            workload:
              block0: { map: [4KiB, 512MiB], live: 5 }
            explore: { faults: [no-memory], removal: true }
            check: all
            expect: { reservation-persistence: violated, no-reserved-overlap: violated, others: hold }
            """;

    private Sample() {}

    static Configuration read(String text) throws ConfigurationException {
        return new ConfigurationReader(INVARIANTS).read("sample.yaml", text);
    }
}
