package dev.iovacheck.cli.report;

import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.model.address.ByteSize;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.allowance.Allowance;
import dev.iovacheck.model.allowance.Allowances;
import dev.iovacheck.model.allowance.Cut;
import dev.iovacheck.model.allowance.OtherReading;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.LocatedConfiguration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Where each device may be given addresses from, and who says so: by group, then by device, then by who was probed first. */
public final class WhereReport {

    private static final int INDENT = 12;

    private final LocatedConfiguration located;
    private final Configuration configuration;
    private final int shift;
    private final WrappedText text = new WrappedText();

    private WhereReport(LocatedConfiguration located) {
        this.located = located;
        configuration = located.configuration();
        shift = configuration.iommu().granuleShift();
    }

    /** Ends in a line feed. */
    public static String of(LocatedConfiguration located) {
        WhereReport report = new WhereReport(located);
        report.write();
        return report.text.toString();
    }

    private void write() {
        text.wrap(
                "",
                2,
                configuration.source() + ": kernel " + configuration.kernel().label() + ", pages of "
                        + ByteSize.of(configuration.iommu().granule()) + ", mechanism "
                        + configuration.mechanism().label());
        Map<String, List<Allowance>> groups = new LinkedHashMap<>();
        for (Allowance allowance : new Allowances(located).all()) {
            groups.computeIfAbsent(String.valueOf(allowance.device().group()), key -> new ArrayList<>())
                    .add(allowance);
        }
        groups.forEach(this::group);
        for (Device device : configuration.devices()) {
            if (device.group() == null) {
                text.blank().wrap("", 2, device.name() + ": without an IOMMU, nothing here bounds its addresses");
            }
        }
    }

    private void group(String name, List<Allowance> allowances) {
        List<Device> devices =
                allowances.stream().map(Allowance::device).distinct().toList();
        text.blank()
                .wrap(
                        "",
                        2,
                        "group " + name + (devices.size() == 1 ? "" : ", " + Numbers.of(devices.size(), "device")));
        for (Device device : devices) {
            device(
                    device,
                    allowances.stream()
                            .filter(allowance -> allowance.device().equals(device))
                            .toList());
        }
    }

    private void device(Device device, List<Allowance> allowances) {
        text.wrap("  ", 4, device.name());
        Map<List<Extent>, List<Allowance>> cases = new LinkedHashMap<>();
        allowances.forEach(allowance -> cases.computeIfAbsent(allowance.allowed(), key -> new ArrayList<>())
                .add(allowance));
        List<Cut> told = new ArrayList<>();
        for (List<Allowance> same : cases.values()) {
            if (cases.size() > 1) {
                text.wrap(
                        "    ",
                        6,
                        "if "
                                + same.stream()
                                        .map(each -> each.initialiser().name())
                                        .collect(Collectors.joining(" or "))
                                + " is probed first:");
            }
            // The reasons of the device itself, if that is among those that make no difference.
            allowance(
                    same.stream()
                            .filter(each -> each.initialiser().equals(device))
                            .findFirst()
                            .orElse(same.get(0)),
                    told);
        }
        hardware(device);
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

    private void hardware(Device device) {
        for (int index = 0; index < device.regions().size(); index++) {
            FirmwareRegion region = device.regions().get(index);
            if (region.type() == FirmwareRegion.Type.SW_MSI) {
                entry(
                        "not cut",
                        sized(region.extent()) + ": software's doorbells, which only domains of users keep off: "
                                + located.regionPlace(device.index(), index));
            }
        }
        entry(
                "hardware",
                "can use " + sized(device.window()) + ": "
                        + located.place(LocatedConfiguration.Key.WINDOW, device.index()));
    }

    private void reading(OtherReading reading) {
        entry("as written", reading.cut().bytes() + " is excluded; but " + reading.reason());
        entry(
                "or meant",
                reading.allowed().isEmpty()
                        ? "restricted to it, nothing would be allowed"
                        : "restricted to it, allowed would be "
                                + reading.allowed().stream().map(this::sized).collect(Collectors.joining(" and ")));
    }

    private String cut(Cut cut) {
        String kind = cut.type() == null
                ? cut.rule().text()
                : cut.rule().text() + " ("
                        + cut.type().name().toLowerCase(Locale.ROOT).replace('_', '-') + ")";
        String source = cut.place().isEmpty() ? "" : ": " + cut.place();
        String function = cut.rule().function().isEmpty() ? "" : cut.rule().function() + ", ";
        return sized(cut.bytes()) + ": " + kind + source + " (" + function
                + cut.rule().kernels() + ")";
    }

    private String sized(Extent extent) {
        if (extent.last() == -1L) {
            return "from " + Hex.of(extent.first()) + " up";
        }
        long pages = (extent.last() >>> shift) - (extent.first() >>> shift) + 1;
        boolean whole = extent.size() % configuration.iommu().granule() == 0;
        return extent + " " + (whole ? Granules.text(pages, shift) + ", " : "") + Numbers.of(pages, "page");
    }

    private void entry(String kind, String words) {
        text.wrap(String.format(Locale.ROOT, "    %-11s", kind), INDENT + 3, words);
    }
}
