package dev.iovacheck.cli.report;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Reservation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Reservations as a device-tree source writes them, with two cells for addresses and two for sizes: what the bus of the devices must have
 * too, because {@code iommu-addresses} is read with the cells of the bus of the device that it names (derived).
 */
final class DeviceTreeFragment {

    private DeviceTreeFragment() {}

    /** Reserved-memory nodes without {@code reg}, and the references to them. */
    static List<String> iommuAddresses(Configuration configuration) {
        List<String> lines = new ArrayList<>(List.of(
                "",
                "  / {",
                "          reserved-memory {",
                "                  #address-cells = <2>;",
                "                  #size-cells = <2>;",
                "                  ranges;"));
        List<String> references = new ArrayList<>();
        for (Device device : configuration.devices()) {
            List<Extent> ranges = configuration.reservations().stream()
                    .filter(reservation -> reservation.device() == device.index())
                    .map(Reservation::promised)
                    .map(Objects::requireNonNull)
                    .toList();
            if (!ranges.isEmpty()) {
                String label = label(device);
                lines.add("");
                lines.add("                  " + label + "_iova: iova-" + label.replace('_', '-') + " {");
                lines.add("                          iommu-addresses = "
                        + ranges.stream()
                                .map(range -> "<&" + label + " " + cells(range) + ">")
                                .collect(Collectors.joining(",\n                                            "))
                        + ";");
                lines.add("                  };");
                references.add("");
                references.add("  &" + label + " {");
                references.add("          memory-region = <&" + label + "_iova>;");
                references.add("  };");
            }
        }
        lines.add("          };");
        lines.add("  };");
        lines.addAll(references);
        return lines;
    }

    /** The property on each node: what is usable. */
    static List<String> iommuRanges(Configuration configuration) {
        List<String> lines = new ArrayList<>();
        for (Device device : configuration.devices()) {
            if (!device.iommuRanges().isEmpty()) {
                lines.add("");
                lines.add("  &" + label(device) + " {");
                lines.add("          iommu-ranges = "
                        + device.iommuRanges().stream()
                                .map(range -> "<" + cells(range) + ">")
                                .collect(Collectors.joining(",\n                         "))
                        + ";");
                lines.add("  };");
            }
        }
        return lines;
    }

    /** Address and size, the high half first. */
    private static String cells(Extent range) {
        return cell(range.first() >>> 32) + " " + cell(range.first()) + " " + cell(range.size() >>> 32) + " "
                + cell(range.size());
    }

    private static String cell(long half) {
        return String.format(Locale.ROOT, "0x%x", half & 0xffff_ffffL);
    }

    /** Labels have letters, digits and underscores. */
    private static String label(Device device) {
        String name = device.name().replaceAll("[^A-Za-z0-9_]", "_");
        return Character.isDigit(name.charAt(0)) ? "_" + name : name;
    }
}
