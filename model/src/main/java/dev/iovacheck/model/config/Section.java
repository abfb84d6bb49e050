package dev.iovacheck.model.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A mapping with fixed keys, read key by key. Reports keys it does not know. */
final class Section {

    private final Place place;
    private final Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();

    private Section(Place place) {
        this.place = place;
    }

    /** A section that was left out: everything in it is a default. */
    static Section absent(Place place) {
        return new Section(place);
    }

    /**
     * @param title what messages call it
     * @return empty if {@code node} is no mapping, which is then reported
     */
    static Optional<Section> of(YamlNode node, String title, Vocabulary.Block block, Values values) {
        return values.mapping(node, title).map(mapping -> {
            Section section = new Section(mapping.place());
            for (YamlNode.Entry entry : mapping.entries()) {
                String key = entry.key().text();
                if (block.keys().contains(key)) {
                    section.entries.put(key, entry);
                } else {
                    values.reportUnknownKey(entry.key(), title, block.keys());
                }
            }
            return section;
        });
    }

    /** A section of one key, for what may be written without a mapping. */
    static Section ofOne(String key, YamlNode value) {
        Section section = new Section(value.place());
        section.entries.put(key, new YamlNode.Entry(new YamlNode.Scalar(value.place(), key, true), value));
        return section;
    }

    boolean has(String key) {
        return entries.containsKey(key);
    }

    /** Where the key stands; where the section begins if it is not there. */
    Place placeOf(String key) {
        YamlNode.Entry entry = entries.get(key);
        return entry == null ? place : entry.key().place();
    }

    Place place() {
        return place;
    }

    Optional<YamlNode> value(String key) {
        return Optional.ofNullable(entries.get(key)).map(YamlNode.Entry::value);
    }

    /** @param read reads the value; empty if it is wrong, which it has then reported */
    <T> Setting<T> setting(String key, T byDefault, Function<YamlNode, Optional<T>> read) {
        YamlNode.Entry entry = entries.get(key);
        if (entry == null) {
            return Setting.byDefault(byDefault, place);
        }
        Place at = entry.value().place();
        return read.apply(entry.value())
                .map(value -> Setting.given(value, at))
                .orElseGet(() -> new Setting<>(byDefault, at, Setting.Origin.FAULTY));
    }

    /** Like {@link #setting}, for keys that may be left out and then have no value. */
    <T> Setting<Optional<T>> optional(String key, Function<YamlNode, Optional<T>> read) {
        YamlNode.Entry entry = entries.get(key);
        if (entry == null) {
            return Setting.byDefault(Optional.empty(), place);
        }
        Optional<T> value = read.apply(entry.value());
        Setting.Origin origin = value.isPresent() ? Setting.Origin.GIVEN : Setting.Origin.FAULTY;
        return new Setting<>(value, entry.value().place(), origin);
    }
}
