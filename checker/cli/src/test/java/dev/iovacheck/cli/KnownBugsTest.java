package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.ExhaustiveCheck;
import dev.iovacheck.engine.SearchOptions;
import dev.iovacheck.engine.Verdict;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.ConfigurationReader;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.kernel.KernelReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Known bugs are found by invariants that were not made for them: each file in {@code examples/known-bugs} names a bug, and no check;
 * {@code docs/known-bugs.md} is what came out. {@code -Diovacheck.golden=rewrite} writes it anew.
 */
class KnownBugsTest {

    private static final Path ROOT = Path.of(System.getProperty("iovacheck.root", "../.."));
    private static final Path FOLDER = ROOT.resolve("examples/known-bugs");

    private static final String INTRODUCTION = """
            # Known bugs, found again

            Bugs that Linux had, has, or was proposed to get, and what iovacheck says of a small machine that has them. No check is made for
            any of them: every file in [examples/known-bugs](../examples/known-bugs) asks for all [invariants](invariants.md).

            A bug that was fixed is a switch, `kernel: { profile: v6.1, with: [B01] }`: the modelled kernel gets it back. *Without it* says
            what becomes of the same file without the switch. So is one that no kernel has, but that comments in the code warn of. A bug that is *open* needs none: the modelled kernel is as it is. What was only
            *proposed* is held against the repaired call, `mechanism: hardened`. `iovacheck explain B01` tells more about one.

            The numbers behind invariants are steps of the shortest way to a violation; states are all states there are. This page is written
            by a test (`KnownBugsTest`), which runs every file both ways.

            | file | bug | kernels | broken (steps) | states | without it |
            |---|---|---|---|---|---|
            """;

    private static final String NOT_HERE = """

            ## Not here

            Bugs of the same parts of Linux that were looked at, and why no file has them.

            * *iommu/iova: kmemleak when pfn_lo equals IOVA_ANCHOR* (December 2019): the memory of a new node was not zeroed, and a failed
              request took what lay in it for the anchor. The model has no contents of memory that nobody has written.
            * *iommu: Avoid more races around device probe* (November 2023): two threads configure one device, and it gets into its group
              twice or not at all. Which devices are in a group is part of a configuration here, and the probe by the IOMMU core is one
              step (two, with B15).
            * *iommu/vt-d: Mark firmware tainted if RMRR fails sanity check* (`f5a68bb0752e`): one bad entry of a firmware table kept all
              IOMMUs from being set up. Machines of the model have an IOMMU that is.
            * The parser of device trees (`of_iommu_get_resv_regions`: entries of other devices, wrong numbers of cells, reads past a list).
              The model begins where the tree has been read.
            """;

    /** One file, run. */
    private record Run(Path file, KernelBug bug, CheckResult with) {

        String name() {
            String name = file.getFileName().toString();
            return name.substring(0, name.length() - ".yaml".length());
        }
    }

    private static List<Run> runs = List.of();

    @BeforeAll
    static void runAll() throws IOException, ConfigurationException {
        List<Path> files;
        try (Stream<Path> all = Files.list(FOLDER)) {
            files = all.sorted().toList();
        }
        List<Run> all = new ArrayList<>();
        for (Path file : files) {
            String name = file.getFileName().toString();
            KernelBug bug = bug(name.substring(0, name.indexOf('-')));
            Configuration configuration = new ConfigurationReader(Catalogue.ids()).read(file);
            all.add(new Run(file, bug, check(configuration)));
        }
        runs = List.copyOf(all);
    }

    private static KernelBug bug(String id) {
        return Arrays.stream(KernelBug.values())
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no known bug " + id));
    }

    private static CheckResult check(Configuration configuration) {
        return ExhaustiveCheck.run(configuration, SearchOptions.defaults(), none -> {}, () -> false);
    }

    @TestFactory
    Stream<DynamicTest> everyFileFindsItsBugAndNothingElse() {
        return runs.stream().map(run -> DynamicTest.dynamicTest(run.name(), () -> findsItsBug(run)));
    }

    private static void findsItsBug(Run run) {
        Configuration configuration = run.with().configuration();
        assertEquals(Catalogue.ids(), configuration.checks(), "no check is chosen");
        assertTrue(run.with().coverage().cutOff().isEmpty(), "the search is complete");
        assertFalse(violated(run.with()).isEmpty(), "it is found");
        Set<KernelBug> switches = run.bug().isSwitch() ? EnumSet.of(run.bug()) : EnumSet.noneOf(KernelBug.class);
        assertEquals(switches, configuration.bugs());
        boolean posted = configuration.mechanism() == Mechanism.POSTED_API;
        assertEquals(run.bug().status() == KernelBug.Status.PROPOSED, posted);
    }

    @TestFactory
    Stream<DynamicTest> nothingIsBrokenWithoutIt() {
        return runs.stream()
                .filter(run -> run.bug().status() != KernelBug.Status.OPEN)
                .map(run -> DynamicTest.dynamicTest(run.name(), () -> holdsWithoutIt(run)));
    }

    private static void holdsWithoutIt(Run run) {
        CheckResult result = check(withoutIt(run));
        if (run.with().configuration().exploration().hasMistakes()) {
            // A driver's mistake breaks things in any kernel; the bug breaks something more.
            assertTrue(violated(run.with()).containsAll(violated(result)), () -> violated(result)
                    .toString());
            assertTrue(violated(result).size() < violated(run.with()).size(), () -> violated(result)
                    .toString());
        } else {
            assertEquals(run.bug().isSwitch() ? List.of() : remaining(run.bug(), result), violated(result));
        }
        assertTrue(result.coverage().cutOff().isEmpty(), "the search is complete");
    }

    /** What no reservation call can keep, whatever it does. */
    private static List<String> remaining(KernelBug bug, CheckResult result) {
        String kept =
                switch (bug) {
                    case S5 -> "type-tells-mode"; // B32, which makes it possible, is open
                    case S9 -> "satisfiable-window"; // no allocator reserves a part of a granule
                    default -> "policy-isolation"; // devices of one group share one space
                };
        return violated(result).stream().filter(kept::equals).toList();
    }

    private static Configuration withoutIt(Run run) {
        Configuration.Builder without = run.with().configuration().toBuilder().bugs(Set.of());
        return run.bug().isSwitch()
                ? without.build()
                : without.mechanism(Mechanism.HARDENED).build();
    }

    private static List<String> violated(CheckResult result) {
        return result.findings().stream()
                .filter(finding -> finding.verdict() instanceof Verdict.Violated)
                .map(finding -> finding.invariant().id())
                .toList();
    }

    @Test
    void everyBugHasAFile() {
        Set<KernelBug> shown = runs.stream().map(Run::bug).collect(Collectors.toSet());
        assertEquals(EnumSet.allOf(KernelBug.class), shown);
    }

    @Test
    void thePageSaysWhatCameOut() throws IOException {
        StringBuilder page = new StringBuilder(INTRODUCTION);
        runs.forEach(run -> page.append(row(run)));
        for (KernelBug bug : KernelBug.values()) {
            page.append(section(bug));
        }
        page.append(NOT_HERE);
        Path expected = ROOT.resolve("docs/known-bugs.md");
        if (System.getProperty("iovacheck.golden", "").equals("rewrite")) {
            Files.writeString(expected, page);
        }
        assertEquals(page.toString(), Files.readString(expected));
    }

    private static String row(Run run) {
        KernelBug bug = run.bug();
        String broken = run.with().findings().stream()
                .filter(finding -> finding.verdict() instanceof Verdict.Violated)
                .map(finding -> finding.invariant().id() + " (" + ((Verdict.Violated) finding.verdict()).steps() + ")")
                .collect(Collectors.joining(", "));
        String without =
                switch (bug.status()) {
                    case FIXED, WARNED_OF ->
                        run.with().configuration().exploration().hasMistakes()
                                ? "what the driver's mistake breaks"
                                : "holds";
                    case OPEN -> "open";
                    case PROPOSED -> repaired(run.bug(), check(withoutIt(run)));
                };
        return "| [" + run.name() + "](../examples/known-bugs/" + run.file().getFileName() + ") | "
                + (bug.commit().isEmpty() ? "" : "`" + bug.commit() + "` ") + bug.subject() + " | "
                + bug.reference().versions() + " | " + broken + " | "
                + String.format(Locale.ROOT, "%,d", run.with().coverage().states()) + " | " + without + " |\n";
    }

    private static String repaired(KernelBug bug, CheckResult result) {
        List<String> remaining = remaining(bug, result);
        return "`hardened`: " + (remaining.isEmpty() ? "holds" : String.join(", ", remaining) + " remains");
    }

    private static String section(KernelBug bug) {
        KernelReference reference = bug.reference();
        String status =
                switch (bug.status()) {
                    case FIXED -> bug.commit().isEmpty() ? "Fixed." : "Fixed by `" + bug.commit() + "`.";
                    case OPEN -> "Open.";
                    case WARNED_OF -> "No kernel has it; comments in the code warn of it.";
                    case PROPOSED -> "Posted; no kernel has it.";
                };
        return "\n## " + bug.id() + ": " + bug.subject() + "\n\n" + bug.behaviour() + "\n\n`" + reference.file()
                + "`, `"
                + reference.function() + "` (" + reference.versions() + "; "
                + reference.evidence().label() + "). " + status + "\n";
    }
}
