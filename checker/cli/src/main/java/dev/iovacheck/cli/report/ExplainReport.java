package dev.iovacheck.cli.report;

import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.invariants.Explanations;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.model.kernel.Errno;
import java.util.Arrays;
import java.util.List;

/** The list of everything that can be explained. */
public final class ExplainReport {

    private ExplainReport() {}

    /** Invariants with their claims, then error numbers, then kernel functions. */
    public static String all() {
        WrappedText text = new WrappedText().line("invariants:");
        for (Invariant invariant : Catalogue.all()) {
            text.line("  " + invariant.id()).wrap("      ", 6, invariant.claim());
        }
        List<String> errnos = Arrays.stream(Errno.values()).map(Errno::name).toList();
        text.blank().line("error numbers:").wrap("  ", 2, String.join(" ", errnos));
        text.blank().line("kernel functions:");
        Explanations.names().stream()
                .filter(name -> !Catalogue.ids().contains(name) && !errnos.contains(name))
                .forEach(name -> text.line("  " + name));
        return text.toString();
    }
}
