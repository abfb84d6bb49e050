package dev.iovacheck.model.machine;

import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.iova.AllocatorConstants;
import org.eclipse.collections.api.list.primitive.MutableIntList;

/** What can happen in a machine's current state: what drivers, users and the kernel's own workers may do next. */
final class EnabledActions {

    private final Blueprint plan;
    private final MachineState state;
    private final boolean withSlots;

    /** @param withSlots whether drivers tell their buffers apart */
    EnabledActions(Blueprint plan, MachineState state, boolean withSlots) {
        this.plan = plan;
        this.state = state;
        this.withSlots = withSlots;
    }

    /** Appends the actions that can happen, always in the same order. */
    void list(MutableIntList actions) {
        if (state.crashed) {
            return;
        }
        boolean noMemory = plan.configuration.exploration().noMemory();
        for (int device : plan.devices) {
            if (!state.present[device]) {
                add(actions, ActionCode.of(Action.Kind.ADD, 0, device, 0), noMemory);
            } else if (plan.configuration.exploration().removal() && state.liveOf[device] == 0) {
                add(actions, ActionCode.of(Action.Kind.REMOVE, 0, device, 0), false);
            }
        }
        for (int index : plan.reservations) {
            if (mayCall(plan.configuration.reservations().get(index))) {
                add(actions, ActionCode.of(Action.Kind.RESERVE, 0, index, 0), noMemory);
            }
        }
        for (int device : plan.devices) {
            if (mayMap(device)) {
                addMaps(actions, device, noMemory);
            }
        }
        for (DefaultDomain domain : state.domains) {
            addUnmaps(actions, domain, noMemory);
        }
        if (plan.configuration.exploration().cpuHotplug()) {
            addHotplug(actions);
        }
        if (plan.configuration.exploration().depotWork()) {
            addDepotWork(actions);
        }
    }

    private static void add(MutableIntList actions, int code, boolean alsoWithoutMemory) {
        actions.add(code);
        if (alsoWithoutMemory) {
            actions.add(ActionCode.withoutMemory(code));
        }
    }

    private boolean mayCall(Reservation call) {
        if (!state.present[call.device()] || state.called[call.index()]) {
            return false;
        }
        return switch (call.when()) {
            case ANY, BEFORE_FIRST_MAP -> true;
            case WHILE_IDLE -> state.liveOf[call.device()] == 0;
            case AT_PROBE -> false; // part of adding the device
        };
    }

    private boolean mayMap(int device) {
        if (!state.present[device]
                || !state.usesDmaIommu[device]
                || state.liveOf[device] == plan.setups[device].device().live()) {
            return false;
        }
        for (int index : plan.reservations) {
            Reservation call = plan.configuration.reservations().get(index);
            boolean comesFirst =
                    call.when() == Reservation.When.BEFORE_FIRST_MAP || call.when() == Reservation.When.AT_PROBE;
            if (call.device() == device && comesFirst && !state.called[index]) {
                return false;
            }
        }
        return true;
    }

    private void addMaps(MutableIntList actions, int device, boolean noMemory) {
        for (int size = 0; size < plan.setups[device].mapSizeCount(); size++) {
            for (int cpu = 0; cpu < plan.configuration.cpus(); cpu++) {
                if (state.isOnline(cpu)) {
                    addMap(actions, cpu, device, size, noMemory);
                    if (!plan.isCached(device, size)) {
                        break; // too large for the caches: the CPU plays no part
                    }
                }
            }
        }
    }

    private void addMap(MutableIntList actions, int cpu, int device, int size, boolean noMemory) {
        if (!withSlots) {
            add(actions, ActionCode.of(Action.Kind.MAP, cpu, device, size), noMemory);
            return;
        }
        LiveMappings live = state.domains[plan.domainOf[device]].live();
        for (int slot = 0; slot < plan.setups[device].device().live(); slot++) {
            if (!live.isTaken(device, slot)) {
                int detail = ActionCode.sizeAndSlot(size, slot);
                add(actions, ActionCode.of(Action.Kind.MAP, cpu, device, detail), noMemory);
            }
        }
    }

    private void addUnmaps(MutableIntList actions, DefaultDomain domain, boolean noMemory) {
        LiveMappings live = domain.live();
        for (int mapping = 0; mapping < live.count(); mapping++) {
            for (int cpu = 0; cpu < plan.configuration.cpus(); cpu++) {
                if (state.isOnline(cpu)) {
                    boolean cached = plan.isCached(live.device(mapping), live.size(mapping));
                    add(actions, ActionCode.of(Action.Kind.UNMAP, cpu, domain.index(), mapping), noMemory && cached);
                    if (!cached) {
                        break;
                    }
                }
            }
        }
    }

    private void addHotplug(MutableIntList actions) {
        for (int cpu = 0; cpu < plan.configuration.cpus(); cpu++) {
            if (!state.isOnline(cpu)) {
                add(actions, ActionCode.of(Action.Kind.CPU_ONLINE, cpu, 0, 0), false);
            } else if (Integer.bitCount(state.online) > 1) {
                add(actions, ActionCode.of(Action.Kind.CPU_OFFLINE, cpu, 0, 0), false);
            }
        }
    }

    private void addDepotWork(MutableIntList actions) {
        for (DefaultDomain domain : state.domains) {
            if (domain.iova().pendingDepotWork() == 0) {
                continue;
            }
            for (int order = 0; order < AllocatorConstants.ORDERS; order++) {
                if ((domain.iova().pendingDepotWork() & 1 << order) != 0) {
                    add(actions, ActionCode.of(Action.Kind.DEPOT_WORK, 0, domain.index(), order), false);
                }
            }
        }
    }

    /** What an action listed in the current state means. */
    Action describe(int code) {
        Action.Kind kind = ActionCode.kind(code);
        int subject = ActionCode.subject(code);
        int cpu = ActionCode.cpu(code);
        boolean noMemory = ActionCode.isWithoutMemory(code);
        return switch (kind) {
            case ADD, REMOVE -> new Action(kind, -1, noMemory, subject, -1, plan.domainOf[subject], 0, 0, 0);
            case RESERVE -> {
                int device = plan.configuration.reservations().get(subject).device();
                yield new Action(kind, -1, noMemory, device, subject, plan.domainOf[device], 0, 0, 0);
            }
            case MAP -> {
                int size = ActionCode.size(code);
                int usedCpu = plan.isCached(subject, size) ? cpu : -1;
                long bytes = plan.setups[subject].device().mapSizes().get(size);
                yield new Action(kind, usedCpu, noMemory, subject, -1, plan.domainOf[subject], bytes, 0, 0);
            }
            case UNMAP -> {
                LiveMappings live = state.domains[subject].live();
                int mapping = ActionCode.detail(code);
                int device = live.device(mapping);
                int size = live.size(mapping);
                int usedCpu = plan.isCached(device, size) ? cpu : -1;
                long bytes = plan.setups[device].device().mapSizes().get(size);
                long address = live.firstPfn(mapping) << state.domains[subject].granuleShift();
                yield new Action(kind, usedCpu, noMemory, device, -1, subject, bytes, address, 0);
            }
            case CPU_OFFLINE, CPU_ONLINE -> new Action(kind, cpu, noMemory, -1, -1, -1, 0, 0, 0);
            case DEPOT_WORK -> new Action(kind, -1, noMemory, -1, -1, subject, 0, 0, ActionCode.detail(code));
        };
    }
}
