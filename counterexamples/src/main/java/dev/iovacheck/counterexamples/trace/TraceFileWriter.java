package dev.iovacheck.counterexamples.trace;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationText;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Failure;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes traces as {@code iovacheck-trace/1}: JSON with one step, and one line of the configuration, on each line, so that people can
 * read it, compare two and name a place in it. Equal traces give equal bytes.
 */
public final class TraceFileWriter {

    private final StringBuilder text = new StringBuilder();

    private TraceFileWriter() {}

    /** The whole file, ending in a line feed. */
    public static String of(TraceFile file) {
        TraceFileWriter writer = new TraceFileWriter();
        writer.write(file);
        return writer.text.toString();
    }

    private void write(TraceFile file) {
        Provenance from = file.provenance();
        text.append("{\n");
        member(1, "format", quoted(TraceFile.FORMAT), true);
        member(1, "iovacheck", quoted(from.version()), true);
        if (!from.commit().isEmpty()) {
            member(1, "commit", quoted(from.commit()), true);
        }
        member(1, "java", quoted(from.java()), true);
        member(1, "engine", quoted(from.engine()), true);
        if (from.seed().isPresent()) {
            member(1, "seed", hex(from.seed().getAsLong()), true);
        }
        List<String> all = file.counterexamples().stream()
                .map(TraceFileWriter::counterexample)
                .toList();
        text.append("  \"counterexamples\": [");
        text.append(all.isEmpty() ? "" : "\n" + String.join(",\n", all) + "\n  ")
                .append("]");
        List<String> recordings =
                file.recordings().stream().map(RecordingText::of).toList();
        if (!recordings.isEmpty()) {
            text.append(",\n  \"recordings\": [\n")
                    .append(String.join(",\n", recordings))
                    .append("\n  ]");
        }
        text.append("\n}\n");
    }

    private static String counterexample(RecordedCounterexample recorded) {
        TraceFileWriter writer = new TraceFileWriter();
        writer.writeCounterexample(recorded);
        return writer.text.toString();
    }

    private void writeCounterexample(RecordedCounterexample recorded) {
        Counterexample counterexample = recorded.counterexample();
        Configuration configuration = counterexample.configuration();
        text.append("    {\n");
        member(3, "invariant", quoted(counterexample.invariant().id()), true);
        member(3, "violation", quoted(recorded.violation()), true);
        if (recorded.isMinimal()) {
            member(3, "minimal", "true", true);
        }
        member(3, "source", quoted(configuration.source()), true);
        list(
                "configuration",
                ConfigurationText.of(configuration)
                        .lines()
                        .map(TraceFileWriter::quoted)
                        .toList(),
                true);
        String devices = String.join(
                ", ",
                counterexample.devices().stream()
                        .map(index -> quoted(configuration.devices().get(index).name()))
                        .toList());
        member(3, "devices", "[" + devices + "]", true);
        boolean loops = !counterexample.loop().isEmpty();
        list("steps", steps(counterexample, counterexample.actions(), recorded.results()), loops);
        if (loops) {
            list("loop", steps(counterexample, counterexample.loop(), recorded.loop()), false);
        }
        text.append("    }");
    }

    private static List<String> steps(
            Counterexample counterexample, List<Action> actions, List<RecordedResult> results) {
        List<String> groups = counterexample.groups();
        List<String> steps = new ArrayList<>();
        for (int step = 0; step < actions.size(); step++) {
            steps.add(step(counterexample.configuration().devices(), groups, actions.get(step), results.get(step)));
        }
        return steps;
    }

    private static String step(List<Device> devices, List<String> groups, Action action, RecordedResult result) {
        List<String> members = new ArrayList<>();
        add(members, "action", quoted(Labels.of(action.kind())));
        add(members, "step", action.step() == null ? null : quoted(Labels.of(action.step())));
        add(members, "cpu", numberOr(action.cpu(), -1));
        add(
                members,
                "device",
                action.device() < 0 ? null : quoted(devices.get(action.device()).name()));
        add(members, "group", action.group() < 0 ? null : quoted(groups.get(action.group())));
        add(members, "reservation", numberOr(action.reservation(), -1));
        add(members, "buffer", numberOr(action.buffer(), -1));
        add(members, "size", action.size() == 0 ? null : hex(action.size()));
        add(members, "address", action.address() == 0 ? null : hex(action.address()));
        add(members, "order", numberOr(action.order(), 0));
        add(members, "failure", action.failure() == Failure.NONE ? null : quoted(Labels.of(action.failure())));
        add(members, "result", result(result));
        return "{ " + String.join(", ", members) + " }";
    }

    private static String result(RecordedResult result) {
        List<String> members = new ArrayList<>();
        add(members, "kind", quoted(Labels.of(result.kind())));
        add(
                members,
                "errno",
                result.errno() == null ? null : quoted(result.errno().name()));
        add(members, "address", result.address() == 0 ? null : hex(result.address()));
        add(members, "warnings", numberOr(result.warnings(), 0));
        return "{ " + String.join(", ", members) + " }";
    }

    private static @Nullable String numberOr(int number, int unsaid) {
        return number == unsaid ? null : String.valueOf(number);
    }

    private static void add(List<String> members, String name, @Nullable String value) {
        if (value != null) {
            members.add(quoted(name) + ": " + value);
        }
    }

    private void member(int depth, String name, String value, boolean more) {
        text.append("  ".repeat(depth)).append(quoted(name)).append(": ").append(value);
        text.append(more ? ",\n" : "\n");
    }

    private void list(String name, List<String> elements, boolean more) {
        text.append("      ").append(quoted(name)).append(": [");
        for (int index = 0; index < elements.size(); index++) {
            text.append(index == 0 ? "\n" : ",\n").append("        ").append(elements.get(index));
        }
        text.append(elements.isEmpty() ? "]" : "\n      ]").append(more ? ",\n" : "\n");
    }

    static String hex(long number) {
        return quoted(Hex.of(number));
    }

    static String quoted(String value) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(value)) + '"';
    }
}
