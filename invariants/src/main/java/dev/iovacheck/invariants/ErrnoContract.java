package dev.iovacheck.invariants;

import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.machine.Attachment;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.GroupType;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Outcome;
import dev.iovacheck.model.machine.Step;
import org.jspecify.annotations.Nullable;

/**
 * What a reservation call must return: one clause for each reason it may have to fail. A call for which no clause speaks must return
 * 0. Where several speak, the error of any of them will do: the order of tests is the implementation's business.
 *
 * <p>The clauses read the documentation of the posted patch as a caller would, and add what every call in the kernel owes its caller:
 * nonsense is refused, a valid domain is not, and 0 means that the range is reserved.
 */
enum ErrnoContract {
    /** N1, N6: there is no allocator that governs the device's DMA. */
    NO_DOMAIN(
            "-ENODEV, because no initialised DMA domain governs the device's DMA",
            "documentation of the posted patch: -ENODEV without a DMA domain",
            Errno.ENODEV) {
        @Override
        boolean speaks(Machine after, Reservation call, boolean withoutMemory) {
            DefaultDomain domain = after.domainOf(call.device());
            return domain == null
                    || !after.usesDmaIommu(call.device())
                    || domain.attachment() != Attachment.DEFAULT
                    || !domain.iova().isInitialised();
        }
    },
    /** Z: nothing was asked for, so nothing can be reserved. */
    ZERO_LENGTH(
            "-EINVAL, because the length is 0",
            "kernel convention: -EINVAL for an argument without meaning",
            Errno.EINVAL) {
        @Override
        boolean speaks(Machine after, Reservation call, boolean withoutMemory) {
            return call.length() == 0;
        }
    },
    /** W: the range does not exist. */
    WRAP(
            "-EINVAL or -EOVERFLOW, because the range goes past 2^64",
            "kernel convention: an error for a range that wraps",
            Errno.EINVAL,
            Errno.EOVERFLOW) {
        @Override
        boolean speaks(Machine after, Reservation call, boolean withoutMemory) {
            return call.wraps();
        }
    },
    /** M: memory was asked for and was not there. */
    NO_MEMORY(
            "-ENOMEM, because there was no memory",
            "documentation of the posted patch: -ENOMEM if the range could not be reserved",
            Errno.ENOMEM) {
        @Override
        boolean speaks(Machine after, Reservation call, boolean withoutMemory) {
            return withoutMemory;
        }
    },
    /**
     * L, C: somebody holds part of the range, live or in flight, or will get it from a cache; or a node in the tree that is no reservation
     * has part of it, and takes it along when it goes. Asked after the call, which may have emptied the caches; live mappings are not
     * touched by it.
     */
    CLASH(
            "-EBUSY, because a live mapping, or a cached or queued range, or its node, intersects the range",
            "documentation of the posted patch: 0 means that the range is reserved, and it is not",
            Errno.EBUSY) {
        @Override
        boolean speaks(Machine after, Reservation call, boolean withoutMemory) {
            DefaultDomain domain = after.domainOf(call.device());
            if (domain == null || call.length() == 0) {
                return false;
            }
            int shift = domain.granuleShift();
            long first = call.start() >>> shift;
            long last = (call.wraps() ? -1L : call.start() + (call.length() - 1)) >>> shift;
            return isHeld(after, domain, first, last) || isInNode(after, domain, first, last);
        }
    };

    private static final ErrnoContract[] CLAUSES = values();

    private final String wanted;
    private final String source;
    private final Errno error;
    private final Errno alternative;

    ErrnoContract(String wanted, String source, Errno error) {
        this(wanted, source, error, error);
    }

    ErrnoContract(String wanted, String source, Errno error, Errno alternative) {
        this.wanted = wanted;
        this.source = source;
        this.error = error;
        this.alternative = alternative;
    }

    private static boolean isHeld(Machine after, DefaultDomain domain, long first, long last) {
        for (int mapping = 0; mapping < domain.live().count(); mapping++) {
            long taken = Pfns.lastTaken(after, domain, mapping);
            if (!domain.live().isLost(mapping) && Pfns.intersect(domain.live().firstPfn(mapping), taken, first, last)) {
                return true;
            }
        }
        return RangesInFlight.intersect(after, domain, first, last) >= 0
                || CachedRanges.intersect(domain.iova(), first, last)
                || QueuedRanges.intersecting(domain, QueuedRanges.START, first, last) != QueuedRanges.END;
    }

    /** Whether a node that is not made of reservations intersects {@code first..last} (inclusive). */
    private static boolean isInNode(Machine after, DefaultDomain domain, long first, long last) {
        IovaDomain iova = domain.iova();
        for (int node = iova.firstNode(); iova.isInitialised() && iova.isNode(node); node = iova.nextNode(node)) {
            long lo = iova.nodeLo(node);
            long hi = iova.nodeHi(node);
            if (!Pfns.below(hi, lo) && Pfns.intersect(lo, hi, first, last) && !after.isKept(domain, lo, hi)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the call has to fail for this reason. */
    abstract boolean speaks(Machine after, Reservation call, boolean withoutMemory);

    private boolean allows(@Nullable Errno returned) {
        return returned == error || returned == alternative;
    }

    /**
     * Whether a call of its own ({@code RESERVE}) may end as it did.
     *
     * @param after the machine after the call
     */
    static boolean isKeptByCall(
            Machine after, Reservation call, Outcome.Kind kind, @Nullable Errno error, boolean withoutMemory) {
        if (kind == Outcome.Kind.OOPS || kind == Outcome.Kind.LOCKUP || kind == Outcome.Kind.NOT_THERE) {
            return false;
        }
        boolean mustFail = false;
        boolean allowed = false;
        for (ErrnoContract clause : CLAUSES) {
            if (clause.speaks(after, call, withoutMemory)) {
                mustFail = true;
                allowed |= clause.allows(error);
            }
        }
        return mustFail ? kind == Outcome.Kind.ERROR && allowed : kind == Outcome.Kind.SUCCESS;
    }

    /**
     * Whether the result of adding a device is one that set-up may have, and the results of the calls in its driver's probe are theirs.
     * A probe ends with its first call that fails, and that call's error is then the result.
     */
    static boolean isKeptByProbe(Step step) {
        Machine after = step.after();
        if (isTaken(step)) {
            return step.outcome().kind() == Outcome.Kind.ERROR && step.outcome().errno() == Errno.EBUSY;
        }
        Reservation failed = null;
        for (int index = 0; index < after.configuration().reservations().size(); index++) {
            Reservation call = after.configuration().reservations().get(index);
            if (!isPartOfProbe(step, call) || failed != null) {
                continue;
            }
            if (!after.isCalled(index)) {
                failed = call;
            } else if (!isKeptInProbe(step, call, Outcome.Kind.SUCCESS, null)) {
                return false;
            }
        }
        if (failed != null) {
            return isKeptInProbe(
                    step, failed, step.outcome().kind(), step.outcome().errno());
        }
        return isKeptBySetUp(step);
    }

    /** Whether a user has the group, so that no driver can be bound ({@code iommu_device_use_default_domain}). */
    private static boolean isTaken(Step step) {
        DefaultDomain domain = step.after().domainOf(step.device());
        return domain != null
                && domain.attachment() != Attachment.DEFAULT
                && step.after().setup(step.device()).device().bound();
    }

    private static boolean isPartOfProbe(Step step, Reservation call) {
        return step.after().configuration().mechanism().isCall()
                && call.device() == step.device()
                && call.when() == Reservation.When.AT_PROBE;
    }

    /** Without memory one of the probe's calls has failed, or a region of firmware was not reserved: which one is not known. */
    private static boolean isKeptInProbe(Step step, Reservation call, Outcome.Kind kind, @Nullable Errno error) {
        return isKeptByCall(step.after(), call, kind, error, false)
                || (step.withoutMemory() && isKeptByCall(step.after(), call, kind, error, true));
    }

    /**
     * {@code iommu_dma_init_domain}: -EFAULT if the ranges and the domain have nothing in common, or differ from the first device;
     * -EINVAL if the DMA windows of a PCI host bridge overlap.
     */
    private static boolean isKeptBySetUp(Step step) {
        Outcome outcome = step.outcome();
        if (outcome.kind() != Outcome.Kind.ERROR) {
            return outcome.kind() == Outcome.Kind.SUCCESS;
        }
        DefaultDomain domain = step.after().domainOf(step.device());
        boolean foreignBase = domain != null
                && domain.iova().isInitialised()
                && domain.iova().startPfn() != step.after().setup(step.device()).basePfn();
        boolean isFault = outcome.errno() == Errno.EFAULT
                && (foreignBase || step.after().setup(step.device()).rangeOutsideAperture());
        boolean isOverlap = outcome.errno() == Errno.EINVAL
                && step.after().setup(step.device()).windowsOverlap();
        return isFault || isOverlap || (outcome.errno() == Errno.ENOMEM && step.withoutMemory());
    }

    /**
     * {@code DMA-FQ} for a strict domain: -ENOMEM without memory for the rings; in 6.1 also -EINVAL for a group of several devices or one
     * whose IOMMU driver insists on a type, and -EBUSY for a group that a user has. {@code iommu_group_store_type}, derived.
     */
    static boolean isKeptByTypeChange(Step step) {
        Outcome outcome = step.outcome();
        Machine after = step.after();
        DefaultDomain domain = after.domain(step.domain());
        boolean asks = after.configuration().kernel() == KernelProfile.V6_1;
        boolean unfit = asks
                && (presentIn(after, step.domain()) > 1 || OwnerContract.isForced(after, domain, GroupType.DMA_FQ));
        boolean taken = asks && domain.attachment() != Attachment.DEFAULT;
        boolean fails = unfit || taken || step.withoutMemory();
        boolean allowed = (unfit && outcome.errno() == Errno.EINVAL)
                || (taken && outcome.errno() == Errno.EBUSY)
                || (step.withoutMemory() && outcome.errno() == Errno.ENOMEM);
        return fails ? outcome.kind() == Outcome.Kind.ERROR && allowed : outcome.kind() == Outcome.Kind.SUCCESS;
    }

    private static int presentIn(Machine machine, int domain) {
        int count = 0;
        for (int number = 0; number < machine.deviceCount(); number++) {
            int device = machine.device(number);
            DefaultDomain of = machine.domainOf(device);
            if (of != null && of.index() == domain && machine.isPresent(device)) {
                count++;
            }
        }
        return count;
    }

    /** What the contract wants of a call, with its source: {@code 0 (documentation ...)}. */
    static String wanted(Machine after, Reservation call, boolean withoutMemory) {
        for (ErrnoContract clause : CLAUSES) {
            if (clause.speaks(after, call, withoutMemory)) {
                return clause.wanted + " (" + clause.source + ")";
            }
        }
        return "0, because the device has a usable DMA domain, strict or lazy, and nothing is in the way"
                + " (documentation of the posted patch: -ENODEV only without a DMA domain)";
    }

    /** As a caller sees it: {@code 0}, {@code -ENOMEM}, an address, {@code DMA_MAPPING_ERROR}; or that it never returned. */
    static String returned(Outcome outcome) {
        Errno errno = outcome.errno();
        return switch (outcome.kind()) {
            case VOID -> "nothing";
            case SUCCESS -> "0";
            case ERROR -> errno == null ? "an error" : errno.negative();
            case ADDRESS -> Hex.of(outcome.address());
            case MAPPING_ERROR -> "DMA_MAPPING_ERROR";
            case NULL -> "NULL";
            case FALSE -> "false";
            case OOPS -> "an oops";
            case LOCKUP -> "a search that never ends";
            case NOT_THERE -> "a use of what is not there";
            case GOES_ON -> "nothing yet";
        };
    }

    /** The call of a probe that its contract does not agree with; {@code null} if it is the set-up itself. */
    static @Nullable Reservation brokenInProbe(Step step) {
        if (isTaken(step)) {
            return null;
        }
        for (Reservation call : step.after().configuration().reservations()) {
            if (!isPartOfProbe(step, call)) {
                continue;
            }
            boolean called = step.after().isCalled(call.index());
            Outcome.Kind kind = called ? Outcome.Kind.SUCCESS : step.outcome().kind();
            if (!isKeptInProbe(step, call, kind, called ? null : step.outcome().errno())) {
                return call;
            }
            if (!called) {
                return null;
            }
        }
        return null;
    }
}
