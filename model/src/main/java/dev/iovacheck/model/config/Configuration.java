package dev.iovacheck.model.config;

import dev.iovacheck.model.kernel.KernelProfile;
import java.util.List;

/**
 * One question to the checker: this hardware, this kernel, this mechanism and these driver actions. Immutable, complete (every
 * default filled in) and free of contradictions; {@link ConfigurationReader} makes no other.
 *
 * @param source the file it was read from, as the user named it; for messages only
 * @param title one line that says what is asked, may be empty
 * @param kernel whose behaviour is modelled
 * @param cpus number of possible CPUs, 1..8, numbered from 0, all online at first
 * @param iommu what all domains have in common
 * @param caches sizes of the allocator's caches, scaled or stock
 * @param devices in the order of the file; {@link Device#index} is the position here
 * @param mechanism how the software tries to keep mappings inside the windows; it is what is being checked
 * @param reservations what the mechanism reserves, in the order of the file; {@link Reservation#index} is the position here
 * @param exploration which optional actions are tried
 * @param checks ids of the invariants to check, in the order of the catalogue; never empty
 * @param expectation what the author of the file expects to come out
 */
public record Configuration(
        String source,
        String title,
        KernelProfile kernel,
        int cpus,
        Iommu iommu,
        Caches caches,
        List<Device> devices,
        Mechanism mechanism,
        List<Reservation> reservations,
        Exploration exploration,
        List<String> checks,
        Expectation expectation) {

    public Configuration {
        devices = List.copyOf(devices);
        reservations = List.copyOf(reservations);
        checks = List.copyOf(checks);
    }
}
