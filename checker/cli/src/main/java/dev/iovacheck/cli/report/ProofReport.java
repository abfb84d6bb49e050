package dev.iovacheck.cli.report;

import dev.iovacheck.constraint.induction.Counterstate;
import dev.iovacheck.constraint.induction.Lemma;
import dev.iovacheck.constraint.induction.Proof;
import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.Verdict;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.model.config.Configuration;
import java.util.List;
import java.util.Optional;

/** What {@code prove} prints: for each invariant that it is proved, or where induction fails and what a search says. */
public final class ProofReport {

    private final Configuration configuration;
    private final int nodes;

    /**
     * What became of one invariant.
     *
     * @param proof the attempt; empty if none was made
     * @param missing why none was made
     * @param search what the exhaustive engine says, where induction fails
     */
    public record Row(
            Invariant invariant, Optional<Proof> proof, Optional<String> missing, Optional<CheckResult> search) {

        /** The verdict of the search, if there was one. */
        Optional<Verdict> verdict() {
            return search.map(result -> result.findings().get(0).verdict());
        }
    }

    /** @param nodes the most that the tree has */
    public ProofReport(Configuration configuration, int nodes) {
        this.configuration = configuration;
        this.nodes = nodes;
    }

    /** What is asked. */
    public String head() {
        WrappedText text = new WrappedText();
        text.line(configuration.title().isEmpty() ? configuration.source() : configuration.title());
        text.wrap(
                "",
                2,
                configuration.source() + ": kernel " + configuration.kernel().label() + ", mechanism "
                        + configuration.mechanism().label());
        text.line("");
        return text.toString();
    }

    /** What came of one invariant. */
    public String row(Row row) {
        WrappedText text = new WrappedText();
        String head = String.format("  %-25s", row.invariant().id());
        if (row.proof().isEmpty()) {
            text.wrap(head, 6, "not proved: " + row.missing().orElse(""));
            return text.toString();
        }
        Proof proof = row.proof().get();
        if (proof.outcome() instanceof Proof.Outcome.Proved proved) {
            text.wrap(head, 6, "proved for all runs with at most " + Numbers.of(proved.nodes(), "node"));
        } else if (proof.outcome() instanceof Proof.Outcome.Undecided undecided) {
            text.wrap(head, 6, "undecided: " + undecided.reason());
        } else if (proof.outcome() instanceof Proof.Outcome.NotInductive fails) {
            notInductive(text, head, fails.counterstate(), row.verdict());
        }
        return text.toString();
    }

    private void notInductive(WrappedText text, String head, Counterstate found, Optional<Verdict> verdict) {
        String step =
                found.transition() == null ? "" : " by " + found.transition().label();
        text.wrap(head, 6, "induction fails" + step + ": it may no longer be so that " + found.broken());
        found.lines().forEach(line -> text.line("        " + line));
        String reached = "the exhaustive engine was not asked";
        if (verdict.isPresent()) {
            Verdict said = verdict.get();
            if (said instanceof Verdict.Violated violated) {
                reached = "It falls in this configuration after " + Numbers.of(violated.steps(), "step")
                        + "; check shows the way.";
            } else if (said instanceof Verdict.Undecided undecided) {
                reached = "Whether it falls in this configuration is undecided: " + undecided.reason() + ".";
            } else {
                reached = "It does not fall in this configuration: the exhaustive engine has seen all of its states.";
            }
        }
        text.wrap("      ", 6, reached);
    }

    /** What the proofs are about, and what they are not about. */
    public String scope() {
        WrappedText text = new WrappedText();
        text.line("");
        text.wrap(
                "",
                0,
                "A proof is about one domain while it lives, with at most " + Numbers.of(nodes, "node")
                        + " in its tree before a step; about any windows, sizes and arguments, calls whole or in steps, lazy or strict. The numbers"
                        + " of a state in which induction fails are an order of granules, no addresses.");
        text.line("lemmas:");
        for (Lemma lemma : Lemma.values()) {
            text.wrap("  ", 4, lemma.claim());
        }
        return text.toString();
    }

    /** 0 if all are proved, 1 if one falls, otherwise 3. */
    public ExitCode exitCode(List<Row> rows) {
        if (rows.stream().anyMatch(row -> row.verdict().orElse(null) instanceof Verdict.Violated)) {
            return ExitCode.UNEXPECTED;
        }
        boolean all = rows.stream().allMatch(row -> row.proof()
                .filter(proof -> proof.outcome() instanceof Proof.Outcome.Proved)
                .isPresent());
        return all ? ExitCode.EXPECTED : ExitCode.UNDECIDED;
    }
}
