package dev.iovacheck.cli.report;

import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.invariants.Explanations;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.kernel.KernelBug;
import java.util.Arrays;
import java.util.List;

/** The list of everything that can be explained. */
public final class ExplainReport {

    private ExplainReport() {}

    /** Invariants with their claims, then error numbers, then kernel functions, then known bugs with their subjects. */
    public static String all() {
        WrappedText text = new WrappedText().line("invariants:");
        for (Invariant invariant : Catalogue.all()) {
            text.line("  " + invariant.id()).wrap("      ", 6, invariant.claim());
        }
        text.blank().line("asked only where they are named (check --only):");
        for (Invariant invariant : Catalogue.onRequest()) {
            text.line("  " + invariant.id()).wrap("      ", 6, invariant.claim());
        }
        List<String> errnos = Arrays.stream(Errno.values()).map(Errno::name).toList();
        text.blank().line("error numbers:").wrap("  ", 2, String.join(" ", errnos));
        List<String> bugs = Arrays.stream(KernelBug.values()).map(KernelBug::id).toList();
        text.blank().line("kernel functions:");
        Explanations.names().stream()
                .filter(name -> !Catalogue.has(name) && !errnos.contains(name) && !bugs.contains(name))
                .forEach(name -> text.line("  " + name));
        text.blank().line("known bugs:");
        for (KernelBug bug : KernelBug.values()) {
            text.wrap("  " + bug.id() + "  ", 6, bug.subject());
        }
        return text.toString();
    }
}
