package dev.iovacheck.counterexamples.trace;

import dev.iovacheck.counterexamples.monitor.Finding;
import dev.iovacheck.counterexamples.monitor.RecordedFinding;
import dev.iovacheck.counterexamples.monitor.RecordedFinding.RecordedLine;
import dev.iovacheck.counterexamples.monitor.Surroundings.KnownDevice;
import dev.iovacheck.counterexamples.monitor.Surroundings.KnownRegion;
import dev.iovacheck.model.address.Extent;
import java.util.ArrayList;
import java.util.List;

/** Writes what was found in a recording as a member of a trace file: one line of the recording on each line. */
final class RecordingText {

    private RecordingText() {}

    static String of(RecordedFinding recorded) {
        Finding finding = recorded.finding();
        List<String> members = new ArrayList<>();
        members.add("\"finding\": " + quoted(finding.id()));
        members.add("\"text\": " + quoted(finding.text()));
        if (recorded.isMinimal()) {
            members.add("\"minimal\": true");
        }
        members.add("\"source\": " + quoted(recorded.source()));
        members.add("\"line\": " + finding.line());
        members.add("\"kernel\": " + quoted(recorded.profile().label()));
        members.add("\"devices\": "
                + list(recorded.surroundings().devices().stream()
                        .map(RecordingText::device)
                        .toList()));
        members.add("\"lines\": "
                + list(recorded.lines().stream().map(RecordingText::line).toList()));
        return "    {\n      " + String.join(",\n      ", members) + "\n    }";
    }

    private static String list(List<String> elements) {
        return elements.isEmpty() ? "[]" : "[\n        " + String.join(",\n        ", elements) + "\n      ]";
    }

    private static String line(RecordedLine line) {
        return "{ \"line\": " + line.number() + ", \"text\": " + quoted(line.text()) + " }";
    }

    private static String device(KnownDevice device) {
        List<String> members = new ArrayList<>();
        members.add("\"name\": " + quoted(device.name()));
        members.add("\"group\": " + quoted(device.group()));
        device.window().ifPresent(window -> members.add("\"window\": { " + ends(window) + " }"));
        List<String> regions =
                device.regions().stream().map(RecordingText::region).toList();
        members.add("\"regions\": [" + String.join(", ", regions) + "]");
        return "{ " + String.join(", ", members) + " }";
    }

    private static String region(KnownRegion region) {
        return "{ " + ends(region.bytes()) + ", \"type\": " + quoted(region.type()) + ", \"place\": "
                + quoted(region.place()) + " }";
    }

    private static String ends(Extent bytes) {
        return "\"first\": " + TraceFileWriter.hex(bytes.first()) + ", \"last\": " + TraceFileWriter.hex(bytes.last());
    }

    private static String quoted(String value) {
        return TraceFileWriter.quoted(value);
    }
}
