package dev.iovacheck.cli.report;

import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.invariants.Invariant;

/** Invariants explained. */
public final class ExplainReport {

    private ExplainReport() {}

    /** All of them, a claim each. */
    public static String all() {
        WrappedText text = new WrappedText();
        for (Invariant invariant : Catalogue.all()) {
            text.line(invariant.id()).wrap("    ", 4, invariant.claim());
        }
        return text.toString();
    }

    /** One in full. */
    public static String of(Invariant invariant) {
        WrappedText text = new WrappedText()
                .line(invariant.id() + " (contract " + invariant.contract() + ")")
                .blank()
                .wrap("claim:    ", 10, invariant.claim())
                .wrap("about:    ", 10, invariant.premise())
                .wrap("why:      ", 10, invariant.reason())
                .line("sources:");
        invariant.references().forEach(reference -> text.wrap("  ", 4, reference.toString()));
        return text.toString();
    }
}
