package dev.iovacheck.model.board;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.devicetree.DeviceTreeNode;
import java.util.List;
import java.util.Optional;

/**
 * Kinds of IOMMUs as their drivers describe them: page size, aperture, and which devices share a group. Facts from the drivers that are
 * named; {@code assumed} says what a driver asks the hardware for and a tree does not say.
 */
enum IommuKind {
    ARM_SMMU_V2(
            "drivers/iommu/arm/arm-smmu/arm-smmu.c",
            12,
            Bits.of(48),
            Grouping.BY_STREAM,
            true,
            "pages of 4 KiB (those of the kernel) and addresses of 48 bits",
            "arm,mmu-500",
            "arm,mmu-401",
            "arm,mmu-400",
            "arm,smmu-v2",
            "arm,smmu-v1",
            "nvidia,smmu-500",
            "qcom,smmu-v2",
            "cavium,smmu-v2"),
    ARM_SMMU_V3(
            "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c",
            12,
            Bits.of(48),
            Grouping.BY_STREAM,
            true,
            "pages of 4 KiB (those of the kernel) and addresses of 48 bits",
            "arm,smmu-v3"),
    /** Its tables have 32 bits; the driver leaves the aperture open. */
    EXYNOS("drivers/iommu/exynos-iommu.c", 12, -1L, Grouping.EACH, false, "", "samsung,exynos-sysmmu"),
    ROCKCHIP(
            "drivers/iommu/rockchip-iommu.c",
            12,
            Bits.of(32),
            Grouping.BY_IOMMU,
            false,
            "",
            "rockchip,iommu",
            "rockchip,rk3568-iommu"),
    ALLWINNER(
            "drivers/iommu/sun50i-iommu.c",
            12,
            Bits.of(32),
            Grouping.BY_IOMMU,
            false,
            "",
            "allwinner,sun50i-h6-iommu",
            "allwinner,sun50i-h616-iommu"),
    APPLE_DART(
            "drivers/iommu/apple-dart.c",
            14,
            Bits.of(32),
            Grouping.BY_STREAM,
            false,
            "pages of 16 KiB and addresses of 32 bits",
            "apple,t8103-dart",
            "apple,t8103-usb4-dart",
            "apple,t8110-dart",
            "apple,t6000-dart"),
    RENESAS_IPMMU(
            "drivers/iommu/ipmmu-vmsa.c",
            12,
            Bits.of(32),
            Grouping.BY_IOMMU,
            false,
            "",
            "renesas,ipmmu-vmsa",
            "renesas,ipmmu-r8a774a1",
            "renesas,ipmmu-r8a774b1",
            "renesas,ipmmu-r8a774c0",
            "renesas,ipmmu-r8a774e1",
            "renesas,ipmmu-r8a7795",
            "renesas,ipmmu-r8a7796",
            "renesas,ipmmu-r8a77961",
            "renesas,ipmmu-r8a77965",
            "renesas,ipmmu-r8a77970",
            "renesas,ipmmu-r8a77980",
            "renesas,ipmmu-r8a77990",
            "renesas,ipmmu-r8a77995",
            "renesas,ipmmu-r8a779a0",
            "renesas,rcar-gen4-ipmmu-vmsa"),
    OMAP(
            "drivers/iommu/omap-iommu.c",
            12,
            Bits.of(32),
            Grouping.BY_IOMMU,
            false,
            "",
            "ti,omap2-iommu",
            "ti,omap4-iommu",
            "ti,dra7-iommu",
            "ti,dra7-dsp-iommu"),
    QCOM(
            "drivers/iommu/arm/arm-smmu/qcom_iommu.c",
            12,
            Bits.of(32),
            Grouping.EACH,
            false,
            "",
            "qcom,msm-iommu-v1",
            "qcom,msm-iommu-v2"),
    TEGRA(
            "drivers/iommu/tegra-smmu.c",
            12,
            Bits.of(32),
            Grouping.BY_STREAM,
            false,
            "",
            "nvidia,tegra30-smmu",
            "nvidia,tegra114-smmu",
            "nvidia,tegra124-smmu",
            "nvidia,tegra210-smmu"),
    /** What each device has of it {@link MediatekRegions} tells. */
    MEDIATEK(
            MediatekRegions.DRIVER,
            12,
            Bits.of(34),
            Grouping.BY_REGION,
            false,
            "",
            "mediatek,mt2712-m4u",
            "mediatek,mt6779-m4u",
            "mediatek,mt6795-m4u",
            "mediatek,mt8167-m4u",
            "mediatek,mt8173-m4u",
            "mediatek,mt8183-m4u",
            "mediatek,mt8186-iommu-mm",
            "mediatek,mt8188-iommu-infra",
            "mediatek,mt8188-iommu-vdo",
            "mediatek,mt8188-iommu-vpp",
            "mediatek,mt8192-m4u",
            "mediatek,mt8195-iommu-infra",
            "mediatek,mt8195-iommu-vdo",
            "mediatek,mt8195-iommu-vpp",
            "mediatek,mt8365-m4u"),
    /** Whatever else is referred to. */
    UNKNOWN(
            "",
            12,
            Bits.of(48),
            Grouping.EACH,
            false,
            "pages of 4 KiB, addresses of 48 bits and a group for each device");

    /** Which devices share a group, and so a domain. */
    enum Grouping {
        /** Those that an IOMMU cannot tell apart: one of their streams is the same. */
        BY_STREAM,
        /** All behind one IOMMU: {@code generic_single_device_group}. */
        BY_IOMMU,
        /** All in one region of an IOMMU. */
        BY_REGION,
        /** No others: {@code generic_device_group}. */
        EACH
    }

    /** Addresses of so many bits. */
    private static final class Bits {

        /** The highest of them. */
        static long of(int bits) {
            return (1L << bits) - 1;
        }
    }

    private final String driver;
    private final int granuleShift;
    private final long lastTranslatable;
    private final Grouping grouping;
    private final boolean softwareMsi;
    private final String assumed;

    // List.of cannot be changed, which the compiler's check cannot see.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> compatibles;

    IommuKind(
            String driver,
            int granuleShift,
            long lastTranslatable,
            Grouping grouping,
            boolean softwareMsi,
            String assumed,
            String... compatibles) {
        this.driver = driver;
        this.granuleShift = granuleShift;
        this.lastTranslatable = lastTranslatable;
        this.grouping = grouping;
        this.softwareMsi = softwareMsi;
        this.assumed = assumed;
        this.compatibles = List.of(compatibles);
    }

    /** By the first of a node's {@code compatible} strings that a driver knows. */
    static IommuKind of(DeviceTreeNode iommu) {
        for (String compatible : iommu.strings("compatible")) {
            Optional<IommuKind> known = withCompatible(compatible);
            if (known.isPresent()) {
                return known.get();
            }
        }
        return UNKNOWN;
    }

    private static Optional<IommuKind> withCompatible(String compatible) {
        for (IommuKind kind : values()) {
            if (kind.compatibles.contains(compatible)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /** The kernel source that says so; empty if none does. */
    String driver() {
        return driver;
    }

    /** log2 of the smallest page in bytes that domains of the DMA API get on a kernel with 4 KiB pages (Apple: 16 KiB). */
    int granuleShift() {
        return granuleShift;
    }

    /** Bytes that {@code geometry} spans; all of these drivers force it. */
    Extent aperture() {
        return new Extent(0, lastTranslatable);
    }

    /** Bytes that it can really translate. */
    Extent translated() {
        return this == EXYNOS ? new Extent(0, Bits.of(32)) : aperture();
    }

    Grouping grouping() {
        return grouping;
    }

    /**
     * Whether its driver reports the regions of the tree, without which nobody reserves what {@code iommu-addresses} say. Those that do call
     * {@code iommu_dma_get_resv_regions} in 6.12.117; of the others later kernels were not looked at.
     */
    boolean reportsRegionsOfTree() {
        return this == ARM_SMMU_V2 || this == ARM_SMMU_V3 || this == APPLE_DART;
    }

    /** Whether it reports a window for doorbells that software maps: 0x8000000, 1 MiB. */
    boolean hasSoftwareMsi() {
        return softwareMsi;
    }

    /** What a driver asks the hardware for, and a tree cannot say; empty if nothing. */
    String assumed() {
        return assumed;
    }
}
