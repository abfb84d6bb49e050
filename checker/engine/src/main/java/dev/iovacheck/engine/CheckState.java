package dev.iovacheck.engine;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.TakenBranches;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.CallStep;
import dev.iovacheck.model.machine.Failure;
import dev.iovacheck.model.machine.Machine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is known from the parts that are done. Can be written down and read back. */
final class CheckState {

    private final List<Invariant> invariants;
    private final boolean[] shown;

    /** Of each invariant the violations, one for each part that has one, in the order of the parts. */
    private final List<List<Replay>> violations = new ArrayList<>();

    /** Why it was not found out of an invariant whether it holds, although the search was complete; empty if it was. */
    private final String[] undecided;

    private final GoalWatch goals;
    private final List<Coverage.Part> parts = new ArrayList<>();

    /** How often each kind of thing happened, in all parts together. */
    private final Map<String, Long> fired = new LinkedHashMap<>();

    private final Set<Branch> branches = EnumSet.noneOf(Branch.class);

    CheckState(Configuration configuration, List<Invariant> invariants) {
        goals = new GoalWatch(new Machine(configuration));
        this.invariants = invariants;
        shown = new boolean[invariants.size()];
        invariants.forEach(invariant -> violations.add(new ArrayList<>()));
        undecided = new String[invariants.size()];
        Arrays.fill(undecided, "");
    }

    /** Goals that were reached. */
    GoalWatch goals() {
        return goals;
    }

    /** Parts that are done, in their order. */
    List<Coverage.Part> parts() {
        return parts;
    }

    void add(Coverage.Part part) {
        parts.add(part);
    }

    /** Branches of the kernel's functions that were taken. */
    Set<Branch> branches() {
        return branches;
    }

    void take(Set<Branch> some) {
        branches.addAll(some);
    }

    long states() {
        return parts.stream().mapToLong(Coverage.Part::states).sum();
    }

    long transitions() {
        return parts.stream().mapToLong(Coverage.Part::transitions).sum();
    }

    void countFired(String family, long times) {
        fired.merge(family, times, Long::sum);
    }

    List<String> neverFired() {
        return fired.entrySet().stream()
                .filter(family -> family.getValue() == 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The premise of an invariant was met. */
    void setShown(int invariant) {
        shown[invariant] = true;
    }

    boolean isShown(int invariant) {
        return shown[invariant];
    }

    /** It was not found out in some part whether an invariant holds. */
    void setUndecided(int invariant, String reason) {
        if (undecided[invariant].isEmpty()) {
            undecided[invariant] = reason;
        }
    }

    /** Why it was not found out of an invariant whether it holds; empty if it was, or if the search was cut off. */
    String undecided(int invariant) {
        return undecided[invariant];
    }

    /** Takes the confirmed violation of a part. */
    void add(int invariant, Replay violation) {
        violations.get(invariant).add(violation);
    }

    /** The shortest violation, of equally short ones the first. */
    @Nullable
    Replay violation(int invariant) {
        int shortest = shortest(invariant);
        return shortest < 0 ? null : violations.get(invariant).get(shortest);
    }

    /** All but the shortest, in the order of the parts. */
    List<Replay> otherViolations(int invariant) {
        List<Replay> others = new ArrayList<>(violations.get(invariant));
        int shortest = shortest(invariant);
        if (shortest >= 0) {
            others.remove(shortest);
        }
        return others;
    }

    private int shortest(int invariant) {
        List<Replay> all = violations.get(invariant);
        int shortest = -1;
        for (int index = 0; index < all.size(); index++) {
            if (shortest < 0
                    || all.get(index).steps().size() < all.get(shortest).steps().size()) {
                shortest = index;
            }
        }
        return shortest;
    }

    // ---- interruptions ----

    void save(DataOutputStream out) throws IOException {
        out.writeInt(parts.size());
        for (Coverage.Part part : parts) {
            save(part.devices(), out);
            out.writeInt(part.copies().size());
            for (List<String> copy : part.copies()) {
                save(copy, out);
            }
            out.writeLong(part.states());
            out.writeLong(part.represented());
            out.writeLong(part.transitions());
            out.writeInt(part.depth());
            out.writeLong(part.bytes());
        }
        goals.save(out);
        TakenBranches.save(branches, out);
        out.writeInt(fired.size());
        for (Map.Entry<String, Long> family : fired.entrySet()) {
            out.writeUTF(family.getKey());
            out.writeLong(family.getValue());
        }
        for (int index = 0; index < invariants.size(); index++) {
            out.writeBoolean(shown[index]);
            out.writeUTF(undecided[index]);
            out.writeInt(violations.get(index).size());
            for (Replay violation : violations.get(index)) {
                save(violation.counterexample(), out);
            }
        }
    }

    private static void save(List<String> names, DataOutputStream out) throws IOException {
        out.writeInt(names.size());
        for (String name : names) {
            out.writeUTF(name);
        }
    }

    private static void save(Counterexample counterexample, DataOutputStream out) throws IOException {
        out.writeInt(counterexample.devices().size());
        for (int device : counterexample.devices()) {
            out.writeInt(device);
        }
        saveActions(counterexample.actions(), out);
        saveActions(counterexample.loop(), out);
    }

    private static void saveActions(List<Action> actions, DataOutputStream out) throws IOException {
        out.writeInt(actions.size());
        for (Action action : actions) {
            out.writeUTF(action.kind().name());
            out.writeInt(action.cpu());
            out.writeBoolean(action.noMemory());
            out.writeInt(action.device());
            out.writeInt(action.reservation());
            out.writeInt(action.group());
            out.writeLong(action.size());
            out.writeLong(action.address());
            out.writeInt(action.order());
            CallStep step = action.step();
            out.writeUTF(step == null ? "" : step.name());
            out.writeInt(action.buffer());
            out.writeUTF(action.failure().name());
        }
    }

    /**
     * Takes what {@link #save} wrote.
     *
     * @param confirm confirms violations again
     */
    void restore(DataInputStream in, Configuration configuration, Function<Counterexample, Replay> confirm)
            throws IOException {
        for (int part = in.readInt(); part > 0; part--) {
            List<String> devices = names(in);
            List<List<String>> copies = new ArrayList<>();
            for (int copy = in.readInt(); copy > 0; copy--) {
                copies.add(names(in));
            }
            parts.add(new Coverage.Part(
                    devices, copies, in.readLong(), in.readLong(), in.readLong(), in.readInt(), in.readLong()));
        }
        goals.restore(in);
        take(TakenBranches.restore(in));
        for (int family = in.readInt(); family > 0; family--) {
            countFired(in.readUTF(), in.readLong());
        }
        for (int index = 0; index < invariants.size(); index++) {
            shown[index] = in.readBoolean();
            setUndecided(index, in.readUTF());
            for (int violation = in.readInt(); violation > 0; violation--) {
                add(index, confirm.apply(counterexample(in, configuration, invariants.get(index))));
            }
        }
    }

    private static List<String> names(DataInputStream in) throws IOException {
        List<String> names = new ArrayList<>();
        for (int name = in.readInt(); name > 0; name--) {
            names.add(in.readUTF());
        }
        return names;
    }

    private static Counterexample counterexample(DataInputStream in, Configuration configuration, Invariant invariant)
            throws IOException {
        List<Integer> devices = new ArrayList<>();
        for (int device = in.readInt(); device > 0; device--) {
            devices.add(in.readInt());
        }
        return new Counterexample(configuration, devices, invariant, actions(in), actions(in));
    }

    private static List<Action> actions(DataInputStream in) throws IOException {
        List<Action> actions = new ArrayList<>();
        for (int action = in.readInt(); action > 0; action--) {
            actions.add(new Action(
                    Action.Kind.valueOf(in.readUTF()),
                    in.readInt(),
                    in.readBoolean(),
                    in.readInt(),
                    in.readInt(),
                    in.readInt(),
                    in.readLong(),
                    in.readLong(),
                    in.readInt(),
                    step(in.readUTF()),
                    in.readInt(),
                    Failure.valueOf(in.readUTF())));
        }
        return actions;
    }

    private static @Nullable CallStep step(String name) {
        return name.isEmpty() ? null : CallStep.valueOf(name);
    }
}
