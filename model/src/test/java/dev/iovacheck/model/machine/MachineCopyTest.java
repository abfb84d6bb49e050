package dev.iovacheck.model.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.packed.BitWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.list.primitive.MutableIntList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A machine that was copied is where one is that read the stored state, whatever the copy was before, and goes on alike. */
class MachineCopyTest {

    private static Configuration configuration(KernelProfile kernel, boolean illFormed) {
        // A length of 0 at address 0 asks for everything up to the last byte, one above for less than nothing.
        List<Reservation> calls = illFormed
                ? List.of(Configurations.call(0, 0, 4, 3, Reservation.When.ANY))
                : List.of(Configurations.call(0, 0, 4, 5, Reservation.When.ANY));
        return Configurations.of(
                kernel,
                2,
                Mechanism.POSTED_API,
                new Exploration(true, true, true, true),
                List.of(
                        Configurations.device(0, "g", 1, 40, 5, 1, 2, 3),
                        Configurations.device(1, "g", 1, 40, 3, 1, 4),
                        Configurations.device(2, "h", 1, 40, 3, 1)),
                calls);
    }

    @ParameterizedTest
    @EnumSource
    void aCopyIsWhereAReaderIs(KernelProfile kernel) {
        for (boolean illFormed : new boolean[] {false, true}) {
            walk(configuration(kernel, illFormed), new Random(7));
        }
    }

    /** Flush queues come and go with their domains. */
    @ParameterizedTest
    @EnumSource
    void aCopyOfDomainsThatAreReplacedIsToo(KernelProfile kernel) {
        Exploration exploration = new Exploration(true, true, true, true)
                .with(Exploration.Option.TYPE_CHANGE)
                .with(Exploration.Option.LAZY_SWITCH);
        Configuration strict = Configurations.of(
                kernel,
                2,
                Mechanism.POSTED_API,
                exploration,
                List.of(
                        Configurations.device(0, "g", 1, 40, 5, 1, 2, 3).toBuilder()
                                .bound(false)
                                .build(),
                        Configurations.device(1, "h", 1, 40, 3, 1)),
                List.of(Configurations.call(0, 0, 4, 5, Reservation.When.ANY)));
        Iommu iommu = strict.iommu();
        walk(
                strict.toBuilder()
                        .iommu(new Iommu(
                                iommu.granuleShift(), iommu.aperture(), iommu.forceAperture(), Iommu.Mode.LAZY))
                        .build(),
                new Random(7));
    }

    private static void walk(Configuration configuration, Random random) {
        Machine before = new Machine(configuration);
        Machine read = new Machine(configuration);
        Machine copied = new Machine(configuration);
        int crashes = 0;
        for (int turn = 0; turn < 20_000; turn++) {
            MutableIntList enabled = IntLists.mutable.empty();
            before.enabled(enabled);
            if (enabled.isEmpty()) {
                crashes++;
                before.reset();
                continue;
            }
            int code = enabled.get(random.nextInt(enabled.size()));
            long[] state = words(before);
            read.read(state, 0);
            for (int other = random.nextInt(3); other > 0; other--) { // as a search does: one action, and back again
                copied.copyFrom(before);
                copied.apply(enabled.get(random.nextInt(enabled.size())));
            }
            copied.copyFrom(before);
            assertArrayEquals(state, words(copied));
            assertEquals(read.apply(code), copied.apply(code));
            assertArrayEquals(words(read), words(copied));
            assertEquals(read.outcome().kind(), copied.outcome().kind());
            assertEquals(read.outcome().address(), copied.outcome().address());
            assertEquals(read.outcome().warnings(), copied.outcome().warnings());
            before.copyFrom(copied);
            if (turn % 500 == 0) {
                copied.reset(); // what it was before does not show
            }
        }
        assertTrue(crashes < 20_000);
    }

    private static long[] words(Machine machine) {
        BitWriter out = new BitWriter();
        int length = machine.write(out);
        return Arrays.copyOf(out.words(), length);
    }
}
