package dev.iovacheck.model.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** How a configuration looks with everything filled in. */
final class ConfigurationTextTest {

    @Test
    void showsEveryDefault() throws ConfigurationException {
        assertEquals("""
                iovacheck: 1
                kernel: v7.1
                cpus: 1
                iommu:
                  granule: 4KiB
                  aperture: [0x0, 0xffffffffffff]  # 0..256TiB
                  force-aperture: true
                  mode: strict
                  default-domain: dma
                caches: { magazine: 1, depot: 1 }
                devices:
                  dev0:
                    group: dev0
                    node: dev0
                    bus: platform
                    mask: 0xffffffff
                    window: [0x0, 0xffffffff]  # 0..4GiB
                mechanism: none
                workload:
                  dev0:
                    map: [4KiB]
                    live: 2
                explore:
                  faults: []
                  removal: false
                  cpu-hotplug: false
                  depot-work: true
                  ownership: false
                  type-change: false
                  direct-maps: false
                  lazy-switch: false
                  interleaving: calls
                check:
                  - lower-bound
                  - upper-bound
                  - no-live-overlap
                  - no-reserved-overlap
                  - reservation-persistence
                  - errno
                expect:
                  others: holds
                """, ConfigurationText.of(Sample.read(Sample.SHORTEST)));
    }

    @Test
    void showsTheVideoBlock() throws ConfigurationException {
        assertEquals("""
                iovacheck: 1
                title: "VPU with three blocks, holes reserved by the proposed API"
                kernel: v7.1
                cpus: 2
                iommu:
                  granule: 4KiB
                  aperture: [0x0, 0xffffffff]  # 0..4GiB
                  force-aperture: true
                  mode: strict
                  default-domain: dma
                caches: { magazine: 1, depot: 1 }
                devices:
                  block0:
                    stream-id: 0x0
                    group: g0
                    node: block0
                    bus: platform
                    mask: 0xdabfffff
                    window: [0x25800000, 0xdabfffff]  # 600MiB..3500MiB, 2900MiB
                  block1:
                    stream-id: 0x1
                    group: g1
                    node: block1
                    bus: platform
                    mask: 0xdabfffff
                    window: [0x0, 0xdabfffff]  # 0..3500MiB
                  block2:
                    stream-id: 0x2
                    group: g2
                    node: block2
                    bus: platform
                    mask: 0x257fffff
                    window: [0x1000000, 0x257fffff]  # 16MiB..600MiB, 584MiB
                mechanism: dma_iova_set_resv_region
                reserve:
                  - { device: block0, range: [0x0, 0x257fffff], when: any }  # 0..600MiB
                  - { device: block2, range: [0x0, 0xffffff], when: any }  # 0..16MiB
                workload:
                  block0:
                    map: [4KiB, 512MiB]
                    live: 5
                explore:
                  faults: [no-memory]
                  removal: true
                  cpu-hotplug: false
                  depot-work: true
                  ownership: false
                  type-change: false
                  direct-maps: false
                  lazy-switch: false
                  interleaving: calls
                check:
                  - lower-bound
                  - upper-bound
                  - no-live-overlap
                  - no-reserved-overlap
                  - reservation-persistence
                  - errno
                expect:
                  reservation-persistence: violated
                  no-reserved-overlap: violated
                  others: holds
                """, ConfigurationText.of(Sample.read(Sample.VIDEO)));
    }
}
