package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.constraint.unroll.BoundedCheck;
import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.ExhaustiveCheck;
import dev.iovacheck.engine.SearchOptions;
import dev.iovacheck.engine.Verdict;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.ConfigurationReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Constraint solving and looking at every state come to the same, on machines of up to 8 granules and runs of up to 4 steps. */
class ConstraintAgreementProperties {

    private static final int STEPS = 4;
    private static final List<String> CHECKS = Catalogue.all().stream()
            .filter(BoundedCheck::covers)
            .map(Invariant::id)
            .toList();

    @Property(tries = 500, shrinking = ShrinkingMode.OFF)
    void bothFindTheSameAndTheShortest(@ForAll long seed) {
        Configuration configuration = configuration(new Random(seed));
        BoundedCheck.Result solved = BoundedCheck.run(configuration, false, STEPS, Duration.ofMinutes(5), () -> false);
        CheckResult searched = ExhaustiveCheck.run(
                configuration,
                SearchOptions.defaults().withMaxDepth(STEPS).withWorkers(1),
                progress -> {},
                () -> false);
        assertEquals(STEPS, solved.completed(), "not cut off");
        for (CheckResult.Finding finding : searched.findings()) {
            OptionalInt wanted = finding.verdict() instanceof Verdict.Violated violated
                    ? OptionalInt.of(violated.steps())
                    : OptionalInt.empty();
            OptionalInt found = solved.answers().stream()
                    .filter(answer -> answer.question().invariant().equals(finding.invariant()))
                    .mapToInt(BoundedCheck.Answer::length)
                    .findFirst();
            String about = finding.invariant().id() + " of " + configuration;
            boolean isWithin = wanted.isEmpty() || wanted.getAsInt() <= solved.spentAfter();
            if (isWithin && solved.spentAfter() >= STEPS) {
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

    private static Configuration configuration(Random random) {
        while (true) {
            try {
                Configuration read = new ConfigurationReader(Catalogue.ids()).read("random.yaml", text(random));
                Configuration restricted = read.toBuilder().checks(CHECKS).build();
                if (BoundedCheck.outside(restricted).isEmpty()) {
                    return restricted;
                }
            } catch (ConfigurationException e) {
                // Another one, then.
            }
        }
    }

    private static String text(Random random) {
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
