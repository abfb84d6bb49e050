package dev.iovacheck.cli.report;

import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.model.address.ByteSize;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.allowance.Allowance;
import dev.iovacheck.model.allowance.Cut;
import dev.iovacheck.model.allowance.OtherReading;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.LocatedConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Where each device may be given addresses from, and who says so: by group, then by device, then by who was probed first. */
public final class WhereReport {

    private static final int INDENT = 12;

    private final Configuration configuration;
    private final WhereCases cases;
    private final WrappedText text = new WrappedText();

    private WhereReport(LocatedConfiguration located) {
        configuration = located.configuration();
        cases = new WhereCases(located);
    }

    /** Ends in a line feed. */
    public static String of(LocatedConfiguration located) {
        WhereReport report = new WhereReport(located);
        report.write();
        return report.text.toString();
    }

    /** What is the same for all devices. */
    static String facts(Configuration configuration) {
        return "kernel " + configuration.kernel().label() + ", pages of "
                + ByteSize.of(configuration.iommu().granule()) + ", mechanism "
                + configuration.mechanism().label();
    }

    private void write() {
        text.wrap("", 2, configuration.source() + ": " + facts(configuration));
        for (WhereCases.Group group : cases.groups()) {
            text.blank().wrap("", 2, group.title());
            group.owners().forEach(this::device);
        }
        for (String device : cases.unbounded()) {
            text.blank().wrap("", 2, device + ": without an IOMMU, nothing here bounds its addresses");
        }
    }

    private void device(WhereCases.Owner owner) {
        text.wrap("  ", 4, owner.device().name());
        List<Cut> told = new ArrayList<>();
        for (WhereCases.Case each : owner.cases()) {
            if (!each.condition().isEmpty()) {
                text.wrap("    ", 6, each.condition() + ":");
            }
            allowance(each.allowance(), told);
        }
        for (Cut kept : cases.notCut(owner.device())) {
            entry(
                    "not cut",
                    sized(kept.bytes()) + ": software's doorbells, which only domains of users keep off: "
                            + kept.place());
        }
        entry("hardware", "can use " + sized(owner.device().window()) + ": " + cases.windowPlace(owner.device()));
    }

    /** @param told cuts that need not be told again */
    private void allowance(Allowance allowance, List<Cut> told) {
        if (allowance.refused()) {
            entry("allowed", "nothing: dma-ranges and aperture have nothing in common, and it gets -EFAULT at probe");
            return;
        }
        if (allowance.allowed().isEmpty()) {
            entry("allowed", "nothing");
        }
        allowance.allowed().forEach(extent -> entry("allowed", sized(extent)));
        allowance.cuts().stream().filter(cut -> !told.contains(cut)).forEach(cut -> entry("cut", cut(cut)));
        told.addAll(allowance.cuts());
        allowance
                .outsideWindow()
                .forEach(extent -> entry("warning", sized(extent) + " is allowed, and the hardware cannot use it"));
        OtherReading.of(allowance).ifPresent(this::reading);
    }

    private void reading(OtherReading reading) {
        entry("as written", asWritten(reading));
        entry("or meant", orMeant(reading, configuration));
    }

    static String asWritten(OtherReading reading) {
        return reading.cut().bytes() + " is excluded; but " + reading.reason();
    }

    static String orMeant(OtherReading reading, Configuration configuration) {
        return reading.allowed().isEmpty()
                ? "restricted to it, nothing would be allowed"
                : "restricted to it, allowed would be "
                        + reading.allowed().stream()
                                .map(extent -> sized(extent, configuration))
                                .collect(Collectors.joining(" and "));
    }

    private String cut(Cut cut) {
        String source = cut.place().isEmpty() ? "" : ": " + cut.place();
        String function = cut.rule().function().isEmpty() ? "" : cut.rule().function() + ", ";
        return sized(cut.bytes()) + ": " + WhereCases.reason(cut) + source + " (" + function
                + cut.rule().kernels() + ")";
    }

    private String sized(Extent extent) {
        return sized(extent, configuration);
    }

    /** {@code [0x1000, 0x1fff] 4 KiB, 1 page}. */
    static String sized(Extent extent, Configuration configuration) {
        return extent.last() == -1L
                ? "from " + Hex.of(extent.first()) + " up"
                : extent + " " + size(extent, configuration) + Numbers.of(pages(extent, configuration), "page");
    }

    private static String size(Extent extent, Configuration configuration) {
        String size = bytes(extent, configuration);
        return size.isEmpty() ? "" : size + ", ";
    }

    /** {@code 4 KiB}; empty if it is no whole number of pages. */
    static String bytes(Extent extent, Configuration configuration) {
        return extent.size() % configuration.iommu().granule() == 0
                ? Granules.text(
                        pages(extent, configuration), configuration.iommu().granuleShift())
                : "";
    }

    /** How many pages it touches. */
    static long pages(Extent extent, Configuration configuration) {
        int shift = configuration.iommu().granuleShift();
        return (extent.last() >>> shift) - (extent.first() >>> shift) + 1;
    }

    private void entry(String kind, String words) {
        text.wrap(String.format(Locale.ROOT, "    %-11s", kind), INDENT + 3, words);
    }
}
