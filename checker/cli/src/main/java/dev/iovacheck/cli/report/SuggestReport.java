package dev.iovacheck.cli.report;

import dev.iovacheck.constraint.space.Line;
import dev.iovacheck.constraint.space.PresentSpace;
import dev.iovacheck.constraint.suggest.Realisation;
import dev.iovacheck.constraint.suggest.Repair;
import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.engine.Verdict;
import dev.iovacheck.model.address.ByteSize;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.LocatedConfiguration;
import dev.iovacheck.model.config.Mechanism;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What {@code suggest} prints: the change as a table, then as each mechanism has it, or the lines that contradict each other. */
public final class SuggestReport {

    private final LocatedConfiguration located;
    private final Configuration configuration;
    private final PresentSpace present;

    public SuggestReport(LocatedConfiguration located) {
        this.located = located;
        configuration = located.configuration();
        present = new PresentSpace(configuration);
    }

    // ---- the change ----

    /** The change, device by device. */
    public String repair(Repair repair) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("device", "reserve", "mask", "group", "can use", "wasted", "regained"));
        for (Repair.OfDevice change : repair.devices()) {
            Device device = configuration.devices().get(change.device());
            List<String> reserved = change.reserved().stream()
                    .map(bytes -> bytes + " " + ByteSize.of(bytes.size()))
                    .toList();
            rows.add(List.of(
                    device.name(),
                    reserved.isEmpty() ? "nothing" : reserved.get(0),
                    change.lowersMask() ? Hex.of(change.mask()) : "",
                    change.ownGroup() ? "its own" : "",
                    size(change.usable()),
                    size(change.wasted()),
                    regained(change)));
            for (int more = 1; more < reserved.size(); more++) {
                rows.add(List.of("", reserved.get(more), "", "", "", "", ""));
            }
        }
        WrappedText text = new WrappedText();
        String title = configuration.title();
        text.line(title.isEmpty() ? configuration.source() : title);
        text.line(configuration.source() + ": kernel " + configuration.kernel().label());
        text.line("");
        table(text, rows);
        text.line("");
        String count = Numbers.of(repair.entries(), "entry").replace("entrys", "entries");
        String verdict = repair.entries() == 0
                ? "Nothing has to be changed: nothing is handed out outside of a window."
                : repair.proved()
                        ? count + ". Nothing wastes less, and of what wastes as little nothing has fewer: proved."
                        : count + ". Time was up: there may be something that wastes less or has fewer.";
        text.wrap("", 0, verdict);
        return text.toString();
    }

    private String regained(Repair.OfDevice change) {
        long now = present.usable(change.device());
        return change.usable() > now ? size(change.usable() - now) : "";
    }

    private static void table(WrappedText text, List<List<String>> rows) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (int column = 0; column < columns; column++) {
            int at = column;
            boolean isEmpty = rows.stream().skip(1).allMatch(row -> row.get(at).isEmpty());
            widths[column] = isEmpty
                    ? 0
                    : rows.stream().mapToInt(row -> row.get(at).length()).max().orElseThrow();
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(" ");
            for (int column = 0; column < columns; column++) {
                if (widths[column] > 0) {
                    String cell = row.get(column);
                    line.append(' ').append(cell).append(" ".repeat(widths[column] - cell.length() + 1));
                }
            }
            text.line(line.toString().stripTrailing());
        }
    }

    private String size(long granules) {
        return Granules.text(granules, configuration.iommu().granuleShift());
    }

    // ---- as mechanisms have it ----

    /** That the kernel does not have a mechanism. */
    public String notInKernel(Realisation realisation) {
        return "\nAs " + realisation.mechanism().label() + ": kernel "
                + configuration.kernel().label() + " does not have it.\n";
    }

    /** The change as one mechanism has it, if it was seen to hold; otherwise what keeps it from holding. */
    public String realisation(Realisation realisation, Repair repair, Assessment assessment) {
        WrappedText text = new WrappedText();
        text.line("");
        boolean isUntouched = repair.devices().stream().allMatch(Repair.OfDevice::isUntouched);
        String name = isUntouched
                ? "Without any mechanism: "
                : "As " + realisation.mechanism().label() + ": ";
        List<String> broken = assessment.invariants().stream()
                .filter(each -> each.finding().verdict() instanceof Verdict.Violated)
                .map(each -> each.finding().invariant().id() + " is violated after "
                        + Numbers.of(((Verdict.Violated) each.finding().verdict()).steps(), "step"))
                .toList();
        if (!broken.isEmpty()) {
            text.wrap(name, 2, "it does not hold; " + String.join(", ", broken) + ".");
            return text.toString();
        }
        long states = assessment.result().coverage().states();
        if (assessment.exitCode() != ExitCode.EXPECTED) {
            String reason = assessment.result().coverage().cutOff().orElse("not all was decided");
            text.wrap(name, 2, "not confirmed: " + reason + ", after " + Numbers.of(states, "state") + ".");
            return text.toString();
        }
        text.wrap(name, 2, "every invariant holds, in all of " + Numbers.of(states, "state") + ".");
        if (isUntouched) {
            return text.toString();
        }
        Configuration repaired = assessment.result().configuration();
        text.line("");
        yaml(text, repaired, repair);
        if (realisation.mechanism() == Mechanism.IOMMU_ADDRESSES) {
            DeviceTreeFragment.iommuAddresses(repaired).forEach(text::line);
        } else if (realisation.mechanism() == Mechanism.IOMMU_RANGES) {
            DeviceTreeFragment.iommuRanges(repaired).forEach(text::line);
        }
        return text.toString();
    }

    /** What is different in the configuration. */
    private static void yaml(WrappedText text, Configuration repaired, Repair repair) {
        List<String> devices = new ArrayList<>();
        for (Repair.OfDevice change : repair.devices()) {
            Device device = repaired.devices().get(change.device());
            List<String> keys = new ArrayList<>();
            if (change.ownGroup()) {
                keys.add("group: " + device.group());
            }
            if (change.lowersMask()) {
                keys.add("mask: " + Hex.of(device.mask()));
            }
            if (!device.iommuRanges().isEmpty()) {
                keys.add("iommu-ranges: "
                        + device.iommuRanges().stream()
                                .map(Extent::toString)
                                .collect(Collectors.joining(", ", "[", "]")));
            }
            if (!keys.isEmpty()) {
                devices.add("    " + device.name() + ": { " + String.join(", ", keys) + " }");
            }
        }
        if (!devices.isEmpty()) {
            text.line("  devices:");
            devices.forEach(text::line);
        }
        text.line("  mechanism: " + repaired.mechanism().label());
        if (!repaired.reservations().isEmpty()) {
            text.line("  reserve:");
            repaired.reservations().forEach(reservation -> {
                String name = repaired.devices().get(reservation.device()).name();
                String when = repaired.mechanism().isCall()
                        ? ", when: " + reservation.when().label()
                        : "";
                text.line("    - { device: " + name + ", range: " + reservation.promised() + when + " }");
            });
        }
    }

    // ---- contradictions ----

    /** The lines that cannot all be met, with their places. */
    public String contradiction(List<Line> lines) {
        WrappedText text = new WrappedText();
        text.wrap(
                "",
                0,
                lines.isEmpty()
                        ? configuration.source() + ": no change was found in time."
                        : "No reservation helps: these lines contradict each other, and without any one of them they would not.");
        for (Line line : lines) {
            text.line("  " + located.place(keyOf(line), line.device()) + ": " + words(line));
        }
        return text.toString();
    }

    private static LocatedConfiguration.Key keyOf(Line line) {
        return switch (line.subject()) {
            case WINDOW -> LocatedConfiguration.Key.WINDOW;
            case MASK -> LocatedConfiguration.Key.MASK;
            case REGION -> LocatedConfiguration.Key.REGIONS;
            case GROUP -> LocatedConfiguration.Key.GROUP;
            case WORKLOAD -> LocatedConfiguration.Key.WORKLOAD;
            case APERTURE -> LocatedConfiguration.Key.APERTURE;
        };
    }

    private String words(Line line) {
        if (line.subject() == Line.Subject.APERTURE) {
            return "the IOMMU translates " + configuration.iommu().aperture();
        }
        Device device = configuration.devices().get(line.device());
        return switch (line.subject()) {
            case WINDOW -> device.name() + " can use " + device.window();
            case MASK -> device.name() + " is given nothing above " + Hex.of(device.mask());
            case REGION ->
                "firmware reserves " + device.regions().get(line.item()).extent() + " for " + device.name();
            case GROUP -> device.name() + " shares group " + device.group();
            case WORKLOAD ->
                device.name() + " maps "
                        + ByteSize.of(device.mapSizes().stream()
                                .max(Long::compareUnsigned)
                                .orElseThrow());
            case APERTURE -> throw new IllegalArgumentException("about no device");
        };
    }
}
