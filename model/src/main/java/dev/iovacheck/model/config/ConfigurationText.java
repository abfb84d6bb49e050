package dev.iovacheck.model.config;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Writes a configuration as YAML with every default filled in. {@link ConfigurationReader} reads the text back as an equal
 * configuration, given the same name of the source and the same catalogue of invariants.
 *
 * <p>Sizes have units, addresses are hexadecimal, and ranges are inclusive pairs with a comment that says the same in units. Lines
 * stay within 80 columns unless a title or a name is longer.
 */
public final class ConfigurationText {

    private static final int WIDTH = 80;

    private final StringBuilder text = new StringBuilder();

    private ConfigurationText() {}

    /**
     * @param configuration as {@link ConfigurationReader} makes them
     * @return YAML, ending in a line feed
     */
    public static String of(Configuration configuration) {
        ConfigurationText writer = new ConfigurationText();
        writer.write(configuration);
        return writer.text.toString();
    }

    private void write(Configuration configuration) {
        line("iovacheck: " + Vocabulary.FORMAT_VERSION);
        if (!configuration.title().isEmpty()) {
            writeQuoted("title", configuration.title());
        }
        if (!configuration.unknown().isEmpty()) {
            writeQuoted("unknown", configuration.unknown());
        }
        writeKernel(configuration);
        line("cpus: " + configuration.cpus());
        writeIommu(configuration);
        Caches caches = configuration.caches();
        line("caches: { magazine: " + caches.magazineSize() + ", depot: " + caches.depotSize() + " }");
        line("devices:");
        configuration.devices().forEach(this::writeDevice);
        line("mechanism: " + Vocabulary.MECHANISMS.of(configuration.mechanism()));
        if (!configuration.reservations().isEmpty()) {
            line("reserve:");
            configuration.reservations().forEach(reservation -> writeReservation(configuration, reservation));
        }
        if (configuration.devices().stream()
                .anyMatch(device -> !device.buffers().isEmpty())) {
            line("workload:");
            configuration.devices().forEach(this::writeWork);
        }
        writeExploration(configuration.exploration());
        if (!configuration.goals().isEmpty()) {
            line("sometimes:");
            configuration.goals().forEach(goal -> writeGoal(goal(configuration, goal)));
        }
        writeList("", "check", configuration.checks());
        writeExpectation(configuration.expectation());
    }

    private void writeKernel(Configuration configuration) {
        String profile = Vocabulary.KERNELS.of(configuration.kernel());
        if (configuration.bugs().isEmpty()) {
            line("kernel: " + profile);
            return;
        }
        line("kernel:");
        line("  profile: " + profile);
        writeList(
                "  ",
                "with",
                configuration.bugs().stream().map(Vocabulary.BUGS::of).toList());
    }

    private void writeIommu(Configuration configuration) {
        Iommu iommu = configuration.iommu();
        line("iommu:");
        line("  granule: " + Quantity.sizeText(iommu.granule()));
        writeRange("  aperture: ", iommu.aperture(), "");
        line("  force-aperture: " + iommu.forceAperture());
        line("  mode: " + Vocabulary.MODES.of(iommu.mode()));
        if (configuration.canBeLazy()) {
            FlushQueues queues = iommu.flushQueues();
            line("  flush-queue: "
                    + (queues.areSupported()
                            ? "{ size: " + queues.size() + ", single: " + queues.single() + " }"
                            : Vocabulary.NONE));
        }
        line("  default-domain: " + Vocabulary.DOMAIN_TYPES.of(iommu.defaultDomain()));
    }

    private void writeDevice(Device device) {
        line("  " + name(device.name()) + ":");
        device.streamId().ifPresent(id -> line("    stream-id: " + Hex.of(id)));
        String group = device.group();
        String node = device.node();
        line("    group: " + (group == null ? Vocabulary.NONE : name(group)));
        line("    node: " + (node == null ? Vocabulary.NONE : name(node)));
        line("    bus: " + Vocabulary.BUSES.of(device.bus()));
        String behind = device.behind();
        if (behind != null) {
            line("    behind: " + name(behind));
        }
        line("    mask: " + Hex.of(device.mask()));
        writeRange("    window: ", device.window(), "");
        writeDma(device.dma(), device.mask());
        writeRanges("dma-ranges", device.dmaRanges());
        if (!device.dmaRangesCpu().isEmpty()) {
            writeList(
                    "    ",
                    "dma-ranges-cpu",
                    device.dmaRangesCpu().stream().map(Hex::of).toList());
        }
        writeRanges("bridge-windows", device.bridgeWindows());
        writeRanges("iommu-ranges", device.iommuRanges());
        if (!device.regions().isEmpty()) {
            line("    regions:");
        }
        for (FirmwareRegion region : device.regions()) {
            writeRange(
                    "      - { range: ",
                    region.extent(),
                    ", type: " + Vocabulary.REGION_TYPES.of(region.type()) + " }");
        }
        writeDomain(device);
    }

    private void writeDomain(Device device) {
        device.doorbell().ifPresent(address -> line("    doorbell: " + Hex.of(address)));
        Optional<DomainType> type = Optional.ofNullable(device.requiredType());
        if (type.isPresent()) {
            line("    domain-type: " + Vocabulary.REQUIRED_TYPES.of(type));
        }
        if (!device.bound()) {
            line("    bound: false");
        }
    }

    private void writeRanges(String key, List<Extent> ranges) {
        if (!ranges.isEmpty()) {
            line("    " + key + ":");
        }
        for (Extent range : ranges) {
            writeRange("      - ", range, "");
        }
    }

    private void writeReservation(Configuration configuration, Reservation reservation) {
        String node = reservation.node();
        String owner = node == null
                ? "device: "
                        + name(configuration.devices().get(reservation.device()).name())
                : "node: " + name(node);
        String when = configuration.mechanism().isCall() ? ", when: " + Vocabulary.WHENS.of(reservation.when()) : "";
        Extent promised = reservation.promised();
        if (promised == null || reservation.wraps()) {
            String comment = promised == null ? "nothing" : "wraps past 2^64";
            line(commented(
                    "  - { " + owner + ", start: " + Hex.of(reservation.start()) + ", length: "
                            + Hex.of(reservation.length()) + when + " }",
                    comment));
        } else {
            writeRange("  - { " + owner + ", range: ", promised, when + " }");
        }
    }

    private void writeWork(Device device) {
        if (device.buffers().isEmpty()) {
            return;
        }
        List<String> buffers =
                device.buffers().stream().map(ConfigurationText::buffer).toList();
        line("  " + name(device.name()) + ":");
        if (buffers.stream().allMatch(buffer -> buffer.length() + "      - ".length() <= WIDTH)) {
            writeList("    ", "map", buffers);
        } else {
            line("    map:");
            device.buffers().forEach(this::writeBuffer);
        }
        line("    live: " + device.live());
    }

    private static String buffer(Buffer buffer) {
        if (buffer.isPlain()) {
            return Quantity.sizeText(buffer.size());
        }
        StringBuilder text = new StringBuilder("{ call: ").append(Vocabulary.CALLS.of(buffer.call()));
        if (buffer.call() != Buffer.Call.SG) {
            text.append(", size: ").append(Quantity.sizeText(buffer.size()));
        }
        if (buffer.segments().isEmpty() && buffer.offset() != 0) {
            text.append(", offset: ").append(Quantity.sizeText(buffer.offset()));
        }
        if (!buffer.segments().isEmpty()) {
            text.append(buffer.segments().stream()
                    .map(ConfigurationText::segment)
                    .collect(Collectors.joining(", ", ", segments: [", "]")));
        }
        if (!buffer.attributes().isEmpty()) {
            text.append(buffer.attributes().stream()
                    .map(Vocabulary.ATTRIBUTES::of)
                    .collect(Collectors.joining(", ", ", attributes: [", "]")));
        }
        return text.append(" }").toString();
    }

    /** As an item of a list, in several lines if it does not fit into one. */
    private void writeBuffer(Buffer buffer) {
        String inOneLine = "      - " + buffer(buffer);
        if (inOneLine.length() <= WIDTH) {
            line(inOneLine);
            return;
        }
        line("      - call: " + Vocabulary.CALLS.of(buffer.call()));
        if (buffer.call() != Buffer.Call.SG) {
            line("        size: " + Quantity.sizeText(buffer.size()));
        }
        if (buffer.segments().isEmpty() && buffer.offset() != 0) {
            line("        offset: " + Quantity.sizeText(buffer.offset()));
        }
        if (!buffer.segments().isEmpty()) {
            List<String> segments =
                    buffer.segments().stream().map(ConfigurationText::segment).toList();
            writeList("        ", "segments", segments);
        }
        if (!buffer.attributes().isEmpty()) {
            List<String> attributes =
                    buffer.attributes().stream().map(Vocabulary.ATTRIBUTES::of).toList();
            writeList("        ", "attributes", attributes);
        }
    }

    private static String segment(Buffer.Segment segment) {
        String size = Quantity.sizeText(segment.size());
        return segment.offset() == 0
                ? size
                : "{ size: " + size + ", offset: " + Quantity.sizeText(segment.offset()) + " }";
    }

    private void writeDma(DmaProperties dma, long mask) {
        if (dma.coherentMask() != mask) {
            line("    coherent-mask: " + Hex.of(dma.coherentMask()));
        }
        DmaProperties usual = DmaProperties.of(dma.coherentMask());
        if (dma.untrusted() != usual.untrusted()) {
            line("    untrusted: " + dma.untrusted());
        }
        if (dma.coherent() != usual.coherent()) {
            line("    dma-coherent: " + dma.coherent());
        }
        if (dma.minAlignMask() != usual.minAlignMask()) {
            line("    min-align-mask: " + Hex.of(dma.minAlignMask()));
        }
        if (dma.segmentBoundary() != usual.segmentBoundary()) {
            line("    segment-boundary: " + Hex.of(dma.segmentBoundary()));
        }
        if (dma.maxSegment() != usual.maxSegment()) {
            line("    max-segment: " + Quantity.sizeText(dma.maxSegment()));
        }
        if (dma.deferredAttach() != usual.deferredAttach()) {
            line("    deferred-attach: " + dma.deferredAttach());
        }
    }

    /** In braces if that fits into a line, otherwise one key per line. */
    private void writeGoal(String keys) {
        String inBraces = "  - { " + keys + " }";
        line(inBraces.length() <= WIDTH ? inBraces : "  - " + keys.replace(", ", "\n    "));
    }

    private static String goal(Configuration configuration, Goal goal) {
        String device = goal.device() == Goal.ANY
                ? ""
                : "device: " + name(configuration.devices().get(goal.device()).name()) + ", ";
        if (goal instanceof Goal.Live live) {
            return device + "live: " + live.count();
        } else if (goal instanceof Goal.MapFails) {
            return device + "map: " + Vocabulary.MAP_RESULTS.of(true);
        } else if (goal instanceof Goal.Returns returns) {
            return device + "returns: " + Goal.label(returns.errno()) + ", of: "
                    + Vocabulary.GOAL_CALLS.of(returns.of());
        }
        return "branch: " + Vocabulary.BRANCHES.of(((Goal.Taken) goal).branch());
    }

    private void writeExploration(Exploration exploration) {
        line("explore:");
        writeList(
                "  ",
                "faults",
                exploration.options().stream()
                        .filter(Exploration.Option::isFault)
                        .map(Vocabulary.FAULTS::of)
                        .toList());
        for (Exploration.Option option : Exploration.Option.values()) {
            if (!option.isFault()) {
                line("  " + option.label() + ": " + exploration.has(option));
            }
        }
        line("  interleaving: " + Vocabulary.INTERLEAVINGS.of(exploration.interleaving()));
    }

    private void writeExpectation(Expectation expectation) {
        line("expect:");
        expectation
                .verdicts()
                .forEach((invariant, expected) -> line("  " + invariant + ": " + Vocabulary.VERDICTS.of(expected)));
        line("  others: " + Vocabulary.VERDICTS.of(expectation.others()));
        expectation.states().ifPresent(states -> line("  states: " + states));
    }

    private void writeQuoted(String key, String words) {
        StringBuilder quoted = new StringBuilder(key + ": \"");
        words.codePoints().forEach(point -> {
            if (point == '"' || point == '\\') {
                quoted.append('\\');
            }
            quoted.appendCodePoint(point);
        });
        line(quoted.append('"').toString());
    }

    /** In brackets if that fits into a line, otherwise one item per line. */
    private void writeList(String indent, String key, List<String> items) {
        String inBrackets = indent + key + ": [" + String.join(", ", items) + "]";
        if (inBrackets.length() <= WIDTH) {
            line(inBrackets);
            return;
        }
        line(indent + key + ":");
        items.forEach(item -> line(indent + "  - " + item));
    }

    /** The comment says in units what the pair says in hexadecimal, where units are shorter. */
    private void writeRange(String before, Extent range, String after) {
        String inUnits = RangeText.exclusive(range);
        String inHexadecimal = RangeText.inclusive(range);
        String content = before + inHexadecimal + after;
        if (inUnits.length() >= inHexadecimal.length()) {
            line(content);
            return;
        }
        String withSize = range.first() == 0 ? inUnits : inUnits + ", " + Quantity.sizeText(range.size());
        boolean sizeFits = commented(content, withSize).length() > content.length();
        line(commented(content, sizeFits ? withSize : inUnits));
    }

    /** Leaves the comment out if the line would become too long: it says nothing new. */
    private static String commented(String content, String comment) {
        String whole = content + "  # " + comment;
        return whole.length() > WIDTH ? content : whole;
    }

    /** Names are plain words for our reader, and quoted where another YAML reader would see something else. */
    private static String name(String name) {
        boolean plainForAll = name.matches("[A-Za-z_][A-Za-z0-9_./-]*")
                && !name.matches("(?i)null|true|false|yes|no|on|off|y|n|none");
        return plainForAll ? name : '"' + name + '"';
    }

    private void line(String content) {
        text.append(content).append('\n');
    }
}
