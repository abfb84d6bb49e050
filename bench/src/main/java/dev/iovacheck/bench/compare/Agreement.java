package dev.iovacheck.bench.compare;

import dev.iovacheck.bench.reference.ReferenceSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether all searches of the whole space counted the same. Without that, comparing their times means nothing. */
final class Agreement {

    private Agreement() {}

    /**
     * What does not agree, one sentence each.
     *
     * @param known what the counts must be, if that is known
     */
    static List<String> disagreements(List<Measurement> measurements, Optional<ReferenceSize.Counts> known) {
        List<String> complaints = new ArrayList<>();
        Optional<Measurement> first =
                measurements.stream().filter(one -> one.setting().isWhole()).findFirst();
        if (first.isEmpty()) {
            return complaints;
        }
        ReferenceSize.Counts expected = known.orElse(first.get().counts());
        String source = known.isPresent()
                ? "as was counted before"
                : "as by " + first.get().setting().label();
        for (Measurement one : measurements) {
            ReferenceSize.Counts counts = one.counts();
            boolean same = counts.states() == expected.states()
                    && counts.transitions() == expected.transitions()
                    && (counts.diameter() < 0 || counts.diameter() == expected.diameter());
            if (one.setting().isWhole() && !same) {
                complaints.add(one.setting().label() + " counts " + text(counts) + " instead of " + text(expected)
                        + ", " + source);
            }
        }
        return complaints;
    }

    private static String text(ReferenceSize.Counts counts) {
        return counts.states() + " states, " + counts.transitions() + " transitions, "
                + (counts.diameter() < 0 ? "no diameter" : "diameter " + counts.diameter());
    }
}
