package dev.iovacheck.model.config;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * One question to the checker: this hardware, this kernel, this mechanism and these driver actions. Immutable, complete (every
 * default filled in) and free of contradictions if {@link ConfigurationReader} made it; {@link Builder} is for code that makes
 * configurations out of other things, or changes one.
 *
 * @param source the file it was read from, as the user named it; for messages only
 * @param title one line that says what is asked, may be empty
 * @param unknown one line that says what nobody knows about this machine or mechanism, so that no verdict speaks of it; empty: nothing
 * @param kernel whose behaviour is modelled
 * @param bugs which known bugs are brought back into that kernel
 * @param cpus number of possible CPUs, 1..8, numbered from 0, all online at first
 * @param iommu what all domains have in common
 * @param caches sizes of the allocator's caches, scaled or stock
 * @param devices in the order of the file; {@link Device#index} is the position here
 * @param mechanism how the software tries to keep mappings inside the windows; it is what is being checked
 * @param reservations what the mechanism reserves, in the order of the file; {@link Reservation#index} is the position here
 * @param exploration which optional actions are tried
 * @param goals what must happen in some run, or the search proves nothing
 * @param checks ids of the invariants to check, in the order of the catalogue; never empty
 * @param expectation what the author of the file expects to come out
 */
public record Configuration(
        String source,
        String title,
        String unknown,
        KernelProfile kernel,
        Set<KernelBug> bugs,
        int cpus,
        Iommu iommu,
        Caches caches,
        List<Device> devices,
        Mechanism mechanism,
        List<Reservation> reservations,
        Exploration exploration,
        List<Goal> goals,
        List<String> checks,
        Expectation expectation) {

    public Configuration {
        EnumSet<KernelBug> copy = EnumSet.noneOf(KernelBug.class);
        copy.addAll(bugs);
        bugs = Collections.unmodifiableSet(copy);
        devices = List.copyOf(devices);
        reservations = List.copyOf(reservations);
        goals = List.copyOf(goals);
        checks = List.copyOf(checks);
    }

    /** Whether a domain may have a flush queue at some time: where it is lazy, or may be made lazy. */
    public boolean canBeLazy() {
        return iommu.mode() == Iommu.Mode.LAZY || exploration.has(Exploration.Option.LAZY_SWITCH);
    }

    /** The branches of the kernel's functions that this kernel and this machine have. */
    public Set<Branch> branches() {
        Set<Branch> branches = EnumSet.allOf(Branch.class);
        branches.removeIf(branch -> !branch.isIn(kernel) || !hasPart(branch.part()));
        return branches;
    }

    private boolean hasPart(Branch.Part part) {
        return switch (part) {
            case ALWAYS -> true;
            case FLUSH_QUEUES -> canBeLazy();
            case OWNERS -> exploration.has(Exploration.Option.OWNERSHIP);
            case TYPES -> exploration.has(Exploration.Option.TYPE_CHANGE);
        };
    }

    /** A configuration of defaults: 7.1, one CPU, 4 KiB granules, a 4 GiB aperture, strict, no device, no mechanism, nothing to check. */
    public static Builder builder() {
        return new Builder();
    }

    /** The same configuration, to be changed. */
    public Builder toBuilder() {
        return new Builder()
                .source(source)
                .title(title)
                .unknown(unknown)
                .kernel(kernel)
                .bugs(bugs)
                .cpus(cpus)
                .iommu(iommu)
                .caches(caches)
                .devices(devices)
                .mechanism(mechanism)
                .reservations(reservations)
                .exploration(exploration)
                .goals(goals)
                .checks(checks)
                .expectation(expectation);
    }

    /** Makes configurations part by part. Each method sets the part of its name; nothing is checked. */
    public static final class Builder {

        private String source = "";
        private String title = "";
        private String unknown = "";
        private KernelProfile kernel = KernelProfile.V7_1;
        private Set<KernelBug> bugs = Set.of();
        private int cpus = 1;
        private Iommu iommu = new Iommu(12, new Extent(0, 0xffff_ffffL), true, Iommu.Mode.STRICT);
        private Caches caches = new Caches(1, 1);
        private List<Device> devices = List.of();
        private Mechanism mechanism = Mechanism.NONE;
        private List<Reservation> reservations = List.of();
        private Exploration exploration = new Exploration(Set.of(), Interleaving.CALLS);
        private List<Goal> goals = List.of();
        private List<String> checks = List.of();
        private Expectation expectation = Expectation.ALL_HOLD;

        private Builder() {}

        public Configuration build() {
            return new Configuration(
                    source,
                    title,
                    unknown,
                    kernel,
                    bugs,
                    cpus,
                    iommu,
                    caches,
                    devices,
                    mechanism,
                    reservations,
                    exploration,
                    goals,
                    checks,
                    expectation);
        }

        public Builder source(String wanted) {
            source = wanted;
            return this;
        }

        public Builder title(String wanted) {
            title = wanted;
            return this;
        }

        public Builder unknown(String wanted) {
            unknown = wanted;
            return this;
        }

        public Builder kernel(KernelProfile wanted) {
            kernel = wanted;
            return this;
        }

        public Builder bugs(Set<KernelBug> wanted) {
            bugs = wanted;
            return this;
        }

        public Builder cpus(int wanted) {
            cpus = wanted;
            return this;
        }

        public Builder iommu(Iommu wanted) {
            iommu = wanted;
            return this;
        }

        public Builder caches(Caches wanted) {
            caches = wanted;
            return this;
        }

        public Builder devices(List<Device> wanted) {
            devices = wanted;
            return this;
        }

        public Builder mechanism(Mechanism wanted) {
            mechanism = wanted;
            return this;
        }

        public Builder reservations(List<Reservation> wanted) {
            reservations = wanted;
            return this;
        }

        public Builder exploration(Exploration wanted) {
            exploration = wanted;
            return this;
        }

        public Builder goals(List<Goal> wanted) {
            goals = wanted;
            return this;
        }

        public Builder checks(List<String> wanted) {
            checks = wanted;
            return this;
        }

        public Builder expectation(Expectation wanted) {
            expectation = wanted;
            return this;
        }
    }
}
