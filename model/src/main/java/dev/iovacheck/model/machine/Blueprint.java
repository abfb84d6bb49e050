package dev.iovacheck.model.machine;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.DomainType;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.config.Interleaving;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.iova.AllocatorConstants;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.kernel.KernelBug;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What never changes while a machine runs: who takes part, what becomes of each device, who shares a domain, what may be promised. */
final class Blueprint {

    final Configuration configuration;
    final @Nullable Defect defect;
    final AllocatorConstants constants;

    /** Indices of the devices that take part, ascending. */
    final int[] devices;

    /** By device index; {@code null} for devices that do not take part. */
    final DeviceSetup[] setups;

    /** Names of the groups of the devices that take part; domains are numbered likewise. */
    final List<String> groups = new ArrayList<>();

    /** The domain of each device, by device index; -1 for none. */
    final int[] domainOf;

    /** Indices of the reservation calls that drivers may make. */
    final int[] reservations;

    /** Index of the first device that each device can change places with, by device index; see {@link Twins}. */
    final int[] twinOf;

    final List<Promise> promises;
    final boolean canBecomeIllFormed;

    /** Whether other CPUs run between the atomic steps of a call. */
    final boolean interleavesSteps;

    /** Whether page-table entries are followed: where they can differ from what drivers hold. */
    final boolean tracksPtes;

    /** Whether some driver maps scatter lists that get a range for each of several segments. */
    final boolean mapsSegments;

    /** Whether some driver maps in two phases, so that a mapping has parts that are linked or not. */
    final boolean hasTwoPhase;

    /** Whether a call in flight has to remember more than buffer and address. */
    final boolean hasDmaDetails;

    /** Whether drivers make mistakes, and whether they may undo again what they undid last. */
    final boolean makesMistakes;

    final boolean remembersUnmap;

    /** Whether some device is attached to its domain at its first mapping only. */
    final boolean defersAttach;

    /** Failures that may happen during a map, beside missing memory for the allocator. */
    final List<Failure> failures;

    /** Ways in which drivers may undo mappings against the rules. */
    final List<WrongUnmap> wrongUnmaps;
    /** Whether drivers are unbound from devices and bound again. */
    final boolean rebinds;

    /** Whether groups of this index may have default domains of different types, by domain. */
    final boolean[] typeVaries;

    /** Whether the default domain of a group may be replaced. */
    final boolean replacesDomains;

    /** Whether users may own groups. */
    final boolean hasOwners;

    /** Whether the identity mappings of direct regions are state. */
    final boolean followsDirectMaps;

    /** Whether the memory that a domain needs when it is initialised may be missing. */
    final boolean setupMemoryFails;

    /** Whether a device that must keep its direct regions can be put on a blocking domain: in 6.1, and with the bug (derived). */
    final boolean blocksDirect;

    /** Whether the first device of a group gets its direct mappings into a domain that is thrown away. */
    final boolean losesFirstDirectMaps;

    /** Whether doorbells are mapped in the default domain, whatever the device is attached to. */
    final boolean mapsDoorbellsInDefault;

    /** Whether the merging of reserved regions reads an entry that it has freed. */
    final boolean asksFreedEntry;

    /**
     * Whether what the IOTLB may still hold is stored although no domain is ever lazy: otherwise it follows from the unmaps that are in
     * flight, unless two of them undo the same mapping.
     */
    final boolean storesStale;

    /** Whether a domain may have a flush queue at some time. */
    final boolean canBeLazy;

    /** Whether CPUs go offline and come online again. */
    final boolean hasHotplug;

    /** Whether a probe looks whether its domain is initialised, and does it, in two steps. */
    final boolean setsUpUnlocked;

    /** Whether teardown of a domain does not wait for a handler of its timer that runs. */
    final boolean leavesTimer;

    /** Whether an unmap in a lazy machine queues its range without asking whether the domain has a flush queue. */
    final boolean queuesBlindly;

    /** Size classes (bit n for class n) in which ranges are ever cached. */
    final int usedOrders;

    /** The highest pfn that a node of an initialised domain can have. */
    final long highestPfn;

    Blueprint(Configuration configuration, int[] members, @Nullable Defect defect) {
        this.configuration = configuration;
        this.defect = defect;
        devices = members.clone();
        constants = new AllocatorConstants(
                configuration.kernel(),
                configuration.cpus(),
                configuration.caches().magazineSize(),
                configuration.caches().depotSize(),
                configuration.bugs());
        int all = configuration.devices().size();
        setups = new DeviceSetup[all];
        domainOf = new int[all];
        Arrays.fill(domainOf, -1);
        for (int device : devices) {
            Device described = configuration.devices().get(device);
            setups[device] = new DeviceSetup(configuration, described, defect);
            if (described.group() != null) {
                String group = defect == Defect.ONE_GROUP_FOR_ALL ? "all" : described.group();
                if (!groups.contains(group)) {
                    groups.add(group);
                }
                domainOf[device] = groups.indexOf(group);
            }
        }
        reservations = configuration.reservations().stream()
                .filter(r -> configuration.mechanism().isCall() && setups[r.device()] != null)
                .mapToInt(Reservation::index)
                .toArray();
        canBecomeIllFormed = canBecomeIllFormed();
        highestPfn = highestPfn();
        interleavesSteps = configuration.exploration().interleaving() == Interleaving.STEPS;
        Exploration exploration = configuration.exploration();
        hasHotplug = exploration.cpuHotplug();
        boolean undoesTwice = defect == Defect.UNMAPPED_TWICE;
        makesMistakes = exploration.hasMistakes() || undoesTwice;
        remembersUnmap = exploration.has(Exploration.Option.DOUBLE_UNMAP) || undoesTwice;
        failures = Stream.of(Failure.values())
                .filter(failure -> exploration.options().stream()
                        .anyMatch(option -> option.label().equals(failure.option())))
                .toList();
        wrongUnmaps = Stream.of(WrongUnmap.values())
                .filter(way -> exploration.has(way.option()) || (way == WrongUnmap.AGAIN && undoesTwice))
                .toList();
        hasTwoPhase = anyBuffer(buffer -> buffer.call() == Buffer.Call.IOVA);
        mapsSegments = Arrays.stream(devices).mapToObj(device -> setups[device]).anyMatch(DeviceSetup::mapsSegments);
        defersAttach = anyDevice(device -> device.dma().deferredAttach());
        tracksPtes = makesMistakes
                || !failures.isEmpty()
                || anyBuffer(buffer -> !buffer.isPlain())
                || defersAttach
                || anyDevice(device -> device.dma().untrusted())
                || configuration.bugs().contains(KernelBug.B24)
                || defect == Defect.PTES_NOT_CLEARED
                || defect == Defect.LAST_PTE_NOT_CLEARED;
        hasDmaDetails = tracksPtes;
        replacesDomains = exploration.has(Exploration.Option.TYPE_CHANGE);
        hasOwners = exploration.has(Exploration.Option.OWNERSHIP);
        rebinds = replacesDomains || hasOwners;
        followsDirectMaps = exploration.has(Exploration.Option.DIRECT_MAPS);
        setupMemoryFails = exploration.has(Exploration.Option.SETUP_MEMORY);
        blocksDirect = !configuration.kernel().keepsDirectOffBlocking()
                || configuration.bugs().contains(KernelBug.B40);
        mapsDoorbellsInDefault = configuration.bugs().contains(KernelBug.B39);
        asksFreedEntry = configuration.bugs().contains(KernelBug.B33);
        losesFirstDirectMaps = configuration.bugs().contains(KernelBug.B34);
        typeVaries = typeVaries();
        canBeLazy = configuration.canBeLazy();
        storesStale = !canBeLazy && interleavesSteps && makesMistakes;
        setsUpUnlocked = interleavesSteps && configuration.bugs().contains(KernelBug.B15);
        leavesTimer = configuration.bugs().contains(KernelBug.B29);
        queuesBlindly =
                (defect == Defect.QUEUE_NOT_ASKED_FOR || configuration.bugs().contains(KernelBug.B30))
                        && configuration.iommu().mode() == Iommu.Mode.LAZY;
        usedOrders = usedOrders();
        promises = listPromises();
        twinOf = Twins.of(this);
    }

    private boolean anyDevice(Predicate<Device> what) {
        return Arrays.stream(devices)
                .mapToObj(device -> setups[device].device())
                .anyMatch(what);
    }

    private boolean anyBuffer(Predicate<Buffer> what) {
        return anyDevice(device -> device.buffers().stream().anyMatch(what));
    }

    /**
     * Whether it matters on which CPU one of a device's buffers is mapped: ranges of it come from the caches, or those of a list that fails
     * half-way may go into a flush queue.
     */
    boolean mapAsksCpu(int device, int buffer) {
        DeviceSetup setup = setups[device];
        boolean asks = canBeLazy && setup.rangeCount(buffer) > 1;
        for (int number = 0; number < setup.rangeCount(buffer); number++) {
            asks |= isCached(setup.buffer(setup.range(buffer, number)).takenPages());
        }
        return asks;
    }

    /** Whether undoing a mapping of this buffer, whole or in part, rightly or wrongly, may put a range into a cache. */
    boolean isCachedWhenFreed(int device, int buffer) {
        DeviceSetup setup = setups[device];
        long orders = 0;
        for (int number = 0; number < setup.rangeCount(buffer); number++) {
            orders |= ordersWhenFreed(device, setup.range(buffer, number));
        }
        return (orders & (1 << AllocatorConstants.ORDERS) - 1) != 0;
    }

    private static boolean isCached(long pages) {
        return IovaDomain.order(pages) < AllocatorConstants.ORDERS;
    }

    /** Size classes (bit n for class n) in which ranges of such mappings are freed. */
    private long ordersWhenFreed(int device, int size) {
        BufferSetup buffer = setups[device].buffer(size);
        long orders = 1L << IovaDomain.order(buffer.pages());
        for (BufferSetup.Part part : buffer.parts()) {
            orders |= 1L << IovaDomain.order(part.linkedPages());
        }
        if (!mayBeMistaken(device, size)) {
            return orders;
        }
        if (wrongUnmaps.contains(WrongUnmap.OTHER_SIZE)) {
            orders |= 1L << IovaDomain.order(wrongPages(device, size));
        }
        if (wrongUnmaps.contains(WrongUnmap.INNER_ADDRESS) && buffer.pages() > 1) {
            orders |= 1L << IovaDomain.order(buffer.pages() - 1);
        }
        return orders;
    }

    /** Whether mistakes are made with a mapping of that size: not with lists that have several ranges. */
    boolean mayBeMistaken(int device, int size) {
        DeviceSetup setup = setups[device];
        return setup.rangeCount(setup.bufferOf(size)) == 1;
    }

    /** Whether a device's driver has to make this call before it maps anything. */
    boolean mustComeFirst(int reservation, int device) {
        Reservation call = configuration.reservations().get(reservation);
        return call.device() == device && call.when() == Reservation.When.BEFORE_FIRST_MAP;
    }

    /**
     * The granules of the next of the device's buffers that has another number of them in one range; the right number if there is none.
     */
    long wrongPages(int device, int size) {
        DeviceSetup setup = setups[device];
        for (int next = 1; next < setup.mapSizeCount(); next++) {
            int other = (size + next) % setup.mapSizeCount();
            if (setup.rangeCount(other) == 1 && setup.mapPfns(other) != setup.mapPfns(size)) {
                return setup.mapPfns(other);
            }
        }
        return setup.mapPfns(size);
    }

    /** The type of the default domain of a group whose first device this is: what the IOMMU driver wants for it, or else the global one. */
    GroupType initialType(int device) {
        DomainType required = setups[device].device().requiredType();
        if (required != null) {
            return GroupType.of(required);
        }
        if (configuration.iommu().defaultDomain() == DomainType.IDENTITY) {
            return GroupType.IDENTITY;
        }
        return configuration.iommu().mode() == Iommu.Mode.LAZY ? GroupType.DMA_FQ : GroupType.DMA;
    }

    private boolean[] typeVaries() {
        boolean[] varies = new boolean[groups.size()];
        GroupType[] first = new GroupType[groups.size()];
        Arrays.fill(varies, replacesDomains);
        for (int device : devices) {
            int domain = domainOf[device];
            if (domain >= 0) {
                varies[domain] |= first[domain] != null && first[domain] != initialType(device);
                first[domain] = initialType(device);
            }
        }
        return varies;
    }

    /** The first device of a domain's group. */
    int anyOf(int domain) {
        for (int device : devices) {
            if (domainOf[device] == domain) {
                return device;
            }
        }
        throw new IllegalArgumentException("no domain " + domain);
    }

    /** Whether a device has a driver when nobody unbinds it. */
    boolean hasDriver(int device) {
        return setups[device].device().bound();
    }

    private int usedOrders() {
        long orders = 0;
        for (int device : devices) {
            for (int size : setups[device].requestedSizes()) {
                orders |= 1L << IovaDomain.order(setups[device].buffer(size).takenPages());
                orders |= ordersWhenFreed(device, size);
            }
            if (setups[device].device().doorbell().isPresent()) {
                orders |= 1;
            }
        }
        return (int) (orders & (1 << AllocatorConstants.ORDERS) - 1);
    }

    /**
     * Whether a call of this configuration can ask for {@code hi} below {@code lo}, or be given a range in which the anchor lies; only
     * then the shape of the tree is state.
     */
    private boolean canBecomeIllFormed() {
        if (configuration.bugs().contains(KernelBug.B04A)) {
            return true;
        }
        int shift = configuration.iommu().granuleShift();
        for (int index : reservations) {
            Reservation call = configuration.reservations().get(index);
            long last = call.start() + call.length() - 1;
            boolean inverted = Long.compareUnsigned(last >>> shift, call.start() >>> shift) < 0
                    || Long.compareUnsigned(last, call.start()) < 0;
            if (inverted && configuration.mechanism() == Mechanism.POSTED_API) {
                return true;
            }
        }
        return false;
    }

    private long highestPfn() {
        if (configuration.bugs().contains(KernelBug.B04A)) {
            return -1L;
        }
        int shift = configuration.iommu().granuleShift();
        long highest = 1;
        for (int device : devices) {
            DeviceSetup setup = setups[device];
            highest = max(highest, setup.highestLimit() >>> shift);
            highest = max(highest, setup.basePfn());
            for (SetupRegion region : setup.regions()) {
                highest = max(highest, region.extent().last() >>> shift);
            }
        }
        for (int index : reservations) {
            Reservation call = configuration.reservations().get(index);
            highest = max(highest, call.start() >>> shift);
            highest = max(highest, (call.start() + call.length() - 1) >>> shift);
        }
        return highest;
    }

    /**
     * The highest pfn that a page-table entry can have: a range that was freed with too large a size, or that is not rounded, may be handed
     * out for more than its node has.
     */
    long highestMapped() {
        long overhang = tracksPtes ? largestRequest() - 1 : 0;
        return max(highestPfn, highestPfn + overhang);
    }

    /** The largest request in pfns. */
    long largestRequest() {
        long largest = 1;
        for (int device : devices) {
            for (int size : setups[device].requestedSizes()) {
                largest = max(largest, setups[device].nodePfns(size));
            }
        }
        return largest;
    }

    private static long max(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? b : a;
    }

    private List<Promise> listPromises() {
        List<Promise> all = new ArrayList<>();
        for (int device : devices) {
            List<SetupRegion> regions = setups[device].regions();
            for (int place = 0; place < regions.size(); place++) {
                SetupRegion region = regions.get(place);
                if (region.type() != FirmwareRegion.Type.SW_MSI) { // for domains that users manage
                    all.add(new Promise(
                            all.size(), device, domainOf[device], -1, place, region.carved(), region.extent()));
                }
            }
        }
        for (int index : reservations) {
            Reservation call = configuration.reservations().get(index);
            Extent bytes = call.promised();
            if (bytes != null) {
                all.add(new Promise(all.size(), call.device(), domainOf[call.device()], index, -1, false, bytes));
            }
        }
        return List.copyOf(all);
    }
}
