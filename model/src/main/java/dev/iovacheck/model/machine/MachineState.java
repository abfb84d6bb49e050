package dev.iovacheck.model.machine;

import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.TakenBranches;
import java.util.Arrays;

/** What changes while a machine runs. Arrays are by device index or by reservation index. */
final class MachineState {

    private final int allCpus;

    final DefaultDomain[] domains;

    /** Not part of the state: which branches of the kernel's functions were taken since the machine was made. */
    final TakenBranches branches = new TakenBranches();

    /** Whether the device is there. */
    final boolean[] present;

    /** {@code use_dma_iommu(dev)}. */
    final boolean[] usesDmaIommu;

    /** {@code pci_32bit_workaround}: whether the device still tries addresses below 4 GiB first. */
    final boolean[] tries32Bit;

    /** How many mappings the device holds. */
    final int[] liveOf;

    /** Whether the driver has made the call successfully since its device appeared. */
    final boolean[] called;

    /** Whether the call returned 0 since the domain was made. */
    final boolean[] promised;

    /** Bit {@code cpu} is set while the CPU is online. */
    int online;

    /** Whether a call that did not return has ended everything. */
    boolean crashed;

    MachineState(Blueprint plan) {
        int devices = plan.configuration.devices().size();
        int calls = plan.configuration.reservations().size();
        allCpus = (1 << plan.configuration.cpus()) - 1;
        IovaDomain.Nodes nodes = plan.canBecomeIllFormed ? IovaDomain.Nodes.RED_BLACK : IovaDomain.Nodes.SORTED;
        Iommu iommu = plan.configuration.iommu();
        domains = new DefaultDomain[plan.groups.size()];
        for (int domain = 0; domain < domains.length; domain++) {
            domains[domain] = new DefaultDomain(
                    domain,
                    plan.groups.get(domain),
                    iommu.granuleShift(),
                    iommu.mode() == Iommu.Mode.LAZY,
                    new IovaDomain(plan.constants, nodes, plan.defect, branches),
                    branches);
        }
        present = new boolean[devices];
        usesDmaIommu = new boolean[devices];
        tries32Bit = new boolean[devices];
        liveOf = new int[devices];
        called = new boolean[calls];
        promised = new boolean[calls];
        reset();
    }

    /** Goes to the initial state: no device is there, all CPUs are online. */
    void reset() {
        for (DefaultDomain domain : domains) {
            domain.destroy();
        }
        Arrays.fill(present, false);
        Arrays.fill(usesDmaIommu, false);
        Arrays.fill(tries32Bit, false);
        Arrays.fill(liveOf, 0);
        Arrays.fill(called, false);
        Arrays.fill(promised, false);
        crashed = false;
        setOnline(allCpus);
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
