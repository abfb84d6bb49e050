package dev.iovacheck.cli.report;

import dev.iovacheck.counterexamples.picture.AddressStrip;
import dev.iovacheck.counterexamples.picture.Lane;
import dev.iovacheck.counterexamples.picture.Lane.Bar;
import dev.iovacheck.counterexamples.picture.Lane.Mark;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.allowance.Allowance;
import dev.iovacheck.model.allowance.Cut;
import dev.iovacheck.model.allowance.OtherReading;
import dev.iovacheck.model.allowance.Rule;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where one device may be given addresses from, in one case, drawn to scale: what the hardware can use, what is allowed, what is cut off. */
final class WhereStrip {

    /** A part of the whole that takes two addresses side by side. */
    private static final int ROOM = 6;

    private final Configuration configuration;
    private final WhereCases cases;

    WhereStrip(Configuration configuration, WhereCases cases) {
        this.configuration = configuration;
        this.cases = cases;
    }

    AddressStrip.Drawn of(WhereCases.Case which) {
        Allowance allowance = which.allowance();
        Device device = allowance.device();
        List<Lane> lanes = new ArrayList<>();
        lanes.addAll(lanes(
                "hardware",
                List.of(bar(
                        device.window(), "usable", device.name(), "the hardware of " + device.name() + " can use "))));
        lanes.addAll(lanes("allowed", bars(allowance.allowed(), "allowed", "allowed ")));
        if (!allowance.outsideWindow().isEmpty()) {
            lanes.addAll(lanes(
                    "warning",
                    bars(allowance.outsideWindow(), "outside", "allowed, and the hardware cannot use it: ")));
        }
        Optional<OtherReading> other = OtherReading.of(allowance);
        other.ifPresent(reading ->
                lanes.addAll(lanes("or meant", bars(reading.allowed(), "free", "allowed, if it is meant so: "))));
        lanes.addAll(lanes(
                "cut",
                allowance.cuts().stream()
                        .map(cut ->
                                bar(cut.bytes(), "cut", cut.rule().text(), WhereCases.reason(cut) + source(cut) + ": "))
                        .toList()));
        List<Bar> kept = cases.notCut(device).stream()
                .map(cut -> bar(cut.bytes(), "kept", "", "not cut, software's doorbells" + source(cut) + ": "))
                .toList();
        if (!kept.isEmpty()) {
            lanes.addAll(lanes("not cut", kept));
        }
        String condition = which.condition();
        return AddressStrip.of(
                "Address space of " + device.name() + (condition.isEmpty() ? "" : ", " + condition),
                whole(allowance),
                lanes,
                edges(allowance));
    }

    private static String source(Cut cut) {
        return cut.place().isEmpty() ? "" : ", " + cut.place();
    }

    private static List<Lane> lanes(String name, List<Bar> bars) {
        return Lane.of(name, bars);
    }

    private List<Bar> bars(List<Extent> extents, String kind, String lead) {
        return extents.stream().map(extent -> bar(extent, kind, "", lead)).toList();
    }

    private Bar bar(Extent extent, String kind, String label, String lead) {
        return new Bar(extent, kind, label, lead + WhereReport.sized(extent, configuration), Mark.SAME);
    }

    /** What has ends, and a little more, so that what goes up to the end of all addresses is seen to begin there. */
    private static Extent whole(Allowance allowance) {
        long top = Stream.of(
                        Stream.of(allowance.device().window()),
                        allowance.allowed().stream(),
                        allowance.cuts().stream().map(Cut::bytes))
                .flatMap(extents -> extents)
                .map(Extent::last)
                .filter(last -> last != -1L)
                .max(Long::compareUnsigned)
                .orElse(-1L);
        long beyond = top + Long.divideUnsigned(top, ROOM) + 1;
        return new Extent(0, Long.compareUnsigned(beyond, top) > 0 ? beyond : -1L);
    }

    /** Ends that are to be seen; the first page is always cut, and nobody looks for it. */
    private static List<Extent> edges(Allowance allowance) {
        return Stream.concat(
                        allowance.cuts().stream()
                                .filter(cut -> cut.rule() != Rule.PAGE_ZERO
                                        && cut.bytes().last() != -1L)
                                .map(Cut::bytes),
                        Stream.concat(allowance.allowed().stream(), allowance.outsideWindow().stream()))
                .distinct()
                .toList();
    }
}
