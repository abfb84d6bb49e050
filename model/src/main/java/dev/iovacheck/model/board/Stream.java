package dev.iovacheck.model.board;

import dev.iovacheck.model.devicetree.DeviceTreeNode;

/**
 * What an IOMMU tells a device by.
 *
 * @param iommu the IOMMU
 * @param id the number; 0 if the IOMMU needs none
 * @param ignored bits of the number that do not count
 */
record Stream(DeviceTreeNode iommu, long id, long ignored) {

    /** Whether there is a number that means both. {@code arm_smmu_find_sme}, derived. */
    boolean overlaps(Stream other) {
        return iommu == other.iommu && ((id ^ other.id) & ~(ignored | other.ignored)) == 0;
    }

    /** The stream that is so many after it. */
    Stream plus(long offset) {
        return new Stream(iommu, id + offset, ignored);
    }
}
