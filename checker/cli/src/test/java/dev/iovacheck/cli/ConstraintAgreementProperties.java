package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.constraint.unroll.ArgumentChoice;
import dev.iovacheck.constraint.unroll.BoundedCheck;
import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.ExhaustiveCheck;
import dev.iovacheck.engine.SearchOptions;
import dev.iovacheck.engine.Verdict;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.ConfigurationReader;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Reservation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Constraint solving and looking at every state come to the same. */
class ConstraintAgreementProperties {

    private static final int STEPS = 4;
    private static final long PAGE = 0x1000;
    private static final List<String> CHECKS = Catalogue.all().stream()
            .filter(BoundedCheck::covers)
            .map(Invariant::id)
            .toList();

    /** On machines of up to 8 granules and runs of up to 4 steps. */
    @Property(tries = 500, shrinking = ShrinkingMode.OFF)
    void bothFindTheSameAndTheShortest(@ForAll long seed) {
        Configuration configuration = configuration(new Random(seed), ConstraintAgreementProperties::small);
        compare(
                configuration,
                BoundedCheck.run(configuration, ArgumentChoice.GIVEN, STEPS, Duration.ofMinutes(5), () -> false),
                STEPS);
    }

    /** In windows of up to 2^40 granules, which are folded. */
    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void bothFindTheSameInLargeWindows(@ForAll long seed) {
        Configuration configuration = configuration(new Random(seed), ConstraintAgreementProperties::large);
        compare(
                configuration,
                BoundedCheck.run(configuration, ArgumentChoice.GIVEN, STEPS, Duration.ofMinutes(5), () -> false),
                STEPS);
    }

    /** Any arguments are all those that there are: each call with a start and an end in each granule that plays a part, and each size. */
    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void anyArgumentsAreAllArguments(@ForAll long seed) {
        Random random = new Random(seed);
        int pages = 3 + random.nextInt(4);
        Configuration few = configuration(random, each -> tiny(each, pages));
        BoundedCheck.Result solved = BoundedCheck.run(few, ArgumentChoice.ANY, 3, Duration.ofMinutes(5), () -> false);
        assertEquals(0, solved.allSizesUpTo());
        List<Buffer> sizes = new ArrayList<>();
        for (int size = 1; size <= pages + 1; size++) {
            sizes.add(Buffer.page(size * PAGE));
        }
        Device device = few.devices().get(0).toBuilder().buffers(sizes).live(3).build();
        Configuration all = few.toBuilder()
                .devices(List.of(device))
                .reservations(few.mechanism().isCall() ? allCalls(pages) : List.of())
                .build();
        compare(all, solved, 3);
    }

    /** Each pair of classes of a first and a last byte; each once, because the second time is after the first in every run of three steps. */
    private static List<Reservation> allCalls(int pages) {
        List<Long> granules = new ArrayList<>();
        for (long granule = 0; granule <= pages + 2; granule++) {
            granules.add(granule * PAGE);
        }
        for (long beyond : new long[] {1L << 31, (1L << 32) - PAGE, 1L << 32, 1L << 40, -2 * PAGE, -PAGE}) {
            granules.add(beyond);
        }
        List<Reservation> calls = new ArrayList<>();
        for (long first : granules) {
            for (long start : new long[] {first, first + PAGE / 2}) {
                for (long last : granules) {
                    for (long length : new long[] {last + PAGE - start, last + PAGE / 4 - start, 0}) {
                        calls.add(new Reservation(calls.size(), 0, null, start, length, Reservation.When.ANY));
                    }
                }
            }
        }
        return calls;
    }

    private static void compare(Configuration configuration, BoundedCheck.Result solved, int steps) {
        CheckResult searched = ExhaustiveCheck.run(
                configuration,
                SearchOptions.defaults().withMaxDepth(steps).withWorkers(1),
                progress -> {},
                () -> false);
        assertEquals(steps, solved.completed(), "not cut off");
        for (CheckResult.Finding finding : searched.findings()) {
            OptionalInt wanted = finding.verdict() instanceof Verdict.Violated violated
                    ? OptionalInt.of(violated.steps())
                    : OptionalInt.empty();
            OptionalInt found = solved.answers().stream()
                    .filter(answer -> answer.question().invariant().equals(finding.invariant()))
                    .mapToInt(BoundedCheck.Answer::length)
                    .min();
            String about = finding.invariant().id() + " of " + configuration;
            boolean isWithin = wanted.isEmpty() || wanted.getAsInt() <= solved.spentAfter();
            if (isWithin && solved.spentAfter() >= steps) {
                assertEquals(wanted, found, about);
            } else if (wanted.isEmpty()) {
                assertEquals(wanted, found, about);
            } else if (isWithin) {
                assertEquals(wanted, found, about);
            } else {
                // It takes a tree out of order, which the constraints do not follow, or a longer way.
                assertTrue(found.isEmpty() || found.getAsInt() >= wanted.getAsInt(), about);
            }
        }
    }

    private static Configuration configuration(Random random, Function<Random, String> text) {
        while (true) {
            try {
                Configuration read = new ConfigurationReader(Catalogue.ids()).read("random.yaml", text.apply(random));
                Configuration restricted = read.toBuilder().checks(CHECKS).build();
                if (BoundedCheck.outside(restricted).isEmpty()) {
                    return restricted;
                }
            } catch (ConfigurationException e) {
                // Another one, then.
            }
        }
    }

    private static String tiny(Random random, int pages) {
        String mechanism = pick(random, "none", "dma_iova_set_resv_region", "dma_iova_set_resv_region");
        return "iovacheck: 1\nkernel: " + pick(random, "v6.1", "v7.1") + "\ncpus: 1\ncaches: { magazine: "
                + (1 + random.nextInt(2)) + " }\niommu: { aperture: 0..4GiB }\ndevices:\n  d: { mask: "
                + hex(pages * PAGE - 1) + ", window: " + hex(random.nextInt(2) * PAGE) + ".." + hex(pages * PAGE)
                + " }\nmechanism: " + mechanism + "\nworkload:\n  d: { map: [4KiB], live: 1 }\n";
    }

    private static String large(Random random) {
        int bits = 26 + random.nextInt(27);
        long mask = (1L << bits) - 1 - (random.nextBoolean() ? 0 : PAGE * random.nextInt(9));
        long aperture = random.nextInt(3) == 0 ? PAGE * random.nextInt(1 << 12) : 0;
        List<String> sizes = new ArrayList<>();
        for (int size = 0; size < 1 + random.nextInt(2); size++) {
            sizes.add(hex(PAGE * (1 + random.nextInt(1 << random.nextInt(13)))));
        }
        String mechanism =
                pick(random, "none", "dma_iova_set_resv_region", "dma_iova_set_resv_region", "iommu-addresses");
        StringBuilder text = new StringBuilder("iovacheck: 1\nkernel: " + pick(random, "v6.1", "v7.1") + "\ncpus: "
                + (1 + random.nextInt(2)) + "\ncaches: { magazine: " + (1 + random.nextInt(2))
                + " }\niommu: { aperture: " + hex(aperture) + "..0x10000000000000 }\ndevices:\n  d: { mask: "
                + hex(mask)
                + ", window: " + hex(PAGE * random.nextInt(1 << 14)) + ".." + hex(mask + 1 - PAGE * random.nextInt(3))
                + " }\nmechanism: " + mechanism + "\n");
        if (!mechanism.equals("none")) {
            text.append("reserve:\n");
            for (int index = 0; index < 1 + random.nextInt(2); index++) {
                long start = PAGE * random.nextInt(1 << 14);
                long end = random.nextBoolean() ? mask + 1 : start + PAGE * (1 + random.nextInt(1 << 14));
                if (random.nextBoolean()) {
                    start = mask + 1 - PAGE * (1 + random.nextInt(1 << 10));
                    end = mask + 1 - (random.nextBoolean() ? 0 : PAGE * random.nextInt(4));
                }
                text.append("  - { device: d, start: " + hex(start) + ", length: " + hex(end - start) + " }\n");
            }
        }
        text.append("workload:\n  d: { map: " + sizes + ", live: " + (1 + random.nextInt(3)) + " }\n");
        return text.toString();
    }

    private static String small(Random random) {
        int pages = 3 + random.nextInt(6);
        int from = random.nextInt(3);
        List<String> sizes = new ArrayList<>();
        for (int size = 1; size <= 4; size++) {
            if (random.nextInt(3) == 0 || (size == 4 && sizes.isEmpty())) {
                sizes.add(4 * size + "KiB");
            }
        }
        String mechanism =
                pick(random, "none", "dma_iova_set_resv_region", "dma_iova_set_resv_region", "iommu-addresses");
        StringBuilder text = new StringBuilder("iovacheck: 1\nkernel: " + pick(random, "v6.1", "v7.1") + "\ncpus: "
                + (1 + random.nextInt(2)) + "\ncaches: { magazine: " + (1 + random.nextInt(3)) + " }\n"
                + "iommu: { aperture: 0..4GiB }\ndevices:\n  d: { mask: " + hex(pages * 0x1000L - 1) + ", window: "
                + hex(from * 0x1000L) + ".." + hex(pages * 0x1000L) + " }\nmechanism: " + mechanism + "\n");
        int reservations = mechanism.equals("none") ? 0 : 1 + random.nextInt(2);
        if (reservations > 0) {
            text.append("reserve:\n");
        }
        for (int index = 0; index < reservations; index++) {
            text.append("  - { device: d, " + range(random, pages, !mechanism.equals("iommu-addresses")) + " }\n");
        }
        text.append("workload:\n  d: { map: " + sizes + ", live: " + (1 + random.nextInt(3)) + " }\n");
        return text.toString();
    }

    private static String range(Random random, int pages, boolean isCall) {
        long unit = isCall && random.nextInt(4) == 0 ? 0x800 : 0x1000;
        long start = unit * random.nextInt((int) ((pages + 1) * 0x1000L / unit));
        long length = unit * (1 + random.nextInt((int) (pages * 0x1000L / unit)));
        if (isCall) {
            int kind = random.nextInt(8);
            length = kind == 0 ? 0 : kind == 1 ? -start - 0x1000 + unit * random.nextInt(6) : length;
        }
        String when =
                isCall ? ", when: " + pick(random, "any", "any", "before-first-map", "at-probe", "while-idle") : "";
        return "start: " + hex(start) + ", length: " + hex(length) + when;
    }

    private static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }

    private static String pick(Random random, String... of) {
        return of[random.nextInt(of.length)];
    }
}
