package dev.iovacheck.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.Interleaving;
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
