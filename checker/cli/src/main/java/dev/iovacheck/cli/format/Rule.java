package dev.iovacheck.cli.format;

import dev.iovacheck.cli.result.OtherRule;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.invariants.Invariant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What findings are about, as platforms show it beside them.
 *
 * @param id as findings name it
 * @param claim what should be so, one sentence
 * @param help the same with the premise, why it matters and where the rule can be looked up, as plain text
 * @param markdown the same as Markdown
 * @param tag the contract that it belongs to, or {@code iovacheck}
 */
record Rule(String id, String claim, String help, String markdown, String tag) {

    /** All invariants in the order of the catalogue, those that are only checked on request, and the other rules. */
    static List<Rule> all() {
        return Stream.concat(
                        Stream.concat(Catalogue.all().stream(), Catalogue.onRequest().stream())
                                .map(Rule::of),
                        Arrays.stream(OtherRule.values()).map(Rule::of))
                .toList();
    }

    private static Rule of(Invariant invariant) {
        String sources =
                invariant.references().stream().map(each -> "- " + each).collect(Collectors.joining("\n"));
        String premise = "It speaks of " + invariant.premise() + ".";
        String explain = "iovacheck explain " + invariant.id();
        return new Rule(
                invariant.id(),
                invariant.claim(),
                invariant.claim() + "\n" + invariant.reason() + "\n" + premise + "\nSources:\n" + sources + "\nMore: "
                        + explain,
                invariant.claim() + "\n\n" + invariant.reason() + "\n\n" + premise + "\n\nSources:\n\n"
                        + sources.replace("_", "\\_") + "\n\nMore: `" + explain + "`",
                invariant.contract().id());
    }

    private static Rule of(OtherRule rule) {
        String help = rule.claim() + "\n" + rule.reason();
        return new Rule(rule.id(), rule.claim(), help, rule.claim() + "\n\n" + rule.reason(), "iovacheck");
    }
}
