package dev.iovacheck.model.devicetree;

/** Trees that several tests start from. */
final class Trees {

    private Trees() {}

    /** A codec behind an SMMU, with a reservation; all kinds of properties that the reader meets. */
    static byte[] codec() {
        return new DeviceTreeWriter()
                .cells("#address-cells", 2)
                .cells("#size-cells", 2)
                .strings("compatible", "acme,board", "acme,soc")
                .bytes("empty", new byte[0])
                .begin("soc@0")
                .cells("#address-cells", 1)
                .cells("#size-cells", 1)
                .bytes("ranges", new byte[0])
                .begin("iommu@15000000")
                .strings("compatible", "arm,mmu-500")
                .cells("#iommu-cells", 2)
                .cells("phandle", 1)
                .end()
                .token(4)
                .begin("video-codec@aa00000")
                .strings("compatible", "acme,codec")
                .cells("reg", 0xaa00000, 0x1000)
                .cells("iommus", 1, 0x1940, 0)
                .cells("memory-region", 3)
                .cells("phandle", 2)
                .bytes("odd", new byte[] {1, 2, 3})
                .end()
                .end()
                .begin("reserved-memory")
                .cells("#address-cells", 2)
                .cells("#size-cells", 2)
                .begin("hole")
                .cells("iommu-addresses", 2, 0, 0x25800000L)
                .cells("phandle", 3)
                .end()
                .finish();
    }
}
