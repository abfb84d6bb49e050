package dev.iovacheck.model.board;

import dev.iovacheck.model.devicetree.DeviceTreeNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** DMA masks that drivers set whatever the tree says, where somebody has looked it up. The others keep the kernel's 32 bits. */
final class DriverMasks {

    /** What {@code of_dma_configure} leaves to a device whose driver sets no mask. */
    static final long DEFAULT = 0xffff_ffffL;

    private static final String VENUS = "drivers/media/platform/qcom/venus/core.c";
    private static final String IRIS = "drivers/media/platform/qcom/iris/";

    /**
     * A mask and where it is set.
     *
     * @param mask highest address, inclusive
     * @param driver kernel source
     */
    record Known(long mask, String driver) {}

    private static final String HANTRO = "drivers/media/platform/verisilicon/hantro_drv.c";
    private static final String SDHCI_TEGRA = "drivers/mmc/host/sdhci-tegra.c";
    private static final String HOST1X = "drivers/gpu/host1x/dev.c";

    private static final Map<String, Known> BY_COMPATIBLE = byCompatible();

    private DriverMasks() {}

    private static Map<String, Known> byCompatible() {
        Map<String, Known> known = new HashMap<>();
        put(known, VENUS, 0xddc0_0000L - 1, "qcom,msm8916-venus", "qcom,msm8996-venus");
        put(
                known,
                VENUS,
                0xe000_0000L - 1,
                "qcom,sdm845-venus",
                "qcom,sdm845-venus-v2",
                "qcom,sc7180-venus",
                "qcom,sc7280-venus",
                "qcom,sm8250-venus");
        put(
                known,
                IRIS,
                0xe000_0000L - 1,
                "qcom,sm8550-iris",
                "qcom,sm8650-iris",
                "qcom,qcs8300-iris",
                "qcom,x1e80100-iris");
        // It sets the coherent mask, and leaves the other as the kernel has it: the same 32 bits.
        put(
                known,
                HANTRO,
                DEFAULT,
                "rockchip,px30-vpu",
                "rockchip,rk3036-vpu",
                "rockchip,rk3066-vpu",
                "rockchip,rk3288-vpu",
                "rockchip,rk3328-vpu",
                "rockchip,rk3399-vpu",
                "rockchip,rk3568-vepu",
                "rockchip,rk3568-vpu",
                "rockchip,rk3588-av1-vpu",
                "nxp,imx8mm-vpu-g1",
                "nxp,imx8mq-vpu",
                "nxp,imx8mq-vpu-g1",
                "nxp,imx8mq-vpu-g2",
                "microchip,sama5d4-vdec",
                "allwinner,sun50i-h6-vpu-g2");
        put(known, SDHCI_TEGRA, bits(40), "nvidia,tegra186-sdhci");
        put(known, SDHCI_TEGRA, bits(39), "nvidia,tegra194-sdhci");
        put(known, HOST1X, bits(34), "nvidia,tegra124-host1x", "nvidia,tegra210-host1x");
        put(known, HOST1X, bits(40), "nvidia,tegra186-host1x", "nvidia,tegra194-host1x");
        return Map.copyOf(known);
    }

    private static void put(Map<String, Known> known, String driver, long mask, String... compatibles) {
        for (String compatible : compatibles) {
            known.put(compatible, new Known(mask, driver));
        }
    }

    private static long bits(int bits) {
        return (1L << bits) - 1;
    }

    /** What the driver of a node sets. */
    static Optional<Known> of(DeviceTreeNode node) {
        return node.strings("compatible").stream()
                .filter(BY_COMPATIBLE::containsKey)
                .findFirst()
                .map(BY_COMPATIBLE::get);
    }
}
