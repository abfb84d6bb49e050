package dev.iovacheck.invariants;

import dev.iovacheck.model.config.NearNames;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.kernel.KernelReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the checker knows about an invariant, an error number, a kernel function or a known bug, for people who met the name in a report: plain text
 * of at most 80 columns, each line ended.
 */
public final class Explanations {

    private Explanations() {}

    /** Everything that can be explained: invariants in the order of the catalogue, error numbers, kernel functions, known bugs. */
    public static List<String> names() {
        List<String> names = new ArrayList<>(Catalogue.ids());
        Catalogue.onRequest().forEach(invariant -> names.add(invariant.id()));
        Arrays.stream(Errno.values()).map(Errno::name).forEach(names::add);
        names.addAll(KernelFunctions.names());
        Arrays.stream(KernelBug.values()).map(KernelBug::id).forEach(names::add);
        return names;
    }

    /**
     * The explanation of a name; empty if it is none of {@link #names}. Case does not count, an error number may have its minus sign and
     * a function its parentheses.
     */
    public static Optional<String> explain(String name) {
        String plain = plain(name);
        return names().stream()
                .filter(known -> known.equalsIgnoreCase(plain))
                .findFirst()
                .map(Explanations::text);
    }

    private static String plain(String name) {
        String trimmed = name.strip();
        String unsigned = trimmed.startsWith("-") ? trimmed.substring(1) : trimmed;
        return unsigned.endsWith("()") ? unsigned.substring(0, unsigned.length() - 2) : unsigned;
    }

    /** Known names that an unknown one may have meant: those that contain it, then the one with the fewest slips. */
    public static List<String> suggestions(String name) {
        String wanted = plain(name).toLowerCase(Locale.ROOT);
        List<String> all = names();
        List<String> meant = new ArrayList<>();
        for (String known : all) {
            if (wanted.length() >= 3 && known.toLowerCase(Locale.ROOT).contains(wanted)) {
                meant.add(known);
            }
        }
        NearNames.nearest(wanted, all).filter(near -> !meant.contains(near)).ifPresent(meant::add);
        return meant;
    }

    private static String text(String known) {
        if (Catalogue.has(known)) {
            return invariant(Catalogue.byId(known));
        }
        for (KernelBug bug : KernelBug.values()) {
            if (bug.id().equals(known)) {
                return bug(bug);
            }
        }
        return KernelFunctions.find(known).map(Explanations::function).orElseGet(() -> errno(Errno.valueOf(known)));
    }

    private static String invariant(Invariant invariant) {
        Contract contract = invariant.contract();
        Paragraphs text = new Paragraphs()
                .heading(invariant.id())
                .heading(invariant.claim())
                .heading("Why it matters:")
                .paragraph(invariant.reason(), 2)
                .heading("It is checked for:")
                .paragraph(invariant.premise(), 2)
                .paragraph("In a run that never met this, it is reported as not shown.", 2)
                .heading("Part of contract " + contract.id() + ":")
                .paragraph(contract.sentence(), 2)
                .heading("Kernel (versions; how the rule is known):");
        for (KernelReference reference : invariant.references()) {
            text.paragraph(reference.toString(), 2);
        }
        return text.heading("Proof that the check can fail, a mistake planted into the model:")
                .paragraph(invariant.plantedDefect().description(), 2)
                .toString();
    }

    private static String errno(Errno errno) {
        Paragraphs text = new Paragraphs().heading(errno.negative() + " (" + errno.number() + ")");
        for (ErrnoCase entry : ErrnoCases.of(errno)) {
            text.heading(entry.call() + " (" + entry.source() + "):").paragraph(entry.when(), 2);
        }
        return text.toString();
    }

    private static String bug(KernelBug bug) {
        KernelReference reference = bug.reference();
        Paragraphs text = new Paragraphs().heading(bug.id() + ": " + bug.subject());
        switch (bug.status()) {
            case FIXED -> text.heading("Fixed by commit " + bug.commit() + ". What kernels do without it:");
            case OPEN -> text.heading("Open: a modelled kernel has it. What it does:");
            case WARNED_OF -> text.heading("No kernel has it; comments in the code warn of it. What would happen:");
            case PROPOSED -> text.heading("In code that was posted and that no kernel has. What it does:");
        }
        text.paragraph(bug.behaviour(), 2)
                .heading("Kernel (versions; how that is known):")
                .paragraph(reference.toString(), 2);
        if (bug.isSwitch()) {
            text.heading("To bring it back: kernel: { profile: ..., with: [" + bug.id() + "] }");
        }
        return text.paragraph("Files in examples/known-bugs show it.", 0).toString();
    }

    private static String function(KernelFunctions.KernelFunction function) {
        KernelReference reference = function.reference();
        return new Paragraphs()
                .heading(function.name() + ", " + reference.file())
                .heading("What the model says it does:")
                .paragraph(function.does(), 2)
                .heading("Read in: " + reference.versions() + ". How it is known: "
                        + reference.evidence().label() + ".")
                .toString();
    }
}
