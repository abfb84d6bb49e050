package dev.iovacheck.counterexamples;

import dev.iovacheck.invariants.ProgressInvariant;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.packed.BitWriter;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.factory.primitive.LongLists;
import org.eclipse.collections.api.list.primitive.LongList;
import org.eclipse.collections.api.list.primitive.MutableIntList;

/**
 * Looks from one state for a way to a goal, plainly: a set of stored states, a queue, all names kept. It shares nothing with the engines,
 * and ends after so many states.
 */
final class Aftermath {

    private final ProgressInvariant invariant;
    private final Machine before;
    private final Machine after;
    private final int most;
    private final boolean isWhole;
    private final BitWriter out = new BitWriter();
    private final Set<LongList> seen = new HashSet<>();
    private final ArrayDeque<LongList> queue = new ArrayDeque<>();

    private Aftermath(ProgressInvariant invariant, Supplier<Machine> machines, int most, boolean isWhole) {
        this.invariant = invariant;
        this.most = most;
        this.isWhole = isWhole;
        before = machines.get();
        after = machines.get();
    }

    /**
     * Looks at everything that can follow, as far as that is not more than {@code most} states.
     *
     * @param isWhole whether it must not be more
     * @return what was found out, one sentence
     * @throws NotConfirmedException if there is a way, or if there may be one
     */
    static String of(
            ProgressInvariant invariant, Machine start, Supplier<Machine> machines, int most, boolean isWhole) {
        Aftermath aftermath = new Aftermath(invariant, machines, most, isWhole);
        aftermath.after.copyFrom(start);
        return aftermath.look();
    }

    private String look() {
        reach();
        MutableIntList enabled = IntLists.mutable.empty();
        while (!queue.isEmpty()) {
            long[] words = queue.remove().toArray();
            before.read(words, 0);
            enabled.clear();
            before.enabled(enabled);
            for (int index = 0; index < enabled.size(); index++) {
                if (invariant.mayHelp(before, enabled.get(index))) {
                    after.copyFrom(before);
                    if (after.apply(enabled.get(index))) {
                        reach();
                    }
                }
            }
            if (seen.size() > most) {
                if (isWhole) {
                    throw new NotConfirmedException(invariant.id() + ": more than " + most
                            + " states can follow, too many to look at all of them again and again");
                }
                return "None of the first " + seen.size()
                        + " states that can follow is a way out; at the others this confirmation has not looked.";
            }
        }
        return seen.size() == 1
                ? "Nothing that helps can follow."
                : "None of the " + seen.size() + " states that can follow is a way out.";
    }

    private void reach() {
        if (invariant.isGoal(after)) {
            throw new NotConfirmedException(invariant.id() + " is not violated: " + seen.size()
                    + " states were looked at, and the next one is a goal");
        }
        after.write(out);
        LongList stored = LongLists.immutable.of(Arrays.copyOf(out.words(), BitWriter.length(out.words()[0])));
        if (!after.isCrashed() && seen.add(stored)) {
            queue.add(stored);
        }
    }
}
