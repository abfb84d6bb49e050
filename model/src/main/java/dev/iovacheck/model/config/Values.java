package dev.iovacheck.model.config;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads single values out of nodes. Every method reports what is wrong and then returns nothing. */
final class Values {

    /** Names of devices, groups and nodes, as device trees have them: {@code video-codec@aa00000}, {@code 0000:00:1f.2}. */
    static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.,+@:/-]*");

    private static final int DECIMAL_DIGITS_OF_LONG = 18;

    private final Faults faults;

    Values(Faults faults) {
        this.faults = faults;
    }

    Faults faults() {
        return faults;
    }

    Optional<YamlNode.Mapping> mapping(YamlNode node, String what) {
        if (node instanceof YamlNode.Mapping mapping) {
            return Optional.of(mapping);
        }
        if (node instanceof YamlNode.Scalar scalar && scalar.isNothing()) {
            faults.report(node.place(), subject(what) + " has no value", "write {} if nothing is to be said");
        } else {
            reportKind(node, what, "'key: value' lines, or { key: value, ... }");
        }
        return Optional.empty();
    }

    /** @param most limit on the number of items */
    Optional<List<YamlNode>> list(YamlNode node, String what, int most) {
        if (!(node instanceof YamlNode.Sequence sequence)) {
            reportKind(node, what, "'- item' lines, or [item, ...]");
            return Optional.empty();
        }
        if (sequence.items().size() > most) {
            YamlNode first = sequence.items().get(most);
            faults.report(
                    first.place(),
                    Quoting.quote(what) + " has " + sequence.items().size() + " items",
                    "at most " + most + " are supported");
            return Optional.empty();
        }
        return Optional.of(sequence.items());
    }

    /** A list of which every item must be sound; items of which one is not are still all read, so that all faults show. */
    <T> Optional<List<Placed<T>>> listOf(
            YamlNode node, String what, int most, Function<YamlNode, Optional<T>> readItem) {
        return list(node, what, most).flatMap(items -> {
            List<Placed<T>> read = new ArrayList<>();
            for (YamlNode item : items) {
                readItem.apply(item).ifPresent(value -> read.add(new Placed<>(item.place(), value)));
            }
            return read.size() == items.size() ? Optional.of(read) : Optional.empty();
        });
    }

    Optional<String> text(YamlNode node, String what) {
        if (node instanceof YamlNode.Scalar scalar && !scalar.isNothing()) {
            return Optional.of(scalar.text());
        }
        reportKind(node, what, "one value");
        return Optional.empty();
    }

    /** One line of text for people. */
    Optional<String> line(YamlNode node, String what) {
        return text(node, what).filter(line -> {
            if (line.codePoints().anyMatch(point -> !Quoting.isShowable(point))) {
                faults.report(
                        node.place(),
                        "the " + what + " has a line break or another character that cannot be shown",
                        "write one line of text");
                return false;
            }
            if (line.length() > Vocabulary.LONGEST_TITLE) {
                faults.report(
                        node.place(),
                        "the " + what + " has " + line.length() + " characters",
                        "at most " + Vocabulary.LONGEST_TITLE + " are supported; use comments for more");
                return false;
            }
            return true;
        });
    }

    Optional<String> name(YamlNode node, String what) {
        return text(node, what).filter(name -> isName(name, node.place(), what));
    }

    boolean isName(String name, Place place, String what) {
        if (name.length() <= Vocabulary.LONGEST_NAME && NAME.matcher(name).matches()) {
            return true;
        }
        faults.report(
                place,
                Quoting.quote(name) + " cannot be the name of a " + what,
                "use at most " + Vocabulary.LONGEST_NAME
                        + " letters, digits and _ . , + @ : / -, and begin with a letter" + " or digit");
        return false;
    }

    Optional<Boolean> bool(YamlNode node, String what) {
        return text(node, what).flatMap(text -> {
            Optional<Boolean> value = Vocabulary.BOOLEANS.valueOf(text);
            if (value.isEmpty()) {
                String remedy =
                        switch (text.toLowerCase(Locale.ROOT)) {
                            case "yes", "y", "on", "1", "true" -> "write true";
                            case "no", "n", "off", "0", "false" -> "write false";
                            default -> "write true or false";
                        };
                faults.report(node.place(), Quoting.quote(what) + " is " + Quoting.quote(text), remedy);
            }
            return value;
        });
    }

    <T> Optional<T> word(YamlNode node, String what, Words<T> words) {
        return text(node, what).flatMap(text -> {
            Optional<T> value = words.valueOf(text);
            if (value.isEmpty()) {
                faults.report(
                        node.place(),
                        "unknown " + what + " " + Quoting.quote(text),
                        NearNames.remedy(text, words.written(), "write one of"));
            }
            return value;
        });
    }

    /** A count, for which units and signs make no sense. */
    Optional<Integer> count(YamlNode node, String what, int least, int most) {
        return text(node, what).flatMap(text -> {
            if (text.matches("0|[1-9][0-9]{0,8}")) {
                int value = Integer.parseInt(text);
                if (least <= value && value <= most) {
                    return Optional.of(value);
                }
            }
            faults.report(
                    node.place(),
                    Quoting.quote(what) + " is " + Quoting.quote(text),
                    "write a number from " + least + " to " + most);
            return Optional.empty();
        });
    }

    Optional<Long> stateCount(YamlNode node, String what) {
        return text(node, what).flatMap(text -> {
            if (text.matches("[1-9][0-9]*") && text.length() <= DECIMAL_DIGITS_OF_LONG) {
                return Optional.of(Long.parseLong(text));
            }
            faults.report(
                    node.place(),
                    Quoting.quote(what) + " is " + Quoting.quote(text),
                    "write the number of states in decimal, at least 1");
            return Optional.empty();
        });
    }

    /** An unsigned 64-bit number, with or without a unit. */
    Optional<Long> quantity(YamlNode node, String what) {
        return text(node, what).flatMap(text -> {
            try {
                return Optional.of(Quantity.parse(text));
            } catch (QuantityException e) {
                faults.report(node.place(), e);
                return Optional.empty();
            }
        });
    }

    /** A mask: the highest address, never a size. */
    Optional<Long> mask(YamlNode node) {
        return quantity(node, "mask").filter(mask -> {
            String text = ((YamlNode.Scalar) node).text();
            if (mask == 0) {
                faults.report(
                        node.place(),
                        "a mask of 0 lets the device reach nothing",
                        "write the highest address it can put on the bus, such as 0xffffffff");
                return false;
            }
            if (Quantity.hasUnit(text)) {
                faults.report(
                        node.place(),
                        Quoting.quote(text) + " is a size, and a mask is the highest address",
                        "write " + Hex.of(mask - 1) + " to reach all below " + text);
                return false;
            }
            return true;
        });
    }

    /** Two numbers make one inclusive range, and {@code a..b} an exclusive one. */
    Optional<Extent> range(YamlNode node, String what) {
        try {
            if (node instanceof YamlNode.Scalar scalar && !scalar.isNothing()) {
                return Optional.of(RangeText.parse(scalar.text()));
            }
            if (node instanceof YamlNode.Sequence sequence) {
                return pair(sequence);
            }
        } catch (QuantityException e) {
            faults.report(node.place(), e);
            return Optional.empty();
        }
        reportKind(node, what, "a range, such as 16MiB..600MiB");
        return Optional.empty();
    }

    private Optional<Extent> pair(YamlNode.Sequence sequence) throws QuantityException {
        List<YamlNode> items = sequence.items();
        if (items.size() != 2) {
            faults.report(
                    sequence.place(),
                    "a range in brackets has " + items.size() + (items.size() == 1 ? " number" : " items"),
                    "write its first and last byte, such as [0x0, 0xfff]");
            return Optional.empty();
        }
        Optional<String> first = text(items.get(0), "first byte");
        Optional<String> last = text(items.get(1), "last byte");
        if (first.isEmpty() || last.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(RangeText.ofPair(first.get(), last.get()));
    }

    /**
     * One range or a list of them. Plain numbers in brackets are the two ends of one inclusive range, {@code [0x0, 0xfff]};
     * anything else in brackets is a list of ranges.
     */
    Optional<List<Placed<Extent>>> ranges(YamlNode node, String what) {
        boolean many = node instanceof YamlNode.Sequence sequence
                && (sequence.items().isEmpty() || !sequence.items().stream().allMatch(Values::isPlainNumber));
        if (!many) {
            return range(node, what).map(extent -> List.of(new Placed<>(node.place(), extent)));
        }
        return listOf(node, what, Vocabulary.MOST_RANGES, item -> range(item, what))
                .filter(ranges -> {
                    if (ranges.isEmpty()) {
                        faults.report(
                                node.place(),
                                Quoting.quote(what) + " lists no range",
                                "leave the key out, or list one");
                    }
                    return !ranges.isEmpty();
                });
    }

    private static boolean isPlainNumber(YamlNode node) {
        return node instanceof YamlNode.Scalar scalar && !RangeText.looksLikeRange(scalar.text());
    }

    void reportUnknownKey(YamlNode.Scalar key, String title, List<String> known) {
        int colon = key.text().indexOf(':');
        String remedy = colon > 0 && known.contains(key.text().substring(0, colon))
                ? "put a space after the colon"
                : NearNames.remedy(key.text(), known, "its keys are");
        faults.report(key.place(), "unknown key " + Quoting.quote(key.text()) + " in " + title, remedy);
    }

    private void reportKind(YamlNode node, String what, String wanted) {
        if (node instanceof YamlNode.Refused) {
            return;
        }
        if (node instanceof YamlNode.Scalar scalar && scalar.isNothing()) {
            faults.report(node.place(), subject(what) + " has no value", "write " + wanted + ", or leave the key out");
        } else {
            faults.report(node.place(), subject(what) + " is " + node.kind(), "write " + wanted);
        }
    }

    /** A key is quoted; a description such as "a reserve entry" is not. */
    private static String subject(String what) {
        return what.contains(" ") ? what : Quoting.quote(what);
    }
}
