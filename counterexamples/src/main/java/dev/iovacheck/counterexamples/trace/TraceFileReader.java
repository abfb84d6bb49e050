package dev.iovacheck.counterexamples.trace;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.monitor.RecordedFinding;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.ConfigurationReader;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Fault;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.CallStep;
import dev.iovacheck.model.machine.Failure;
import dev.iovacheck.model.machine.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Reads files of the format {@code iovacheck-trace/1}. Nothing is assumed about a file: it may be missing, huge, binary or hostile, and
 * the only exception that leaves here is {@link TraceFileException} with all faults. Whether what it tells of can happen is not looked
 * at; a replay shows.
 */
public final class TraceFileReader {

    private static final int MOST_FAULTS = 1000;

    private final String source;
    private final List<Fault> faults = new ArrayList<>();

    private TraceFileReader(String source) {
        this.source = source;
    }

    /** @throws TraceFileException with all faults, in the order of the file; one without a line if the file cannot be read */
    public static TraceFile read(Path file) throws TraceFileException {
        return new TraceFileReader(file.toString()).file(ValueReader.read(file));
    }

    /**
     * @param source what messages call the text
     * @throws TraceFileException with all faults, in the order of the text
     */
    public static TraceFile read(String source, String text) throws TraceFileException {
        return new TraceFileReader(source).file(ValueReader.read(source, text));
    }

    private TraceFile file(Value.Obj object) throws TraceFileException {
        Members members = new Members(source, object, "the file", faults);
        Optional<String> format = members.text("format", true);
        if (!format.equals(Optional.of(TraceFile.FORMAT))) {
            format.ifPresent(other -> members.fault(
                    "format",
                    "format \"" + Value.shortened(other) + "\" is not known",
                    "this version reads " + TraceFile.FORMAT));
            throwFaults(); // its other members may mean anything
        }
        Provenance provenance = new Provenance(
                members.text("iovacheck", true).orElse(""),
                members.text("commit", false).orElse(""),
                members.text("java", true).orElse(""),
                members.text("engine", true).orElse(""),
                members.hex("seed"));
        List<RecordedCounterexample> counterexamples = new ArrayList<>();
        for (Members each : members.objects("counterexamples", "the counterexample", true)) {
            counterexample(each).ifPresent(counterexamples::add);
        }
        List<RecordedFinding> recordings = new ArrayList<>();
        for (Members each : members.objects("recordings", "the recording", false)) {
            recordings.add(RecordingMembers.recording(each));
        }
        members.end();
        throwFaults();
        return new TraceFile(provenance, counterexamples, recordings);
    }

    private void throwFaults() throws TraceFileException {
        if (!faults.isEmpty()) {
            faults.sort(Comparator.comparingInt(Fault::line).thenComparingInt(Fault::column));
            throw new TraceFileException(faults.subList(0, Math.min(MOST_FAULTS, faults.size())));
        }
    }

    private Optional<RecordedCounterexample> counterexample(Members members) {
        Optional<Invariant> invariant = members.text("invariant", true)
                .filter(id -> isInvariant(members, id))
                .map(Catalogue::byId);
        String violation = members.text("violation", true).orElse("");
        boolean isMinimal = members.flag("minimal");
        String name = members.text("source", true).orElse("");
        Optional<Configuration> configuration = configuration(members, name);
        List<Value.Str> deviceNames = members.texts("devices");
        List<Members> steps = members.objects("steps", "the step", true);
        List<Members> loop = members.objects("loop", "the step", false);
        members.end();
        if (configuration.isEmpty()) {
            return Optional.empty();
        }
        List<Integer> devices = devices(members, configuration.get(), deviceNames);
        Actions actions = new Actions(configuration.get(), devices);
        List<RecordedResult> results = new ArrayList<>();
        List<RecordedResult> loopResults = new ArrayList<>();
        List<Action> read = actions.read(steps, results);
        List<Action> readLoop = actions.read(loop, loopResults);
        return invariant.map(found -> new RecordedCounterexample(
                new Counterexample(configuration.get(), devices, found, read, readLoop),
                results,
                loopResults,
                violation,
                isMinimal));
    }

    private static boolean isInvariant(Members members, String id) {
        boolean exists = Catalogue.has(id);
        if (!exists) {
            members.fault(
                    "invariant",
                    "no invariant \"" + Value.shortened(id) + "\"",
                    "there are: " + String.join(", ", Catalogue.ids()));
        }
        return exists;
    }

    // ---- the configuration ----

    private Optional<Configuration> configuration(Members members, String name) {
        List<Value.Str> lines = members.texts("configuration");
        String yaml = String.join("\n", lines.stream().map(Value.Str::text).toList()) + "\n";
        try {
            return Optional.of(new ConfigurationReader(Catalogue.ids()).read(name, yaml));
        } catch (ConfigurationException e) {
            e.faults().forEach(fault -> faults.add(here(members, lines, fault)));
            return Optional.empty();
        }
    }

    /** A fault of the configuration, at its place in this file. */
    private Fault here(Members members, List<Value.Str> lines, Fault fault) {
        if (fault.line() < 1 || fault.line() > lines.size()) {
            members.fault("configuration", fault.problem(), fault.remedy());
            return faults.remove(faults.size() - 1);
        }
        Value.Str line = lines.get(fault.line() - 1);
        int before = line.text()
                .offsetByCodePoints(
                        0,
                        Math.min(
                                Math.max(0, fault.column() - 1),
                                line.text().codePointCount(0, line.text().length())));
        int column = line.column()
                + 1
                + JsonStringEncoder.getInstance().quoteAsString(line.text().substring(0, before)).length;
        return new Fault(source, line.line(), column, fault.problem(), fault.remedy());
    }

    /** Indices of the devices that take part; a group is there as a whole. */
    private static List<Integer> devices(Members members, Configuration configuration, List<Value.Str> names) {
        List<String> known = configuration.devices().stream().map(Device::name).toList();
        List<Integer> devices = new ArrayList<>();
        for (Value.Str name : names) {
            int index = known.indexOf(name.text());
            if (index < 0 || devices.contains(index)) {
                members.fault(
                        name,
                        (index < 0 ? "no device " : "again device ") + name.describe(),
                        "there are: " + String.join(", ", known));
            } else {
                devices.add(index);
            }
        }
        devices.sort(Comparator.naturalOrder());
        List<String> groups = Counterexample.groups(configuration, devices);
        for (Device device : configuration.devices()) {
            if (device.group() != null && groups.contains(device.group()) && !devices.contains(device.index())) {
                members.fault(
                        "devices",
                        "group " + device.group() + " is there without " + device.name(),
                        "list all devices of a group");
            }
        }
        return devices;
    }

    // ---- steps ----

    /** Reads actions in terms of one configuration and the devices that take part. */
    private static final class Actions {

        private final Configuration configuration;
        private final List<String> deviceNames;
        private final List<String> groups;

        Actions(Configuration configuration, List<Integer> devices) {
            this.configuration = configuration;
            deviceNames = configuration.devices().stream()
                    .map(device -> devices.contains(device.index()) ? device.name() : "")
                    .toList();
            groups = Counterexample.groups(configuration, devices);
        }

        List<Action> read(List<Members> steps, List<RecordedResult> results) {
            List<Action> actions = new ArrayList<>();
            for (Members step : steps) {
                actions.add(action(step));
                results.add(step.object("result", "the result")
                        .map(Actions::result)
                        .orElse(new RecordedResult(Outcome.Kind.VOID, null, 0, 0)));
                step.end();
            }
            return actions;
        }

        private Action action(Members step) {
            int device = place(step, "device", deviceNames);
            int buffers = device < 0
                    ? 0
                    : configuration.devices().get(device).buffers().size();
            Action.Kind kind = step.constant("action", Action.Kind.class, true).orElse(Action.Kind.STEP);
            Failure failure = step.constant("failure", Failure.class, false).orElse(Failure.NONE);
            return new Action(
                    kind,
                    step.number("cpu", 0, configuration.cpus() - 1).orElse(-1),
                    failure == Failure.NO_MEMORY,
                    device,
                    step.number("reservation", 0, configuration.reservations().size() - 1)
                            .orElse(-1),
                    place(step, "group", groups),
                    step.hex("size").orElse(0),
                    step.hex("address").orElse(0),
                    step.number("order", -999, 999).orElse(0),
                    step.constant("step", CallStep.class, false).orElse(null),
                    step.number("buffer", 0, buffers - 1).orElse(-1),
                    failure);
        }

        private static int place(Members step, String member, List<String> names) {
            Optional<String> name = step.text(member, false);
            if (name.isEmpty()) {
                return -1;
            }
            int place = name.get().isEmpty() ? -1 : names.indexOf(name.get());
            if (place < 0) {
                step.fault(
                        member,
                        "no " + member + " \"" + Value.shortened(name.get()) + "\" takes part",
                        "there are: "
                                + String.join(
                                        ", ",
                                        names.stream()
                                                .filter(each -> !each.isEmpty())
                                                .toList()));
            }
            return place;
        }

        private static RecordedResult result(Members members) {
            Outcome.Kind kind =
                    members.constant("kind", Outcome.Kind.class, true).orElse(Outcome.Kind.VOID);
            Optional<String> name = members.text("errno", false);
            Optional<Errno> errno = name.flatMap(Actions::errno);
            if (name.isPresent() && errno.isEmpty()) {
                members.fault("errno", "no error \"" + Value.shortened(name.get()) + "\"", "write it as EBUSY");
            }
            RecordedResult result = new RecordedResult(
                    kind,
                    errno.orElse(null),
                    members.hex("address").orElse(0),
                    members.number("warnings", 0, Integer.MAX_VALUE).orElse(0));
            members.end();
            return result;
        }

        private static Optional<Errno> errno(String name) {
            for (Errno errno : Errno.values()) {
                if (errno.name().equals(name)) {
                    return Optional.of(errno);
                }
            }
            return Optional.empty();
        }
    }
}
