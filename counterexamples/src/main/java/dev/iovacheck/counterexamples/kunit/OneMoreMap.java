package dev.iovacheck.counterexamples.kunit;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.Replayer;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Symmetry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.list.primitive.MutableIntList;

/** What is wrong inside an allocator may not show in what it has returned so far, but in what it returns next. */
final class OneMoreMap {

    private static final List<String> SHOWN = List.of("no-reserved-overlap", "no-live-overlap", "alloc-completeness");

    private OneMoreMap() {}

    /** The same with one map more, which violates something that callers see; empty if no map does. */
    static Optional<Replay> of(Replay replay) {
        Counterexample before = replay.counterexample();
        int[] devices = before.devices().stream().mapToInt(Integer::intValue).toArray();
        Machine machine = new Machine(before.configuration(), devices, Symmetry.NAMES_KEPT);
        for (Action action : before.actions()) {
            int code = machine.find(action);
            if (code < 0 || !machine.apply(code)) {
                return Optional.empty();
            }
        }
        if (machine.isCrashed()) {
            return Optional.empty();
        }
        MutableIntList enabled = IntLists.mutable.empty();
        machine.enabled(enabled);
        for (int index = 0; index < enabled.size(); index++) {
            Action action = machine.describe(enabled.get(index));
            if (action.kind() != Action.Kind.MAP) {
                continue;
            }
            List<Action> actions = new ArrayList<>(before.actions());
            actions.add(action);
            for (String id : SHOWN) {
                Optional<Replay> longer = Replayer.confirm(new Counterexample(
                                before.configuration(), before.devices(), Catalogue.byId(id), actions))
                        .filter(found -> KernelCalls.of(found).reason().isEmpty())
                        .filter(found -> Check.of(found).isPresent());
                if (longer.isPresent()) {
                    return longer;
                }
            }
        }
        return Optional.empty();
    }
}
