package dev.iovacheck.model.machine;

import dev.iovacheck.model.config.FlushQueues;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.TakenBranches;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What changes while a machine runs. Arrays are by device index or by reservation index. */
final class MachineState {

    private final int allCpus;
    private final boolean interleavesSteps;
    private final boolean hasDoorbells;

    final DefaultDomain[] domains;

    /** Not part of the state: which branches of the kernel's functions were taken since the machine was made. */
    final TakenBranches branches = new TakenBranches();

    /** Whether the device is there. */
    final Flags present = new Flags();

    /** {@code use_dma_iommu(dev)}. */
    final Flags usesDmaIommu = new Flags();

    /** {@code pci_32bit_workaround}: whether the device still tries addresses below 4 GiB first. */
    final Flags tries32Bit = new Flags();

    /** Whether a driver is bound to the device. */
    final Flags bound = new Flags();

    /** Where the doorbell of the device was mapped for the interrupts that its driver, or its user, has set up; {@code null} for none. */
    final @Nullable Attachment[] doorbellIn;

    /** How many mappings the device holds. */
    final int[] liveOf;

    /** Whether the driver has made the call successfully since its device appeared. */
    final Flags called = new Flags();

    /** Whether the call returned 0 since the domain was made. */
    final Flags promised = new Flags();

    /** Whether the device is still to be attached to its domain, at its first mapping. */
    final Flags attachPending = new Flags();

    /** Whether a driver has broken the rules of the DMA API. */
    boolean mistaken;

    /** What was undone last, which a driver may undo once more: domain (-1 for nothing), device, buffer and lowest pfn. */
    int undoneDomain;

    int undoneDevice;
    int undoneSize;
    long undonePfn;

    /** Not part of the state: what does not work during the current action, and whether anything came of it. */
    Failure failure = Failure.NONE;

    boolean failed;

    private boolean memoryFails;

    /** Not part of the state: the segment of a list from which on it does not work, and the one at which the current action is. */
    int failsFrom;

    int segment;

    /** Bit {@code cpu} is set while the CPU is online. */
    int online;

    /** What each CPU is in the middle of. Where calls are not interrupted, none is between two actions. */
    final CallInFlight[] calls;

    /** Whether a call that did not return has ended everything. */
    boolean crashed;

    MachineState(Blueprint plan) {
        int devices = plan.configuration.devices().size();
        interleavesSteps = plan.interleavesSteps;
        hasDoorbells = plan.configuration.devices().stream()
                .anyMatch(device -> device.doorbell().isPresent());
        allCpus = (1 << plan.configuration.cpus()) - 1;
        IovaDomain.Nodes nodes = plan.canBecomeIllFormed ? IovaDomain.Nodes.RED_BLACK : IovaDomain.Nodes.SORTED;
        Iommu iommu = plan.configuration.iommu();
        domains = new DefaultDomain[plan.groups.size()];
        for (int domain = 0; domain < domains.length; domain++) {
            domains[domain] = new DefaultDomain(
                    domain,
                    plan.groups.get(domain),
                    iommu.granuleShift(),
                    new IovaDomain(plan.constants, nodes, plan.defect, branches),
                    plan.canBeLazy ? iommu.flushQueues() : FlushQueues.NONE,
                    iommu.flushQueues().single() ? 1 : plan.configuration.cpus(),
                    branches);
            domains[domain].iova().setUsedOrders(plan.usedOrders);
        }
        doorbellIn = new Attachment[devices];
        liveOf = new int[devices];
        calls = new CallInFlight[plan.configuration.cpus()];
        for (int cpu = 0; cpu < calls.length; cpu++) {
            calls[cpu] = new CallInFlight(cpu);
        }
        reset();
    }

    /** Goes to the initial state: no device is there, all CPUs are online. */
    void reset() {
        for (DefaultDomain domain : domains) {
            domain.destroy();
        }
        present.clear();
        usesDmaIommu.clear();
        tries32Bit.clear();
        bound.clear();
        Arrays.fill(doorbellIn, null);
        Arrays.fill(liveOf, 0);
        attachPending.clear();
        mistaken = false;
        forgetUndone();
        called.clear();
        promised.clear();
        crashed = false;
        if (interleavesSteps) {
            endCalls();
        }
        setOnline(allCpus);
    }

    void forgetUndone() {
        undoneDomain = -1;
        undoneDevice = 0;
        undoneSize = 0;
        undonePfn = 0;
    }

    void rememberUndone(int domain, int device, int size, long pfn) {
        undoneDomain = domain;
        undoneDevice = device;
        undoneSize = size;
        undonePfn = pfn;
    }

    /** An action begins, during which this does not work once it is at that segment of its list; 0 where it has no list. */
    void begin(Failure what, int fromSegment) {
        failure = what;
        failed = false;
        failsFrom = fromSegment;
        segment = 0;
        setMemoryFails(failure == Failure.NO_MEMORY && failsFrom == 0);
    }

    /** The current action comes to the next segment of its list. */
    void nextSegment() {
        segment++;
        if (failure == Failure.NO_MEMORY && failsFrom == segment) {
            setMemoryFails(true);
        }
    }

    /** The current action is over. */
    void endAction() {
        setMemoryFails(false);
        failure = Failure.NONE;
    }

    private void setMemoryFails(boolean fails) {
        if (!fails && !memoryFails) {
            return; // neither did it before
        }
        memoryFails = fails;
        for (DefaultDomain domain : domains) {
            domain.iova().setMemoryFails(fails);
        }
    }

    /** Whether this does not work now; something comes of it then. */
    boolean fails(Failure what) {
        boolean fails = failure == what && segment >= failsFrom;
        failed |= fails;
        return fails;
    }

    void endCalls() {
        for (CallInFlight call : calls) {
            call.end();
        }
    }

    /** Becomes equal to the state of another machine of the same plan. */
    void copyFrom(MachineState other) {
        for (int domain = 0; domain < domains.length; domain++) {
            domains[domain].copyFrom(other.domains[domain]);
        }
        present.copyFrom(other.present);
        usesDmaIommu.copyFrom(other.usesDmaIommu);
        tries32Bit.copyFrom(other.tries32Bit);
        bound.copyFrom(other.bound);
        attachPending.copyFrom(other.attachPending);
        called.copyFrom(other.called);
        promised.copyFrom(other.promised);
        for (int device = 0; device < liveOf.length; device++) {
            liveOf[device] = other.liveOf[device];
        }
        if (hasDoorbells) {
            System.arraycopy(other.doorbellIn, 0, doorbellIn, 0, doorbellIn.length);
        }
        mistaken = other.mistaken;
        undoneDomain = other.undoneDomain;
        undoneDevice = other.undoneDevice;
        undoneSize = other.undoneSize;
        undonePfn = other.undonePfn;
        online = other.online;
        crashed = other.crashed;
        if (interleavesSteps) {
            for (int cpu = 0; cpu < calls.length; cpu++) {
                calls[cpu].copyFrom(other.calls[cpu]);
            }
        }
    }

    void setOnline(int mask) {
        online = mask;
        for (DefaultDomain domain : domains) {
            domain.iova().setOnline(mask);
        }
    }

    boolean isOnline(int cpu) {
        return (online & 1 << cpu) != 0;
    }
}
