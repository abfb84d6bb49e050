package dev.iovacheck.cli.report;

import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.invariants.UsedRules;
import dev.iovacheck.model.config.Caches;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.FlushQueues;
import dev.iovacheck.model.config.Interleaving;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.Evidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a verdict takes for granted beyond the configuration: what no kernel release does yet, and what was scaled or left out. */
final class Assumptions {

    private Assumptions() {}

    /** @param taken branches of the kernel's functions that the run took */
    static List<String> of(Configuration configuration, List<Invariant> invariants, Set<Branch> taken) {
        List<String> notes = new ArrayList<>();
        if (!configuration.unknown().isEmpty()) {
            notes.add("Unknown: " + configuration.unknown() + ". No verdict speaks of it.");
        }
        mechanism(configuration, notes);
        if (configuration.canBeLazy()) {
            flushQueues(configuration.iommu().flushQueues(), notes);
        }
        caches(configuration, notes);
        notes.add(
                configuration.exploration().interleaving() == Interleaving.STEPS
                        ? "Between the atomic steps of a call other CPUs run; a call stays on its CPU, and a CPU that is in one"
                                + " does not go offline."
                        : "Each call is one step that nothing interrupts; races inside calls are not looked at.");
        rules(UsedRules.of(configuration, invariants, taken), notes);
        return notes;
    }

    private static void mechanism(Configuration configuration, List<String> notes) {
        switch (configuration.mechanism()) {
            case NONE, DMA_RANGES -> {}
            case IOMMU_ADDRESSES -> {
                if (!configuration.kernel().readsIommuAddresses()) {
                    notes.add("Kernel " + configuration.kernel().label()
                            + " does not read iommu-addresses: nothing is reserved by them.");
                }
            }
            case POSTED_API ->
                notes.add(Mechanism.POSTED_API.label()
                        + " is a proposal, modelled as it was posted on 19 January 2026; no release has it.");
            case IOMMU_RANGES ->
                notes.add("iommu-ranges: the kernel side is in review; what the kernel does with the property is not"
                        + " verified.");
            case HARDENED ->
                notes.add("hardened is a repaired variant of the proposed call, for comparison; no kernel has it.");
        }
    }

    /** How the rules are known that the verdicts rest on. */
    private static void rules(UsedRules rules, List<String> notes) {
        List<String> counts = new ArrayList<>();
        for (Evidence evidence : Evidence.values()) {
            int count = rules.known(evidence).size();
            if (count > 0) {
                counts.add(count + " " + evidence.label());
            }
        }
        notes.add("Rests on rules of kernel functions: " + String.join(", ", counts)
                + "; iovacheck explain FUNCTION tells what a rule says.");
        if (!rules.known(Evidence.UNVERIFIED).isEmpty()) {
            notes.add("Rests on rules that are not verified: " + String.join(", ", rules.known(Evidence.UNVERIFIED))
                    + ".");
        }
    }

    private static void flushQueues(FlushQueues queues, List<String> notes) {
        int stock = queues.single() ? FlushQueues.STOCK_SINGLE_SIZE : FlushQueues.STOCK_SIZE;
        if (!queues.areSupported()) {
            notes.add("The IOMMU cannot defer flushes: lazy domains turn out strict.");
        } else if (queues.size() != stock) {
            notes.add("Flush queues are scaled down: a ring has " + Numbers.of(queues.size(), "place")
                    + ", one of which stays free (stock: " + stock + ").");
        }
    }

    private static void caches(Configuration configuration, List<String> notes) {
        Caches caches = configuration.caches();
        boolean stock = caches.magazineSize() == Caches.STOCK_MAGAZINE
                && (!configuration.kernel().depotIsBounded() || caches.depotSize() == Caches.STOCK_DEPOT);
        if (!stock) {
            String depot = configuration.kernel().depotIsBounded()
                    ? " and depots " + Numbers.of(caches.depotSize(), "magazine") + " (stock: " + Caches.STOCK_DEPOT
                            + ")"
                    : "";
            notes.add("Caches are scaled down: magazines hold " + Numbers.of(caches.magazineSize(), "range")
                    + " (stock: " + Caches.STOCK_MAGAZINE + ")" + depot + ".");
        }
    }
}
