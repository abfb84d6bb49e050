package dev.iovacheck.constraint.space;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.SetupRegion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What devices can be given as a configuration stands, once its mechanism has reserved all that it means to. Numbers are pfns. */
public final class PresentSpace {

    private final Configuration configuration;
    private final AddressSpace space;
    private final Machine machine;

    public PresentSpace(Configuration configuration) {
        this.configuration = configuration;
        space = new AddressSpace(configuration, Set.of());
        machine = new Machine(configuration);
    }

    /** The parts of the window of a device that it can be given, lowest first: not above its mask, and not reserved in its domain. */
    public List<Extent> open(int device) {
        return without(of(device).use(), reservedFor(device));
    }

    /** How many granules these parts have. */
    public long usable(int device) {
        return open(device).stream().mapToLong(Extent::size).sum();
    }

    /** Whether the device cannot be given anything outside of its window, so that a request fails when the window is full. */
    public boolean isShut(int device) {
        AddressSpace.OfDevice wanted = of(device);
        Extent use = wanted.use();
        List<Extent> taken = new ArrayList<>(reservedFor(device));
        if (use != null) {
            taken.add(use);
        }
        return without(wanted.reach(), taken).isEmpty();
    }

    /** How many of these granules lie in the open parts of a device. */
    public long openOf(int device, long firstPfn, long pages) {
        long last = firstPfn + pages - 1;
        return open(device).stream()
                .mapToLong(run -> Math.max(0, Math.min(last, run.last()) - Math.max(firstPfn, run.first()) + 1))
                .sum();
    }

    /** Granules that the allocator sets aside for a map size of a device. */
    public long pages(int device, int size) {
        return machine.setup(device).nodePfns(size);
    }

    private AddressSpace.OfDevice of(int device) {
        return space.devices().stream()
                .filter(each -> each.index() == device)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no IOMMU"));
    }

    private static List<Extent> without(@Nullable Extent whole, List<Extent> taken) {
        List<Extent> left = new ArrayList<>();
        if (whole == null) {
            return left;
        }
        List<Extent> sorted = new ArrayList<>(taken);
        sorted.sort(Comparator.comparing(Extent::first));
        long from = whole.first();
        for (Extent pfns : sorted) {
            if (pfns.first() > from && from <= whole.last()) {
                left.add(new Extent(from, Math.min(pfns.first() - 1, whole.last())));
            }
            from = Math.max(from, pfns.last() + 1);
        }
        if (from <= whole.last()) {
            left.add(new Extent(from, whole.last()));
        }
        return left;
    }

    /** What is reserved in the domain of a device, in granules. */
    private List<Extent> reservedFor(int device) {
        String group = configuration.devices().get(device).group();
        List<Extent> taken = new ArrayList<>();
        for (int number = 0; number < machine.deviceCount(); number++) {
            int other = machine.device(number);
            if (group != null && group.equals(configuration.devices().get(other).group())) {
                for (SetupRegion region : machine.setup(other).regions()) {
                    if (region.carved()) {
                        taken.add(granules(region.extent()));
                    }
                }
            }
        }
        for (Reservation reservation : configuration.reservations()) {
            Extent promised = reservation.promised();
            boolean isHere = configuration.mechanism().isCall()
                    && group != null
                    && group.equals(
                            configuration.devices().get(reservation.device()).group());
            if (isHere && promised != null) {
                taken.add(granules(promised));
            }
        }
        return taken;
    }

    private Extent granules(Extent bytes) {
        return new Extent(bytes.first() >>> space.granuleShift(), bytes.last() >>> space.granuleShift());
    }
}
