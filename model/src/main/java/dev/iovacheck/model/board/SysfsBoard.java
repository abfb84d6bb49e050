package dev.iovacheck.model.board;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.LocatedConfiguration;
import dev.iovacheck.model.config.NearNames;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes configurations of the groups of a running kernel, with what a device tree beside them knows of their devices. Groups, their types
 * and the regions that are in force are those of sysfs; masks, windows, reservations, streams, pages and aperture are those of the tree.
 */
final class SysfsBoard {

    /** Of an IOMMU that nobody knows. */
    private static final int GRANULE_SHIFT = 12;

    private static final Extent APERTURE = new Extent(0, (1L << 48) - 1);

    private final String source;
    private final @Nullable SysfsTree tree;
    private final BoardOptions options;
    private final Findings findings;

    /**
     * @param source the copy, as the user named it
     * @param tree what lies beside the groups; {@code null} if nothing does
     */
    SysfsBoard(String source, @Nullable SysfsTree tree, BoardOptions options, Findings findings) {
        this.source = source;
        this.tree = tree;
        this.options = options;
        this.findings = findings;
    }

    /** What groups of one configuration have in common. */
    private record Part(boolean lazy, int granuleShift, Extent aperture) {}

    /**
     * @param groups those with an allocator
     * @param said all groups: of a device in one without an allocator nobody may say that it is missing
     */
    List<LocatedConfiguration> configurations(List<KernelGroup> groups, List<SysfsGroup> said) {
        List<JoinedGroup> joined = joined(groups);
        checkNames(joined, options.masks().keySet(), "--mask");
        checkNames(joined, options.windows().keySet(), "--window");
        if (joined.isEmpty() && !findings.hasErrors()) {
            findings.error("no group has a device of those asked for", "leave out --node and --compatible to see all");
        }
        if (findings.hasErrors()) {
            return List.of();
        }
        tellAssumptions(joined);
        GroupAgreement agreement = new GroupAgreement(findings);
        if (tree != null) {
            agreement.compareGroups(joined);
            noteMissing(tree, said);
        }
        List<LocatedConfiguration> configurations = new ArrayList<>();
        for (Map.Entry<Part, List<List<JoinedGroup>>> part : parts(joined).entrySet()) {
            for (List<JoinedGroup> chunk : part.getValue()) {
                configurations.add(configuration(part.getKey(), chunk, agreement));
            }
        }
        return configurations;
    }

    /** Each with what the tree has for its devices; without those that were not asked for. */
    private List<JoinedGroup> joined(List<KernelGroup> groups) {
        boolean isNarrowed =
                !options.nodes().isEmpty() || !options.compatibles().isEmpty();
        if (isNarrowed && tree == null) {
            findings.error(
                    "--node and --compatible choose nodes of a device tree, and there is none here",
                    "copy /sys/firmware/fdt to firmware/fdt beside kernel/iommu_groups");
        }
        List<JoinedGroup> joined = new ArrayList<>();
        for (KernelGroup group : groups) {
            List<JoinedGroup.Member> members = new ArrayList<>();
            for (SysfsDevice device : group.devices()) {
                Optional<Master> master = tree == null ? Optional.empty() : tree.master(device);
                if (master.isPresent() || !isNarrowed) {
                    members.add(new JoinedGroup.Member(device, master));
                }
            }
            if (!members.isEmpty()) {
                joined.add(new JoinedGroup(group, members));
            }
        }
        return joined;
    }

    private void checkNames(List<JoinedGroup> joined, Set<String> said, String option) {
        List<JoinedGroup.Member> members =
                joined.stream().flatMap(group -> group.members().stream()).toList();
        for (String name : said) {
            if (members.stream().noneMatch(member -> member.isCalled(name)) && !findings.hasErrors()) {
                List<String> names =
                        members.stream().map(member -> member.device().name()).toList();
                findings.error(
                        option + ": no device is called " + name,
                        NearNames.nearest(name, names)
                                .map(near -> "did you mean " + near + "?")
                                .orElseGet(() -> "there are: " + String.join(", ", names)));
            }
        }
    }

    private void tellAssumptions(List<JoinedGroup> joined) {
        boolean isTree = tree != null;
        if (!isTree) {
            findings.note(
                    "sysfs says the regions of a group, and not of which device each is: all devices are taken to have all of them",
                    "so what depends on who is probed first does not show");
        }
        List<String> unknown = joined.stream()
                .flatMap(group -> group.members().stream())
                .filter(member -> member.master().isEmpty())
                .map(member -> member.device().name())
                .toList();
        if (!unknown.isEmpty()) {
            findings.note(
                    (isTree ? "the tree does not know " + String.join(", ", unknown) + "; " : "")
                            + "assumed: masks of 32 bits where there is no dma_mask_bits"
                            + (options.granuleShift().isPresent() ? "" : ", pages of 4 KiB")
                            + (options.aperture().isPresent() ? "" : ", an aperture of 48 bits"),
                    "--mask, --granule and --aperture say otherwise");
        }
        findings.note(
                "what drivers map " + (isTree ? "neither sysfs nor the tree says" : "sysfs does not say")
                        + ": buffers that fill most of the space are assumed",
                "import it and write workload: to say otherwise");
        if (isTree) {
            findings.note(
                    "what hardware can use the tree says at most in dma-ranges and iommu-ranges; otherwise all that software"
                            + " may use is assumed",
                    "--window DEV=RANGE says otherwise");
        }
    }

    /** Devices of the tree that no group has: the kernel knows nothing of them, or does without an IOMMU. */
    private void noteMissing(SysfsTree known, List<SysfsGroup> said) {
        List<String> there = said.stream()
                .flatMap(group -> group.devices().stream())
                .map(known::nameOf)
                .toList();
        for (Master master : known.board().masters()) {
            if (master.role() == Master.Role.OF_NODE && !there.contains(master.name())) {
                known.findings()
                        .note(
                                master.node(),
                                master.property(),
                                master.name() + " is behind an IOMMU here, and in no group of sysfs: it is left out",
                                "its IOMMU may not be driven; import dtb reads the tree alone");
            }
        }
    }

    /** Strict and lazy groups apart, by the geometry of their IOMMUs, and no more devices together than a configuration takes. */
    private Map<Part, List<List<JoinedGroup>>> parts(List<JoinedGroup> joined) {
        Map<Part, List<List<JoinedGroup>>> parts = new LinkedHashMap<>();
        List<JoinedGroup> strictFirst = joined.stream()
                .sorted(Comparator.comparing(group -> group.group().lazy()))
                .toList();
        for (JoinedGroup group : strictFirst) {
            Optional<Master> first = group.first();
            Part part = new Part(
                    group.group().lazy(),
                    options.granuleShift()
                            .orElse(first.map(each -> each.kind().granuleShift())
                                    .orElse(GRANULE_SHIFT)),
                    options.aperture().orElse(first.map(Master::aperture).orElse(APERTURE)));
            List<List<JoinedGroup>> chunks = parts.computeIfAbsent(part, key -> new ArrayList<>());
            if (chunks.isEmpty() || !fits(chunks.get(chunks.size() - 1), group)) {
                chunks.add(new ArrayList<>());
            }
            chunks.get(chunks.size() - 1).add(group);
        }
        return parts;
    }

    private static boolean fits(List<JoinedGroup> chunk, JoinedGroup group) {
        int devices = chunk.stream().mapToInt(each -> each.members().size()).sum();
        int references = chunk.stream().mapToInt(JoinedGroup::references).sum();
        return devices + group.members().size() <= BoardReader.MOST_DEVICES
                && references + group.references() <= BoardReader.MOST_RESERVATIONS;
    }

    private LocatedConfiguration configuration(Part part, List<JoinedGroup> groups, GroupAgreement agreement) {
        Iommu iommu = new Iommu(
                part.granuleShift(), part.aperture(), true, part.lazy() ? Iommu.Mode.LAZY : Iommu.Mode.STRICT);
        Set<Integer> ambiguous = BoardConfiguration.ambiguousStreams(groups.stream()
                .map(JoinedGroup::masters)
                .filter(masters -> !masters.isEmpty())
                .toList());
        List<MadeDevice> made = new ArrayList<>();
        for (JoinedGroup group : groups) {
            List<MadeDevice> ofGroup = new ArrayList<>();
            for (int at = 0; at < group.members().size(); at++) {
                int mapping = Math.min(group.members().size(), 3);
                JoinedGroup.Member member = group.members().get(at);
                TreeDevices.Seat seat = new TreeDevices.Seat(
                        made.size() + at,
                        group.group().number(),
                        iommu,
                        ambiguous,
                        at < mapping ? mapping : 0,
                        member.device().bits(),
                        group.group().place() + ": " + member.device().name());
                ofGroup.add(made(member, seat, group));
            }
            made.addAll(
                    tree == null || group.first().isEmpty()
                            ? agreement.all(group, ofGroup)
                            : agreement.reconciled(group, ofGroup, tree.findings()));
        }
        String numbers = "groups " + groups.get(0).group().number() + " to "
                + groups.get(groups.size() - 1).group().number() + " of a running kernel";
        BoardConfiguration ofTree = tree == null ? null : tree.configuration();
        Optional<Master> first =
                groups.stream().flatMap(group -> group.masters().stream()).findFirst();
        String aperturePlace = options.aperture().isPresent()
                ? "--aperture"
                : ofTree == null || first.isEmpty() ? "assumed" : ofTree.aperturePlace(first.get());
        return new Assembly(options, tree == null ? findings : tree.findings())
                .of(source, ofTree == null ? numbers : ofTree.model() + ": " + numbers, made, iommu, aperturePlace);
    }

    private MadeDevice made(JoinedGroup.Member member, TreeDevices.Seat seat, JoinedGroup group) {
        if (member.master().isPresent()) {
            SysfsTree known = Objects.requireNonNull(tree);
            known.configuration().noteAssumptions(member.master().get());
            return known.devices().of(member.master().get(), seat);
        }
        return plain(member.device(), seat, group);
    }

    /** A device that only sysfs knows. */
    private MadeDevice plain(SysfsDevice said, TreeDevices.Seat seat, JoinedGroup group) {
        String name = said.name();
        long mask = Optional.ofNullable(options.masks().get(name))
                .orElse(
                        seat.bits().isPresent()
                                ? -1L >>> (Long.SIZE - seat.bits().getAsInt())
                                : DriverMasks.DEFAULT);
        long end = seat.iommu().aperture().last();
        long limit = Long.compareUnsigned(mask, end) < 0 ? mask : end;
        Extent window = Optional.ofNullable(options.windows().get(name)).orElse(new Extent(0, limit));
        if (!window.intersects(seat.iommu().aperture())) {
            findings.error(
                    name + " can use " + window + ", and the aperture is "
                            + seat.iommu().aperture(),
                    "--mask, --window and --aperture say otherwise");
        }
        Device.Builder device = Device.builder(seat.index(), name)
                .group(seat.group())
                .bus(SysfsTree.isPci(name) ? Device.Bus.PCI : Device.Bus.PLATFORM)
                .mask(mask)
                .window(window)
                .live(2);
        if (seat.mapping() > 0) {
            DefaultWorkload workload = DefaultWorkload.of(limit, window, seat.iommu(), seat.mapping());
            device.mapSizes(List.of(workload.size())).live(workload.live());
        }
        Map<LocatedConfiguration.Key, String> places = new EnumMap<>(LocatedConfiguration.Key.class);
        places.put(LocatedConfiguration.Key.REGIONS, group.group().place());
        places.put(LocatedConfiguration.Key.WINDOW, options.windows().containsKey(name) ? "--window" : "assumed");
        places.put(LocatedConfiguration.Key.MASK, options.masks().containsKey(name) ? "--mask" : seat.observer());
        return new MadeDevice(device.build(), places, List.of(), List.of());
    }
}
