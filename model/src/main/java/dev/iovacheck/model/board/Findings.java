package dev.iovacheck.model.board;

import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.Fault;
import dev.iovacheck.model.devicetree.DeviceTreeNode;
import dev.iovacheck.model.devicetree.SourcePlaces;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what is to be said about one board; says nothing twice. */
final class Findings {

    /** More than anybody mends in one go. */
    static final int MOST = 1000;

    private final String source;
    private final SourcePlaces places;
    private final Set<Finding> found = new LinkedHashSet<>();

    /**
     * @param source the file, as the user named it
     * @param places lines of the sources, as far as they are known
     */
    Findings(String source, SourcePlaces places) {
        this.source = source;
        this.places = places;
    }

    void error(DeviceTreeNode node, String property, String text, String remedy) {
        add(Finding.Severity.ERROR, place(node, property), text, remedy);
    }

    void error(String text, String remedy) {
        add(Finding.Severity.ERROR, source, text, remedy);
    }

    void warning(DeviceTreeNode node, String property, String text, String remedy) {
        add(Finding.Severity.WARNING, place(node, property), text, remedy);
    }

    void note(DeviceTreeNode node, String property, String text, String remedy) {
        add(Finding.Severity.NOTE, place(node, property), text, remedy);
    }

    void note(String text, String remedy) {
        add(Finding.Severity.NOTE, source, text, remedy);
    }

    private void add(Finding.Severity severity, String place, String text, String remedy) {
        if (found.size() < MOST) {
            found.add(new Finding(severity, place, text, remedy));
        }
    }

    /** {@code board.dtb: /soc/video: iommus}, {@code board.dts:12:3: /soc/video: iommus}; without a property, the node. */
    String place(DeviceTreeNode node, String property) {
        return place(node.path(), property);
    }

    /** The same; without a path, the file. */
    String place(String path, String property) {
        return places.of(path, property).map(SourcePlaces.Place::toString).orElse(source)
                + (path.isEmpty() ? "" : ": " + path)
                + (property.isEmpty() ? "" : ": " + property);
    }

    boolean hasErrors() {
        return found.stream().anyMatch(finding -> finding.severity() == Finding.Severity.ERROR);
    }

    /** @throws ConfigurationException with all errors, if there are any */
    void throwIfAny() throws ConfigurationException {
        List<Fault> errors = found.stream()
                .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                .map(Finding::fault)
                .toList();
        if (!errors.isEmpty()) {
            throw new ConfigurationException(errors);
        }
    }

    /** In the order in which they were found. */
    List<Finding> all() {
        return new ArrayList<>(found);
    }
}
