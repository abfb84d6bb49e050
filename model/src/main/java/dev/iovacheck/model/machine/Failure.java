package dev.iovacheck.model.machine;

/** What does not work during an action, though the kernel does nothing wrong: its error paths are then taken. At most one at a time. */
public enum Failure {
    NONE("", ""),
    /** Every atomic memory allocation of the allocator fails. */
    NO_MEMORY("no memory", ""),
    /** There is no memory for a page table: {@code iommu_map} returns {@code -ENOMEM}. */
    TABLE_MEMORY("no memory for page tables", "map-failure"),
    /** The IOMMU driver refuses for another reason, or maps less than asked for: anything but {@code -ENOMEM}. */
    TABLE_ERROR("the IOMMU driver fails", "map-failure"),
    /** The bounce buffer is full. */
    NO_BOUNCE_SLOT("no bounce slot", "no-bounce-slot"),
    /** The device cannot be attached to its domain. */
    ATTACH("attaching fails", "attach-failure");

    private final String words;
    private final String option;

    Failure(String words, String option) {
        this.words = words;
        this.option = option;
    }

    /** In a few words, {@code no bounce slot}; empty for {@link #NONE}. */
    public String words() {
        return words;
    }

    /** Label of the option that asks for it, where it is not about memory in general. */
    String option() {
        return option;
    }
}
