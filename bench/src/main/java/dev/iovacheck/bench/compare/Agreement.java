package dev.iovacheck.bench.compare;

import dev.iovacheck.bench.reference.ReferenceSize;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Whether all searches counted the same: those of the whole space, and those with the same reduction. Without that, comparing their times
 * means nothing.
 */
final class Agreement {

    private Agreement() {}

    /**
     * What does not agree, one sentence each.
     *
     * @param known what the counts with a reduction must be, if that is known; otherwise they must be those of the first that has it
     */
    static List<String> disagreements(
            List<Measurement> measurements, Function<String, Optional<ReferenceSize.Counts>> known) {
        List<String> complaints = new ArrayList<>();
        Map<String, Measurement> firsts = new HashMap<>();
        for (Measurement one : measurements) {
            String reduction = one.setting().reduction();
            Measurement first = firsts.computeIfAbsent(reduction, key -> one);
            Optional<ReferenceSize.Counts> before = known.apply(reduction);
            ReferenceSize.Counts expected = before.orElse(first.counts());
            ReferenceSize.Counts counts = one.counts();
            if (counts.states() != expected.states()
                    || counts.transitions() != expected.transitions()
                    || (counts.diameter() >= 0 && counts.diameter() != expected.diameter())) {
                complaints.add(one.setting().label() + " counts " + text(counts) + " instead of " + text(expected)
                        + (before.isPresent()
                                ? ", as was counted before"
                                : ", as by " + first.setting().label()));
            }
        }
        return complaints;
    }

    private static String text(ReferenceSize.Counts counts) {
        return counts.states() + " states, " + counts.transitions() + " transitions, "
                + (counts.diameter() < 0 ? "no diameter" : "diameter " + counts.diameter());
    }
}
