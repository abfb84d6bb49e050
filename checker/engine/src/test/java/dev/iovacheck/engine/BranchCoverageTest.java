package dev.iovacheck.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.Interleaving;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.kernel.TakenBranches;
import dev.iovacheck.model.machine.Configurations;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which branches of the kernel's functions a search took. */
class BranchCoverageTest {

    private static Configuration small(KernelProfile kernel, Mechanism mechanism, Interleaving interleaving) {
        return Configurations.of(
                kernel,
                2,
                mechanism,
                new Exploration(true, false, false, false, interleaving),
                List.of(Configurations.device(0, "g", 1, 6, 2, 1, 2)),
                mechanism.isCall() ? List.of(Configurations.call(0, 0, 5, 6, Reservation.When.ANY)) : List.of());
    }

    private static Set<Branch> branches(Configuration configuration, int workers, boolean reductions) {
        SearchOptions options = SearchOptions.defaults().withWorkers(workers).withReductions(reductions);
        CheckResult result = ExhaustiveCheck.run(configuration, options, progress -> {}, () -> false);
        assertTrue(result.coverage().cutOff().isEmpty());
        return result.coverage().branches();
    }

    @Test
    void doNotDependOnWorkersOrReductions() {
        for (KernelProfile kernel : KernelProfile.values()) {
            for (Mechanism mechanism : List.of(Mechanism.NONE, Mechanism.POSTED_API, Mechanism.HARDENED)) {
                Configuration configuration = small(kernel, mechanism, Interleaving.CALLS);
                Set<Branch> taken = branches(configuration, 1, true);
                assertEquals(taken, branches(configuration, 2, true));
                assertEquals(taken, branches(configuration, 2, false));
            }
        }
    }

    @Test
    void areThoseThatTheConfigurationLetsHappen() {
        Configuration none = small(KernelProfile.V6_1, Mechanism.NONE, Interleaving.CALLS);
        Set<Branch> taken = branches(none, 1, true);
        Set<Branch> missing = new TreeSet<>(EnumSet.of(
                Branch.FAST_CACHE_HIT,
                Branch.FAST_CACHE_MISS,
                Branch.FAST_FLUSH_HELPS,
                Branch.FREE_FAST_CACHED,
                Branch.PUT_LOADED_TO_DEPOT,
                Branch.PUT_NO_MEMORY,
                Branch.ALLOC_NO_MEMORY,
                Branch.INIT_FIRST,
                Branch.DMA_WHOLE_RANGE));
        missing.removeAll(taken);
        assertEquals(Set.of(), missing);
        assertFalse(taken.contains(Branch.RESERVE_GROWS_NODE), "nobody reserves");
        assertFalse(taken.contains(Branch.DEPOT_WORK_TRIMS), "6.1 has no such worker");
        Set<Branch> posted = branches(small(KernelProfile.V6_1, Mechanism.POSTED_API, Interleaving.CALLS), 1, true);
        assertTrue(posted.contains(Branch.RESERVE_GROWS_NODE));
    }

    @Test
    void interleavedStepsTakeAtLeastThoseOfWholeCalls() {
        Configuration calls = small(KernelProfile.V6_1, Mechanism.NONE, Interleaving.CALLS);
        Configuration steps = small(KernelProfile.V6_1, Mechanism.NONE, Interleaving.STEPS);
        assertTrue(branches(steps, 2, true).containsAll(branches(calls, 2, true)));
    }

    private static Configuration with(Iommu.Mode mode, boolean noMemory, Exploration.Option... options) {
        Exploration exploration = new Exploration(noMemory, true, false, false, Interleaving.CALLS);
        for (Exploration.Option option : options) {
            exploration = exploration.with(option);
        }
        Configuration configuration = Configurations.of(
                KernelProfile.V7_1,
                1,
                Mechanism.NONE,
                exploration,
                List.of(Configurations.device(0, "g", 1, 6, 3, 1)),
                List.of());
        Iommu iommu = configuration.iommu();
        return configuration.toBuilder()
                .iommu(new Iommu(iommu.granuleShift(), iommu.aperture(), iommu.forceAperture(), mode))
                .build();
    }

    private static Set<Branch> neverTaken(Configuration configuration, Branch.Part part) {
        SearchOptions options = SearchOptions.defaults().withWorkers(1);
        CheckResult result = ExhaustiveCheck.run(configuration, options, progress -> {}, () -> false);
        Set<Branch> never = new TreeSet<>(result.coverage().neverTaken(configuration));
        never.removeIf(branch -> branch.part() != part);
        return never;
    }

    @Test
    void aLazyMachineTakesThoseOfFlushQueues() {
        Configuration lazy = with(Iommu.Mode.LAZY, true);
        assertEquals(Set.of(), neverTaken(lazy, Branch.Part.FLUSH_QUEUES));
        Configuration turnsLazy = with(Iommu.Mode.STRICT, true, Exploration.Option.LAZY_SWITCH);
        assertEquals(Set.of(), neverTaken(turnsLazy, Branch.Part.FLUSH_QUEUES));
    }

    @Test
    void usersAndTypesTakeThoseOfGroups() {
        Configuration owned = with(Iommu.Mode.STRICT, false, Exploration.Option.OWNERSHIP);
        assertEquals(Set.of(Branch.CLAIM_DIRECT), neverTaken(owned, Branch.Part.OWNERS), "no region is direct");
        Configuration typed = with(Iommu.Mode.STRICT, false, Exploration.Option.TYPE_CHANGE);
        assertEquals(Set.of(Branch.TYPE_FORCED), neverTaken(typed, Branch.Part.TYPES), "nobody insists");
    }

    @Test
    void aMachineWithoutThemIsNotToldOfThem() {
        Configuration strict = with(Iommu.Mode.STRICT, false);
        assertEquals(
                EnumSet.of(Branch.Part.ALWAYS),
                strict.branches().stream()
                        .map(Branch::part)
                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Branch.Part.class))));
        assertFalse(strict.branches().contains(Branch.UNMAP_QUEUES));
        assertTrue(with(Iommu.Mode.LAZY, false).branches().contains(Branch.UNMAP_QUEUES));
        Configuration old = strict.toBuilder().kernel(KernelProfile.V6_1).build();
        assertFalse(old.branches().contains(Branch.DEPOT_WORK_TRIMS), "6.1 has no such worker");
    }

    @Test
    void travelAsBits() throws IOException {
        for (Branch branch : Branch.values()) {
            assertEquals(Set.of(branch), savedAndRestored(Set.of(branch)));
        }
        Set<Branch> all = EnumSet.allOf(Branch.class);
        assertEquals(all, savedAndRestored(all));
    }

    private static Set<Branch> savedAndRestored(Set<Branch> branches) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TakenBranches.save(branches, new DataOutputStream(bytes));
        return TakenBranches.restore(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    }
}
