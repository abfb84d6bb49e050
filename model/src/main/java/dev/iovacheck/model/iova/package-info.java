/** The IOVA allocator of {@code drivers/iommu/iova.c}: tree, hints, magazines, depot, reservations. */
@NullMarked
package dev.iovacheck.model.iova;

import org.jspecify.annotations.NullMarked;
