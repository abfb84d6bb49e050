package dev.iovacheck.model.machine;

import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.Errno;
import org.jspecify.annotations.Nullable;

/**
 * What users and administrators do to a group: taking it over and giving it back, replacing its default domain, unbinding drivers. Each is
 * one step, because it runs under the mutex of the group (derived).
 */
final class GroupControl {

    private final Blueprint plan;
    private final MachineState state;
    private final Calls calls;

    GroupControl(Blueprint plan, MachineState state, Calls calls) {
        this.plan = plan;
        this.state = state;
        this.calls = calls;
    }

    /** Whether something owns the group: a driver that is bound to one of its devices, or a user ({@code owner_cnt != 0}). */
    static boolean isOwned(Blueprint plan, MachineState state, DefaultDomain domain) {
        return domain.attachment() != Attachment.DEFAULT || hasBoundDriver(plan, state, domain);
    }

    private static boolean hasBoundDriver(Blueprint plan, MachineState state, DefaultDomain domain) {
        for (int device : plan.devices) {
            if (plan.domainOf[device] == domain.index() && state.bound.has(device)) {
                return true;
            }
        }
        return false;
    }

    /** {@code iommu_group_claim_dma_owner}: all devices of the group go to a blocking domain (derived). */
    void claim(DefaultDomain domain, Outcome outcome) {
        if (isOwned(plan, state, domain)) {
            state.branches.take(Branch.CLAIM_OWNED);
            outcome.error(Errno.EPERM);
        } else if (!plan.blocksDirect && requiresDirect(domain)) {
            state.branches.take(Branch.CLAIM_DIRECT);
            outcome.error(Errno.EINVAL);
        } else {
            state.branches.take(Branch.CLAIM_FREE);
            attach(domain, Attachment.BLOCKING);
            outcome.success();
        }
    }

    private boolean requiresDirect(DefaultDomain domain) {
        for (int device : plan.devices) {
            boolean isMember = plan.domainOf[device] == domain.index() && state.present.has(device);
            if (isMember && plan.setups[device].requiresDirect()) {
                return true;
            }
        }
        return false;
    }

    /** All devices of the group go to this domain. Interrupts are set up anew by whoever comes next. */
    void attach(DefaultDomain domain, Attachment to) {
        domain.attach(to);
        for (int device : plan.devices) {
            if (plan.domainOf[device] == domain.index()) {
                state.doorbellIn[device] = null;
            }
        }
    }

    /** The driver has undone what it had mapped; what it had reserved stays in the domain, unless the call has an inverse. */
    void unbind(int device) {
        state.bound.set(device, false);
        state.doorbellIn[device] = null;
    }

    /** {@code iommu_group_store_type} with a string that is known, by a caller who may (derived). */
    void changeType(DefaultDomain domain, GroupType wanted, Outcome outcome) {
        Errno error = refusal(domain, wanted);
        if (error != null) {
            outcome.error(error);
            return;
        }
        boolean isAnother = wanted != domain.groupType();
        state.branches.take(isAnother ? Branch.TYPE_REPLACED : Branch.TYPE_KEPT);
        if (isAnother) {
            replace(domain, wanted);
        } else if (plan.configuration.kernel().countsOwners()) {
            setUpAll(domain); // the domain stays, iommu_setup_dma_ops runs again
        }
        outcome.success();
    }

    private @Nullable Errno refusal(DefaultDomain domain, GroupType wanted) {
        if (plan.configuration.kernel().countsOwners()) {
            if (isOwned(plan, state, domain) && plan.defect != Defect.OWNERS_NOT_COUNTED) {
                state.branches.take(Branch.TYPE_OWNED);
                return Errno.EPERM;
            }
        } else if (memberCount(domain) != 1) {
            return Errno.EINVAL;
        } else if (hasBoundDriver(plan, state, domain) || domain.attachment() != Attachment.DEFAULT) {
            state.branches.take(Branch.TYPE_OWNED);
            return Errno.EBUSY;
        }
        if (isForced(domain, wanted)) {
            state.branches.take(Branch.TYPE_FORCED);
            return Errno.EINVAL;
        }
        return null;
    }

    private int memberCount(DefaultDomain domain) {
        int count = 0;
        for (int device : plan.devices) {
            if (plan.domainOf[device] == domain.index() && state.present.has(device)) {
                count++;
            }
        }
        return count;
    }

    /** Whether the IOMMU driver insists on another type for a device of the group. */
    private boolean isForced(DefaultDomain domain, GroupType wanted) {
        for (int device : plan.devices) {
            boolean isMember = plan.domainOf[device] == domain.index() && state.present.has(device);
            if (isMember && !wanted.fits(plan.setups[device].device().requiredType())) {
                return true;
            }
        }
        return false;
    }

    /**
     * A new domain, with an empty allocator, takes the place of the old one, which is freed with all that was in it; then it is set up for
     * each device. Who is first in the group's list is known as long as that device stays; after that the model takes the device with
     * the lowest number.
     */
    private void replace(DefaultDomain domain, GroupType wanted) {
        int first = domain.firstMember();
        for (int device : plan.devices) {
            boolean isMember = plan.domainOf[device] == domain.index() && state.present.has(device);
            if (isMember && !state.present.has(first)) {
                first = device;
            }
        }
        for (CallInFlight call : state.calls) {
            if (call.isInFlight() && call.domain == domain.index()) {
                call.orphan(); // only a handler of the timer can be there, and only with B29
            }
        }
        domain.replace(wanted, first);
        calls.dropDoorbells(domain);
        for (int index : plan.reservations) {
            int caller = plan.configuration.reservations().get(index).device();
            // Whoever reserved and is still there has not been told; what others reserved went with the domain.
            if (plan.domainOf[caller] == domain.index() && !state.called.has(index)) {
                state.promised.set(index, false);
            }
        }
        setUpAll(domain);
    }

    private void setUpAll(DefaultDomain domain) {
        Outcome ignored = new Outcome(); // a warning is printed, no more
        calls.setUp(domain.firstMember(), domain, false, MissingMemory.NONE, ignored);
        for (int device : plan.devices) {
            if (plan.domainOf[device] == domain.index()
                    && state.present.has(device)
                    && device != domain.firstMember()) {
                calls.setUp(device, domain, false, MissingMemory.NONE, ignored);
            }
        }
    }
}
