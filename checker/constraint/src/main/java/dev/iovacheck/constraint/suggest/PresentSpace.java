package dev.iovacheck.constraint.suggest;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.SetupRegion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** What devices can use as a configuration stands, once its mechanism has reserved all that it means to. */
public final class PresentSpace {

    private final Configuration configuration;
    private final AddressSpace space;
    private final Machine machine;

    public PresentSpace(Configuration configuration) {
        this.configuration = configuration;
        space = new AddressSpace(configuration, Set.of());
        machine = new Machine(configuration);
    }

    /** Granules of the window of a device that it can be given: not above its mask, and not reserved in its domain. */
    public long usable(int device) {
        AddressSpace.OfDevice wanted = space.devices().stream()
                .filter(each -> each.index() == device)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no IOMMU"));
        Extent use = wanted.use();
        if (use == null) {
            return 0;
        }
        List<Extent> taken = new ArrayList<>(reservedFor(device));
        taken.sort(Comparator.comparing(Extent::first));
        long usable = 0;
        long from = use.first();
        for (Extent pfns : taken) {
            if (pfns.first() > from) {
                usable += Math.min(pfns.first() - 1, use.last()) - from + 1;
            }
            from = Math.max(from, pfns.last() + 1);
            if (from > use.last()) {
                return usable;
            }
        }
        return usable + use.last() - from + 1;
    }

    /** What is reserved in the domain of a device, in granules, cut at what its window holds. */
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
