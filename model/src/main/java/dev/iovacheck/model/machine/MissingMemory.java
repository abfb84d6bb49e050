package dev.iovacheck.model.machine;

/**
 * What there was no memory for when a domain was initialised for the first time. The domain counts as initialised all the same: the next
 * device that comes to it gets 0 (derived, 6.1 and 7.1).
 */
public enum MissingMemory {
    NONE,
    /** {@code iova_domain_init_rcaches}: there are no caches, and nothing has been reserved. */
    CACHES,
    /** {@code cookie_init_hw_msi_region}: what comes after the first MSI region has not been reserved. */
    MSI_PAGES
}
