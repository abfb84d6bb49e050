package dev.iovacheck.counterexamples.shrink;

import dev.iovacheck.counterexamples.links.Entry;
import dev.iovacheck.model.machine.Action;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Calls that were mixed step by step as whole calls, in an order in which they may come to the same. */
final class WholeCalls {

    private WholeCalls() {}

    /** A few orders: each call where it ended, or where it began, or what maps where it began and all else where it ended. */
    static List<List<Entry>> of(List<Entry> entries) {
        return List.of(
                ordered(entries, action -> false),
                ordered(entries, action -> true),
                ordered(entries, action -> action.kind() == Action.Kind.MAP));
    }

    private static List<Entry> ordered(List<Entry> entries, Predicate<Action> isAtBeginning) {
        Map<Integer, Integer> begunOn = new HashMap<>();
        Map<Integer, Integer> placeOf = new HashMap<>();
        for (int index = 0; index < entries.size(); index++) {
            Action action = entries.get(index).action();
            Integer begun = begunOn.get(action.cpu());
            if (action.kind() != Action.Kind.STEP) {
                begunOn.put(action.cpu(), index);
                placeOf.put(index, index);
            } else if (begun != null && !isAtBeginning.test(entries.get(begun).action())) {
                placeOf.put(begun, index);
            }
        }
        List<Entry> whole = new ArrayList<>();
        for (int place = 0; place < entries.size(); place++) {
            for (int index = 0; index <= place; index++) {
                if (placeOf.getOrDefault(index, -1) == place) {
                    whole.add(entries.get(index));
                }
            }
        }
        return whole;
    }
}
