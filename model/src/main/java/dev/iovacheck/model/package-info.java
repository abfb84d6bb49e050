/**
 * What Linux and the hardware do: the IOVA allocator, the DMA-IOMMU layer around it, the device tree's say, and the driver
 * calls, as one deterministic state machine; and the configurations from which such machines are made.
 *
 * <p>The kernel's behaviour is written here, once. Every engine, the replayer and the trace checkers run this code. What must
 * hold of it is not said here (that is {@code invariants}), and nothing here searches, prints or explains.
 */
@NullMarked
package dev.iovacheck.model;

import org.jspecify.annotations.NullMarked;
