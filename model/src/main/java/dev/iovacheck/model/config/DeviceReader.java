package dev.iovacheck.model.config;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.config.Vocabulary.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Reads the {@code devices} block. */
final class DeviceReader {

    /** Live mappings of a device whose workload does not say: the fewest that can be in each other's way. */
    static final int DEFAULT_LIVE = 2;

    /** What the kernel assumes of a device whose driver sets no mask. */
    static final long DEFAULT_MASK = 0xffffffffL;

    /** As a device's name these would change the meaning of {@code group} and {@code node}, whose default is that name. */
    private static final Set<String> NO_NAMES = Set.of(Vocabulary.NONE, "null");

    private final Values values;
    private final List<Draft.OfDevice> devices = new ArrayList<>();
    private boolean allToldApart = true;

    DeviceReader(Values values) {
        this.values = values;
    }

    /** Those whose entry is at least a mapping under a name. */
    List<Draft.OfDevice> devices() {
        return devices;
    }

    /** Whether {@link #devices} is all that the user meant to describe. */
    boolean allToldApart() {
        return allToldApart;
    }

    void read(Section file) {
        Optional<YamlNode> node = file.value("devices");
        if (node.isEmpty()) {
            allToldApart = false;
            values.faults()
                    .report(
                            file.place(),
                            "'devices' is missing",
                            "describe at least one device, such as devices: { dev0: {} }");
            return;
        }
        Optional<YamlNode.Mapping> mapping = values.mapping(node.get(), "devices");
        if (mapping.isEmpty()) {
            allToldApart = false;
            return;
        }
        List<YamlNode.Entry> entries = mapping.get().entries();
        if (entries.isEmpty()) {
            allToldApart = false;
            values.faults()
                    .report(mapping.get().place(), "'devices' is empty", "describe at least one, such as { dev0: {} }");
        }
        if (entries.size() > Vocabulary.MOST_DEVICES) {
            values.faults()
                    .report(
                            entries.get(Vocabulary.MOST_DEVICES).key().place(),
                            entries.size() + " devices",
                            "at most " + Vocabulary.MOST_DEVICES + " are supported");
        }
        entries.forEach(this::read);
    }

    private void read(YamlNode.Entry entry) {
        String name = entry.key().text();
        Place place = entry.key().place();
        // A device with a bad name is kept, so that what refers to it is not called unknown on top.
        if (NO_NAMES.contains(name)) {
            values.faults().report(place, "no device can be called " + Quoting.quote(name), "choose another name");
        } else {
            values.isName(name, place, "device");
        }
        Section section = Section.of(entry.value(), "device " + Quoting.quote(name), Block.DEVICE, values)
                .orElseGet(() -> Section.absent(place));
        devices.add(read(new Placed<>(place, name), section));
    }

    private Draft.OfDevice read(Placed<String> name, Section device) {
        Setting<Long> mask = device.setting("mask", DEFAULT_MASK, values::mask);
        return new Draft.OfDevice(
                name,
                device.setting("group", Optional.of(name.value()), node -> nameOrNone(node, "group")),
                device.setting("node", Optional.of(name.value()), node -> nameOrNone(node, "node")),
                device.setting("bus", Device.Bus.PLATFORM, node -> values.word(node, "bus", Vocabulary.BUSES)),
                device.setting("stream-id", OptionalInt.empty(), this::streamId),
                mask,
                device.setting("window", new Extent(0, mask.value()), node -> values.range(node, "window")),
                device.setting("dma-ranges", List.of(), node -> values.ranges(node, "dma-ranges")),
                device.setting("iommu-ranges", List.of(), node -> values.ranges(node, "iommu-ranges")),
                device.setting("regions", List.of(), this::regions),
                device.setting("bridge-windows", List.of(), node -> values.ranges(node, "bridge-windows")),
                device.setting("dma-ranges-cpu", List.of(), this::cpuAddresses),
                device.setting("behind", Optional.empty(), node -> nameOrNone(node, "behind")),
                device.setting("doorbell", OptionalLong.empty(), node -> values.quantity(node, "doorbell")
                        .map(OptionalLong::of)),
                device.setting(
                        "domain-type",
                        Optional.empty(),
                        node -> values.word(node, "domain-type", Vocabulary.REQUIRED_TYPES)),
                device.setting("bound", true, node -> values.bool(node, "bound")),
                dma(device));
    }

    private Optional<List<Placed<Long>>> cpuAddresses(YamlNode node) {
        if (node instanceof YamlNode.Scalar) {
            return values.quantity(node, "dma-ranges-cpu").map(address -> List.of(new Placed<>(node.place(), address)));
        }
        return values.listOf(
                node, "dma-ranges-cpu", Vocabulary.MOST_RANGES, item -> values.quantity(item, "dma-ranges-cpu"));
    }

    private Draft.OfDma dma(Section device) {
        return new Draft.OfDma(
                device.optional("coherent-mask", values::mask),
                device.setting("untrusted", false, node -> values.bool(node, "untrusted")),
                device.setting("dma-coherent", true, node -> values.bool(node, "dma-coherent")),
                device.setting("min-align-mask", 0L, this::lowMask),
                device.setting("segment-boundary", -1L, this::lowMask),
                device.setting("max-segment", DmaProperties.DEFAULT_MAX_SEGMENT, this::maxSegment),
                device.setting("deferred-attach", false, node -> values.bool(node, "deferred-attach")));
    }

    /** A mask of the form 2^n - 1. */
    private Optional<Long> lowMask(YamlNode node) {
        return values.quantity(node, "mask").filter(mask -> {
            boolean low = (mask & mask + 1) == 0;
            if (!low) {
                values.faults().report(node.place(), Hex.of(mask) + " is not of the form 2^n - 1", "write 0xfff, say");
            }
            return low;
        });
    }

    private Optional<Long> maxSegment(YamlNode node) {
        return values.quantity(node, "max-segment").filter(size -> {
            boolean fits = size != 0 && Long.compareUnsigned(size, 0xffff_ffffL) <= 0;
            if (!fits) {
                values.faults()
                        .report(
                                node.place(),
                                "a segment of " + Quantity.sizeText(size) + " is not possible",
                                "write 1B to 0xffffffff: the kernel keeps it in 32 bits");
            }
            return fits;
        });
    }

    /** Empty outside if it is no name, empty inside if the file says that there is none. */
    private Optional<Optional<String>> nameOrNone(YamlNode node, String what) {
        Optional<String> name = values.name(node, what);
        return name.isEmpty() ? Optional.empty() : Optional.of(name.filter(given -> !given.equals(Vocabulary.NONE)));
    }

    private Optional<OptionalInt> streamId(YamlNode node) {
        return values.quantity(node, "stream-id").flatMap(id -> {
            if (0 <= id && id <= Integer.MAX_VALUE) {
                return Optional.of(OptionalInt.of(id.intValue()));
            }
            values.faults()
                    .report(
                            node.place(),
                            "stream id " + Long.toUnsignedString(id) + " is too high",
                            "write 0 to 0x7fffffff");
            return Optional.empty();
        });
    }

    private Optional<List<FirmwareRegion>> regions(YamlNode node) {
        return values.listOf(node, "regions", Vocabulary.MOST_RANGES, this::region)
                .map(regions -> regions.stream().map(Placed::value).toList());
    }

    private Optional<FirmwareRegion> region(YamlNode node) {
        return Section.of(node, "a region", Block.REGION, values).flatMap(section -> {
            Optional<Extent> range = required(section, "range").flatMap(given -> values.range(given, "range"));
            Optional<FirmwareRegion.Type> type = required(section, "type")
                    .flatMap(given -> values.word(given, "region type", Vocabulary.REGION_TYPES));
            return range.flatMap(extent -> type.map(kind -> new FirmwareRegion(extent, kind)));
        });
    }

    private Optional<YamlNode> required(Section section, String key) {
        Optional<YamlNode> value = section.value(key);
        if (value.isEmpty()) {
            values.faults()
                    .report(
                            section.place(),
                            "the region has no " + Quoting.quote(key),
                            "write for instance { range: 16MiB..24MiB, type: direct }");
        }
        return value;
    }
}
