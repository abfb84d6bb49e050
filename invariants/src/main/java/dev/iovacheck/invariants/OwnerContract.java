package dev.iovacheck.invariants;

import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.machine.Attachment;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.GroupType;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Outcome;
import dev.iovacheck.model.machine.SetupRegion;
import dev.iovacheck.model.machine.Step;

/** What calls on a whole group must return: claiming it, and changing its type. */
final class OwnerContract {

    private OwnerContract() {}

    /**
     * A claim fails if a driver or another user owns the group ({@code -EPERM}), or if a device must keep its direct regions
     * ({@code -EINVAL}, 7.1; 6.1 does not ask, and whether it succeeds there is not held against it). Otherwise it succeeds.
     */
    static boolean isKeptByClaim(Step step) {
        Machine before = step.before();
        DefaultDomain domain = before.domain(step.group());
        if (isOwned(before, domain)) {
            return failedWith(step, Errno.EPERM, Errno.EBUSY);
        }
        if (requiresDirect(before, domain)) {
            return failedWith(step, Errno.EINVAL, Errno.EINVAL)
                    || (!before.configuration().kernel().keepsDirectOffBlocking() && succeeded(step));
        }
        return succeeded(step);
    }

    /**
     * A change of type fails if somebody owns the group ({@code -EPERM}; 6.1 says {@code -EBUSY}), if a device must have another type
     * ({@code -EINVAL}), and in 6.1 if the group has other than one device ({@code -EINVAL}). Otherwise it succeeds.
     */
    static boolean isKeptByTypeChange(Step step) {
        Machine before = step.before();
        DefaultDomain domain = before.domain(step.group());
        boolean owned = isOwned(before, domain);
        boolean unfit = isForced(before, domain, step.wantedType())
                || (!before.configuration().kernel().countsOwners() && members(before, domain) != 1);
        if (owned || unfit) {
            return (owned && failedWith(step, Errno.EPERM, Errno.EBUSY))
                    || (unfit && failedWith(step, Errno.EINVAL, Errno.EINVAL));
        }
        return succeeded(step);
    }

    private static boolean succeeded(Step step) {
        return step.outcome().kind() == Outcome.Kind.SUCCESS;
    }

    private static boolean failedWith(Step step, Errno errno, Errno alternative) {
        Errno error = step.outcome().errno();
        return step.outcome().kind() == Outcome.Kind.ERROR && (error == errno || error == alternative);
    }

    private static boolean isMember(Machine machine, DefaultDomain domain, int device) {
        DefaultDomain own = machine.domainOf(device);
        return own != null && own.index() == domain.index() && machine.isPresent(device);
    }

    private static boolean isOwned(Machine machine, DefaultDomain domain) {
        boolean owned = domain.attachment() != Attachment.DEFAULT;
        for (int number = 0; number < machine.deviceCount(); number++) {
            int device = machine.device(number);
            owned |= isMember(machine, domain, device) && machine.isBound(device);
        }
        return owned;
    }

    private static int members(Machine machine, DefaultDomain domain) {
        int members = 0;
        for (int number = 0; number < machine.deviceCount(); number++) {
            members += isMember(machine, domain, machine.device(number)) ? 1 : 0;
        }
        return members;
    }

    /** In truth, whatever the kernel takes a region for. */
    private static boolean requiresDirect(Machine machine, DefaultDomain domain) {
        for (int number = 0; number < machine.deviceCount(); number++) {
            int device = machine.device(number);
            for (int index = 0;
                    isMember(machine, domain, device)
                            && index < machine.setup(device).regions().size();
                    index++) {
                SetupRegion region = machine.setup(device).regions().get(index);
                if (region.type() == FirmwareRegion.Type.DIRECT) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether the IOMMU driver insists on another type for a device of the group. */
    static boolean isForced(Machine machine, DefaultDomain domain, GroupType wanted) {
        for (int number = 0; number < machine.deviceCount(); number++) {
            int device = machine.device(number);
            if (isMember(machine, domain, device)
                    && !wanted.fits(machine.setup(device).device().requiredType())) {
                return true;
            }
        }
        return false;
    }
}
