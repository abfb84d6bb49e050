/**
 * The allocator of {@code drivers/iommu/iova.c} written a second time, slowly and obviously: objects, lists and a red-black tree
 * as in the textbook. It is what the fast allocator is compared with, so it shares no code with it and uses nothing but the JDK.
 * It is not meant to be used by the product, to be fast, or to be stored as a state.
 */
@NullMarked
package dev.iovacheck.model.oracle;

import org.jspecify.annotations.NullMarked;
