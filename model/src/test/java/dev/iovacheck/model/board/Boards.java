package dev.iovacheck.model.board;

import dev.iovacheck.model.devicetree.DeviceTreeWriter;

/** Small trees of boards, with the shapes that boards in mainline have. For tests. */
public final class Boards {

    private Boards() {}

    /** A Qualcomm-like SoC: 2/2 cells, an SMMU with two cells for a stream, and a codec with two streams. */
    static DeviceTreeWriter qualcomm() {
        return new DeviceTreeWriter()
                .strings("model", "Acme Hamoa")
                .cells("#address-cells", 2)
                .cells("#size-cells", 2)
                .begin("soc@0")
                .cells("#address-cells", 2)
                .cells("#size-cells", 2)
                .cells("dma-ranges", 0, 0, 0, 0, 0x100, 0)
                .cells("ranges", 0, 0, 0, 0, 0x100, 0)
                .begin("iommu@15000000")
                .strings("compatible", "qcom,x1e80100-smmu-500", "qcom,smmu-500", "arm,mmu-500")
                .cells("#iommu-cells", 2)
                .cells("phandle", 1)
                .end();
    }

    /** The codec itself; what follows belongs to it. */
    static DeviceTreeWriter codec(DeviceTreeWriter tree) {
        return tree.begin("video-codec@aa00000")
                .strings("compatible", "qcom,x1e80100-iris", "qcom,sm8550-iris")
                .cells("reg", 0, 0xaa00000, 0, 0xf0000)
                .cells("iommus", 1, 0x1940, 0, 1, 0x1947, 0)
                .bytes("dma-coherent", new byte[0])
                .cells("phandle", 2);
    }

    /** With the reservation of the range that belongs to the secure world. */
    public static byte[] reserved(long... entry) {
        return codec(qualcomm())
                .cells("memory-region", 3)
                .end()
                .end()
                .begin("reserved-memory")
                .cells("#address-cells", 2)
                .cells("#size-cells", 2)
                .bytes("ranges", new byte[0])
                .begin("iris-hole")
                .cells("iommu-addresses", entry)
                .cells("phandle", 3)
                .finish();
    }

    /** An Exynos phone: the boot framebuffer is mapped one to one. The bus has 1/1 cells, reserved-memory 2/1. */
    public static byte[] splash(long length) {
        return new DeviceTreeWriter()
                .cells("#address-cells", 2)
                .cells("#size-cells", 1)
                .begin("reserved-memory")
                .cells("#address-cells", 2)
                .cells("#size-cells", 1)
                .bytes("ranges", new byte[0])
                .begin("framebuffer@67000000")
                .cells("reg", 0, 0x67000000, 0x1fa400)
                .cells("iommu-addresses", 5, 0x67000000, length)
                .cells("phandle", 6)
                .end()
                .end()
                .begin("soc@0")
                .cells("#address-cells", 1)
                .cells("#size-cells", 1)
                .cells("ranges", 0, 0, 0, 0x20000000)
                .begin("sysmmu@14860000")
                .strings("compatible", "samsung,exynos-sysmmu")
                .cells("#iommu-cells", 0)
                .cells("phandle", 4)
                .end()
                .begin("decon@14830000")
                .strings("compatible", "samsung,exynos7870-decon")
                .cells("reg", 0x14830000, 0x8000)
                .cells("iommus", 4)
                .cells("memory-region", 6)
                .cells("phandle", 5)
                .finish();
    }

    /** A host bridge as on Juno: two DMA windows, one stream for all functions. */
    public static byte[] bridge(long... dmaRanges) {
        return new DeviceTreeWriter()
                .cells("#address-cells", 2)
                .cells("#size-cells", 2)
                .begin("iommu@2b500000")
                .strings("compatible", "arm,mmu-401", "arm,smmu-v1")
                .cells("#iommu-cells", 1)
                .cells("phandle", 1)
                .end()
                .begin("pcie@40000000")
                .strings("compatible", "arm,juno-r1-pcie")
                .strings("device_type", "pci")
                .cells("reg", 0, 0x40000000, 0, 0x10000000)
                .cells("#address-cells", 3)
                .cells("#size-cells", 2)
                .bytes("dma-coherent", new byte[0])
                .cells(
                        "ranges",
                        0x01000000,
                        0,
                        0,
                        0,
                        0x5f800000,
                        0,
                        0x00800000,
                        0x02000000,
                        0,
                        0x50000000,
                        0,
                        0x50000000,
                        0,
                        0x08000000,
                        0x42000000,
                        0x40,
                        0,
                        0x40,
                        0,
                        1,
                        0)
                .cells("dma-ranges", dmaRanges)
                .cells("iommu-map-mask", 0)
                .cells("iommu-map", 0, 1, 0, 1)
                .finish();
    }

    /** The windows of Juno. */
    public static byte[] juno() {
        return bridge(0x02000000, 0, 0x80000000L, 0, 0x80000000L, 0, 0x80000000L, 0x43000000, 8, 0, 8, 0, 2, 0);
    }

    /** Two devices behind an IOMMU that keeps all in one group; the second owns a boot framebuffer. */
    public static byte[] allwinner() {
        return new DeviceTreeWriter()
                .cells("#address-cells", 1)
                .cells("#size-cells", 1)
                .begin("reserved-memory")
                .cells("#address-cells", 1)
                .cells("#size-cells", 1)
                .bytes("ranges", new byte[0])
                .begin("splash@6c100000")
                .cells("reg", 0x6c100000, 0x800000)
                .cells("iommu-addresses", 3, 0x6c100000, 0x800000)
                .cells("phandle", 4)
                .end()
                .end()
                .begin("soc")
                .cells("#address-cells", 1)
                .cells("#size-cells", 1)
                .bytes("ranges", new byte[0])
                .begin("iommu@30f0000")
                .strings("compatible", "allwinner,sun50i-h6-iommu")
                .cells("#iommu-cells", 1)
                .cells("phandle", 1)
                .end()
                .begin("video-codec@1c0e000")
                .cells("reg", 0x1c0e000, 0x1000)
                .cells("iommus", 1, 3)
                .end()
                .begin("display@5600000")
                .cells("reg", 0x5600000, 0x1000)
                .cells("iommus", 1, 0)
                .cells("memory-region", 4)
                .cells("phandle", 3)
                .finish();
    }

    /** Devices in three regions of a MediaTek IOMMU, by local arbiter and port, one of them below a bus with a window. */
    public static byte[] mediatek() {
        return new DeviceTreeWriter()
                .cells("#address-cells", 2)
                .cells("#size-cells", 2)
                .begin("soc")
                .cells("#address-cells", 2)
                .cells("#size-cells", 2)
                .bytes("ranges", new byte[0])
                .cells("dma-ranges", 0, 0, 0, 0, 4, 0)
                .begin("iommu@14016000")
                .strings("compatible", "mediatek,mt8186-iommu-mm")
                .cells("#iommu-cells", 1)
                .cells("phandle", 1)
                .end()
                .begin("display@14000000")
                .cells("reg", 0, 0x14000000, 0, 0x1000)
                .cells("iommus", 1, 0, 1, 1)
                .end()
                .begin("camera@1a000000")
                .cells("reg", 0, 0x1a000000, 0, 0x1000)
                .cells("iommus", 1, 13 << 5)
                .end()
                .begin("video-decoder@16000000")
                .cells("reg", 0, 0x16000000, 0, 0x1000)
                .cells("#address-cells", 2)
                .cells("#size-cells", 2)
                .bytes("ranges", new byte[0])
                .cells("dma-ranges", 1, 0, 0, 0x40000000, 0, 0xfff00000L)
                .begin("video-codec@16025000")
                .cells("reg", 0, 0x16025000, 0, 0x1000)
                .cells("iommus", 1, 4 << 5, 1, 4 << 5 | 1)
                .finish();
    }

    /** Functions of one block that its driver makes children for. */
    public static byte[] functions() {
        return codec(qualcomm())
                .cells("iommu-map", 0, 1, 0x1950, 1, 1, 1, 0x1953, 1)
                .finish();
    }
}
