package dev.iovacheck.invariants;

import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.kernel.KernelReference;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The rules of the model that the verdicts of a run rest on, and how they are known: those of the functions whose branches the run took,
 * those that the checked invariants refer to, those of the mechanism, and the known bugs that were brought back.
 */
public final class UsedRules {

    private final Map<Evidence, SortedSet<String>> names = new EnumMap<>(Evidence.class);

    private UsedRules() {}

    /** @param taken branches that the run took */
    public static UsedRules of(Configuration configuration, List<Invariant> invariants, Collection<Branch> taken) {
        UsedRules rules = new UsedRules();
        taken.forEach(branch -> rules.addFunction(functionOf(branch)));
        for (Invariant invariant : invariants) {
            invariant.references().forEach(reference -> rules.add(reference.evidence(), reference.function()));
        }
        functionsOf(configuration.mechanism()).forEach(rules::addFunction);
        for (KernelBug bug : configuration.bugs()) {
            rules.add(bug.reference().evidence(), bug.id());
        }
        return rules;
    }

    /** The name of the kernel function that a branch is in, without its file. */
    static String functionOf(Branch branch) {
        return branch.function().substring(branch.function().indexOf(": ") + 2);
    }

    /** What the kernel does with the configuration's way to keep mappings inside. */
    private static List<String> functionsOf(Mechanism mechanism) {
        return switch (mechanism) {
            case NONE, HARDENED -> List.of();
            case IOMMU_ADDRESSES -> List.of("of_iommu_get_resv_regions");
            case DMA_RANGES -> List.of("of_dma_configure_id");
            case POSTED_API -> List.of("dma_iova_set_resv_region");
            case IOMMU_RANGES -> List.of("iommu-ranges");
        };
    }

    private void addFunction(String name) {
        KernelReference reference = KernelFunctions.find(name)
                .map(KernelFunctions.KernelFunction::reference)
                .orElseThrow();
        add(reference.evidence(), name);
    }

    private void add(Evidence evidence, String name) {
        names.computeIfAbsent(evidence, none -> new TreeSet<>()).add(name);
    }

    /** Names of functions and bugs with rules that are known in this way, in alphabetical order; each can be explained. */
    public SortedSet<String> known(Evidence evidence) {
        return names.getOrDefault(evidence, new TreeSet<>());
    }
}
