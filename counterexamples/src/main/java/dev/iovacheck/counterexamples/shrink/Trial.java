package dev.iovacheck.counterexamples.shrink;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.NotConfirmedException;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.Replayer;
import dev.iovacheck.counterexamples.links.Entry;
import dev.iovacheck.counterexamples.links.Ranges;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.invariants.ProgressInvariant;
import dev.iovacheck.invariants.Result;
import dev.iovacheck.invariants.StateInvariant;
import dev.iovacheck.invariants.StepInvariant;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Outcome;
import dev.iovacheck.model.machine.Step;
import dev.iovacheck.model.machine.Symmetry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs ways that may lead to a violation, on the machine of one configuration and the devices that take part. */
final class Trial {

    private final Configuration configuration;
    private final List<Integer> devices;
    private final Invariant invariant;
    private final List<Action> loop;
    private final Machine before;
    private final Machine after;
    private final Step step;
    private final Ranges ranges;

    Trial(Configuration configuration, List<Integer> devices, Invariant invariant, List<Action> loop) {
        this.configuration = configuration;
        this.devices = devices;
        this.invariant = invariant;
        this.loop = loop;
        int[] members = devices.stream().mapToInt(Integer::intValue).toArray();
        before = new Machine(configuration, members, Symmetry.NAMES_KEPT);
        after = new Machine(configuration, members, Symmetry.NAMES_KEPT);
        step = new Step(before, after);
        ranges = new Ranges(configuration.iommu().granuleShift());
    }

    /**
     * Says which entries are about what others took.
     *
     * @throws NotConfirmedException if the actions cannot happen one after the other
     */
    List<Entry> linked(List<Action> actions) {
        List<Entry> entries = new ArrayList<>();
        after.reset();
        ranges.clear();
        for (Action action : actions) {
            Entry entry = ranges.linked(entries.size(), action);
            before.copyFrom(after);
            int code = before.find(action);
            if (code < 0 || !after.apply(code)) {
                throw new NotConfirmedException(
                        invariant.id() + ": step " + (entries.size() + 1) + " cannot happen here");
            }
            step.set(code);
            entries.add(entry);
            note(entry.id(), action);
        }
        return entries;
    }

    /**
     * Why the invariant is violated after these entries, which were just {@link #linked}.
     *
     * @throws NotConfirmedException if it is not
     */
    Reason reason(List<Entry> entries) {
        boolean isSeen = !(invariant instanceof ProgressInvariant) && !entries.isEmpty() && isViolated();
        return Reason.of(
                isSeen ? violation() : Replayer.whole(counterexample(entries)).violation());
    }

    private void note(int id, Action action) {
        ranges.note(
                id,
                action,
                after.outcome().kind() == Outcome.Kind.GOES_ON,
                after.outcome().address());
    }

    /**
     * The entries that can happen, up to the first state or step that violates the invariant for this reason; {@code null} if there is
     * none. Of what must come about by itself, all entries that can happen, if the loop then violates it.
     */
    @Nullable
    List<Entry> run(List<Entry> entries, Reason reason) {
        List<Entry> made = new ArrayList<>();
        after.reset();
        ranges.clear();
        for (Entry entry : entries) {
            Entry happened = take(entry);
            if (happened == null) {
                continue;
            }
            made.add(happened);
            if (isViolated() && reason.equals(Reason.of(violation()))) {
                return made;
            }
        }
        return invariant instanceof ProgressInvariant
                        && confirmed(made)
                                .filter(replay -> reason.equals(Reason.of(replay.violation())))
                                .isPresent()
                ? made
                : null;
    }

    private @Nullable Entry take(Entry entry) {
        Action action = ranges.action(entry);
        if (action == null) {
            return null; // what it undoes was not made
        }
        before.copyFrom(after);
        int code = before.find(action);
        if (code < 0 && action.cpu() >= 0 && action.step() == null) {
            action = Entry.onCpu(action, -1); // another size, say, may ask for no CPU
            code = before.find(action);
        }
        if (code < 0) {
            return null;
        }
        if (!after.apply(code)) {
            after.copyFrom(before); // what was not to work is not asked for any more
            return null;
        }
        step.set(code);
        note(entry.id(), action);
        return entry.with(action);
    }

    private boolean isViolated() {
        if (invariant instanceof StepInvariant ofStep) {
            return ofStep.check(step) == Result.VIOLATED;
        }
        return invariant instanceof StateInvariant ofState && ofState.check(after) == Result.VIOLATED;
    }

    private String violation() {
        return invariant instanceof StepInvariant ofStep
                ? ofStep.describe(step)
                : ((StateInvariant) invariant).describe(after);
    }

    /** The replay, if the entries as they are lead to a violation. */
    Optional<Replay> confirmed(List<Entry> entries) {
        return Replayer.confirm(counterexample(entries));
    }

    /** The claim that these entries lead to a violation. */
    Counterexample counterexample(List<Entry> entries) {
        List<Action> actions = entries.stream().map(Entry::action).toList();
        return new Counterexample(configuration, devices, invariant, actions, loop);
    }
}
