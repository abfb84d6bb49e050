package dev.iovacheck.model.board;

import dev.iovacheck.model.devicetree.DeviceTreeNode;
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

    private static final Map<String, Known> BY_COMPATIBLE = Map.ofEntries(
            Map.entry("qcom,msm8916-venus", new Known(0xddc0_0000L - 1, VENUS)),
            Map.entry("qcom,msm8996-venus", new Known(0xddc0_0000L - 1, VENUS)),
            Map.entry("qcom,sdm845-venus", new Known(0xe000_0000L - 1, VENUS)),
            Map.entry("qcom,sdm845-venus-v2", new Known(0xe000_0000L - 1, VENUS)),
            Map.entry("qcom,sc7180-venus", new Known(0xe000_0000L - 1, VENUS)),
            Map.entry("qcom,sc7280-venus", new Known(0xe000_0000L - 1, VENUS)),
            Map.entry("qcom,sm8250-venus", new Known(0xe000_0000L - 1, VENUS)),
            Map.entry("qcom,sm8550-iris", new Known(0xe000_0000L - 1, IRIS)),
            Map.entry("qcom,sm8650-iris", new Known(0xe000_0000L - 1, IRIS)),
            Map.entry("qcom,qcs8300-iris", new Known(0xe000_0000L - 1, IRIS)),
            Map.entry("qcom,x1e80100-iris", new Known(0xe000_0000L - 1, IRIS)));

    private DriverMasks() {}

    /** What the driver of a node sets. */
    static Optional<Known> of(DeviceTreeNode node) {
        return node.strings("compatible").stream()
                .filter(BY_COMPATIBLE::containsKey)
                .findFirst()
                .map(BY_COMPATIBLE::get);
    }
}
