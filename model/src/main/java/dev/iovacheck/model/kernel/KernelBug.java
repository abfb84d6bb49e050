package dev.iovacheck.model.kernel;

/**
 * A bug that some kernel had, has, or was proposed to get: a switch that brings the behaviour back into a modelled kernel, so that the
 * general invariants can be seen to find it. Configurations name it ({@code kernel: { profile: v7.1, with: [B01] }}).
 *
 * <p>Not here: mistakes that no kernel made and that only prove a check able to fail ({@link Defect}).
 */
public enum KernelBug {
    /** {@code __alloc_and_insert_iova_range}, 5.11 to 6.1. */
    B01(
            "dcdb3ba7e2a8",
            "iommu/iova: Fix alloc iova overflows issue",
            "The second pass of the tree search adds 1 to the hint's upper end before comparing it with the limit: with the hint at"
                    + " the anchor the sum wraps to 0, and the pass accepts what lies below start_pfn.");

    private final String commit;
    private final String subject;
    private final String behaviour;

    KernelBug(String commit, String subject, String behaviour) {
        this.commit = commit;
        this.subject = subject;
        this.behaviour = behaviour;
    }

    /** How configurations name it: {@code B01}. */
    public String id() {
        return name();
    }

    /** Abbreviated id of the commit that fixed it; empty if there is none, or none is known. */
    public String commit() {
        return commit;
    }

    /** Subject of that commit, or what the bug is called where it was reported. */
    public String subject() {
        return subject;
    }

    /** What the kernel does with the bug, one sentence. */
    public String behaviour() {
        return behaviour;
    }
}
