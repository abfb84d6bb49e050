package dev.iovacheck.invariants;

import java.util.List;

/** What calls on groups return: owners, types, doorbells, reported regions. */
final class OwnerErrors {

    private static final String CLAIM = "iommu_group_claim_dma_owner";
    private static final String BIND = "iommu_device_use_default_domain";
    private static final String TYPE = "iommu_group_store_type";
    private static final String MSI = "iommu_dma_prepare_msi";
    private static final String ATTACH = "iommu_attach_device";
    private static final String USERS_ATTACH_GROUPS =
            "users of the model attach the whole group that they have claimed, to a domain of their own that fits";
    private static final String NEW = "7.1; derived";
    private static final String OLD = "6.1; derived";

    private OwnerErrors() {}

    static List<ErrnoCase> rows() {
        return List.of(
                new ErrnoCase("claim", CLAIM, "nobody owns the group", "0", ErrnoCases.DERIVED),
                new ErrnoCase(
                        "claim-owned",
                        CLAIM,
                        "a driver is bound to a device of the group, or a user has the group",
                        "-EPERM",
                        ErrnoCases.DERIVED),
                new ErrnoCase(
                        "claim-direct",
                        CLAIM,
                        "a device of the group must keep its direct regions; 6.1 does not ask",
                        "-EINVAL",
                        NEW),
                new ErrnoCase(
                        "claim-elsewhere",
                        CLAIM,
                        "the group is not on its default domain although nobody owns it",
                        "-EBUSY",
                        ErrnoCases.DERIVED,
                        "the model has no domains that drivers attach themselves, nor PASIDs"),
                new ErrnoCase(
                        "claim-null-owner",
                        CLAIM,
                        "no owner is given",
                        "-EINVAL",
                        NEW,
                        "users of the model always say who they are"),
                new ErrnoCase("bind", BIND, "no user has the group", "0", ErrnoCases.DERIVED),
                new ErrnoCase("bind-owned", BIND, "a user has the group", "-EBUSY", ErrnoCases.DERIVED),
                new ErrnoCase(
                        "bind-too-early",
                        BIND,
                        "the group has no default domain yet",
                        "-EPROBE_DEFER",
                        NEW,
                        "devices of the model are probed by the IOMMU core before drivers are bound"),
                new ErrnoCase("type", TYPE, "nobody owns the group", "0", ErrnoCases.DERIVED),
                new ErrnoCase(
                        "type-owned",
                        TYPE,
                        "a driver is bound to a device of the group, or a user has the group",
                        "-EPERM",
                        NEW),
                new ErrnoCase("type-bound", TYPE, "a driver is bound to the device of the group", "-EBUSY", OLD),
                new ErrnoCase("type-many", TYPE, "the group has other than one device", "-EINVAL", OLD),
                new ErrnoCase(
                        "type-forced",
                        TYPE,
                        "the IOMMU driver insists on another type for a device of the group",
                        "-EINVAL",
                        ErrnoCases.DERIVED),
                new ErrnoCase(
                        "type-unknown",
                        TYPE,
                        "the string is no type, or the group has no default domain",
                        "-EINVAL",
                        ErrnoCases.DERIVED,
                        "the model writes types that exist"),
                new ErrnoCase(
                        "type-not-allowed",
                        TYPE,
                        "the caller has not both CAP_SYS_ADMIN and CAP_SYS_RAWIO",
                        "-EACCES",
                        ErrnoCases.DERIVED,
                        "administrators of the model may do everything"),
                new ErrnoCase(
                        "type-lazy",
                        TYPE,
                        "DMA-FQ is written to a group whose domain is strict, drivers being bound: unmaps are queued from then on",
                        "0",
                        ErrnoCases.DERIVED),
                new ErrnoCase(
                        "type-lazy-many",
                        TYPE,
                        "DMA-FQ is written to a group of other than one device",
                        "-EINVAL",
                        OLD),
                new ErrnoCase(
                        "type-lazy-taken", TYPE, "DMA-FQ is written to a strict group that a user has", "-EBUSY", OLD),
                new ErrnoCase(
                        "type-lazy-forced",
                        TYPE,
                        "DMA-FQ is written to a strict group for which the IOMMU driver insists on a type; 7.1 does not ask",
                        "-EINVAL",
                        OLD),
                new ErrnoCase(
                        "type-lazy-no-memory",
                        TYPE,
                        "there is no memory for the rings of a flush queue (iommu_dma_init_fq): the domain stays strict",
                        "-ENOMEM",
                        ErrnoCases.DERIVED),
                new ErrnoCase(
                        "attach-no-group",
                        ATTACH,
                        "the device has no group",
                        "-ENODEV",
                        ErrnoCases.DERIVED,
                        USERS_ATTACH_GROUPS),
                new ErrnoCase(
                        "attach-many",
                        ATTACH,
                        "the group has other than one device",
                        "-EINVAL",
                        ErrnoCases.DERIVED,
                        USERS_ATTACH_GROUPS),
                new ErrnoCase(
                        "attach-elsewhere",
                        ATTACH,
                        "the group is on something other than its default or a blocking domain",
                        "-EBUSY",
                        ErrnoCases.DERIVED,
                        USERS_ATTACH_GROUPS),
                new ErrnoCase(
                        "attach-other-driver",
                        ATTACH,
                        "the domain is one of another IOMMU driver",
                        "-EINVAL",
                        NEW,
                        USERS_ATTACH_GROUPS),
                new ErrnoCase(
                        "attach-in-reset", ATTACH, "the device is being reset", "-EBUSY", NEW, USERS_ATTACH_GROUPS),
                new ErrnoCase(
                        "msi", MSI, "the page is mapped, or was mapped for another device", "0", ErrnoCases.DERIVED),
                new ErrnoCase("msi-no-space", MSI, "no address is left for the page", "-ENOMEM", ErrnoCases.DERIVED),
                new ErrnoCase(
                        "msi-no-cookie",
                        MSI,
                        "the device is on a domain without a cookie: nothing is mapped",
                        "0",
                        ErrnoCases.DERIVED,
                        "nobody sets interrupts up on a blocking or an identity domain of the model"),
                new ErrnoCase(
                        "insert-no-memory",
                        "iommu_insert_resv_region",
                        "there is no memory for the copy of the region",
                        "-ENOMEM",
                        ErrnoCases.DERIVED,
                        "the copy may sleep until there is memory; only atomic allocations fail in the model"));
    }
}
