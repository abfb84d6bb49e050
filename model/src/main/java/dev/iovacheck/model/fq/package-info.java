/**
 * The flush queue of a lazy DMA domain, as in {@code drivers/iommu/dma-iommu.c}: which unmapped ranges wait for a flush of the IOTLB, and
 * what an IOTLB may still hold. Not here: who flushes and frees, step by step, and the allocator that the ranges go back to.
 */
@NullMarked
package dev.iovacheck.model.fq;

import org.jspecify.annotations.NullMarked;
