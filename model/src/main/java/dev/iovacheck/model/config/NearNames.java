package dev.iovacheck.model.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Which known name a mistyped one was meant to be. */
public final class NearNames {

    private NearNames() {}

    /**
     * The known name that needs the fewest slips of the keyboard (a letter missing, added, changed, or two swapped; case does not
     * count) to become {@code name}; the first of several; empty if every one needs more than a third of its letters.
     */
    public static Optional<String> nearest(String name, Collection<String> known) {
        String wanted = name.toLowerCase(Locale.ROOT);
        Optional<String> best = Optional.empty();
        int fewest = Integer.MAX_VALUE;
        for (String candidate : known) {
            int allowed = Math.max(1, candidate.length() / 3);
            // Also keeps a name of a million letters from costing anything.
            if (Math.abs(candidate.length() - wanted.length()) > allowed) {
                continue;
            }
            int slips = slips(wanted, candidate.toLowerCase(Locale.ROOT));
            if (slips <= allowed && slips < fewest) {
                best = Optional.of(candidate);
                fewest = slips;
            }
        }
        return best;
    }

    /** {@code did you mean 'x'?}, or all the known names if none is near. */
    static String remedy(String name, Collection<String> known, String introduction) {
        return nearest(name, known)
                .map(near -> "did you mean " + Quoting.quote(near) + "?")
                .orElseGet(() -> introduction + " " + String.join(", ", known));
    }

    /** Distance of Damerau and Levenshtein, in the form that edits no part twice. */
    private static int slips(String one, String other) {
        int[][] distance = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            distance[i][0] = i;
        }
        for (int j = 0; j <= other.length(); j++) {
            distance[0][j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            for (int j = 1; j <= other.length(); j++) {
                int changed = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                int least = Math.min(
                        distance[i - 1][j - 1] + changed, 1 + Math.min(distance[i - 1][j], distance[i][j - 1]));
                if (i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1)) {
                    least = Math.min(least, distance[i - 2][j - 2] + 1);
                }
                distance[i][j] = least;
            }
        }
        return distance[one.length()][other.length()];
    }
}
