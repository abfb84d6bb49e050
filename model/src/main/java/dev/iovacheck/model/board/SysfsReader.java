package dev.iovacheck.model.board;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.LocatedConfiguration;
import dev.iovacheck.model.devicetree.SourcePlaces;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes configurations of a copy of {@code /sys/kernel/iommu_groups}: of each group its {@code type}, {@code reserved_regions} and {@code
 * devices}. Nothing is assumed about the input; the only exception that leaves here is {@link ConfigurationException}.
 */
public final class SysfsReader {

    private static final int MOST_GROUPS = 4096;
    private static final int MOST_DEVICES = 16;
    private static final int MOST_REGIONS = 64;
    private static final int LARGEST = 1 << 20;
    private static final Pattern REGION =
            Pattern.compile("0x([0-9a-f]{1,16}) 0x([0-9a-f]{1,16}) (direct|direct-relaxable|reserved|msi)");
    private static final Pattern PCI = Pattern.compile("[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.,+@:-]{0,63}");
    private static final Extent SOFTWARE_MSI = new Extent(0x800_0000L, 0x80f_ffffL);

    private final BoardOptions options;

    public SysfsReader(BoardOptions options) {
        this.options = options;
    }

    /** A group with a DMA domain. */
    private record Group(
            String number, boolean lazy, List<FirmwareRegion> regions, List<String> devices, SysfsGroup said) {}

    /**
     * @param folder the copy of {@code iommu_groups}, or of {@code /sys} or {@code /sys/kernel} above it; or a file that {@code iovacheck
     *     record-script} wrote, which has the same in one text
     * @throws ConfigurationException with all errors; also if there is no group
     */
    public Board read(Path folder) throws ConfigurationException {
        Findings findings = new Findings(folder.toString(), SourcePlaces.NONE);
        List<Group> groups = new ArrayList<>();
        for (SysfsGroup said : said(folder, findings)) {
            group(said, findings).ifPresent(groups::add);
        }
        if (groups.isEmpty() && !findings.hasErrors()) {
            findings.error(
                    "there is no group with a DMA domain here",
                    "name a copy of /sys/kernel/iommu_groups, made with cp -r, as far as it can be read");
        }
        findings.throwIfAny();
        tellAssumptions(folder, findings);
        List<LocatedConfiguration> configurations = new ArrayList<>();
        for (List<Group> part : split(groups)) {
            configurations.add(configuration(folder.toString(), part, findings));
        }
        findings.throwIfAny();
        return new Board(configurations, findings.all());
    }

    private static Path groupsIn(Path folder) {
        for (String below : List.of("kernel/iommu_groups", "iommu_groups")) {
            if (Files.isDirectory(folder.resolve(below))) {
                return folder.resolve(below);
            }
        }
        return folder;
    }

    /** Those with a number for a name, in the order of the numbers. */
    private static List<Path> folders(Path groups, Findings findings) {
        try (Stream<Path> all = Files.list(groups)) {
            return all.filter(path -> name(path).matches("[0-9]{1,9}"))
                    .sorted(Comparator.comparingInt(path -> Integer.parseInt(name(path))))
                    .limit(MOST_GROUPS)
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            findings.error("the folder " + groups + " cannot be listed", "name a folder");
            return List.of();
        }
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static List<SysfsGroup> said(Path path, Findings findings) {
        if (Files.isRegularFile(path)) {
            Optional<String> snapshot = text(path);
            if (snapshot.isEmpty()) {
                findings.error("it cannot be read", "check its permissions");
            }
            return SysfsGroup.ofSnapshot(path.toString(), snapshot.orElse(""));
        }
        List<SysfsGroup> groups = new ArrayList<>();
        for (Path folder : folders(groupsIn(path), findings)) {
            groups.add(ofFolder(folder, findings));
        }
        return groups;
    }

    private static SysfsGroup ofFolder(Path folder, Findings findings) {
        List<String> devices = new ArrayList<>();
        Map<String, String> masks = new HashMap<>();
        // Links of the original lead nowhere in a copy: only their names count.
        try (Stream<Path> all = Files.list(folder.resolve("devices"))) {
            all.map(SysfsReader::name).sorted().limit(MOST_GROUPS).forEach(devices::add);
        } catch (IOException | UncheckedIOException e) {
            findings.error("group " + name(folder) + " has no folder devices", "copy it as well");
        }
        for (String device : devices) {
            text(folder.resolve("devices").resolve(device).resolve("dma_mask_bits"))
                    .ifPresent(bits -> masks.put(device, bits.strip()));
        }
        return new SysfsGroup(
                name(folder),
                text(folder.resolve("type")).orElse("").strip(),
                text(folder.resolve("reserved_regions")).orElse("").lines().toList(),
                devices,
                masks,
                folder + "/reserved_regions");
    }

    private static Optional<Group> group(SysfsGroup said, Findings findings) {
        String type = said.type();
        if (!type.equals("DMA") && !type.equals("DMA-FQ")) {
            findings.note(
                    "group " + said.number() + " is left out: its type is '" + type.replaceAll("[^ -~]", "?")
                            + "', and only DMA and DMA-FQ have an allocator",
                    "");
            return Optional.empty();
        }
        for (String device : said.devices()) {
            if (!NAME.matcher(device).matches()) {
                findings.error("group " + said.number() + " has a device whose name is none", "sysfs has none like it");
            }
        }
        if (said.devices().isEmpty() || said.devices().size() > MOST_DEVICES) {
            findings.note(
                    "group " + said.number() + " is left out: it has "
                            + said.devices().size() + " devices",
                    "between 1 and " + MOST_DEVICES + " are supported");
            return Optional.empty();
        }
        return Optional.of(
                new Group(said.number(), type.equals("DMA-FQ"), regions(said, findings), said.devices(), said));
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
            default -> extent.equals(SOFTWARE_MSI) ? FirmwareRegion.Type.SW_MSI : FirmwareRegion.Type.MSI;
        };
    }

    /** Empty if it cannot be read, or is no small file. */
    private static Optional<String> text(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(new String(in.readNBytes(LARGEST), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void tellAssumptions(Path folder, Findings findings) {
        findings.note(
                "sysfs says the regions of a group, and not of which device each is: all devices are taken to have all of them",
                "so what depends on who is probed first does not show");
        findings.note(
                "assumed: masks of 32 bits where there is no dma_mask_bits"
                        + (options.granuleShift().isPresent() ? "" : ", pages of 4 KiB")
                        + (options.aperture().isPresent() ? "" : ", an aperture of 48 bits"),
                "--mask, --granule and --aperture say otherwise");
        findings.note(
                "what drivers map sysfs does not say: buffers that fill most of the space are assumed",
                "import it and write workload: to say otherwise");
        if (Files.isRegularFile(folder.resolve("firmware/fdt"))) {
            findings.note(
                    "there is a device tree as well",
                    "iovacheck import dtb " + folder.resolve("firmware/fdt") + " reads it, iovacheck diff " + folder
                            + " compares both");
        }
    }

    /** Strict and lazy groups apart, and no more devices together than a configuration takes. */
    private static List<List<Group>> split(List<Group> groups) {
        List<List<Group>> parts = new ArrayList<>();
        for (boolean lazy : new boolean[] {false, true}) {
            List<Group> part = new ArrayList<>();
            int devices = 0;
            for (Group group : groups) {
                if (group.lazy() != lazy) {
                    continue;
                }
                if (devices + group.devices().size() > MOST_DEVICES) {
                    parts.add(part);
                    part = new ArrayList<>();
                    devices = 0;
                }
                part.add(group);
                devices += group.devices().size();
            }
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        return parts;
    }

    private LocatedConfiguration configuration(String source, List<Group> groups, Findings findings) {
        Extent aperture = options.aperture().orElse(new Extent(0, (1L << 48) - 1));
        Iommu iommu = new Iommu(
                options.granuleShift().orElse(12),
                aperture,
                true,
                groups.get(0).lazy() ? Iommu.Mode.LAZY : Iommu.Mode.STRICT);
        List<Device> devices = new ArrayList<>();
        List<Map<LocatedConfiguration.Key, String>> places = new ArrayList<>();
        for (Group group : groups) {
            for (String name : group.devices()) {
                Map<LocatedConfiguration.Key, String> of = new EnumMap<>(LocatedConfiguration.Key.class);
                of.put(LocatedConfiguration.Key.REGIONS, group.said().place());
                of.put(LocatedConfiguration.Key.WINDOW, "assumed");
                of.put(LocatedConfiguration.Key.MASK, group.said().place() + ": " + name);
                devices.add(device(devices.size(), name, group, iommu, findings));
                places.add(of);
            }
        }
        Configuration configuration = Configuration.builder()
                .source(source)
                .title("groups " + groups.get(0).number() + " to "
                        + groups.get(groups.size() - 1).number() + " of a running kernel")
                .kernel(options.kernel())
                .iommu(iommu)
                .devices(devices)
                .exploration(BoardConfiguration.exploration(devices, options))
                .checks(options.checks())
                .build();
        return new LocatedConfiguration(
                configuration,
                Map.of(LocatedConfiguration.Key.APERTURE, options.aperture().isPresent() ? "--aperture" : "assumed"),
                places,
                devices.stream().map(device -> List.<String>of()).toList(),
                List.of());
    }

    private Device device(int index, String name, Group group, Iommu iommu, Findings findings) {
        long mask = Optional.ofNullable(options.masks().get(name))
                .or(() -> maskOf(group.said(), name))
                .orElse(DriverMasks.DEFAULT);
        long limit = Long.compareUnsigned(mask, iommu.aperture().last()) < 0
                ? mask
                : iommu.aperture().last();
        Extent window = Optional.ofNullable(options.windows().get(name)).orElse(new Extent(0, limit));
        if (!window.intersects(iommu.aperture())) {
            findings.error(
                    name + " can use " + window + ", and the aperture is " + iommu.aperture(),
                    "--mask, --window and --aperture say otherwise");
        }
        int mapping = Math.min(group.devices().size(), 3);
        Device.Builder device = Device.builder(index, name)
                .group(group.number())
                .bus(PCI.matcher(name).matches() ? Device.Bus.PCI : Device.Bus.PLATFORM)
                .mask(mask)
                .window(window)
                .regions(group.regions())
                .live(2);
        if (group.devices().indexOf(name) < mapping) {
            DefaultWorkload workload = DefaultWorkload.of(limit, window, iommu.granule(), mapping);
            device.mapSizes(List.of(workload.size())).live(workload.live());
        }
        return device.build();
    }

    private static Optional<Long> maskOf(SysfsGroup said, String device) {
        return Optional.ofNullable(said.masks().get(device))
                .filter(bits -> bits.matches("[1-9][0-9]?"))
                .map(Integer::parseInt)
                .filter(bits -> bits <= Long.SIZE)
                .map(bits -> -1L >>> (Long.SIZE - bits));
    }
}
