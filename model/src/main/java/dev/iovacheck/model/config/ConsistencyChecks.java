package dev.iovacheck.model.config;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.collections.api.map.primitive.MutableIntObjectMap;
import org.eclipse.collections.api.map.primitive.MutableObjectIntMap;
import org.eclipse.collections.impl.map.mutable.primitive.IntObjectHashMap;
import org.eclipse.collections.impl.map.mutable.primitive.ObjectIntHashMap;

/**
 * Whether a configuration makes sense as a whole. Refuses what nobody can have meant; what is merely unwise (a window partly above
 * the mask, a reservation that nobody needs, a call by a device without an IOMMU) is what the checker is for, and passes.
 *
 * <p>Looks only at settings that were read without a fault, so that one mistake is reported once.
 */
final class ConsistencyChecks {

    private static final int UNKNOWN = -1;

    private final Draft draft;
    private final Faults faults;
    private final MutableObjectIntMap<String> indexByName = new ObjectIntHashMap<>();

    ConsistencyChecks(Draft draft, Faults faults) {
        this.draft = draft;
        this.faults = faults;
        for (int i = 0; i < draft.devices().size(); i++) {
            indexByName.put(draft.devices().get(i).name().value(), i);
        }
    }

    void run() {
        checkAperture();
        checkWindows();
        checkStreamIds();
        checkIommuRanges();
        checkBridges();
        checkMechanismHasInput();
        checkReservations();
        checkWorkload();
        checkSomethingHappens();
        checkDepotWork();
        checkGoals();
        checkFlushQueues();
        checkExpectation();
    }

    private void checkAperture() {
        if (!draft.aperture().isSound() || !draft.granuleShift().isSound()) {
            return;
        }
        Extent aperture = draft.aperture().value();
        int shift = draft.granuleShift().value();
        long firstWhole = aperture.first() == 0 ? 1 : ((aperture.first() - 1) >>> shift) + 1;
        boolean endsWithWhole = (aperture.last() | -(1L << shift)) == -1L;
        long endOfWhole = (aperture.last() >>> shift) + (endsWithWhole ? 1 : 0);
        if (firstWhole >= endOfWhole) {
            faults.report(
                    draft.aperture().place(),
                    "the aperture " + aperture + " holds no whole granule that can be handed out (address 0 never is)",
                    "make it wider, such as 0..4GiB");
        }
    }

    private void checkWindows() {
        for (Draft.OfDevice device : draft.devices()) {
            Setting<Extent> window = device.window();
            boolean known = draft.aperture().isSound()
                    && window.isSound()
                    && (window.isGiven() || device.mask().isSound())
                    && device.group().isSound();
            if (!known
                    || isWithoutIommu(device)
                    || window.value().intersects(draft.aperture().value())) {
                continue;
            }
            String aperture = draft.aperture().value().toString();
            if (window.isGiven()) {
                faults.report(
                        window.place(),
                        "the window " + window.value() + " is outside the aperture " + aperture,
                        "give a window inside it, or widen the aperture");
            } else {
                faults.report(
                        device.name().place(),
                        "the mask " + Hex.of(device.mask().value()) + " of " + quoted(device)
                                + " ends below the aperture " + aperture,
                        "raise the mask, or lower the aperture");
            }
        }
    }

    private void checkStreamIds() {
        MutableIntObjectMap<Draft.OfDevice> owners = new IntObjectHashMap<>();
        for (Draft.OfDevice device : draft.devices()) {
            if (device.streamId().value().isEmpty() || !device.group().isSound() || isWithoutIommu(device)) {
                continue;
            }
            int id = device.streamId().value().getAsInt();
            Draft.OfDevice owner = owners.getIfAbsentPut(id, device);
            if (!owner.group().value().equals(device.group().value())) {
                faults.report(
                        device.streamId().place(),
                        "stream id " + Hex.of(id) + " belongs to " + quoted(owner) + " in group "
                                + Quoting.quote(owner.group().value().orElse(Vocabulary.NONE)) + ", and "
                                + quoted(device) + " is in group "
                                + Quoting.quote(device.group().value().orElse(Vocabulary.NONE)),
                        "one stream has one translation: put both into one group, or give " + quoted(device)
                                + " its own stream id");
            }
        }
    }

    private void checkIommuRanges() {
        for (Draft.OfDevice device : draft.devices()) {
            Setting<List<Placed<Extent>>> ranges = device.iommuRanges();
            if (!ranges.isGiven()) {
                continue;
            }
            if (draft.mechanism().isSound() && draft.mechanism().value() != Mechanism.IOMMU_RANGES) {
                faults.report(
                        ranges.place(),
                        quoted(device) + " has iommu-ranges, and the mechanism is "
                                + draft.mechanism().value().label(),
                        "write mechanism: iommu-ranges, or leave them out");
            }
            checkDisjoint(ranges.value());
        }
    }

    private void checkBridges() {
        for (Draft.OfDevice device : draft.devices()) {
            Setting<List<Placed<Extent>>> windows = device.bridgeWindows();
            if (windows.isGiven() && device.bus().isSound() && device.bus().value() != Device.Bus.PCI) {
                faults.report(
                        windows.place(),
                        quoted(device) + " has bridge-windows, and is no PCI device",
                        "write bus: pci, or leave them out");
            }
            Setting<List<Placed<Long>>> addresses = device.dmaRangesCpu();
            int ranges = device.dmaRanges().value().size();
            if (addresses.isGiven()
                    && device.dmaRanges().isSound()
                    && addresses.value().size() != ranges) {
                faults.report(
                        addresses.place(),
                        quoted(device) + " has " + ranges + " dma-ranges and "
                                + addresses.value().size() + " CPU addresses for them",
                        "give one for each, in the same order, or leave them out");
            }
            checkBehind(device);
        }
    }

    private void checkBehind(Draft.OfDevice device) {
        Optional<String> bridge = device.behind().value();
        if (bridge.isEmpty()) {
            return;
        }
        if (bridge.get().equals(device.name().value())) {
            faults.report(
                    device.behind().place(),
                    quoted(device) + " cannot be behind itself",
                    "name the bridge, or leave it out");
        } else {
            checkDevice(bridge.get(), device.behind().place(), "behind");
        }
    }

    private void checkDisjoint(List<Placed<Extent>> ranges) {
        for (int i = 1; i < ranges.size(); i++) {
            Extent range = ranges.get(i).value();
            for (int j = 0; j < i; j++) {
                Extent earlier = ranges.get(j).value();
                if (range.intersects(earlier)) {
                    faults.report(
                            ranges.get(i).place(),
                            range.equals(earlier)
                                    ? "the range " + range + " is listed twice"
                                    : "the range " + range + " overlaps " + earlier,
                            "list every usable byte once");
                    break;
                }
            }
        }
    }

    private void checkMechanismHasInput() {
        if (!draft.mechanism().isSound() || !draft.devicesSound()) {
            return;
        }
        Mechanism mechanism = draft.mechanism().value();
        boolean missing =
                switch (mechanism) {
                    case DMA_RANGES -> draft.devices().stream().noneMatch(device -> isSaid(device.dmaRanges()));
                    case IOMMU_RANGES -> draft.devices().stream().noneMatch(device -> isSaid(device.iommuRanges()));
                    case NONE, IOMMU_ADDRESSES, POSTED_API, HARDENED -> false;
                };
        if (missing) {
            faults.report(
                    draft.mechanism().place(),
                    "the mechanism is " + mechanism.label() + ", and no device has any",
                    "add " + mechanism.label() + " to a device, such as " + mechanism.label() + ": 600MiB..3500MiB");
        }
    }

    private static boolean isSaid(Setting<?> setting) {
        return setting.origin() != Setting.Origin.DEFAULT;
    }

    private void checkReservations() {
        List<Draft.OfReservation> reservations = draft.reservations().value();
        boolean mechanismKnown = draft.mechanism().isSound();
        Mechanism mechanism = draft.mechanism().value();
        if (mechanismKnown
                && !reservations.isEmpty()
                && !mechanism.isCall()
                && mechanism != Mechanism.IOMMU_ADDRESSES) {
            faults.report(
                    draft.reservePlace(),
                    "the mechanism " + mechanism.label() + " has no reserve entries",
                    "write mechanism: iommu-addresses, dma_iova_set_resv_region or hardened, or leave out reserve");
            mechanismKnown = false;
        }
        for (Draft.OfReservation reservation : reservations) {
            checkOwner(reservation);
            checkCallAtProbe(reservation);
            if (mechanismKnown && mechanism.isCall() && reservation.node().isGiven()) {
                faults.report(
                        reservation.node().place(),
                        "a call is made for a device, not for a node",
                        "write device: and the device whose driver calls");
            }
            if (mechanismKnown && !mechanism.isCall()) {
                checkDeviceTreeEntry(reservation);
            }
        }
    }

    private void checkCallAtProbe(Draft.OfReservation reservation) {
        if (!reservation.when().isSound() || reservation.when().value() != Reservation.When.AT_PROBE) {
            return;
        }
        reservation.device().value().flatMap(this::device).ifPresent(device -> {
            if (device.bound().isSound() && !device.bound().value()) {
                faults.report(
                        reservation.when().place(),
                        quoted(device) + " has no driver whose probe could call",
                        "write when: any, or leave out bound: false");
            }
        });
    }

    private void checkOwner(Draft.OfReservation reservation) {
        reservation
                .device()
                .value()
                .ifPresent(name -> checkDevice(name, reservation.device().place(), "reserve"));
        if (reservation.node().value().isEmpty()
                || !draft.devicesSound()
                || draft.devices().stream().anyMatch(device -> !device.node().isSound())) {
            return;
        }
        String node = reservation.node().value().get();
        List<String> nodes = draft.devices().stream()
                .flatMap(device -> device.node().value().stream())
                .distinct()
                .toList();
        if (!nodes.contains(node)) {
            faults.report(
                    reservation.node().place(),
                    "no device has the node " + Quoting.quote(node),
                    NearNames.remedy(node, nodes, "the nodes are"));
        }
    }

    private void checkDeviceTreeEntry(Draft.OfReservation reservation) {
        if (isSaid(reservation.when())) {
            faults.report(
                    reservation.when().place(),
                    "iommu-addresses are read when the device is added, and 'when' is for calls",
                    "leave it out, or write mechanism: dma_iova_set_resv_region");
        }
        if (reservation.startKey()) {
            faults.report(
                    reservation.place(),
                    "'start' and 'length' are the arguments of a call",
                    "write range: for iommu-addresses");
        }
        reservation.device().value().flatMap(this::device).ifPresent(device -> {
            if (device.node().isSound() && device.node().value().isEmpty()) {
                faults.report(
                        reservation.device().place(),
                        quoted(device) + " has no node that could carry iommu-addresses",
                        "give it a node, or reserve for another device");
            }
        });
    }

    private void checkWorkload() {
        for (Draft.OfWork work : draft.workload()) {
            checkDevice(work.device().value(), work.device().place(), "workload");
            boolean withoutIommu = device(work.device().value())
                    .filter(ConsistencyChecks::isWithoutIommu)
                    .isPresent();
            List<Placed<Buffer>> earlier = new ArrayList<>();
            for (Placed<Buffer> buffer : work.buffers().value()) {
                if (earlier.stream().anyMatch(other -> other.value().equals(buffer.value()))) {
                    String what = buffer.value().isPlain()
                            ? "size " + Quantity.sizeText(buffer.value().size())
                            : "mapping";
                    faults.report(
                            buffer.place(),
                            "the " + what + " is listed twice",
                            "list every size once; live: says how many mappings there are");
                }
                earlier.add(buffer);
                if (!withoutIommu) {
                    checkFits(buffer);
                    checkBuffer(buffer);
                    device(work.device().value()).ifPresent(device -> checkRanges(buffer, work, device));
                }
            }
        }
    }

    /** What its call, its device or the kernel would not have. */
    private void checkBuffer(Placed<Buffer> placed) {
        Buffer buffer = placed.value();
        if (buffer.call() == Buffer.Call.IOVA
                && draft.kernel().isSound()
                && !draft.kernel().value().hasTwoPhaseMappings()) {
            faults.report(
                    placed.place(),
                    "kernel " + draft.kernel().value().label() + " has no dma_iova_try_alloc",
                    "write kernel: v7.1, or another call");
        }
        long granule = 1L << draft.granuleShift().value();
        boolean offsetsFit = Long.compareUnsigned(buffer.offset(), granule) < 0
                && buffer.segments().stream().allMatch(segment -> Long.compareUnsigned(segment.offset(), granule) < 0);
        if (draft.granuleShift().isSound() && !offsetsFit) {
            faults.report(
                    placed.place(),
                    "an offset is not inside a granule of " + Quantity.sizeText(granule),
                    "write the offset inside the granule, below that");
        }
        long linked = buffer.segments().stream().mapToLong(Buffer.Segment::size).sum();
        if (buffer.call() == Buffer.Call.IOVA && Long.compareUnsigned(buffer.size(), linked) < 0) {
            faults.report(
                    placed.place(),
                    "the parts that are linked are larger than the mapping",
                    "make it at least " + Quantity.sizeText(linked));
        }
        if (buffer.has(Buffer.Attribute.UNREACHABLE_PEER) && buffer.call() != Buffer.Call.SG) {
            faults.report(placed.place(), "only scatter lists have segments of peers", "write call: sg");
        }
        boolean kmalloc = buffer.has(Buffer.Attribute.KMALLOC);
        if (kmalloc && buffer.call() == Buffer.Call.COHERENT) {
            faults.report(placed.place(), "dma_alloc_attrs takes no memory from kmalloc", "leave kmalloc out");
        }
        if (kmalloc && draft.kernel().isSound() && !draft.kernel().value().bouncesKmalloc()) {
            faults.report(
                    placed.place(),
                    "kernel " + draft.kernel().value().label() + " does not bounce memory from kmalloc",
                    "write kernel: v7.1, or leave kmalloc out");
        }
    }

    /** A list of which segments may be bounced has a range for each of them; a driver holds no more ranges than it may hold mappings. */
    private void checkRanges(Placed<Buffer> placed, Draft.OfWork work, Draft.OfDevice device) {
        Buffer buffer = placed.value();
        if (buffer.call() != Buffer.Call.SG
                || !work.live().isSound()
                || !device.dma().untrusted().isSound()
                || !(device.dma().untrusted().value() || buffer.has(Buffer.Attribute.KMALLOC))) {
            return;
        }
        int segments = buffer.segments().size();
        if (work.live().value() * segments > Vocabulary.MOST_LIVE) {
            faults.report(
                    placed.place(),
                    work.live().value() + " scatter lists of " + segments
                            + " segments that are mapped one by one have more than " + Vocabulary.MOST_LIVE
                            + " ranges of addresses",
                    "write live: " + Vocabulary.MOST_LIVE / segments + ", or fewer segments");
        }
    }

    private void checkFits(Placed<Buffer> placed) {
        if (!draft.aperture().isSound() || !draft.granuleShift().isSound()) {
            return;
        }
        Extent aperture = draft.aperture().value();
        long granule = 1L << draft.granuleShift().value();
        long rounded = placed.value().size() + (granule - 1) & -granule;
        // Sizes are compared as "last offset", because the whole address space has a size that 64 bits cannot hold.
        boolean fits = rounded != 0 && Long.compareUnsigned(rounded - 1, aperture.size() - 1) <= 0;
        if (!fits) {
            faults.report(
                    placed.place(),
                    "a mapping of " + Quantity.sizeText(placed.value().size()) + " is larger than the aperture "
                            + aperture,
                    "map less, or widen the aperture");
        }
    }

    private void checkSomethingHappens() {
        boolean calls = isSaid(draft.mechanism())
                && (!draft.mechanism().isSound() || draft.mechanism().value().isCall())
                && (!draft.reservations().isSound()
                        || !draft.reservations().value().isEmpty());
        if (draft.devicesSound() && draft.workloadSound() && draft.workload().isEmpty() && !calls) {
            String example = draft.devices().isEmpty()
                    ? "dev0"
                    : draft.devices().get(0).name().value();
            faults.report(
                    draft.devicesPlace(),
                    "there is nothing to explore: no device maps anything, and no driver calls",
                    "add workload: { " + example + ": { map: 4KiB } }");
        }
    }

    private void checkDepotWork() {
        Setting<Boolean> depotWork = draft.option(Exploration.Option.DEPOT_WORK);
        boolean contradicts = draft.kernel().isSound()
                && draft.kernel().value().depotIsBounded()
                && depotWork.isGiven()
                && depotWork.value();
        if (contradicts) {
            faults.report(
                    depotWork.place(),
                    "kernel " + draft.kernel().value().label() + " has no depot worker",
                    "write depot-work: false, or kernel: v7.1");
        }
    }

    /** Goals that nothing can ever reach. */
    private void checkGoals() {
        for (Draft.OfGoal entry : draft.goals().value()) {
            Optional<String> device = entry.device().value();
            device.ifPresent(name -> checkDevice(name, entry.device().place(), "sometimes"));
            if (entry.goal() instanceof Goal.Live live) {
                checkLive(entry, live.count());
            } else if (entry.goal() instanceof Goal.Returns returns) {
                checkCall(entry, returns);
            } else if (entry.goal() instanceof Goal.Taken taken) {
                checkBranch(entry, taken);
            }
        }
    }

    private void checkLive(Draft.OfGoal entry, int count) {
        Optional<String> device = entry.device().value();
        if (!draft.workloadSound() || device.isEmpty() || device(device.get()).isEmpty()) {
            return;
        }
        Optional<Draft.OfWork> work = draft.workload().stream()
                .filter(each -> each.device().value().equals(device.get()))
                .findFirst();
        if (work.isEmpty() || (work.get().live().isSound() && work.get().live().value() < count)) {
            String most = work.isEmpty()
                    ? "maps nothing"
                    : "holds at most " + work.get().live().value() + " mappings at a time";
            faults.report(
                    entry.place(),
                    "the driver of " + Quoting.quote(device.get()) + " " + most,
                    "ask for less, or give it more with live: in the workload");
        }
    }

    private void checkCall(Draft.OfGoal entry, Goal.Returns returns) {
        boolean made = !draft.mechanism().isSound() || draft.mechanism().value().isCall();
        if (returns.of() == Goal.Call.DMA_IOVA_SET_RESV_REGION && !made) {
            faults.report(
                    entry.place(),
                    "with mechanism " + draft.mechanism().value().label() + " no driver makes this call",
                    "choose another mechanism, or leave the goal out");
        }
    }

    private void checkBranch(Draft.OfGoal entry, Goal.Taken taken) {
        if (draft.kernel().isSound() && !taken.branch().isIn(draft.kernel().value())) {
            faults.report(
                    entry.place(),
                    "kernel " + draft.kernel().value().label() + " has no such branch",
                    "choose another kernel, or leave the goal out");
        }
    }

    private void checkFlushQueues() {
        Setting<FlushQueues> queues = draft.flushQueues();
        Setting<Boolean> typeChange = draft.option(Exploration.Option.LAZY_SWITCH);
        if (!queues.isGiven()) {
            return;
        }
        boolean strict = draft.mode().isSound() && draft.mode().value() == Iommu.Mode.STRICT;
        if (strict && typeChange.isSound() && !typeChange.value()) {
            faults.report(
                    queues.place(),
                    "strict domains have no flush queue",
                    "write mode: lazy, or explore: { lazy-switch: true }, or leave it out");
        }
        if (!queues.value().areSupported() && typeChange.isSound() && typeChange.value()) {
            faults.report(
                    queues.place(),
                    "what a change to DMA-FQ does on an IOMMU that cannot defer flushes is not known",
                    "give the flush queue a size, or write lazy-switch: false");
        }
        if (!draft.kernel().isSound() || draft.kernel().value().asksForDeferredFlush()) {
            return;
        }
        String kernel = "kernel " + draft.kernel().value().label();
        if (queues.value().single()) {
            faults.report(
                    queues.place(),
                    kernel + " has a flush queue for each CPU only",
                    "write single: false, or kernel: v7.1");
        } else if (!queues.value().areSupported()) {
            faults.report(
                    queues.place(),
                    kernel + " does not ask whether the IOMMU can defer flushes",
                    "give the flush queue a size, or write kernel: v7.1");
        }
    }

    private void checkExpectation() {
        if (!draft.checks().isSound()) {
            return;
        }
        for (Draft.OfVerdict verdict : draft.verdicts()) {
            String invariant = verdict.invariant().value();
            if (!draft.checks().value().contains(invariant)) {
                faults.report(
                        verdict.invariant().place(),
                        "invariant " + Quoting.quote(invariant) + " is expected to have a verdict, and is not checked",
                        "add it to check, or remove it here");
            }
        }
    }

    private void checkDevice(String name, Place place, String block) {
        if (draft.devicesSound() && indexByName.getIfAbsent(name, UNKNOWN) == UNKNOWN) {
            List<String> names = draft.devices().stream()
                    .map(device -> device.name().value())
                    .toList();
            faults.report(
                    place,
                    "unknown device " + Quoting.quote(name) + " in " + block,
                    NearNames.remedy(name, names, "the devices are"));
        }
    }

    private Optional<Draft.OfDevice> device(String name) {
        int index = indexByName.getIfAbsent(name, UNKNOWN);
        return index == UNKNOWN ? Optional.empty() : Optional.of(draft.devices().get(index));
    }

    private static boolean isWithoutIommu(Draft.OfDevice device) {
        return device.group().value().isEmpty();
    }

    private static String quoted(Draft.OfDevice device) {
        return Quoting.quote(device.name().value());
    }
}
