package dev.iovacheck.model.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The words that a configuration uses for a few values, each way. */
final class Words<T> {

    private final Map<String, T> values = new LinkedHashMap<>();

    private Words() {}

    static <T> Words<T> of(T[] values, Function<T, String> word) {
        Words<T> words = new Words<>();
        for (T value : values) {
            words.values.put(word.apply(value), value);
        }
        return words;
    }

    static <T> Words<T> of(List<T> values, Function<T, String> word) {
        Words<T> words = new Words<>();
        values.forEach(value -> words.values.put(word.apply(value), value));
        return words;
    }

    /** A further word for a value; only read, never written. */
    Words<T> alsoReading(String synonym, T value) {
        values.put(synonym, value);
        return this;
    }

    Optional<T> valueOf(String word) {
        return Optional.ofNullable(values.get(word));
    }

    /** The word that is written for {@code value}. */
    String of(T value) {
        for (Map.Entry<String, T> entry : values.entrySet()) {
            if (entry.getValue().equals(value)) {
                return entry.getKey();
            }
        }
        throw new IllegalArgumentException("no word for " + value);
    }

    /** One word for every value, in the order in which messages list them. */
    List<String> written() {
        return values.values().stream().distinct().map(this::of).toList();
    }

    /** All that may be read. */
    List<String> all() {
        return new ArrayList<>(values.keySet());
    }
}
