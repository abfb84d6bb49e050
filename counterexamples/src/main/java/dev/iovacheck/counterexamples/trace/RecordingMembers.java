package dev.iovacheck.counterexamples.trace;

import dev.iovacheck.counterexamples.monitor.Finding;
import dev.iovacheck.counterexamples.monitor.RecordedFinding;
import dev.iovacheck.counterexamples.monitor.RecordedFinding.RecordedLine;
import dev.iovacheck.counterexamples.monitor.Surroundings;
import dev.iovacheck.counterexamples.monitor.Surroundings.KnownDevice;
import dev.iovacheck.counterexamples.monitor.Surroundings.KnownRegion;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads what was found in a recording from a member of a trace file. What is wrong is collected there. */
final class RecordingMembers {

    private static final int MOST_LINES = 999_999_999;

    private RecordingMembers() {}

    static RecordedFinding recording(Members members) {
        String id = members.text("finding", true).orElse("");
        String text = members.text("text", true).orElse("");
        boolean isMinimal = members.flag("minimal");
        String source = members.text("source", true).orElse("");
        long line = members.number("line", 1, MOST_LINES).orElse(1);
        KernelProfile profile = kernel(members);
        List<KnownDevice> devices = new ArrayList<>();
        for (Members each : members.objects("devices", "the device", true)) {
            devices.add(device(each));
        }
        List<RecordedLine> lines = new ArrayList<>();
        for (Members each : members.objects("lines", "the line", true)) {
            lines.add(line(each, lines));
        }
        members.end();
        Finding finding = new Finding(id, line, text, List.of());
        return new RecordedFinding(finding, source, profile, new Surroundings(devices), lines, isMinimal);
    }

    private static KernelProfile kernel(Members members) {
        Optional<String> label = members.text("kernel", true);
        Optional<KernelProfile> profile = label.flatMap(wanted -> Arrays.stream(KernelProfile.values())
                .filter(each -> each.label().equals(wanted))
                .findFirst());
        if (label.isPresent() && profile.isEmpty()) {
            members.fault(
                    "kernel",
                    "no kernel \"" + Value.shortened(label.get()) + "\"",
                    "there are: "
                            + Arrays.stream(KernelProfile.values())
                                    .map(KernelProfile::label)
                                    .collect(Collectors.joining(", ")));
        }
        return profile.orElse(KernelProfile.V7_1);
    }

    private static RecordedLine line(Members members, List<RecordedLine> before) {
        int number = members.number("line", 1, MOST_LINES).orElse(1);
        String text = members.text("text", true).orElse("");
        if (text.indexOf('\n') >= 0) {
            members.fault("text", "\"text\" has a line feed", "write each line by itself");
        }
        if (!before.isEmpty() && before.get(before.size() - 1).number() >= number) {
            members.fault("line", "line " + number + " does not come after the one before", "keep their order");
        }
        members.end();
        return new RecordedLine(number, text);
    }

    private static KnownDevice device(Members members) {
        String name = members.text("name", true).orElse("");
        String group = members.text("group", true).orElse("");
        Optional<Extent> window = members.has("window")
                ? members.object("window", "the window").map(each -> {
                    Extent extent = extent(each);
                    each.end();
                    return extent;
                })
                : Optional.empty();
        List<KnownRegion> regions = new ArrayList<>();
        for (Members each : members.objects("regions", "the region", true)) {
            regions.add(new KnownRegion(
                    extent(each),
                    each.text("type", true).orElse(""),
                    each.text("place", true).orElse("")));
            each.end();
        }
        members.end();
        return new KnownDevice(name, group, window, regions);
    }

    private static Extent extent(Members members) {
        long first = members.hex("first").orElse(0);
        long last = members.hex("last").orElse(-1L);
        if (Long.compareUnsigned(first, last) > 0) {
            members.fault("last", "\"last\" is below \"first\"", "both ends are inclusive");
            return new Extent(first, first);
        }
        return new Extent(first, last);
    }
}
