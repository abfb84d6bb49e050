package dev.iovacheck.counterexamples.trace;

import dev.iovacheck.model.config.Fault;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Takes the members of one JSON object by name and type. What is wrong is collected, not thrown: a caller gets a stand-in and goes on,
 * so that a user sees all faults at once.
 */
final class Members {

    private static final Pattern HEX = Pattern.compile("0x(0|[1-9a-f][0-9a-f]{0,15})");
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]{0,8})");

    private final String source;
    private final Value.Obj object;
    private final String owner;
    private final List<Fault> faults;
    private final Set<String> known = new HashSet<>();

    /** @param owner for messages: what has these members */
    Members(String source, Value.Obj object, String owner, List<Fault> faults) {
        this.source = source;
        this.object = object;
        this.owner = owner;
        this.faults = faults;
    }

    void fault(Value at, String problem, String remedy) {
        faults.add(new Fault(source, at.line(), at.column(), problem, remedy));
    }

    /** At the value of a member, or where the object begins if it is not there. */
    void fault(String name, String problem, String remedy) {
        Value.Member member = object.members().get(name);
        fault(member == null ? object : member.value(), problem, remedy);
    }

    private Optional<Value> take(String name, boolean isNeeded) {
        known.add(name);
        Value.Member member = object.members().get(name);
        if (member != null) {
            return Optional.of(member.value());
        }
        if (isNeeded) {
            fault(object, owner + " has no \"" + name + "\"", "add it");
        }
        return Optional.empty();
    }

    boolean has(String name) {
        known.add(name);
        return object.members().containsKey(name);
    }

    /** Empty if it is not there or no string. */
    Optional<String> text(String name, boolean isNeeded) {
        Optional<Value> value = take(name, isNeeded);
        if (value.isPresent() && value.get() instanceof Value.Str string) {
            return Optional.of(string.text());
        }
        value.ifPresent(other -> wrong(name, other, "write a string"));
        return Optional.empty();
    }

    /** A string of 64 bits, {@code "0x25800000"}. */
    OptionalLong hex(String name) {
        Optional<Value> value = take(name, false);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        if (value.get() instanceof Value.Str string
                && HEX.matcher(string.text()).matches()) {
            return OptionalLong.of(Long.parseUnsignedLong(string.text().substring(2), 16));
        }
        wrong(name, value.get(), "write a string of at most 64 bits as \"0x25800000\"");
        return OptionalLong.empty();
    }

    OptionalInt number(String name, int least, int most) {
        Optional<Value> value = take(name, false);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        if (value.get() instanceof Value.Word word
                && NUMBER.matcher(word.text()).matches()) {
            int number = Integer.parseInt(word.text());
            if (number >= least && number <= most) {
                return OptionalInt.of(number);
            }
        }
        wrong(name, value.get(), most < least ? "there is none here" : "write a number from " + least + " to " + most);
        return OptionalInt.empty();
    }

    boolean flag(String name) {
        Optional<Value> value = take(name, false);
        if (value.isPresent()
                && value.get() instanceof Value.Word word
                && word.text().matches("true|false")) {
            return word.text().equals("true");
        }
        value.ifPresent(other -> wrong(name, other, "write true or false"));
        return false;
    }

    <E extends Enum<E>> Optional<E> constant(String name, Class<E> type, boolean isNeeded) {
        Optional<String> label = text(name, isNeeded);
        Optional<E> constant = label.flatMap(text -> Labels.find(type, text));
        if (label.isPresent() && constant.isEmpty()) {
            fault(
                    name,
                    "\"" + name + "\" is \"" + Value.shortened(label.get()) + "\"",
                    "there are: " + String.join(", ", Labels.all(type)));
        }
        return constant;
    }

    /** What is no list is reported; none of its elements is then looked at. */
    List<Value> list(String name, boolean isNeeded) {
        Optional<Value> value = take(name, isNeeded);
        if (value.isPresent() && value.get() instanceof Value.Arr array) {
            return array.elements();
        }
        value.ifPresent(other -> wrong(name, other, "write a list"));
        return List.of();
    }

    /** The strings of a list; others are reported and left out. */
    List<Value.Str> texts(String name) {
        List<Value.Str> texts = new ArrayList<>();
        for (Value element : list(name, true)) {
            if (element instanceof Value.Str string) {
                texts.add(string);
            } else {
                wrong(name, element, "write strings");
            }
        }
        return texts;
    }

    /** The objects of a list; others are reported and left out. */
    List<Members> objects(String name, String what, boolean isNeeded) {
        List<Members> objects = new ArrayList<>();
        for (Value element : list(name, isNeeded)) {
            if (element instanceof Value.Obj inner) {
                objects.add(new Members(source, inner, what, faults));
            } else {
                wrong(name, element, "write objects");
            }
        }
        return objects;
    }

    Optional<Members> object(String name, String what) {
        Optional<Value> value = take(name, true);
        if (value.isPresent() && value.get() instanceof Value.Obj inner) {
            return Optional.of(new Members(source, inner, what, faults));
        }
        value.ifPresent(other -> wrong(name, other, "write an object"));
        return Optional.empty();
    }

    /** To be called when all members were asked for: reports those that were not. */
    void end() {
        object.members().forEach((name, member) -> {
            if (!known.contains(name)) {
                faults.add(new Fault(
                        source,
                        member.line(),
                        member.column(),
                        owner + " has an unknown \"" + Value.shortened(name) + "\"",
                        "it may have "
                                + String.join(", ", known.stream().sorted().toList())));
            }
        });
    }

    private void wrong(String name, Value value, String remedy) {
        fault(value, "\"" + name + "\" is " + value.describe(), remedy);
    }
}
