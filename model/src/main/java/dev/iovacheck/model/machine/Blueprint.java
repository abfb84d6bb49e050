package dev.iovacheck.model.machine;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Interleaving;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.iova.AllocatorConstants;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Defect;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
            setups[device] = new DeviceSetup(configuration, described);
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
        usedOrders = usedOrders();
        promises = listPromises();
        twinOf = Twins.of(this);
    }

    /** Whether ranges of a map size go through the caches, so that the CPU plays a part. */
    boolean isCached(int device, int size) {
        return IovaDomain.order(setups[device].mapPfns(size)) < AllocatorConstants.ORDERS;
    }

    private int usedOrders() {
        int orders = 0;
        for (int device : devices) {
            for (int size = 0; size < setups[device].mapSizeCount(); size++) {
                if (isCached(device, size)) {
                    orders |= 1 << IovaDomain.order(setups[device].mapPfns(size));
                }
            }
        }
        return orders;
    }

    /** Whether a call of this configuration can ask for {@code hi} below {@code lo}; only then the shape of the tree is state. */
    private boolean canBecomeIllFormed() {
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
        int shift = configuration.iommu().granuleShift();
        long highest = 1;
        for (int device : devices) {
            DeviceSetup setup = setups[device];
            highest = max(highest, setup.dmaLimit() >>> shift);
            highest = max(highest, setup.basePfn());
            for (Extent region : setup.reservedRegions()) {
                highest = max(highest, region.last() >>> shift);
            }
        }
        for (int index : reservations) {
            Reservation call = configuration.reservations().get(index);
            highest = max(highest, call.start() >>> shift);
            highest = max(highest, (call.start() + call.length() - 1) >>> shift);
        }
        return highest;
    }

    /** The largest request in pfns. */
    long largestRequest() {
        long largest = 1;
        for (int device : devices) {
            for (int size = 0; size < setups[device].mapSizeCount(); size++) {
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
            List<Extent> regions = setups[device].reservedRegions();
            for (int region = 0; region < regions.size(); region++) {
                boolean atProbe = region < setups[device].reservedAtProbe();
                all.add(new Promise(all.size(), device, domainOf[device], -1, atProbe, regions.get(region)));
            }
        }
        for (int index : reservations) {
            Reservation call = configuration.reservations().get(index);
            Extent bytes = call.promised();
            if (bytes != null) {
                all.add(new Promise(all.size(), call.device(), domainOf[call.device()], index, false, bytes));
            }
        }
        return List.copyOf(all);
    }
}
