package dev.iovacheck.cli.report;

import dev.iovacheck.constraint.capacity.Answer;
import dev.iovacheck.constraint.capacity.Blockade;
import dev.iovacheck.constraint.capacity.Request;
import dev.iovacheck.constraint.space.PresentSpace;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.Verdict;
import dev.iovacheck.model.address.ByteSize;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Goal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** What {@code capacity} prints: for each size that a driver maps whether it always fits, and how far it is from not fitting. */
public final class CapacityReport {

    private final Configuration configuration;
    private final PresentSpace present;
    private final List<Row> rows;

    /**
     * What was found out about one size.
     *
     * @param always beside what the workload lets drivers hold
     * @param whatever beside any number of buffers
     */
    public record Row(Request request, Answer always, Answer whatever) {}

    public CapacityReport(Configuration configuration, PresentSpace present, List<Row> rows) {
        this.configuration = configuration;
        this.present = present;
        this.rows = List.copyOf(rows);
    }

    /** What the solver says, device by device. */
    public String placements() {
        WrappedText text = new WrappedText();
        text.line(configuration.title().isEmpty() ? configuration.source() : configuration.title());
        text.line(configuration.source() + ": kernel " + configuration.kernel().label());
        int device = -1;
        for (Row row : rows) {
            if (row.request().device() != device) {
                device = row.request().device();
                text.line("");
                head(text, configuration.devices().get(device));
            }
            row(text, row);
        }
        if (rows.isEmpty()) {
            text.line("");
            text.line("No driver maps anything through an IOMMU.");
        }
        return text.toString();
    }

    private void head(WrappedText text, Device device) {
        int pieces = present.open(device.index()).size();
        text.wrap(
                "",
                4,
                device.name() + ": " + size(present.usable(device.index())) + " of its window are open, in "
                        + Numbers.of(pieces, "piece") + "; its driver holds at most " + device.live() + " buffers");
    }

    private void row(WrappedText text, Row row) {
        Request request = row.request();
        Device device = configuration.devices().get(request.device());
        String head = "  " + ByteSize.of(device.mapSizes().get(request.size())) + ": ";
        if (row.always() instanceof Answer.AlwaysFits) {
            text.wrap(head, 6, "there is always room");
        } else if (row.always() instanceof Answer.Open open) {
            text.wrap(head, 6, "undecided: " + open.reason());
        } else if (row.always() instanceof Answer.MayFail mayFail) {
            text.wrap(head, 6, mayFail(request, mayFail.blockade()));
            placed(mayFail.blockade()).forEach(line -> text.line("        " + line));
            text.wrap(
                    "      ",
                    6,
                    present.isShut(device.index())
                            ? "The map fails then."
                            : "The kernel then hands out an address outside of the window.");
        }
        if (row.whatever() instanceof Answer.MayFail any && !row.whatever().equals(row.always())) {
            text.wrap(
                    "      ",
                    6,
                    "Margin: " + (any.blockade().least() ? "" : "at most ")
                            + size(any.blockade().used())
                            + " live, in " + Numbers.of(any.blockade().buffers().size(), "buffer")
                            + ", could leave it no room.");
        }
    }

    private String mayFail(Request request, Blockade blockade) {
        if (request.placeCount() == 0) {
            return "there is never room: nothing of that size lies in the window at a multiple of its size";
        }
        return "may find no room while " + size(free(request, blockade)) + " are free"
                + (blockade.least() ? ", and never while more are" : "") + ":";
    }

    /** Granules of the window that are open and that no buffer of the blockade takes. */
    private long free(Request request, Blockade blockade) {
        long taken = 0;
        for (Blockade.Buffer buffer : blockade.buffers()) {
            taken += present.openOf(request.device(), buffer.firstPfn(), present.pages(buffer.device(), buffer.size()));
        }
        return present.usable(request.device()) - taken;
    }

    /** Neighbours of the same size in one line. */
    private List<String> placed(Blockade blockade) {
        Map<String, List<String>> bySize = new LinkedHashMap<>();
        int shift = configuration.iommu().granuleShift();
        for (Blockade.Buffer buffer : blockade.buffers()) {
            Device device = configuration.devices().get(buffer.device());
            String kind = ByteSize.of(device.mapSizes().get(buffer.size())) + " of " + device.name();
            bySize.computeIfAbsent(kind, key -> new ArrayList<>()).add(Hex.of(buffer.firstPfn() << shift));
        }
        List<String> lines = new ArrayList<>();
        bySize.forEach((kind, addresses) ->
                lines.add(kind + " at " + String.join(", ", addresses.subList(0, Math.min(6, addresses.size())))
                        + (addresses.size() > 6 ? " and " + (addresses.size() - 6) + " more" : "")));
        return lines;
    }

    private String size(long granules) {
        return Granules.text(granules, configuration.iommu().granuleShift());
    }

    // ---- the allocator ----

    /** Whether the kernel's own allocator gets there. */
    public String reached(CheckResult result) {
        WrappedText text = new WrappedText();
        text.line("");
        String states = Numbers.of(result.coverage().states(), "state");
        List<String> found = found(result);
        for (String each : found) {
            text.wrap("The allocator gets there: ", 4, each);
        }
        if (!found.isEmpty()) {
            text.blank();
            text.add(new TraceSection(replays(result), true).text());
        }
        if (found.isEmpty()) {
            text.wrap(
                    "",
                    4,
                    result.coverage()
                            .cutOff()
                            .map(reason -> "Whether the allocator gets there is undecided: " + reason + ", after "
                                    + states + ".")
                            .orElse("The allocator never gets there: in all of " + states
                                    + " no map fails or leaves its window."));
        }
        return text.toString();
    }

    /** The shortest ways there, confirmed. */
    private static List<Replay> replays(CheckResult result) {
        List<Replay> replays = new ArrayList<>();
        for (CheckResult.Finding finding : result.findings()) {
            if (finding.verdict() instanceof Verdict.Violated violated) {
                replays.add(violated.replay());
            }
        }
        return replays;
    }

    private static List<String> found(CheckResult result) {
        List<String> found = new ArrayList<>();
        for (CheckResult.Finding finding : result.findings()) {
            if (finding.verdict() instanceof Verdict.Violated violated) {
                found.add(
                        finding.invariant().id() + " is violated after " + Numbers.of(violated.steps(), "step") + ".");
            }
        }
        for (CheckResult.GoalFinding goal : result.goals()) {
            OptionalInt steps = goal.steps();
            if (steps.isPresent() && goal.goal() instanceof Goal.MapFails map) {
                String device =
                        result.configuration().devices().get(map.device()).name();
                found.add("a map of " + device + " fails after " + Numbers.of(steps.getAsInt(), "step")
                        + " at the earliest.");
            }
        }
        return found;
    }

    /** Of the whole run, once the allocator was asked. */
    public ExitCode exitCode(CheckResult result) {
        if (!found(result).isEmpty()) {
            return ExitCode.UNEXPECTED;
        }
        return result.coverage().cutOff().isPresent() ? ExitCode.UNDECIDED : ExitCode.EXPECTED;
    }
}
