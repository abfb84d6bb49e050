package dev.iovacheck.model.kernel;

import java.util.Arrays;
import java.util.List;

/**
 * A bug that some kernel had, has, or was proposed to get, for the general invariants to be seen to find. One that was fixed is a switch
 * that brings the behaviour back into a modelled kernel: configurations name it ({@code kernel: { profile: v7.1, with: [B01] }}). One
 * that is open needs no switch.
 *
 * <p>{@code examples/known-bugs} has a file for each, and {@code docs/known-bugs.md} says what came out.
 *
 * <p>Not here: mistakes that no kernel made and that only prove a check able to fail ({@link Defect}).
 */
public enum KernelBug {
    B01(
            Status.FIXED,
            "dcdb3ba7e2a8",
            "iommu/iova: Fix alloc iova overflows issue",
            KernelFile.IOVA,
            "__alloc_and_insert_iova_range",
            "5.11 to 6.1",
            Evidence.DERIVED,
            "The second pass of the tree search adds 1 to the hint's upper end before comparing it with the limit: with the hint at"
                    + " the anchor the sum wraps to 0, and the pass accepts what lies below start_pfn.");

    /** What became of a bug. */
    public enum Status {
        /** A commit fixed it; the modelled kernels have it again if a configuration says so. */
        FIXED,
        /** A modelled kernel has it as it is. */
        OPEN,
        /** Code that was posted and that no kernel has; a mechanism of its own in configurations. */
        PROPOSED
    }

    /** Files of the kernel that bugs are in. */
    private static final class KernelFile {
        private static final String IOVA = "drivers/iommu/iova.c";
    }

    private final Status status;
    private final String commit;
    private final String subject;
    private final String file;
    private final String function;
    private final String versions;
    private final Evidence evidence;
    private final String behaviour;

    /**
     * @param commit abbreviated to 12 digits; empty if there is none, or none is known
     * @param versions kernels that have the bug, in words
     * @param evidence how it is known what those did: derived if the commit or the code was read, unverified if only the subject was
     */
    KernelBug(
            Status status,
            String commit,
            String subject,
            String file,
            String function,
            String versions,
            Evidence evidence,
            String behaviour) {
        this.status = status;
        this.commit = commit;
        this.subject = subject;
        this.file = file;
        this.function = function;
        this.versions = versions;
        this.evidence = evidence;
        this.behaviour = behaviour;
    }

    /** Those that configurations can bring back, in order. */
    public static List<KernelBug> switches() {
        return Arrays.stream(values()).filter(KernelBug::isSwitch).toList();
    }

    /** How configurations name it: {@code B01}. */
    public String id() {
        return name();
    }

    /** What became of it. */
    public Status status() {
        return status;
    }

    /** Whether configurations can bring it back. */
    public boolean isSwitch() {
        return status == Status.FIXED;
    }

    /** Abbreviated id of the commit that fixed it; empty if there is none, or none is known. */
    public String commit() {
        return commit;
    }

    /** Subject of that commit, or what the bug is called where it was reported. */
    public String subject() {
        return subject;
    }

    /** File and function that have it, the kernels that do, and how it is known. */
    public KernelReference reference() {
        return new KernelReference(file, function, versions, evidence);
    }

    /** What the kernel does with the bug, in sentences. */
    public String behaviour() {
        return behaviour;
    }
}
