package dev.iovacheck.model.config;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * Text to {@link YamlNode}s. The only class that knows the YAML library, whose exceptions stay inside.
 *
 * <p>Built from the library's events and not from its own trees: events come one by one, so depth can be limited before anything
 * recurses, aliases can be refused before they multiply, and duplicate keys have places. What is refused here: anchors, aliases,
 * tags, keys that are not names, keys given twice, more than one document, and nesting no configuration needs.
 */
final class YamlParser {

    /** Configurations need six levels. */
    static final int DEEPEST = 16;

    /** Library messages may repeat the file at length. */
    private static final int LONGEST_MESSAGE = 160;

    private final String text;
    private final Faults faults;
    private final Deque<Collection> open = new ArrayDeque<>();
    private @Nullable YamlNode root;
    private int documents;
    private Place reached = Place.START;

    private YamlParser(String text, Faults faults) {
        // The library takes a carriage return at the very end for a letter, and then points past the end of the line.
        this.text = text.endsWith("\r") ? text + "\n" : text;
        this.faults = faults;
    }

    /**
     * @return the root of the first document; empty if there is none, or if the text is no YAML, which is then reported
     */
    static Optional<YamlNode> parse(String text, Faults faults) {
        return new YamlParser(text, faults).parse();
    }

    private Optional<YamlNode> parse() {
        LoadSettings settings = LoadSettings.builder().setUseMarks(true).build();
        Iterator<Event> events = new Parse(settings).parseString(text).iterator();
        while (true) {
            Event event;
            try {
                if (!events.hasNext()) {
                    break;
                }
                event = events.next();
            } catch (MarkedYamlEngineException e) {
                reportSyntax(e);
                return Optional.empty();
            } catch (RuntimeException e) {
                // The library has been seen to throw others than its own for odd escapes and directives.
                faults.report(reached, "not valid YAML: " + firstLine(e), "look at the text from here on");
                return Optional.empty();
            }
            if (!accept(event)) {
                return Optional.empty();
            }
        }
        if (root == null || (root instanceof YamlNode.Scalar scalar && scalar.isNothing())) {
            faults.report(
                    Place.START,
                    "the file says nothing",
                    "begin with 'iovacheck: 1' and 'devices:', or look at the examples");
            return Optional.empty();
        }
        return Optional.of(root);
    }

    /** @return whether to go on */
    private boolean accept(Event event) {
        Place place = event.getStartMark().map(YamlParser::place).orElse(reached);
        reached = place;
        switch (event.getEventId()) {
            case DocumentStart -> {
                documents++;
                if (documents > 1) {
                    faults.report(
                            place, "a second document begins here", "put one configuration into one file, without ---");
                    return false;
                }
            }
            case Scalar -> {
                ScalarEvent scalar = (ScalarEvent) event;
                boolean sound = !isDecorated(scalar, scalar.getTag(), place);
                add(
                        sound
                                ? new YamlNode.Scalar(place, scalar.getValue(), scalar.isPlain())
                                : new YamlNode.Refused(place));
            }
            case Alias -> {
                faults.report(
                        place,
                        "aliases ("
                                + Quoting.quote(
                                        "*" + ((AliasEvent) event).getAlias().getValue()) + ") are not supported",
                        "write the value out");
                add(new YamlNode.Refused(place));
            }
            case SequenceStart, MappingStart -> {
                if (open.size() == DEEPEST) {
                    faults.report(
                            place,
                            "nested more than " + DEEPEST + " levels deep",
                            "a configuration needs six; is a bracket not closed?");
                    return false;
                }
                CollectionStartEvent start = (CollectionStartEvent) event;
                boolean sound = !isDecorated(start, start.getTag(), place);
                open.push(new Collection(place, event.getEventId() == Event.ID.MappingStart, sound));
            }
            case SequenceEnd, MappingEnd -> add(open.pop().close());
            case StreamStart, StreamEnd, DocumentEnd, Comment -> {}
        }
        return true;
    }

    private boolean isDecorated(NodeEvent event, Optional<String> tag, Place place) {
        event.getAnchor()
                .ifPresent(anchor -> faults.report(
                        place,
                        "anchors (" + Quoting.quote("&" + anchor.getValue()) + ") are not supported",
                        "leave it out"));
        tag.ifPresent(given -> faults.report(
                place,
                "tags (" + Quoting.quote(given) + ") are not supported",
                "leave it out; every value has one meaning"));
        return tag.isPresent();
    }

    private void add(YamlNode node) {
        Collection parent = open.peek();
        if (parent == null) {
            root = node;
        } else {
            parent.add(node);
        }
    }

    private void reportSyntax(MarkedYamlEngineException e) {
        Place place = e.getProblemMark().map(YamlParser::place).orElse(reached);
        String problem = e.getProblem() == null ? firstLine(e) : e.getProblem();
        String remedy;
        if (problem.contains("TAB")) {
            remedy = "indent with spaces";
        } else if (problem.startsWith("mapping values are not allowed")) {
            remedy = "check the indentation; text that contains ': ' needs quotes";
        } else if (e.getContextMark().isPresent()) {
            Place context = place(e.getContextMark().get());
            remedy = "see what begins at line " + context.line() + ", column " + context.column();
        } else {
            remedy = "check brackets, quotes and indentation";
        }
        faults.report(place, "not valid YAML: " + oneLine(problem), remedy);
    }

    private static String firstLine(RuntimeException e) {
        String message = e.getMessage();
        return message == null ? "the text cannot be read" : oneLine(message);
    }

    private static String oneLine(String message) {
        int end = message.indexOf('\n');
        return Quoting.harmless(end < 0 ? message : message.substring(0, end), LONGEST_MESSAGE);
    }

    private static Place place(Mark mark) {
        return new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** A list or mapping whose end has not come yet. */
    private final class Collection {
        private final Place place;
        private final boolean mapping;
        private final boolean sound;
        private final List<YamlNode> items = new ArrayList<>();
        private final List<YamlNode.Entry> entries = new ArrayList<>();
        private final Map<String, Place> keys = new HashMap<>();
        private @Nullable YamlNode key;

        Collection(Place place, boolean mapping, boolean sound) {
            this.place = place;
            this.mapping = mapping;
            this.sound = sound;
        }

        void add(YamlNode node) {
            if (!mapping) {
                items.add(node);
            } else if (key == null) {
                key = node;
            } else {
                addEntry(key, node);
                key = null;
            }
        }

        private void addEntry(YamlNode key, YamlNode value) {
            if (key instanceof YamlNode.Scalar name) {
                Place first = keys.putIfAbsent(name.text(), name.place());
                if (first == null) {
                    entries.add(new YamlNode.Entry(name, value));
                } else {
                    faults.report(
                            name.place(),
                            "key " + Quoting.quote(name.text()) + " is given twice",
                            "it is already at line " + first.line() + ", column " + first.column()
                                    + "; keep one of the two");
                }
            } else if (!(key instanceof YamlNode.Refused)) {
                faults.report(key.place(), "a key must be a name, not " + key.kind(), "write 'name: value'");
            }
        }

        YamlNode close() {
            if (!sound) {
                return new YamlNode.Refused(place);
            }
            return mapping ? new YamlNode.Mapping(place, entries) : new YamlNode.Sequence(place, items);
        }
    }
}
