package dev.iovacheck.model.board;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.devicetree.DeviceTreeNode;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * How MediaTek's driver cuts 16 GiB into regions, each with an aperture and a group of its own. Facts of {@code drivers/iommu/mtk_iommu.c},
 * read in 6.1.192 and 6.12.117: since 6.4 the local arbiter and the ports of a device tell its region (b2a6876d215b), and each region
 * ends with a gap (3df9bdd4ae8e); before, {@code dma-ranges} tell it, and there is no gap.
 */
final class MediatekRegions {

    static final String DRIVER = "drivers/iommu/mtk_iommu.c";

    /** Mask that the driver gives to devices in all regions but the first. */
    static final int MASK_BITS = 34;

    private static final long BANK = 1L << 32;
    private static final long GAP = 8L << 20;
    private static final int WHOLE_BANKS = 4;
    private static final long CARVED_OUT = 0x2_4000_0000L;
    private static final long CARVED_OUT_SIZE = 0x400_0000L;

    /** All ports of a local arbiter. */
    private static final int ALL = -1;

    /** For each region the ports that lie in it, by local arbiter, one bit for each port. */
    private static final Map<String, List<Map<Integer, Integer>>> PORTS = ports();

    /** IOMMUs that the driver keeps in one list, and whose devices share groups. */
    private static final Set<String> SHARED = Set.of(
            "mediatek,mt2712-m4u",
            "mediatek,mt8188-iommu-vdo",
            "mediatek,mt8188-iommu-vpp",
            "mediatek,mt8195-iommu-vdo",
            "mediatek,mt8195-iommu-vpp");

    private static final String WITH_BANKS = "mediatek,mt8195-iommu-infra";

    private MediatekRegions() {}

    private static Map<String, List<Map<Integer, Integer>>> ports() {
        List<Map<Integer, Integer>> mt8188 = List.of(
                larbs(0, 1, 2, 3),
                larbs(21, 22, 23),
                larbs(4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 25),
                Map.of(),
                Map.of(24, 0b0011),
                Map.of(24, 0b1100));
        List<Map<Integer, Integer>> mt8195 = List.of(
                larbs(0, 1, 2, 3),
                larbs(19, 20, 21, 22, 23, 24),
                larbs(4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 25, 26, 27, 28),
                Map.of(),
                Map.of(18, 0b0011),
                Map.of(18, 0b1100));
        return Map.of(
                "mediatek,mt8186-iommu-mm",
                List.of(
                        larbs(0, 1, 2),
                        larbs(4, 7),
                        but(larbs(8, 9, 11, 13, 16, 17, 19, 20), 13, 1 << 9 | 1 << 10),
                        Map.of(),
                        Map.of(13, 1 << 9 | 1 << 10),
                        larbs(14)),
                "mediatek,mt8192-m4u",
                List.of(
                        larbs(0, 1),
                        larbs(4, 5, 7),
                        but(
                                but(larbs(2, 9, 11, 13, 14, 16, 17, 18, 19, 20), 13, 1 << 9 | 1 << 10),
                                14,
                                1 << 4 | 1 << 5),
                        Map.of(),
                        Map.of(13, 1 << 9 | 1 << 10),
                        Map.of(14, 1 << 4 | 1 << 5)),
                "mediatek,mt8188-iommu-vdo",
                mt8188,
                "mediatek,mt8188-iommu-vpp",
                mt8188,
                "mediatek,mt8195-iommu-vdo",
                mt8195,
                "mediatek,mt8195-iommu-vpp",
                mt8195);
    }

    private static Map<Integer, Integer> larbs(int... larbs) {
        Map<Integer, Integer> all = new HashMap<>();
        IntStream.of(larbs).forEach(larb -> all.put(larb, ALL));
        return Map.copyOf(all);
    }

    private static Map<Integer, Integer> but(Map<Integer, Integer> ports, int larb, int without) {
        Map<Integer, Integer> some = new HashMap<>(ports);
        some.put(larb, ALL & ~without);
        return Map.copyOf(some);
    }

    private static int larb(Stream stream) {
        return (int) (stream.id() >>> 5 & 0x1f);
    }

    private static int port(Stream stream) {
        return (int) (stream.id() & 0x1f);
    }

    private static int portMask(List<Stream> streams) {
        return streams.stream().mapToInt(stream -> 1 << port(stream)).reduce(0, (a, b) -> a | b);
    }

    /**
     * The region of a device.
     *
     * @param streams at least one, all of one IOMMU of this driver
     * @param dma the {@code dma-ranges} that bound the device
     * @return empty if it lies in none, or in more local arbiters than one: the driver refuses it ({@code -EINVAL})
     */
    static Optional<IommuRegion> of(List<Stream> streams, DmaRanges dma, KernelProfile kernel) {
        DeviceTreeNode iommu = streams.get(0).iommu();
        List<Map<Integer, Integer>> ports = iommu.strings("compatible").stream()
                .filter(PORTS::containsKey)
                .findFirst()
                .map(PORTS::get)
                .orElse(List.of());
        if (ports.isEmpty()) {
            return Optional.of(region(0, bank(iommu, streams), 1, kernel, "the IOMMU has one region"));
        }
        if (streams.stream().anyMatch(stream -> larb(stream) != larb(streams.get(0)))) {
            return Optional.empty();
        }
        return kernel.tellsRegionsByPort() ? byPort(streams, ports, kernel) : byDmaRanges(dma, kernel);
    }

    private static Optional<IommuRegion> byPort(
            List<Stream> streams, List<Map<Integer, Integer>> ports, KernelProfile kernel) {
        int wanted = portMask(streams);
        int larb = larb(streams.get(0));
        for (int number = 0; number < ports.size(); number++) {
            if ((ports.get(number).getOrDefault(larb, 0) & wanted) == wanted) {
                String list = String.join(
                        ", ",
                        streams.stream()
                                .map(stream -> Integer.toString(port(stream)))
                                .toList());
                return Optional.of(
                        region(number, number, ports.size(), kernel, "by local arbiter " + larb + ", port " + list));
            }
        }
        return Optional.empty();
    }

    /** An exact fit is taken, otherwise the last region that all of it lies in. */
    private static Optional<IommuRegion> byDmaRanges(DmaRanges dma, KernelProfile kernel) {
        int count = WHOLE_BANKS + 2;
        if (dma.ranges().isEmpty()) {
            return Optional.of(region(0, 0, count, kernel, "without dma-ranges"));
        }
        Extent first = dma.ranges().get(0).bus();
        int fitting = -1;
        for (int number = 0; number < count; number++) {
            Extent extent = extent(number, kernel);
            if (extent.equals(first)) {
                fitting = number;
                break;
            }
            fitting = extent.contains(first) ? number : fitting;
        }
        return fitting < 0
                ? Optional.empty()
                : Optional.of(region(fitting, fitting, count, kernel, "by dma-ranges " + first));
    }

    /** Of those with several sets of tables, the one that ports are tied to: they are groups of their own. */
    private static int bank(DeviceTreeNode iommu, List<Stream> streams) {
        boolean isUsb = portMask(streams) >>> 20 != 0 && (portMask(streams) & 0xf_0000) == 0;
        return iommu.strings("compatible").contains(WITH_BANKS) && isUsb ? 4 : 0;
    }

    private static Extent extent(int number, KernelProfile kernel) {
        if (number >= WHOLE_BANKS) {
            long start = CARVED_OUT + (number - WHOLE_BANKS) * CARVED_OUT_SIZE;
            return new Extent(start, start + CARVED_OUT_SIZE - 1);
        }
        long size = BANK - (kernel.tellsRegionsByPort() ? GAP : 0);
        return new Extent(number * BANK, number * BANK + size - 1);
    }

    private static IommuRegion region(int number, int group, int count, KernelProfile kernel, String how) {
        Extent aperture = extent(number, kernel);
        long base = aperture.first() & -BANK;
        List<Extent> carvedOut = new ArrayList<>();
        for (int other = 0; other < count; other++) {
            Extent extent = extent(other, kernel);
            if (Long.compareUnsigned(extent.first(), aperture.first()) > 0
                    && Long.compareUnsigned(extent.last(), aperture.last()) < 0) {
                carvedOut.add(extent);
            }
        }
        return new IommuRegion(
                number,
                group,
                aperture,
                new Extent(base, base + BANK - 1),
                carvedOut,
                how + (kernel.tellsRegionsByPort() ? "; as " + DRIVER + " of 6.12.117 has it" : "; as in 6.1.192"));
    }

    /** Whether devices behind both are in the same groups. */
    static boolean shareGroups(DeviceTreeNode one, DeviceTreeNode other) {
        return one == other
                || (one.strings("compatible").stream().anyMatch(SHARED::contains)
                        && other.strings("compatible").stream().anyMatch(SHARED::contains));
    }
}
