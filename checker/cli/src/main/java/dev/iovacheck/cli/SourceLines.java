package dev.iovacheck.cli;

import dev.iovacheck.cli.result.ConfigurationResult;
import dev.iovacheck.cli.result.DeviceSpace;
import dev.iovacheck.cli.result.FileNames;
import dev.iovacheck.cli.result.Finding;
import dev.iovacheck.cli.result.FindingStep;
import dev.iovacheck.cli.result.Location;
import dev.iovacheck.model.config.Fault;
import dev.iovacheck.model.devicetree.SourcePlaces;
import java.nio.file.Path;

/**
 * Lines of the sources of a device tree, for what is said of its nodes and properties. They are looked up last, when it is told: no verdict
 * and no fingerprint depends on them, so that what is remembered of a tree stays true when its lines move.
 */
final class SourceLines {

    /** Of what is no device tree, or has no sources. */
    static final SourceLines NONE = new SourceLines("", SourcePlaces.NONE);

    private final String source;
    private final SourcePlaces places;

    /** @param source the file as the user named it */
    SourceLines(String source, SourcePlaces places) {
        this.source = source;
        this.places = places;
    }

    /** {@code board.dts: /soc/video: iommus} becomes {@code board.dts:12:3: /soc/video: iommus}; other places stay as they are. */
    String in(String place) {
        return Location.parse(place, source, source)
                .filter(said -> !said.node().isEmpty())
                .flatMap(said -> places.of(said.node(), said.property()))
                .map(found -> found + place.substring(source.length()))
                .orElse(place);
    }

    /** The same fault with the line that it is in. */
    Fault in(Fault fault) {
        return fault.line() > 0 ? fault : new Fault(in(fault.source()), 0, 0, fault.problem(), fault.remedy());
    }

    /** The same place with the line; in a file that the source includes, if that says it. */
    Location in(Location location) {
        if (location.node().isEmpty() || location.line() > 0) {
            return location;
        }
        return places.of(location.node(), location.property())
                .map(found -> new Location(
                        found.file().equals(source) ? location.file() : FileNames.of(Path.of(found.file())),
                        found.line(),
                        found.column(),
                        location.node(),
                        location.property()))
                .orElse(location);
    }

    /** The same result with the lines of all its places. */
    ConfigurationResult in(ConfigurationResult result) {
        return result.withPlaces(
                result.findings().stream().map(this::in).toList(),
                result.devices().stream()
                        .map(device -> new DeviceSpace(
                                device.name(),
                                device.stream(),
                                in(device.location()),
                                device.allowed(),
                                device.reserved()))
                        .toList());
    }

    private Finding in(Finding finding) {
        return new Finding(
                finding.rule(),
                finding.level(),
                finding.standing(),
                finding.summary(),
                finding.message(),
                finding.because(),
                in(finding.location()),
                finding.fingerprint(),
                finding.steps().stream()
                        .map(step -> new FindingStep(
                                step.number(),
                                step.call(),
                                step.changes(),
                                in(step.location()),
                                step.isBlamed(),
                                step.isRepeated()))
                        .toList());
    }
}
