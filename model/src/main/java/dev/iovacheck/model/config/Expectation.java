package dev.iovacheck.model.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What the author of a configuration expects to come out.
 *
 * @param verdicts expected verdict by invariant id, in the order of the file
 * @param others expected verdict of the checked invariants that are not named
 * @param states expected number of distinct states of a complete search with default reductions, if given
 */
public record Expectation(Map<String, Expected> verdicts, Expected others, OptionalLong states) {

    /** Everything holds: what a configuration without an {@code expect:} block says. */
    public static final Expectation ALL_HOLD = new Expectation(Map.of(), Expected.HOLDS, OptionalLong.empty());

    public Expectation {
        verdicts = Collections.unmodifiableMap(new LinkedHashMap<>(verdicts));
    }

    /** A verdict as configurations write it. */
    public enum Expected {
        /** {@code holds} (or {@code hold}); as {@code others:} it also accepts an invariant that was not shown. */
        HOLDS,
        VIOLATED,
        /** The premise is never met in this configuration. */
        NOT_SHOWN,
        UNDECIDED
    }

    public Expected of(String invariantId) {
        return verdicts.getOrDefault(invariantId, others);
    }
}
