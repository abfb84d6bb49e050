package dev.iovacheck.model.config;

import java.nio.file.Path;
import java.util.ArrayList;
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
        Faults faults = new Faults(file.toString());
        Optional<byte[]> bytes = new SourceText(faults).bytes(file);
        faults.throwIfAny();
        return read(file.toString(), bytes.orElseThrow());
    }

    /**
     * Reads UTF-8, with or without a byte order mark.
     *
     * @param source what messages call the text
     * @throws ConfigurationException with all faults, in the order of the text
     */
    public Configuration read(String source, byte[] utf8) throws ConfigurationException {
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
        return read(source, text, faults);
    }

    private Configuration read(String source, String text, Faults faults) throws ConfigurationException {
        Optional<Draft> draft =
                YamlParser.parse(text, faults).flatMap(root -> new DraftReader(invariantIds, faults).read(root));
        draft.ifPresent(read -> new ConsistencyChecks(read, faults).run());
        faults.throwIfAny();
        return configuration(source, draft.orElseThrow());
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
        return new Configuration(
                source,
                draft.title().value(),
                draft.kernel().value(),
                draft.cpus().value(),
                new Iommu(
                        draft.granuleShift().value(),
                        draft.aperture().value(),
                        draft.forceAperture().value(),
                        draft.mode().value()),
                draft.caches(),
                devices,
                draft.mechanism().value(),
                reservations,
                new Exploration(
                        draft.noMemory().value(),
                        draft.removal().value(),
                        draft.cpuHotplug().value(),
                        draft.depotWork().value(),
                        draft.interleaving().value()),
                draft.checks().value(),
                new Expectation(
                        verdicts, draft.others().value(), draft.expectedStates().value()));
    }

    private static Device device(int index, Draft.OfDevice device, Draft.@Nullable OfWork work) {
        return new Device(
                index,
                device.name().value(),
                orNull(device.group().value()),
                orNull(device.node().value()),
                device.bus().value(),
                device.streamId().value(),
                device.mask().value(),
                device.window().value(),
                values(device.dmaRanges().value()),
                values(device.iommuRanges().value()),
                device.regions().value(),
                work == null ? List.of() : values(work.sizes().value()),
                work == null ? DeviceReader.DEFAULT_LIVE : work.live().value());
    }

    private static <T> List<T> values(List<Placed<T>> placed) {
        return placed.stream().map(Placed::value).toList();
    }

    private static @Nullable String orNull(Optional<String> name) {
        return name.isPresent() ? name.get() : null;
    }
}
