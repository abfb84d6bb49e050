package dev.iovacheck.model.board;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.FirmwareRegion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A group of a running kernel that has a DMA domain, as sysfs says it.
 *
 * @param number its name
 * @param lazy whether its type is {@code DMA-FQ}
 * @param regions those of all its devices together: sysfs does not say which device has which
 * @param devices its members
 * @param place where the regions are said
 */
record KernelGroup(String number, boolean lazy, List<FirmwareRegion> regions, List<SysfsDevice> devices, String place) {

    private static final int MOST_REGIONS = 64;
    private static final Pattern REGION =
            Pattern.compile("0x([0-9a-f]{1,16}) 0x([0-9a-f]{1,16}) (direct|direct-relaxable|reserved|msi)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.,+@:-]{0,63}");

    KernelGroup {
        regions = List.copyOf(regions);
        devices = List.copyOf(devices);
    }

    /** Empty, with a finding, if the group has no allocator or does not fit into a configuration. */
    static Optional<KernelGroup> of(SysfsGroup said, Findings findings) {
        String type = said.type();
        if (!type.equals("DMA") && !type.equals("DMA-FQ")) {
            findings.note(
                    "group " + said.number() + " is left out: its type is '" + type.replaceAll("[^ -~]", "?")
                            + "', and only DMA and DMA-FQ have an allocator",
                    "");
            return Optional.empty();
        }
        for (SysfsDevice device : said.devices()) {
            if (!NAME.matcher(device.name()).matches()) {
                findings.error("group " + said.number() + " has a device whose name is none", "sysfs has none like it");
            }
        }
        if (said.devices().isEmpty() || said.devices().size() > BoardReader.MOST_DEVICES) {
            findings.note(
                    "group " + said.number() + " is left out: it has "
                            + said.devices().size() + " devices",
                    "between 1 and " + BoardReader.MOST_DEVICES + " are supported");
            return Optional.empty();
        }
        return Optional.of(new KernelGroup(
                said.number(), type.equals("DMA-FQ"), regions(said, findings), said.devices(), said.place()));
    }

    private static List<FirmwareRegion> regions(SysfsGroup said, Findings findings) {
        List<FirmwareRegion> regions = new ArrayList<>();
        List<String> lines = said.regions();
        for (int line = 0; line < Math.min(lines.size(), MOST_REGIONS); line++) {
            Matcher region = REGION.matcher(lines.get(line).strip());
            String place = "group " + said.number() + ", reserved_regions, line " + (line + 1);
            if (!region.matches()) {
                findings.error(place + ": no region", "a line is 0xSTART 0xEND TYPE");
                continue;
            }
            long first = Long.parseUnsignedLong(region.group(1), 16);
            long last = Long.parseUnsignedLong(region.group(2), 16);
            if (Long.compareUnsigned(first, last) > 0) {
                findings.error(place + ": it ends before it starts", "both ends are inclusive");
                continue;
            }
            regions.add(new FirmwareRegion(new Extent(first, last), type(region.group(3), new Extent(first, last))));
        }
        return regions;
    }

    /** Software's and hardware's windows for doorbells are both called {@code msi}; that of software is always in the same place. */
    private static FirmwareRegion.Type type(String word, Extent extent) {
        return switch (word) {
            case "direct" -> FirmwareRegion.Type.DIRECT;
            case "direct-relaxable" -> FirmwareRegion.Type.DIRECT_RELAXABLE;
            case "reserved" -> FirmwareRegion.Type.RESERVED;
            default -> extent.equals(TreeDevices.SOFTWARE_MSI) ? FirmwareRegion.Type.SW_MSI : FirmwareRegion.Type.MSI;
        };
    }
}
