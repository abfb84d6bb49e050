package dev.iovacheck.model.board;

import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.LocatedConfiguration;
import dev.iovacheck.model.devicetree.DeviceTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Makes a configuration of some of the groups of a board, and keeps the places of what it says. */
final class BoardConfiguration {

    private final String source;
    private final DeviceTree tree;
    private final BusAddresses addresses;
    private final BoardOptions options;
    private final Findings findings;

    BoardConfiguration(
            String source, DeviceTree tree, BusAddresses addresses, BoardOptions options, Findings findings) {
        this.source = source;
        this.tree = tree;
        this.addresses = addresses;
        this.options = options;
        this.findings = findings;
    }

    /** @param name what the configuration is to be called: the file, and which part of it */
    LocatedConfiguration of(String name, List<List<Master>> groups) {
        Master first = groups.get(0).get(0);
        Iommu iommu = new Iommu(
                options.granuleShift().orElse(first.kind().granuleShift()),
                options.aperture().orElse(first.aperture()),
                true,
                Iommu.Mode.STRICT);
        groups.stream().flatMap(List::stream).forEach(this::noteAssumptions);
        groups.forEach(this::noteGroup);
        Set<Integer> ambiguous = ambiguousStreams(groups);
        TreeDevices devices = new TreeDevices(source, tree, addresses, options, findings);
        List<MadeDevice> made = new ArrayList<>();
        for (List<Master> group : groups) {
            int mapping = Math.min(group.size(), 3);
            for (Master master : group) {
                boolean maps = group.indexOf(master) < mapping;
                made.add(devices.of(
                        master,
                        new TreeDevices.Seat(
                                made.size(),
                                group.get(0).name(),
                                iommu,
                                ambiguous,
                                maps ? mapping : 0,
                                OptionalInt.empty(),
                                "")));
            }
        }
        findings.note(
                "what drivers map the tree does not say: buffers that fill most of the space are assumed",
                "import the tree and write workload: to say otherwise");
        findings.note(
                "what hardware can use the tree says at most in dma-ranges and iommu-ranges; otherwise all that software may use is"
                        + " assumed",
                "--window DEV=RANGE says otherwise");
        return new Assembly(options, findings).of(name, title(first), made, iommu, aperturePlace(first));
    }

    /** What is assumed about the IOMMU that a device is behind. */
    void noteAssumptions(Master master) {
        IommuKind kind = master.kind();
        boolean said = options.granuleShift().isPresent() && options.aperture().isPresent();
        if (!kind.assumed().isEmpty() && !said) {
            findings.note(
                    master.iommu(),
                    "compatible",
                    (kind.driver().isEmpty() ? "not known here; assumed: " : "assumed: ") + kind.assumed(),
                    "--granule and --aperture say otherwise");
        }
    }

    private void noteGroup(List<Master> group) {
        if (group.size() > 1) {
            Master first = group.get(0);
            findings.note(
                    first.iommu(),
                    "",
                    "one group: "
                            + String.join(", ", group.stream().map(Master::name).toList()),
                    switch (first.kind().grouping()) {
                        case BY_IOMMU ->
                            "the driver keeps all its devices in one ("
                                    + first.kind().driver() + ")";
                        case BY_REGION ->
                            "the driver keeps all devices of a region in one ("
                                    + first.kind().driver() + ")";
                        case BY_STREAM, EACH -> "they share a stream";
                    });
        }
    }

    /** Where the aperture of a device's IOMMU is said. */
    String aperturePlace(Master master) {
        return options.aperture().isPresent() ? "--aperture" : findings.place(master.iommu(), "compatible");
    }

    /** Numbers that mean different streams, of different IOMMUs: a configuration has one space of numbers. */
    static Set<Integer> ambiguousStreams(List<List<Master>> groups) {
        Map<Integer, List<Master>> owners = new HashMap<>();
        Set<Integer> ambiguous = new HashSet<>();
        for (List<Master> group : groups) {
            for (Master master : group) {
                int id = (int) master.streams().get(0).id();
                if (owners.computeIfAbsent(id, key -> group) != group) {
                    ambiguous.add(id);
                }
            }
        }
        return ambiguous;
    }

    /** What the tree calls the board; otherwise its file. */
    String model() {
        String model = tree.root().strings("model").stream().findFirst().orElse(source);
        String clean = model.replaceAll("[^ -~]", "?");
        return clean.length() > 80 ? clean.substring(0, 80) : clean;
    }

    private String title(Master first) {
        return model() + ": devices behind "
                + first.iommu().strings("compatible").stream()
                        .findFirst()
                        .filter(each -> each.matches("[!-~]{1,60}"))
                        .orElse(first.iommu().baseName());
    }
}
