package dev.iovacheck.constraint.unroll;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.Interleaving;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.DeviceSetup;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Outcome;
import dev.iovacheck.model.machine.Promise;
import dev.iovacheck.model.machine.Symmetry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.collections.impl.list.mutable.primitive.IntArrayList;

/** One device of a configuration with a domain of its own, as the real machine has set it up: where runs begin. */
final class Setting {

    private final Configuration configuration;
    private final int device;
    private final Machine machine;
    private final Action added;

    private Setting(Configuration configuration, int device, Machine machine, Action added) {
        this.configuration = configuration;
        this.device = device;
        this.machine = machine;
        this.added = added;
    }

    /** What of a configuration cannot be said in constraints; empty if all can. */
    static Optional<String> outside(Configuration configuration) {
        if (configuration.canBeLazy()) {
            return Optional.of("flush queues");
        }
        if (configuration.exploration().interleaving() != Interleaving.CALLS) {
            return Optional.of("calls in steps");
        }
        // Runs are too short to fill a depot, so that its worker finds nothing to do.
        Optional<String> option = configuration.exploration().options().stream()
                .filter(each -> each != Exploration.Option.DEPOT_WORK)
                .findFirst()
                .map(each -> "faults and optional actions (" + each.label() + ")");
        if (option.isPresent()) {
            return option;
        }
        if (!configuration.bugs().isEmpty()) {
            return Optional.of("known bugs");
        }
        if (configuration.mechanism() == Mechanism.HARDENED) {
            return Optional.of("the repaired call, which prove is for");
        }
        for (Device one : configuration.devices()) {
            for (Device other : configuration.devices()) {
                if (one.index() < other.index()
                        && one.group() != null
                        && one.group().equals(other.group())) {
                    return Optional.of("devices that share a group");
                }
            }
        }
        return configuration.devices().stream()
                .map(each -> outside(configuration, each))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> outside(Configuration configuration, Device device) {
        if (device.group() == null) {
            return Optional.of(device.name() + ", which has no IOMMU");
        }
        if (device.buffers().stream().anyMatch(buffer -> !buffer.isPlain())) {
            return Optional.of("buffers of " + device.name() + " that are not mapped as whole pages");
        }
        Machine machine = new Machine(configuration);
        // The last size is that of a page, which is there even if the driver maps nothing.
        for (int size = 0; size <= machine.setup(device.index()).mapSizeCount(); size++) {
            if (machine.triesBelow4G(device.index(), size)) {
                return Optional.of(device.name() + ", which asks for addresses below 4 GiB first");
            }
        }
        if (machine.tracksPtes()) {
            return Optional.of("page tables");
        }
        return Optional.empty();
    }

    /** The device once it is there; empty if its set-up fails or is no domain of addresses. */
    static Optional<Setting> of(Configuration configuration, int device) {
        Machine machine = new Machine(configuration, new int[] {device}, Symmetry.NAMES_KEPT);
        IntArrayList actions = new IntArrayList();
        machine.enabled(actions);
        for (int index = 0; index < actions.size(); index++) {
            Action action = machine.describe(actions.get(index));
            if (action.kind() == Action.Kind.ADD) {
                machine.apply(actions.get(index));
                DefaultDomain domain = machine.domainOf(device);
                boolean isThere = machine.outcome().kind() == Outcome.Kind.SUCCESS
                        && domain != null
                        && machine.usesDmaIommu(device)
                        && domain.iova().isInitialised();
                return isThere ? Optional.of(new Setting(configuration, device, machine, action)) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    Configuration configuration() {
        return configuration;
    }

    int device() {
        return device;
    }

    /** The machine after the first step. */
    Machine machine() {
        return machine;
    }

    /** Whether the tree is out of order from the first step on. */
    boolean isSpent() {
        return iova().illFormed();
    }

    /** The first step. */
    Action added() {
        return added;
    }

    DeviceSetup setup() {
        return machine.setup(device);
    }

    DefaultDomain domain() {
        return Objects.requireNonNull(machine.domainOf(device));
    }

    IovaDomain iova() {
        return domain().iova();
    }

    int shift() {
        return domain().granuleShift();
    }

    /** The last granule that the device can be given. */
    long limit() {
        return setup().dmaLimit() >>> shift();
    }

    /** The first granule that lies in the device's window as a whole. */
    long windowFirst() {
        long first = setup().device().window().first();
        return first == 0 ? 0 : ((first - 1) >>> shift()) + 1;
    }

    /** The first granule above the window that does not. */
    long windowEnd() {
        long last = setup().device().window().last();
        return last == -1L ? 1L << (Long.SIZE - shift()) : (last + 1) >>> shift();
    }

    /** What can only be called at run time. */
    List<Reservation> calls() {
        List<Reservation> calls = new ArrayList<>();
        for (Reservation call : configuration.reservations()) {
            if (configuration.mechanism().isCall()
                    && call.device() == device
                    && call.when() != Reservation.When.AT_PROBE) {
                calls.add(call);
            }
        }
        return calls;
    }

    /** Whether anything can follow the first step: a driver that neither maps nor calls does nothing. */
    boolean canAct(ArgumentChoice arguments) {
        boolean calls = arguments.hasAnyCalls() ? configuration.mechanism().isCall() : !calls().isEmpty();
        return calls || arguments.hasAnySizes() || setup().mapSizeCount() > 0;
    }

    /** What is promised from the first step on, in granules. */
    List<Extent> promised(boolean isKept) {
        List<Extent> all = new ArrayList<>();
        for (Promise promise : machine.promises()) {
            boolean stands = isKept ? machine.isKept(promise) : machine.isMade(promise);
            if (promise.domain() == domain().index() && stands) {
                all.add(new Extent(
                        promise.bytes().first() >>> shift(), promise.bytes().last() >>> shift()));
            }
        }
        return all;
    }
}
