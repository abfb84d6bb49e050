package dev.iovacheck.cli.report;

import dev.iovacheck.engine.Coverage;
import dev.iovacheck.engine.SearchOptions;
import dev.iovacheck.engine.search.Storage;
import dev.iovacheck.model.address.ByteSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Command lines that a shell takes as they are printed. */
public final class Repeat {

    private Repeat() {}

    /**
     * The words of the command that asks the same question again, with every limit written out that was in force; an option and its
     * value are one word here.
     *
     * @param source the configuration as the user named it
     * @param only ids given with {@code --only}; empty if it was not given
     */
    public static List<String> command(String source, SearchOptions options, List<String> only) {
        List<String> words = new ArrayList<>(List.of("iovacheck", "check", quoted(source)));
        SearchOptions unlimited = SearchOptions.defaults();
        if (!only.isEmpty()) {
            words.add("--only " + String.join(",", only));
        }
        if (options.maxStates() != unlimited.maxStates()) {
            words.add("--max-states " + options.maxStates());
        }
        if (options.maxTransitions() != unlimited.maxTransitions()) {
            words.add("--max-transitions " + options.maxTransitions());
        }
        if (options.maxDepth() != unlimited.maxDepth()) {
            words.add("--max-depth " + options.maxDepth());
        }
        if (!options.timeLimit().equals(unlimited.timeLimit())) {
            words.add("--time-limit " + time(options.timeLimit()));
        }
        words.add("--memory " + ByteSize.of(options.memoryBytes()).replace(" ", ""));
        words.add("--workers " + options.workers());
        if (options.storage() != Storage.EXACT) {
            words.add("--storage " + options.storage().name().toLowerCase(Locale.ROOT));
        }
        if (!options.isReduced()) {
            words.add("--no-reduction");
        }
        return words;
    }

    /**
     * The same for random walks.
     *
     * @param scaledCaches whether the sizes of the configuration's caches were kept
     */
    public static List<String> simulation(
            String source, SearchOptions options, List<String> only, Coverage.Walks walks, boolean scaledCaches) {
        List<String> words = new ArrayList<>(List.of("iovacheck", "check", quoted(source), "--engine=simulate"));
        if (!only.isEmpty()) {
            words.add("--only " + String.join(",", only));
        }
        words.add("--seed " + walks.seed());
        words.add("--walks " + walks.walks());
        words.add("--steps " + walks.length());
        if (scaledCaches) {
            words.add("--scaled-caches");
        }
        if (!options.timeLimit().equals(SearchOptions.defaults().timeLimit())) {
            words.add("--time-limit " + time(options.timeLimit()));
        }
        return words;
    }

    private static String time(Duration time) {
        return time.toMillisPart() == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
    }

    /** As a POSIX shell reads it back. */
    public static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:@%+=,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
