package dev.iovacheck.model.machine;

/** Which domain the devices of a group are attached to. The default domain exists all the time. {@code group->domain}; derived. */
public enum Attachment {
    /** The default domain: drivers use the DMA API. */
    DEFAULT,
    /** A domain that translates nothing: a user has claimed the group ({@code iommu_group_claim_dma_owner}). */
    BLOCKING,
    /** A domain that a user fills itself, of type {@code IOMMU_DOMAIN_UNMANAGED}. */
    USER
}
