package dev.iovacheck.model.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with one file, so that the user sees all of it at once. */
final class Faults {

    /** More faults than anybody mends in one go; a file that is all faults must not produce a message of many megabytes. */
    static final int MOST = 1000;

    /** Room for the ids of all invariants, which is the longest list that a message gives. */
    private static final int LONGEST_TEXT = 2000;

    private final String source;
    private final List<Fault> found = new ArrayList<>();
    private int unlisted;

    /** @param source the file, as the user named it */
    Faults(String source) {
        this.source = source;
    }

    void report(Place place, String problem, String remedy) {
        if (found.size() == MOST) {
            unlisted++;
        } else {
            // Messages repeat text from the file here and there; this is where all of them pass.
            found.add(new Fault(
                    source,
                    place.line(),
                    place.column(),
                    Quoting.harmless(problem, LONGEST_TEXT),
                    Quoting.harmless(remedy, LONGEST_TEXT)));
        }
    }

    void report(Place place, QuantityException cause) {
        report(place, cause.problem(), cause.remedy());
    }

    /** Reports something that is wrong with the file as a whole, before any place in it is known. */
    void reportWithoutPlace(String problem, String remedy) {
        found.add(new Fault(source, 0, 0, problem, remedy));
    }

    /** @throws ConfigurationException with everything that was reported, in the order of the file; if anything was */
    void throwIfAny() throws ConfigurationException {
        if (found.isEmpty()) {
            return;
        }
        List<Fault> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparingInt(Fault::line).thenComparingInt(Fault::column));
        if (unlisted > 0) {
            Fault last = sorted.get(sorted.size() - 1);
            sorted.add(new Fault(
                    source, last.line(), last.column(), unlisted + " more faults are not listed", "mend these first"));
        }
        throw new ConfigurationException(sorted);
    }
}
