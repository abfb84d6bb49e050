package dev.iovacheck.model.board;

import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.LocatedConfiguration;
import dev.iovacheck.model.devicetree.SourcePlaces;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes configurations of a copy of {@code /sys/kernel/iommu_groups}: of each group its {@code type}, {@code reserved_regions} and {@code
 * devices}. If the copy is one of {@code /sys} and has {@code firmware/fdt}, what the tree knows of these devices is taken with it. Nothing
 * is assumed about the input; the only exception that leaves here is {@link ConfigurationException}.
 */
public final class SysfsReader {

    private final BoardOptions options;

    public SysfsReader(BoardOptions options) {
        this.options = options;
    }

    /**
     * @param folder the copy of {@code iommu_groups}, or of {@code /sys} or {@code /sys/kernel} above it; or a file that {@code iovacheck
     *     record-script} wrote, which has the same in one text
     * @throws ConfigurationException with all errors; also if there is no group
     */
    public Board read(Path folder) throws ConfigurationException {
        Findings findings = new Findings(folder.toString(), SourcePlaces.NONE);
        List<SysfsGroup> said = SysfsFiles.groups(folder, findings);
        List<KernelGroup> groups = groups(said, findings);
        findings.throwIfAny();
        Optional<SysfsTree> tree = SysfsTree.in(folder, options, findings);
        if (tree.isPresent()) {
            tree.get().findings().throwIfAny();
        }
        List<LocatedConfiguration> configurations =
                new SysfsBoard(folder.toString(), tree.orElse(null), options, findings).configurations(groups, said);
        findings.throwIfAny();
        List<Finding> all = new ArrayList<>(findings.all());
        if (tree.isPresent()) {
            tree.get().findings().throwIfAny();
            all.addAll(tree.get().findings().all());
        }
        return new Board(configurations, all);
    }

    /**
     * What the kernel reports, and nothing else. Groups without an allocator are left out, as {@link #read} does.
     *
     * @throws ConfigurationException with all errors; also if there is no group
     */
    public List<ReportedGroup> reported(Path folder) throws ConfigurationException {
        Findings findings = new Findings(folder.toString(), SourcePlaces.NONE);
        List<KernelGroup> groups = groups(SysfsFiles.groups(folder, findings), findings);
        findings.throwIfAny();
        Optional<SysfsTree> tree = SysfsTree.in(folder, options, findings);
        return groups.stream()
                .map(group -> new ReportedGroup(
                        group.number(),
                        group.devices().stream()
                                .map(device -> tree.isPresent() ? tree.get().nameOf(device) : device.name())
                                .toList(),
                        group.regions()))
                .toList();
    }

    private static List<KernelGroup> groups(List<SysfsGroup> said, Findings findings) {
        List<KernelGroup> groups = new ArrayList<>();
        for (SysfsGroup group : said) {
            KernelGroup.of(group, findings).ifPresent(groups::add);
        }
        if (groups.isEmpty() && !findings.hasErrors()) {
            findings.error(
                    "there is no group with a DMA domain here",
                    "name a copy of /sys/kernel/iommu_groups, made with cp -r, as far as it can be read");
        }
        return groups;
    }
}
