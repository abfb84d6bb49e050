package dev.iovacheck.model.config;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Vocabulary.Block;
import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads the document into a {@link Draft}: every key on its own, each with its kind, its bounds and its default. */
final class DraftReader {

    /** What an arm64 IOMMU with 48-bit addresses translates: 256 TiB. */
    private static final Extent DEFAULT_APERTURE = new Extent(0, (1L << 48) - 1);

    private static final Caches STOCK_CACHES = new Caches(Caches.STOCK_MAGAZINE, Caches.STOCK_DEPOT);

    private final List<String> invariantIds;
    private final Faults faults;
    private final Values values;

    DraftReader(List<String> invariantIds, Faults faults) {
        this.invariantIds = invariantIds;
        this.faults = faults;
        this.values = new Values(faults);
    }

    /** @return empty if the root is no mapping or of another format version, which is then reported */
    Optional<Draft> read(YamlNode root) {
        // The version comes first: in another version the keys may be others, and complaining about them would mislead.
        if (root instanceof YamlNode.Mapping mapping && !isKnownVersion(mapping)) {
            return Optional.empty();
        }
        return Section.of(root, "the configuration", Block.FILE, values).map(this::readFile);
    }

    private boolean isKnownVersion(YamlNode.Mapping root) {
        for (YamlNode.Entry entry : root.entries()) {
            if (entry.key().text().equals("iovacheck")) {
                if (entry.value() instanceof YamlNode.Scalar version
                        && version.text().matches("[0-9]{1,9}")
                        && Integer.parseInt(version.text()) != Vocabulary.FORMAT_VERSION) {
                    faults.report(
                            version.place(),
                            "unknown format version " + version.text(),
                            "this release reads version " + Vocabulary.FORMAT_VERSION);
                    return false;
                }
                values.count(entry.value(), "iovacheck", Vocabulary.FORMAT_VERSION, Vocabulary.FORMAT_VERSION);
                return true;
            }
        }
        faults.report(root.place(), "the format version is missing", "begin with 'iovacheck: 1'");
        return true;
    }

    private Draft readFile(Section file) {
        Section iommu = block(file, "iommu", Block.IOMMU);
        Section explore = block(file, "explore", Block.EXPLORE);
        Section kernelBlock = kernelBlock(file);
        Setting<KernelProfile> kernel = kernelBlock.setting(
                "profile", KernelProfile.V7_1, node -> values.word(node, "kernel", Vocabulary.KERNELS));
        Setting<List<String>> checks = file.setting("check", invariantIds, this::checks);
        ExpectReader expect = new ExpectReader(invariantIds, values);
        file.value("expect").ifPresent(expect::read);
        DeviceReader devices = new DeviceReader(values);
        devices.read(file);
        Setting<List<Draft.OfWork>> workload = file.setting("workload", List.of(), this::workload);
        return new Draft(
                file.setting("title", "", node -> values.line(node, "title")),
                file.setting("unknown", "", node -> values.line(node, "unknown")),
                kernel,
                kernelBlock.setting("with", Set.of(), this::bugs),
                file.setting("cpus", 1, node -> values.count(node, "cpus", 1, Vocabulary.MOST_CPUS)),
                iommu.setting("granule", Vocabulary.LEAST_GRANULE_SHIFT, this::granuleShift),
                iommu.setting("aperture", DEFAULT_APERTURE, node -> values.range(node, "aperture")),
                iommu.setting("force-aperture", true, node -> values.bool(node, "force-aperture")),
                iommu.setting("mode", Iommu.Mode.STRICT, node -> values.word(node, "mode", Vocabulary.MODES)),
                iommu.setting("flush-queue", FlushQueues.SMALLEST, this::flushQueues),
                iommu.setting(
                        "default-domain",
                        DomainType.DMA,
                        node -> values.word(node, "default-domain", Vocabulary.DOMAIN_TYPES)),
                file.setting("caches", new Caches(1, 1), this::caches).value(),
                file.placeOf("devices"),
                devices.allToldApart(),
                devices.devices(),
                file.setting(
                        "mechanism", Mechanism.NONE, node -> values.word(node, "mechanism", Vocabulary.MECHANISMS)),
                file.placeOf("reserve"),
                file.setting("reserve", List.of(), new ReservationReader(values)::read),
                workload.isSound(),
                workload.value(),
                options(explore, kernel.value()),
                explore.setting(
                        "interleaving",
                        Interleaving.CALLS,
                        node -> values.word(node, "interleaving", Vocabulary.INTERLEAVINGS)),
                file.setting("sometimes", List.of(), new GoalReader(values)::read),
                checks,
                expect.verdicts(),
                expect.others(),
                expect.states());
    }

    /** The kernel is a word, or a block that also names bugs. */
    private Section kernelBlock(Section file) {
        Section absent = Section.absent(file.placeOf("kernel"));
        YamlNode node = file.value("kernel").orElse(null);
        if (node == null) {
            return absent;
        }
        if (node instanceof YamlNode.Scalar) {
            return Section.ofOne("profile", node);
        }
        if (node instanceof YamlNode.Sequence) {
            faults.report(
                    node.place(),
                    "'kernel' is " + node.kind(),
                    "write " + String.join(" or ", Vocabulary.KERNELS.written()) + ", or { profile: "
                            + Vocabulary.KERNELS.of(KernelProfile.V7_1) + ", with: [B01, ...] }");
            return absent;
        }
        return Section.of(node, "kernel", Block.KERNEL, values).orElse(absent);
    }

    private Optional<Set<KernelBug>> bugs(YamlNode node) {
        return values.listOf(
                        node,
                        "with",
                        KernelBug.switches().size(),
                        item -> values.word(item, "kernel bug", Vocabulary.BUGS))
                .map(listed -> {
                    Set<KernelBug> bugs = EnumSet.noneOf(KernelBug.class);
                    listed.forEach(bug -> bugs.add(bug.value()));
                    return bugs;
                });
    }

    private Map<Exploration.Option, Setting<Boolean>> options(Section explore, KernelProfile kernel) {
        Setting<Set<Exploration.Option>> listed = explore.setting("faults", Set.of(), this::exploredFaults);
        Map<Exploration.Option, Setting<Boolean>> options = new EnumMap<>(Exploration.Option.class);
        for (Exploration.Option option : Exploration.Option.values()) {
            String key = option.label();
            options.put(
                    option,
                    option.isFault()
                            ? new Setting<>(listed.value().contains(option), listed.place(), listed.origin())
                            : explore.setting(key, false, node -> values.bool(node, key)));
        }
        options.computeIfPresent(
                Exploration.Option.DEPOT_WORK, (option, given) -> given.orByDefault(!kernel.depotIsBounded()));
        return options;
    }

    private Section block(Section file, String key, Block block) {
        return file.value(key)
                .flatMap(node -> Section.of(node, key, block, values))
                .orElseGet(() -> Section.absent(file.placeOf(key)));
    }

    private Optional<Integer> granuleShift(YamlNode node) {
        return values.quantity(node, "granule").flatMap(granule -> {
            int shift = Long.numberOfTrailingZeros(granule);
            if (Long.bitCount(granule) == 1
                    && shift >= Vocabulary.LEAST_GRANULE_SHIFT
                    && shift <= Vocabulary.MOST_GRANULE_SHIFT) {
                return Optional.of(shift);
            }
            faults.report(
                    node.place(),
                    "a granule of " + Quantity.sizeText(granule) + " is not supported",
                    "write 4KiB, 16KiB or 64KiB (or, scaled, 8KiB or 32KiB)");
            return Optional.empty();
        });
    }

    private Optional<Caches> caches(YamlNode node) {
        if (node instanceof YamlNode.Scalar scalar && scalar.text().equals(Vocabulary.STOCK)) {
            return Optional.of(STOCK_CACHES);
        }
        if (node instanceof YamlNode.Scalar scalar && !scalar.isNothing()) {
            faults.report(
                    node.place(),
                    "'caches' is " + Quoting.quote(scalar.text()),
                    "write stock, or { magazine: 1.." + Caches.STOCK_MAGAZINE + ", depot: 1.." + Caches.STOCK_DEPOT
                            + " }");
            return Optional.empty();
        }
        return Section.of(node, "caches", Block.CACHES, values)
                .map(section -> new Caches(
                        section.setting("magazine", 1, size -> values.count(size, "magazine", 1, Caches.STOCK_MAGAZINE))
                                .value(),
                        section.setting("depot", 1, size -> values.count(size, "depot", 1, Caches.STOCK_DEPOT))
                                .value()));
    }

    private Optional<FlushQueues> flushQueues(YamlNode node) {
        if (node instanceof YamlNode.Scalar scalar && scalar.text().equals(Vocabulary.NONE)) {
            return Optional.of(FlushQueues.NONE);
        }
        if (node instanceof YamlNode.Scalar scalar && scalar.text().equals(Vocabulary.STOCK)) {
            return Optional.of(new FlushQueues(FlushQueues.STOCK_SIZE, false));
        }
        if (node instanceof YamlNode.Scalar scalar && !scalar.isNothing()) {
            faults.report(
                    node.place(),
                    "'flush-queue' is " + Quoting.quote(scalar.text()),
                    "write stock, none, or { size: " + Vocabulary.LEAST_QUEUE + ".." + FlushQueues.STOCK_SINGLE_SIZE
                            + ", single: true }");
            return Optional.empty();
        }
        return Section.of(node, "flush-queue", Block.FLUSH_QUEUE, values)
                .map(section -> new FlushQueues(
                        section.setting(
                                        "size",
                                        Vocabulary.LEAST_QUEUE,
                                        size -> values.count(
                                                size, "size", Vocabulary.LEAST_QUEUE, FlushQueues.STOCK_SINGLE_SIZE))
                                .value(),
                        section.setting("single", false, single -> values.bool(single, "single"))
                                .value()));
    }

    private Optional<List<Draft.OfWork>> workload(YamlNode node) {
        return values.mapping(node, "workload").map(mapping -> {
            List<Draft.OfWork> workload = new ArrayList<>();
            for (YamlNode.Entry entry : mapping.entries()) {
                String device = entry.key().text();
                Placed<String> name = new Placed<>(entry.key().place(), device);
                workload.add(Section.of(entry.value(), "the workload of " + Quoting.quote(device), Block.WORK, values)
                        .map(work -> work(name, work))
                        .orElseGet(() -> faultyWork(name)));
            }
            return workload;
        });
    }

    private Draft.OfWork work(Placed<String> device, Section work) {
        if (!work.has("map")) {
            faults.report(
                    device.place(),
                    "the workload of " + Quoting.quote(device.value()) + " maps nothing",
                    "say which sizes it maps, such as map: [4KiB, 512MiB]");
        }
        return new Draft.OfWork(
                device,
                work.setting("map", List.of(), new BufferReader(values)::read),
                work.setting(
                        "live",
                        DeviceReader.DEFAULT_LIVE,
                        node -> values.count(node, "live", 1, Vocabulary.MOST_LIVE)));
    }

    private static Draft.OfWork faultyWork(Placed<String> device) {
        return new Draft.OfWork(
                device,
                new Setting<>(List.of(), device.place(), Setting.Origin.FAULTY),
                Setting.byDefault(DeviceReader.DEFAULT_LIVE, device.place()));
    }

    private Optional<Set<Exploration.Option>> exploredFaults(YamlNode node) {
        return values.listOf(
                        node,
                        "faults",
                        Vocabulary.FAULTS.all().size(),
                        item -> values.word(item, "fault to explore", Vocabulary.FAULTS))
                .map(listed -> listed.stream().map(Placed::value).collect(Collectors.toUnmodifiableSet()));
    }

    private Optional<List<String>> checks(YamlNode node) {
        if (node instanceof YamlNode.Scalar scalar && !scalar.isNothing()) {
            if (scalar.text().equals(Vocabulary.ALL)) {
                return Optional.of(invariantIds);
            }
            String remedy = invariantIds.contains(scalar.text())
                    ? "write [" + scalar.text() + "]"
                    : "write all, or a list of invariant ids in brackets";
            faults.report(node.place(), "'check' is " + Quoting.quote(scalar.text()), remedy);
            return Optional.empty();
        }
        return values.listOf(node, "check", invariantIds.size(), this::invariant)
                .flatMap(ids -> {
                    Set<String> chosen = new LinkedHashSet<>();
                    boolean sound = !ids.isEmpty();
                    for (Placed<String> id : ids) {
                        if (!chosen.add(id.value())) {
                            faults.report(
                                    id.place(),
                                    "invariant " + Quoting.quote(id.value()) + " is listed twice",
                                    "list it once");
                            sound = false;
                        }
                    }
                    if (ids.isEmpty()) {
                        faults.report(node.place(), "'check' lists no invariant", "write all, or list at least one");
                    }
                    return sound
                            ? Optional.of(invariantIds.stream()
                                    .filter(chosen::contains)
                                    .toList())
                            : Optional.empty();
                });
    }

    private Optional<String> invariant(YamlNode node) {
        return values.text(node, "check").filter(id -> {
            boolean known = invariantIds.contains(id);
            if (!known) {
                faults.report(
                        node.place(),
                        "unknown invariant " + Quoting.quote(id),
                        NearNames.remedy(id, invariantIds, "the invariants are"));
            }
            return known;
        });
    }

    /** The {@code expect} block, whose keys are partly fixed and partly ids of invariants. */
    private static final class ExpectReader {
        private final List<String> invariantIds;
        private final Values values;
        private final List<Draft.OfVerdict> verdicts = new ArrayList<>();
        private Setting<Expectation.Expected> others = Setting.byDefault(Expectation.ALL_HOLD.others(), Place.START);
        private Setting<OptionalLong> states = Setting.byDefault(OptionalLong.empty(), Place.START);

        ExpectReader(List<String> invariantIds, Values values) {
            this.invariantIds = invariantIds;
            this.values = values;
        }

        List<Draft.OfVerdict> verdicts() {
            return verdicts;
        }

        Setting<Expectation.Expected> others() {
            return others;
        }

        Setting<OptionalLong> states() {
            return states;
        }

        void read(YamlNode node) {
            values.mapping(node, "expect")
                    .ifPresent(mapping -> mapping.entries().forEach(this::read));
        }

        private void read(YamlNode.Entry entry) {
            String key = entry.key().text();
            YamlNode value = entry.value();
            switch (key) {
                case "others" -> verdict(value).ifPresent(given -> others = Setting.given(given, value.place()));
                case "states" ->
                    values.stateCount(value, key)
                            .ifPresent(count -> states = Setting.given(OptionalLong.of(count), value.place()));
                default -> {
                    Optional<Expectation.Expected> expected = verdict(value);
                    if (invariantIds.contains(key)) {
                        expected.ifPresent(given -> verdicts.add(
                                new Draft.OfVerdict(new Placed<>(entry.key().place(), key), given)));
                    } else {
                        List<String> known = new ArrayList<>(invariantIds);
                        known.addAll(Block.EXPECT.keys());
                        values.faults()
                                .report(
                                        entry.key().place(),
                                        "unknown invariant " + Quoting.quote(key) + " in expect",
                                        NearNames.remedy(key, known, "write one of"));
                    }
                }
            }
        }

        private Optional<Expectation.Expected> verdict(YamlNode node) {
            return values.word(node, "verdict", Vocabulary.VERDICTS);
        }
    }
}
