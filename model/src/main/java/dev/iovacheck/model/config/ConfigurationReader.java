package dev.iovacheck.model.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads configurations from YAML: either a {@link Configuration} that is complete and makes sense, or all that is wrong with it,
 * each fault at its place with what would be right.
 *
 * <p>Nothing is assumed about the input. It may be missing, huge, binary, deeply nested or hostile; the only exception that leaves
 * here is {@link ConfigurationException}. Limits are those of {@link Vocabulary}, {@link SourceText} and {@link YamlParser}.
 */
public final class ConfigurationReader {

    private final List<String> invariantIds;

    /**
     * @param invariantIds all invariants there are, in the order of the catalogue; at least one, none called {@code others} or
     *     {@code states}, because {@code expect:} uses these words for itself
     */
    public ConfigurationReader(List<String> invariantIds) {
        if (invariantIds.isEmpty()) {
            throw new IllegalArgumentException("a configuration is checked against at least one invariant");
        }
        for (String id : invariantIds) {
            if (Vocabulary.Block.EXPECT.keys().contains(id)) {
                throw new IllegalArgumentException("an invariant cannot be called " + id);
            }
        }
        this.invariantIds = List.copyOf(invariantIds);
    }

    /**
     * Reads a file of at most 1 MiB; its path, as given, becomes {@link Configuration#source}.
     *
     * @throws ConfigurationException with all faults, in the order of the file; one without a line if the file cannot be read
     */
    public Configuration read(Path file) throws ConfigurationException {
        return readLocated(file).configuration();
    }

    /**
     * The same, with the places of what is read.
     *
     * @throws ConfigurationException as {@link #read(Path)}
     */
    public LocatedConfiguration readLocated(Path file) throws ConfigurationException {
        Faults faults = new Faults(file.toString());
        Optional<byte[]> bytes = new SourceText(faults).bytes(file);
        faults.throwIfAny();
        Optional<String> text = new SourceText(faults).decode(bytes.orElseThrow());
        faults.throwIfAny();
        return read(file.toString(), text.orElseThrow(), faults);
    }

    /**
     * Reads UTF-8, with or without a byte order mark.
     *
     * @param source what messages call the text
     * @throws ConfigurationException with all faults, in the order of the text
     */
    public Configuration read(String source, byte[] utf8) throws ConfigurationException {
        return readLocated(source, utf8).configuration();
    }

    /**
     * The same, with the places of what is read.
     *
     * @throws ConfigurationException as {@link #read(String, byte[])}
     */
    public LocatedConfiguration readLocated(String source, byte[] utf8) throws ConfigurationException {
        Faults faults = new Faults(source);
        Optional<String> text = new SourceText(faults).decode(utf8);
        faults.throwIfAny();
        return read(source, text.orElseThrow(), faults);
    }

    /**
     * @param source what messages call the text
     * @throws ConfigurationException with all faults, in the order of the text
     */
    public Configuration read(String source, String text) throws ConfigurationException {
        Faults faults = new Faults(source);
        new SourceText(faults).text(text);
        faults.throwIfAny();
        return read(source, text, faults).configuration();
    }

    private LocatedConfiguration read(String source, String text, Faults faults) throws ConfigurationException {
        Optional<Draft> draft =
                YamlParser.parse(text, faults).flatMap(root -> new DraftReader(invariantIds, faults).read(root));
        draft.ifPresent(read -> new ConsistencyChecks(read, faults).run());
        faults.throwIfAny();
        return LocatedConfiguration.of(configuration(source, draft.orElseThrow()), draft.orElseThrow());
    }

    /** From a draft without faults; resolves names to positions. */
    private static Configuration configuration(String source, Draft draft) {
        Map<String, Draft.OfWork> workByDevice = new LinkedHashMap<>();
        draft.workload().forEach(work -> workByDevice.put(work.device().value(), work));
        List<String> names = new ArrayList<>();
        List<Device> devices = new ArrayList<>();
        for (Draft.OfDevice device : draft.devices()) {
            String name = device.name().value();
            devices.add(device(devices.size(), device, workByDevice.get(name)));
            names.add(name);
        }
        List<Reservation> reservations = new ArrayList<>();
        for (Draft.OfReservation reservation : draft.reservations().value()) {
            reservations.add(new Reservation(
                    reservations.size(),
                    reservation.device().value().map(names::indexOf).orElse(-1),
                    orNull(reservation.node().value()),
                    reservation.start().value(),
                    reservation.length().value(),
                    reservation.when().value()));
        }
        Map<String, Expectation.Expected> verdicts = new LinkedHashMap<>();
        draft.verdicts().forEach(verdict -> verdicts.put(verdict.invariant().value(), verdict.expected()));
        EnumSet<Exploration.Option> options = EnumSet.noneOf(Exploration.Option.class);
        draft.options().forEach((option, setting) -> {
            if (setting.value()) {
                options.add(option);
            }
        });
        return Configuration.builder()
                .source(source)
                .title(draft.title().value())
                .unknown(draft.unknown().value())
                .kernel(draft.kernel().value())
                .bugs(draft.bugs().value())
                .cpus(draft.cpus().value())
                .iommu(new Iommu(
                        draft.granuleShift().value(),
                        draft.aperture().value(),
                        draft.forceAperture().value(),
                        draft.mode().value(),
                        draft.flushQueues().value(),
                        draft.defaultDomain().value()))
                .caches(draft.caches())
                .devices(devices)
                .mechanism(draft.mechanism().value())
                .reservations(reservations)
                .exploration(new Exploration(options, draft.interleaving().value()))
                .goals(draft.goals().value().stream()
                        .map(goal -> goal(
                                goal.goal(),
                                goal.device().value().map(names::indexOf).orElse(Goal.ANY)))
                        .toList())
                .checks(draft.checks().value())
                .expectation(new Expectation(
                        verdicts, draft.others().value(), draft.expectedStates().value()))
                .build();
    }

    /** The same, about a device. */
    private static Goal goal(Goal goal, int device) {
        if (goal instanceof Goal.Live live) {
            return new Goal.Live(device, live.count());
        } else if (goal instanceof Goal.Returns returns) {
            return new Goal.Returns(device, returns.of(), returns.errno());
        }
        return goal instanceof Goal.MapFails ? new Goal.MapFails(device) : goal;
    }

    private static Device device(int index, Draft.OfDevice device, Draft.@Nullable OfWork work) {
        return Device.builder(index, device.name().value())
                .group(orNull(device.group().value()))
                .node(orNull(device.node().value()))
                .bus(device.bus().value())
                .streamId(device.streamId().value())
                .mask(device.mask().value())
                .window(device.window().value())
                .dmaRanges(values(device.dmaRanges().value()))
                .iommuRanges(values(device.iommuRanges().value()))
                .regions(device.regions().value())
                .bridgeWindows(values(device.bridgeWindows().value()))
                .dmaRangesCpu(values(device.dmaRangesCpu().value()))
                .behind(orNull(device.behind().value()))
                .doorbell(device.doorbell().value())
                .requiredType(device.requiredType().value().orElse(null))
                .bound(device.bound().value())
                .buffers(work == null ? List.of() : values(work.buffers().value()))
                .dma(dma(device.dma(), device.mask().value()))
                .live(work == null ? DeviceReader.DEFAULT_LIVE : work.live().value())
                .build();
    }

    private static DmaProperties dma(Draft.OfDma dma, long mask) {
        return new DmaProperties(
                dma.coherentMask().value().orElse(mask),
                dma.untrusted().value(),
                dma.coherent().value(),
                dma.minAlignMask().value(),
                dma.segmentBoundary().value(),
                dma.maxSegment().value(),
                dma.deferredAttach().value());
    }

    private static <T> List<T> values(List<Placed<T>> placed) {
        return placed.stream().map(Placed::value).toList();
    }

    private static @Nullable String orNull(Optional<String> name) {
        return name.isPresent() ? name.get() : null;
    }
}
