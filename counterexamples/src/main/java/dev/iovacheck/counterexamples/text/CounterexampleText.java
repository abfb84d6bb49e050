package dev.iovacheck.counterexamples.text;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.ReplayedStep;
import dev.iovacheck.counterexamples.ReplayedStep.DomainView;
import dev.iovacheck.counterexamples.ReplayedStep.Use;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.model.address.ByteSize;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A replayed counterexample as text: the devices that take part, the numbered steps with what each changed in the allocator, what is
 * violated, why that matters, and where the rule can be looked up.
 *
 * <p>Addresses are bytes, hexadecimal, ranges with both ends included. Equal replays give equal bytes.
 */
public final class CounterexampleText {

    private final Replay replay;
    private final Configuration configuration;
    private final StepText stepText;
    private final WrappedText text;

    private CounterexampleText(Replay replay, int width) {
        this.replay = replay;
        text = new WrappedText(width);
        configuration = replay.counterexample().configuration();
        stepText = new StepText(configuration, replay.counterexample().groups());
    }

    /** Everything; each line ends in a line feed. */
    public static String of(Replay replay) {
        return of(replay, WrappedText.WIDTH);
    }

    /** The same in lines of at most so many columns. */
    public static String of(Replay replay, int width) {
        return of(replay, width, "");
    }

    /**
     * The same with what is to blame.
     *
     * @param cause lines, wrapped already, each with its line feed
     */
    public static String of(Replay replay, int width, String cause) {
        CounterexampleText writer = new CounterexampleText(replay, width);
        writer.devices();
        writer.text.blank();
        writer.steps();
        writer.text.blank();
        writer.conclusion(cause);
        return writer.text.toString();
    }

    /** What is wrong after the last step and why it matters, without the steps: for a second invariant that the same steps violate. */
    public static String conclusion(Replay replay) {
        CounterexampleText writer = new CounterexampleText(replay, WrappedText.WIDTH);
        writer.conclusion("");
        return writer.text.toString();
    }

    private void devices() {
        Counterexample counterexample = replay.counterexample();
        for (int index : counterexample.devices()) {
            Device device = configuration.devices().get(index);
            String group = device.group() == null ? "no IOMMU group" : "group " + device.group();
            text.wrap(
                    device.name() + ": ",
                    4,
                    group + ", usable " + device.window() + ", DMA mask " + Hex.of(device.mask()));
        }
    }

    // ---- steps ----

    private void steps() {
        if (replay.steps().isEmpty()) {
            text.line("The initial state, before any step:");
        }
        int digits =
                String.valueOf(replay.steps().size() + replay.loop().size()).length();
        Map<String, DomainView> domains = new HashMap<>();
        steps(replay.steps(), digits, domains);
        if (!replay.loop().isEmpty()) {
            text.line("From here on, again and again:");
            steps(replay.loop(), digits, domains);
            text.wrap(
                    "",
                    2,
                    "Then everything is as it was "
                            + (replay.steps().isEmpty()
                                    ? "at first."
                                    : "after step " + replay.steps().size() + "."));
        }
    }

    private void steps(List<ReplayedStep> steps, int digits, Map<String, DomainView> domains) {
        int indent = digits + 2;
        for (ReplayedStep step : steps) {
            StepLines lines = lines(step, domains);
            String number = String.valueOf(step.number());
            text.wrap(" ".repeat(digits - number.length()) + number + ". ", indent + 4, lines.call());
            lines.changes().forEach(note -> text.wrap(" ".repeat(indent + 2), indent + 4, note));
        }
    }

    /**
     * One step in words.
     *
     * @param call what is called, with its arguments and its result
     * @param changes what it changed in the allocator, one sentence each
     */
    public record StepLines(String call, List<String> changes) {

        public StepLines {
            changes = List.copyOf(changes);
        }
    }

    /** All steps in words, those of the loop after the others. */
    public static List<StepLines> steps(Replay replay) {
        CounterexampleText writer = new CounterexampleText(replay, WrappedText.WIDTH);
        Map<String, DomainView> domains = new HashMap<>();
        return Stream.concat(replay.steps().stream(), replay.loop().stream())
                .map(step -> writer.lines(step, domains))
                .toList();
    }

    private StepLines lines(ReplayedStep step, Map<String, DomainView> domains) {
        String group = group(step);
        DomainView before = group == null ? null : domains.get(group);
        String call = stepText.of(step, before);
        DomainView after = step.domain();
        List<String> notes = after == null ? elsewhere(step, domains) : notes(step, before, after);
        domains.clear();
        step.domains().forEach(domain -> domains.put(domain.group(), domain));
        return new StepLines(call, notes);
    }

    /** What a step that is about no domain, or about all of them, changes in those that were there. */
    private static List<String> elsewhere(ReplayedStep step, Map<String, DomainView> domains) {
        List<String> notes = new ArrayList<>();
        for (DomainView after : step.domains()) {
            DomainView before = domains.get(after.group());
            if (before != null && !before.equals(after)) {
                DomainChanges.between(before, after, List.of())
                        .forEach(change -> notes.add("group " + after.group() + ": " + change));
            }
        }
        return notes;
    }

    private @Nullable String group(ReplayedStep step) {
        if (step.domain() != null) {
            return step.domain().group();
        }
        int device = step.action().device();
        return device < 0 ? null : configuration.devices().get(device).group();
    }

    private List<String> notes(ReplayedStep step, @Nullable DomainView before, DomainView after) {
        List<String> notes = new ArrayList<>();
        if (before != null) {
            notes.addAll(fromCaches(step, before));
        }
        notes.addAll(DomainChanges.between(before, after, step.mapped()));
        if (isRefusalNews(step, before, after)) {
            notes.add("requests of " + ByteSize.of(after.max32AllocSize() << after.granuleShift())
                    + " or more below 4 GiB are now refused at once (max32_alloc_size)");
        }
        return notes;
    }

    /** Which of the mapped ranges come from caches: of several it says which. */
    private static List<String> fromCaches(ReplayedStep step, DomainView before) {
        List<String> notes = new ArrayList<>();
        for (Extent mapped : step.mapped()) {
            String what = step.mapped().size() == 1 ? "" : mapped + " is ";
            cacheOf(step.action(), mapped, before)
                    .ifPresent(use ->
                            notes.add(what + "taken from the cache (" + use.who() + ") without a look at the tree"));
        }
        return notes;
    }

    /** Where the mapped range was cached before, if this CPU could take it from there. */
    private static Optional<Use> cacheOf(Action action, Extent mapped, DomainView before) {
        return Stream.concat(
                        before.nodes().stream().flatMap(node -> node.cached().stream()),
                        before.cachedOutside().stream())
                .filter(use -> use.bytes().first() == mapped.first())
                .filter(use ->
                        use.who().equals("cpu " + action.cpu()) || use.who().equals("depot"))
                .findFirst();
    }

    /** A remembered refusal is shown only if a map fails in this step or later: otherwise it never matters. */
    private boolean isRefusalNews(ReplayedStep step, @Nullable DomainView before, DomainView after) {
        boolean changed = before == null || before.max32AllocSize() != after.max32AllocSize();
        return !after.max32IsInitial()
                && changed
                && replay.steps().stream()
                        .anyMatch(later -> later.number() >= step.number() && isFailedMap(later.outcome()));
    }

    private static boolean isFailedMap(Outcome.Kind outcome) {
        return switch (outcome) {
            case MAPPING_ERROR, NULL, FALSE -> true;
            default -> false;
        };
    }

    // ---- what it means ----

    private void conclusion(String cause) {
        Invariant invariant = replay.counterexample().invariant();
        text.wrap("Violated: ", 4, invariant.id() + ". " + invariant.claim());
        text.wrap("Here: ", 4, replay.violation());
        if (!replay.aftermath().isEmpty()) {
            text.wrap("After this: ", 4, replay.aftermath());
        }
        replay.steps().stream()
                .filter(ReplayedStep::isMistake)
                .findFirst()
                .ifPresent(step -> text.wrap(
                        "First mistake: ",
                        4,
                        "a driver's, in step " + step.number()
                                + "; the kernel is not at fault for what follows from it."));
        text.add(cause);
        text.wrap("Why it matters: ", 4, invariant.reason());
        text.line(invariant.references().size() == 1 ? "Source:" : "Sources:");
        invariant.references().forEach(reference -> text.wrap("  ", 4, reference.toString()));
    }
}
