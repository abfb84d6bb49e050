package dev.iovacheck.cli.report;

import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.Coverage;
import dev.iovacheck.engine.search.BreadthFirst;
import dev.iovacheck.engine.search.Storage;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Goal;
import dev.iovacheck.model.kernel.Branch;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a run has looked at, and what it never exercised. */
final class CoverageSection {

    private final CheckResult result;
    private final Coverage coverage;
    private final Configuration configuration;
    private final boolean all;
    private final WrappedText text = new WrappedText();

    /** @param all whether to list everything that was never exercised */
    CoverageSection(CheckResult result, boolean all) {
        this.result = result;
        this.all = all;
        coverage = result.coverage();
        configuration = result.configuration();
    }

    /** Appends the section; it ends in an empty line. */
    void addTo(WrappedText report) {
        if (coverage.walks().isPresent()) {
            walks(coverage.walks().get());
        } else if (coverage.runs().isPresent()) {
            runs(coverage.runs().getAsInt());
            report.add(text.blank().toString());
            return;
        } else {
            search();
        }
        branches();
        if (all) {
            neverFired();
            neverTaken();
        } else if (coverage.cutOff().isEmpty() || coverage.walks().isPresent()) {
            coverage.neverFired().forEach(family -> row("never", family));
        }
        report.add(text.blank().toString());
    }

    private void walks(Coverage.Walks walks) {
        text.wrap(
                "coverage: ", 10, Numbers.of(walks.walks(), "random walk") + ": nothing is shown beyond what they met");
        row("seed", Long.toString(walks.seed()));
        row("steps", Numbers.of(walks.steps()) + ", up to " + Numbers.of(walks.length()) + " in a walk");
    }

    private void runs(int steps) {
        text.wrap(
                "coverage: ",
                10,
                "all runs of up to " + Numbers.of(steps, "step") + ", by constraint solving: "
                        + coverage.cutOff().orElse("nothing is shown beyond"));
    }

    private void search() {
        text.wrap(
                "coverage: ",
                10,
                coverage.cutOff()
                        .map(reason -> "cut off (" + reason + "): nothing is shown beyond these states")
                        .orElse("every reachable state was looked at"
                                + (result.options().storage() == Storage.EXACT ? "" : " but for collisions")));
        states();
    }

    private void states() {
        row("states", Numbers.of(coverage.states()) + (result.options().isReduced() ? "" : " without reductions"));
        Reductions.of(result).ifPresent(words -> row("reductions", words));
        row("transitions", Numbers.of(coverage.transitions()));
        row("depth", Numbers.of(coverage.depth(), "step"));
        if (result.options().storage() == Storage.FINGERPRINT) {
            row(
                    "storage",
                    "64-bit fingerprints: the probability that two states had the same one, so that something was missed,"
                            + " is at most about " + probability());
        }
        if (coverage.allParts() > 1) {
            parts();
        }
    }

    private void parts() {
        for (int part = 0; part < coverage.parts().size(); part++) {
            Coverage.Part each = coverage.parts().get(part);
            row(
                    "part " + (part + 1),
                    String.join(", ", each.devices()) + ": " + Numbers.of(each.states(), "state") + ", depth "
                            + each.depth());
            for (List<String> copy : each.copies()) {
                row("", String.join(", ", copy) + ": alike but for the names, not searched");
            }
        }
    }

    /** Each part has a table of its own. */
    private String probability() {
        double sum = coverage.parts().stream()
                .mapToDouble(part -> BreadthFirst.collisionProbability(part.states()))
                .sum();
        return String.format(Locale.ROOT, "%.1e", Math.min(1, sum));
    }

    private void branches() {
        long there = configuration.branches().size();
        long never = coverage.neverTaken(configuration).size();
        row(
                "branches",
                Numbers.of(there - never) + " of " + Numbers.of(there) + " of the kernel's functions taken"
                        + (all || never == 0 ? "" : " (--coverage lists the others)"));
    }

    private void neverFired() {
        if (!coverage.neverFired().isEmpty()) {
            text.line("  actions that never happened:");
            coverage.neverFired().forEach(family -> text.wrap("    - ", 6, family));
        }
    }

    private void neverTaken() {
        Map<String, List<Branch>> byFunction = coverage.neverTaken(configuration).stream()
                .collect(Collectors.groupingBy(Branch::function, TreeMap::new, Collectors.toList()));
        if (!byFunction.isEmpty()) {
            text.line("  branches never taken:");
        }
        byFunction.forEach((function, branches) -> {
            text.line("    " + function);
            branches.forEach(branch -> text.wrap("      - ", 8, Goal.label(branch) + ": " + branch.what()));
        });
    }

    private void row(String name, String value) {
        text.wrap("  " + name + " ".repeat(Math.max(1, 13 - name.length())), 17, value);
    }
}
