package dev.iovacheck.model.config;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Vocabulary.Block;
import java.util.List;
import java.util.Optional;

/** Reads the {@code reserve} block. */
final class ReservationReader {

    private final Values values;

    ReservationReader(Values values) {
        this.values = values;
    }

    Optional<List<Draft.OfReservation>> read(YamlNode node) {
        return values.listOf(node, "reserve", Vocabulary.MOST_RESERVATIONS, this::entry)
                .map(entries -> entries.stream().map(Placed::value).toList());
    }

    private Optional<Draft.OfReservation> entry(YamlNode node) {
        return Section.of(node, "a reserve entry", Block.RESERVATION, values).map(this::entry);
    }

    private Draft.OfReservation entry(Section entry) {
        boolean startKey = entry.has("start") || entry.has("length");
        reportMissingOrDouble(entry, startKey);
        // Without a range both numbers are faulty as far as later checks are concerned: what is missing has been
        // reported.
        Setting<Long> start = faulty(entry);
        Setting<Long> length = faulty(entry);
        if (entry.has("range")) {
            Setting<Optional<Extent>> range = entry.optional("range", this::range);
            if (range.value().isPresent()) {
                Extent bytes = range.value().get();
                start = Setting.given(bytes.first(), range.place());
                length = Setting.given(bytes.size(), range.place());
            }
        } else if (entry.has("start") && entry.has("length")) {
            start = entry.setting("start", 0L, node -> values.quantity(node, "start"));
            length = entry.setting("length", 0L, node -> values.quantity(node, "length"));
        }
        return new Draft.OfReservation(
                entry.place(),
                entry.optional("device", node -> values.name(node, "device")),
                entry.optional("node", node -> values.name(node, "node")),
                startKey,
                start,
                length,
                entry.setting("when", Reservation.When.ANY, node -> values.word(node, "when", Vocabulary.WHENS)));
    }

    private static Setting<Long> faulty(Section entry) {
        return new Setting<>(0L, entry.place(), Setting.Origin.FAULTY);
    }

    private Optional<Extent> range(YamlNode node) {
        return values.range(node, "range").filter(range -> {
            boolean expressible = range.size() != 0;
            if (!expressible) {
                values.faults()
                        .report(
                                node.place(),
                                "a length of 2^64 does not fit into the 64 bits that a length has",
                                "leave out the last byte: [0x0, 0xfffffffffffffffe]");
            }
            return expressible;
        });
    }

    private void reportMissingOrDouble(Section entry, boolean startKey) {
        Faults faults = values.faults();
        if (entry.has("range") && startKey) {
            faults.report(
                    entry.placeOf(entry.has("start") ? "start" : "length"),
                    "the entry has a range already",
                    "write either range, or start and length");
        } else if (!entry.has("range") && !startKey) {
            faults.report(entry.place(), "the entry does not say which bytes", "add a range, such as range: 0..600MiB");
        } else if (startKey && !entry.has("start")) {
            faults.report(entry.placeOf("length"), "a length without a start", "add start: 0x0 or the first byte");
        } else if (startKey && !entry.has("length")) {
            faults.report(entry.placeOf("start"), "a start without a length", "add the length in bytes");
        }
        if (entry.has("device") && entry.has("node")) {
            faults.report(entry.placeOf("node"), "the entry names a device already", "write either device or node");
        } else if (!entry.has("device") && !entry.has("node")) {
            faults.report(entry.place(), "the entry does not say whose it is", "add device: and its name");
        }
    }
}
