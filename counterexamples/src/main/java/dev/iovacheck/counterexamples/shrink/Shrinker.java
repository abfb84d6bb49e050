package dev.iovacheck.counterexamples.shrink;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.NotConfirmedException;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.links.Entry;
import dev.iovacheck.counterexamples.shrink.Shrunk.Change;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.ConfigurationReader;
import dev.iovacheck.model.config.ConfigurationText;
import dev.iovacheck.model.config.Expectation;
import dev.iovacheck.model.config.Interleaving;
import dev.iovacheck.model.machine.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a counterexample small, step by step: actions are left out, first many at once, then one, then two that belong together; what is
 * left of the configuration is left out and made smaller; arguments are made simpler. Steps are repeated until none helps. What cannot
 * happen any more without something goes with it.
 */
public final class Shrinker {

    private static final String ACTIONS = "leave actions out";
    private static final String PAIRS = "leave pairs of actions out";
    private static final String MERGED = "let one device do the work of another";
    private static final String ARGUMENTS = "simplify arguments";
    private static final String SEARCH = "search again in what is left";

    /** Up to this many actions every two are tried together; of more, those on the same device. */
    private static final int FEW = 40;

    private final BooleanSupplier stop;
    private final ShrinkListener listener;
    private final ShortestSearch search;
    private final ConfigurationReader reader = new ConfigurationReader(Catalogue.ids());
    private final Counterexample original;
    private final Reason reason;
    private final List<Change> changes = new ArrayList<>();
    private Configuration configuration;
    private List<Integer> devices;
    private List<Action> loop;
    private Trial trial;
    private List<Entry> best;
    private String step = ACTIONS;
    private int successes;
    private long tries;
    private boolean isShortest;

    private Shrinker(
            Counterexample counterexample, BooleanSupplier stop, ShrinkListener listener, ShortestSearch search) {
        this.stop = stop;
        this.listener = listener;
        this.search = search;
        original = counterexample;
        configuration = counterexample.configuration();
        devices = counterexample.devices();
        loop = counterexample.loop();
        trial = new Trial(configuration, devices, counterexample.invariant(), loop);
        best = trial.linked(counterexample.actions());
        reason = trial.reason(best);
    }

    /**
     * As small as it gets, or as it got until it was to stop.
     *
     * @param stop asked before every attempt, and often during a search
     * @param search asked for a shorter way when nothing else helps any more
     * @throws NotConfirmedException if it is no counterexample
     */
    public static Shrunk shrink(
            Counterexample counterexample, BooleanSupplier stop, ShrinkListener listener, ShortestSearch search) {
        return new Shrinker(counterexample, stop, listener, search).all();
    }

    /**
     * With fewer actions, in the same configuration.
     *
     * @throws NotConfirmedException if it is no counterexample
     */
    public static Replay fewerActions(Counterexample counterexample) {
        Shrinker shrinker =
                new Shrinker(counterexample, () -> false, (step, actions, tries) -> {}, ShortestSearch.NONE);
        boolean changed = true;
        while (changed) {
            changed = shrinker.actions();
            changed |= shrinker.pairs();
        }
        return shrinker.replay();
    }

    private Shrunk all() {
        actions(); // first of all: everything that is tried later runs what is left
        askOnlyThis();
        boolean changed = true;
        while (changed && !stop.getAsBoolean()) {
            isShortest = false;
            changed = actions();
            changed |= pairs();
            for (ConfigurationEdits.Step each : ConfigurationEdits.Step.values()) {
                if (each == ConfigurationEdits.Step.DEFAULTS) {
                    changed |= mergedDevices(); // before their masks and their lines of the workload go
                }
                changed |= edit(each);
            }
            changed |= arguments();
            changed = changed || searched();
        }
        return new Shrunk(replay(), !changed && !stop.getAsBoolean(), isShortest, tries, changes);
    }

    /** What has become smaller may allow a shorter way that no attempt on the longer one leads to. */
    private boolean searched() {
        begin(SEARCH);
        if (stop.getAsBoolean()) {
            return false;
        }
        tries++;
        listener.tried(step, best.size(), tries);
        Optional<Counterexample> found =
                search.shortest(trial.counterexample(best), words -> reason.equals(Reason.of(words)), stop);
        isShortest = found.isPresent();
        found.filter(each -> each.actions().size() < best.size()).ifPresent(this::take);
        return end();
    }

    private void take(Counterexample shorter) {
        devices = shorter.devices();
        loop = shorter.loop();
        trial = new Trial(configuration, devices, shorter.invariant(), loop);
        best = trial.linked(shorter.actions());
        successes++;
    }

    /** The trial runs the model as the replayer does, but links actions to what they are about; the last word is the replayer's. */
    private Replay replay() {
        return trial.confirmed(best)
                .orElseThrow(() -> new NotConfirmedException(
                        original.invariant().id() + ": what is left after '" + step + "' is no counterexample"));
    }

    // ---- steps ----

    private void begin(String name) {
        step = name;
        successes = 0;
    }

    private boolean end() {
        if (successes > 0) {
            changes.add(new Change(step, successes, best.size()));
        }
        return successes > 0;
    }

    /** Whether this way is one too; then it is the best. */
    private boolean isBetter(List<Entry> candidate) {
        if (stop.getAsBoolean()) {
            return false;
        }
        tries++;
        List<Entry> made = trial.run(candidate, reason);
        if (made != null) {
            best = made;
            successes++;
        }
        listener.tried(step, best.size(), tries);
        return made != null;
    }

    /** From the end: what comes last stands on what comes first. */
    private boolean actions() {
        begin(ACTIONS);
        for (int size = Math.max(1, best.size() / 2); size > 0; ) {
            if (withoutRow(size)) {
                size = Math.min(size, Math.max(1, best.size() / 2));
            } else {
                size /= 2;
            }
        }
        return end();
    }

    private boolean withoutRow(int size) {
        for (int end = best.size(); end > 0; end -= size) {
            List<Entry> candidate = new ArrayList<>(best.subList(0, Math.max(0, end - size)));
            candidate.addAll(best.subList(end, best.size()));
            if (isBetter(candidate)) {
                return true;
            }
        }
        return false;
    }

    private boolean pairs() {
        begin(PAIRS);
        for (int second = best.size() - 1; second > 0; second--) {
            for (int first = second - 1; first >= 0; first--) {
                if (!areRelated(best, first, second)) {
                    continue;
                }
                List<Entry> candidate = new ArrayList<>(best);
                candidate.remove(second);
                candidate.remove(first);
                if (isBetter(candidate)) {
                    second = Math.min(second, best.size());
                    break;
                }
            }
        }
        return end();
    }

    private static boolean areRelated(List<Entry> entries, int first, int second) {
        Action one = entries.get(first).action();
        Action other = entries.get(second).action();
        return entries.size() <= FEW
                || (second - first <= FEW && one.device() == other.device() && one.cpu() == other.cpu());
    }

    private boolean mergedDevices() {
        begin(MERGED);
        for (int gone : devices) {
            for (int other : devices) {
                if (gone != other
                        && best.stream().anyMatch(entry -> entry.action().device() == gone)) {
                    isBetter(new ActionEdits(configuration).merged(best, gone, other));
                }
            }
        }
        return end();
    }

    private boolean arguments() {
        begin(ARGUMENTS);
        for (int index = 0; index < best.size(); index++) {
            for (Action simpler :
                    new ActionEdits(configuration).simpler(best.get(index).action())) {
                List<Entry> candidate = new ArrayList<>(best);
                candidate.set(index, best.get(index).with(simpler));
                isBetter(candidate);
                if (index >= best.size()) {
                    break;
                }
            }
        }
        return end();
    }

    // ---- the configuration ----

    /** What else was asked and expected does not matter here. */
    private void askOnlyThis() {
        begin("leave other questions out");
        isBetter(Edit.of(configuration.toBuilder()
                .checks(List.of(original.invariant().id()))
                .goals(List.of())
                .expectation(Expectation.ALL_HOLD)
                .build()));
    }

    private boolean edit(ConfigurationEdits.Step kind) {
        begin(kind.words());
        List<Edit> edits = ConfigurationEdits.of(kind, configuration);
        for (int index = 0; index < edits.size() && !stop.getAsBoolean(); ) {
            if (isBetter(edits.get(index))) {
                edits = ConfigurationEdits.of(kind, configuration); // what follows has come to this place
            } else {
                index++;
            }
        }
        return end();
    }

    private boolean isBetter(Edit edit) {
        if (stop.getAsBoolean()) {
            return false;
        }
        tries++;
        listener.tried(step, best.size(), tries);
        if (!isConfiguration(edit.to())) {
            return false;
        }
        Renaming renaming = new Renaming(configuration, edit, devices);
        List<Integer> left = renaming.devices(devices);
        if (left.isEmpty()) {
            return false;
        }
        List<Action> loopThere = renamedLoop(renaming);
        Trial there = new Trial(edit.to(), left, original.invariant(), loopThere);
        if (loopThere.size() < loop.size()) {
            return false;
        }
        List<Entry> made = null;
        for (List<Entry> way : ways(edit)) {
            List<Entry> candidate = renamed(way, renaming);
            made = made != null ? made : edit.mustShorten() ? shorter(there, candidate) : there.run(candidate, reason);
        }
        if (made == null) {
            return false;
        }
        configuration = edit.to();
        devices = left;
        loop = loopThere;
        trial = there;
        best = made;
        successes++;
        return true;
    }

    /** As it is, or in whole calls where there are no others any more. */
    private List<List<Entry>> ways(Edit edit) {
        boolean isWhole = edit.to().exploration().interleaving() == Interleaving.CALLS
                && configuration.exploration().interleaving() == Interleaving.STEPS;
        return isWhole ? WholeCalls.of(best) : List.of(best);
    }

    private static List<Entry> renamed(List<Entry> way, Renaming renaming) {
        List<Entry> there = new ArrayList<>();
        for (Entry entry : way) {
            Action action = renaming.apply(entry.action());
            if (action != null) {
                there.add(entry.with(action));
            }
        }
        return there;
    }

    /** Fewer entries than there are now: as many as are then enough, or one less than those. */
    private @Nullable List<Entry> shorter(Trial there, List<Entry> candidate) {
        List<Entry> made = there.run(candidate, reason);
        if (made != null && made.size() < best.size()) {
            return made;
        }
        for (int gone = candidate.size() - 1; gone >= 0 && candidate.size() <= FEW && !stop.getAsBoolean(); gone--) {
            List<Entry> fewer = new ArrayList<>(candidate);
            fewer.remove(gone);
            tries++;
            made = there.run(fewer, reason);
            if (made != null && made.size() < best.size()) {
                return made;
            }
        }
        return null;
    }

    private List<Action> renamedLoop(Renaming renaming) {
        List<Action> renamed = new ArrayList<>();
        for (Action action : loop) {
            @Nullable Action there = renaming.apply(action);
            if (there != null) {
                renamed.add(there);
            }
        }
        return renamed;
    }

    /** Whether a file can say it, so that what is left can be checked like any other configuration. */
    private boolean isConfiguration(Configuration candidate) {
        try {
            return reader.read(candidate.source(), ConfigurationText.of(candidate))
                    .equals(candidate);
        } catch (ConfigurationException e) {
            return false;
        }
    }
}
