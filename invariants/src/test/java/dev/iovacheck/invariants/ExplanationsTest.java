package dev.iovacheck.invariants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.Evidence;
import dev.iovacheck.model.kernel.KernelBug;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExplanationsTest {

    static List<String> names() {
        return Explanations.names();
    }

    @Test
    void namesAreDifferentEvenWithoutCase() {
        assertEquals(names().size(), new HashSet<>(names()).size());
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyNameHasATextOfAtMost80Columns(String name) {
        String text = Explanations.explain(name).orElseThrow();
        assertTrue(text.endsWith("\n"));
        text.lines().forEach(line -> {
            assertTrue(line.length() <= 80, line);
            assertEquals(line.stripTrailing(), line);
        });
    }

    @Test
    void anInvariantIsExplained() {
        assertEquals("""
                lower-bound

                No live mapping starts below the device's window or below the domain's
                start_pfn.

                Why it matters:
                  A block that is given a lower address sends it out under another stream ID or
                  not at all; the machine faults or resets, often only under load.

                It is checked for:
                  a live mapping
                  In a run that never met this, it is reported as not shown.

                Part of contract C1:
                  Every range handed out lies within the limits of the request and every hard
                  window of the device.

                Kernel (versions; how the rule is known):
                  drivers/iommu/iova.c: __alloc_and_insert_iova_range (6.1, 7.1; recorded)
                  drivers/iommu/dma-iommu.c: iommu_dma_init_domain (6.1, 7.1; derived)

                Proof that the check can fail, a mistake planted into the model:
                  The second pass of the tree search adds 1 to the hint's upper end before
                  comparing it: with the hint at the anchor the pass starts at pfn 0 and accepts
                  what lies below start_pfn.
                """, Explanations.explain("lower-bound").orElseThrow());
    }

    @Test
    void anErrorNumberIsExplained() {
        String expected = """
                -EFAULT (14)

                iommu_dma_init_domain (6.1, 7.1; derived):
                  dma-ranges and aperture have nothing in common (6.1: asked only with a forced
                  aperture; 7.1: only if there are dma-ranges); the device stays without IOMMU
                  DMA ops

                iommu_dma_init_domain (6.1, 7.1; derived):
                  another device of the group has initialised the domain with a different
                  granule or start_pfn
                """;
        assertEquals(expected, Explanations.explain("EFAULT").orElseThrow());
        assertEquals(expected, Explanations.explain("-EFAULT").orElseThrow());
        assertEquals(expected, Explanations.explain(" efault ").orElseThrow());
    }

    @Test
    void anErrorNumberIsExplainedByWhoReturnsIt() {
        assertEquals("""
                -EACCES (13)

                iommu_group_store_type (6.1, 7.1; derived):
                  the caller has not both CAP_SYS_ADMIN and CAP_SYS_RAWIO
                """, Explanations.explain("EACCES").orElseThrow());
    }

    @Test
    void aFunctionIsExplained() {
        String expected = """
                iova_depot_work_func, drivers/iommu/iova.c

                What the model says it does:
                  Frees one magazine of a depot that holds more than there are online CPUs, and
                  schedules itself again if it did.

                Read in: 7.1. How it is known: recorded.
                """;
        assertEquals(expected, Explanations.explain("iova_depot_work_func").orElseThrow());
        assertEquals(expected, Explanations.explain("iova_depot_work_func()").orElseThrow());
    }

    @Test
    void aKnownBugIsExplained() {
        assertEquals("""
                B01: iommu/iova: Fix alloc iova overflows issue

                Fixed by commit dcdb3ba7e2a8. What kernels do without it:
                  The second pass of the tree search adds 1 to the hint's upper end before
                  comparing it with the limit: with the hint at the anchor the sum wraps to 0,
                  and the pass accepts what lies below start_pfn.

                Kernel (versions; how that is known):
                  drivers/iommu/iova.c: __alloc_and_insert_iova_range (5.11 to 6.1; derived)

                To bring it back: kernel: { profile: ..., with: [B01] }
                Files in examples/known-bugs show it.
                """, Explanations.explain("b01").orElseThrow());
    }

    @Test
    void unknownNamesHaveNoTextButPerhapsASuggestion() {
        assertEquals(Optional.empty(), Explanations.explain("reserve-iova"));
        assertEquals(Optional.empty(), Explanations.explain(""));
        assertEquals(List.of("reserve_iova"), Explanations.suggestions("reserve-iova"));
        assertEquals(List.of("lower-bound"), Explanations.suggestions("lowerbound"));
        assertEquals(List.of("ENOMEM"), Explanations.suggestions("-ENOMME"));
        assertEquals(List.of("lower-bound", "upper-bound"), Explanations.suggestions("bound"));
        assertEquals(List.of(), Explanations.suggestions("quantum"));
        assertEquals(List.of(), Explanations.suggestions(""));
    }

    @Test
    void everyFunctionWithABranchIsExplained() {
        for (Branch branch : Branch.values()) {
            String function = UsedRules.functionOf(branch);
            String text = Explanations.explain(function).orElseThrow(() -> new AssertionError(branch.function()));
            String file = branch.function().substring(0, branch.function().indexOf(':'));
            assertTrue(text.contains(file), text);
            assertTrue(text.contains("How it is known: "), text);
        }
    }

    @Test
    void everyFunctionThatABugIsInIsExplainedOrOfAnotherTime() {
        for (KernelBug bug : KernelBug.values()) {
            String text = Explanations.explain(bug.id()).orElseThrow();
            assertTrue(text.contains(bug.reference().function()), text);
            assertTrue(text.contains(bug.reference().evidence().label()), text);
        }
    }

    @Test
    void whatAVerdictRestsOnIsTold() {
        Configuration configuration = new Question()
                .device("g", 1, 7, 1, 1).build().toBuilder()
                        .mechanism(Mechanism.IOMMU_RANGES)
                        .bugs(Set.of(KernelBug.B04A))
                        .build();
        UsedRules rules = UsedRules.of(
                configuration, List.of(Catalogue.byId("lower-bound")), Set.of(Branch.POP_TOP, Branch.INIT_FIRST));
        assertEquals(Set.of("B04a", "iommu-ranges"), rules.known(Evidence.UNVERIFIED));
        assertEquals(Set.of("iommu_dma_init_domain"), rules.known(Evidence.DERIVED));
        assertEquals(Set.of("__alloc_and_insert_iova_range", "iova_magazine_pop"), rules.known(Evidence.RECORDED));
        for (String name : rules.known(Evidence.UNVERIFIED)) {
            assertTrue(Explanations.explain(name).isPresent(), name);
        }
    }

    @Test
    void everyFunctionThatAnInvariantRefersToIsExplained() {
        for (Invariant invariant : Catalogue.all()) {
            invariant
                    .references()
                    .forEach(reference -> assertTrue(
                            Explanations.explain(reference.function()).isPresent(), reference::toString));
        }
    }
}
