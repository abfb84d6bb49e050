package dev.iovacheck.engine;

import dev.iovacheck.counterexamples.text.BufferText;
import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Outcome;
import dev.iovacheck.model.machine.Step;
import dev.iovacheck.model.machine.WrongUnmap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.list.primitive.MutableIntList;

/**
 * The kinds of things that a configuration lets happen, to see afterwards which of them never did: a machine that can do nothing keeps
 * every rule.
 */
public final class Families {

    private final List<String> names = new ArrayList<>();

    /** The same kind of thing for the first of several devices that are alike, by family; itself for all others. */
    private final MutableIntList firstOfKind = IntLists.mutable.empty();

    private final int[] adds;
    private final int[] removes;
    private final int[][] maps;
    private final int[][] unmaps;
    private final int[][] links;
    private final int[][] syncs;
    private final int[][] unlinks;
    private final int[][] mistakes;
    private final int[] calls;
    private final int offline;
    private final int comesOnline;
    private final int depotWork;
    private final int[] binds;
    private final int[] unbinds;
    private final int[] doorbells;
    private final int[] claims;
    private final int[] attaches;
    private final int[] releases;
    private final int[] typeChanges;
    private final int flushTimer;
    private final int typeChange;

    /** @param machine whose configuration and devices it is about */
    public Families(Machine machine) {
        Configuration configuration = machine.configuration();
        int devices = configuration.devices().size();
        adds = new int[devices];
        removes = new int[devices];
        maps = new int[devices][];
        unmaps = new int[devices][];
        links = new int[devices][];
        syncs = new int[devices][];
        unlinks = new int[devices][];
        mistakes = new int[devices][];
        binds = absent(devices);
        unbinds = absent(devices);
        doorbells = absent(devices);
        for (int index = 0; index < machine.deviceCount(); index++) {
            Device device = configuration.devices().get(machine.device(index));
            int at = device.index();
            adds[at] = name("probe of " + device.name());
            removes[at] = configuration.exploration().removal() ? name("removal of " + device.name()) : -1;
            int buffers = device.buffers().size();
            maps[at] = new int[buffers];
            unmaps[at] = new int[buffers];
            links[at] = new int[buffers];
            syncs[at] = new int[buffers];
            unlinks[at] = new int[buffers];
            for (int size = 0; size < buffers; size++) {
                Buffer buffer = device.buffers().get(size);
                boolean twoPhase = buffer.call() == Buffer.Call.IOVA;
                String map = BufferText.map(device, buffer);
                maps[at][size] = name(map + " with success");
                unmaps[at][size] = name(BufferText.unmap(device, buffer));
                links[at][size] = twoPhase ? name("a link after " + map + " with success") : -1;
                syncs[at][size] = twoPhase ? name("a synchronisation after " + map + " with success") : -1;
                unlinks[at][size] = twoPhase ? name("an unlink after " + map) : -1;
            }
            mistakes[at] = new int[WrongUnmap.values().length];
            for (WrongUnmap way : WrongUnmap.values()) {
                boolean asked = configuration.exploration().options().contains(way.option());
                mistakes[at][way.ordinal()] =
                        asked && buffers > 0 ? name("the driver of " + device.name() + " undoes " + way.what()) : -1;
            }
            nameOfDrivers(configuration, device);
            int twin = machine.twinOf(at);
            setFirst(binds[at], binds[twin]);
            setFirst(unbinds[at], unbinds[twin]);
            setFirst(adds[at], adds[twin]);
            setFirst(removes[at], removes[twin]);
            for (int size = 0; size < maps[at].length; size++) {
                setFirst(maps[at][size], maps[twin][size]);
                setFirst(unmaps[at][size], unmaps[twin][size]);
                setFirst(links[at][size], links[twin][size]);
                setFirst(syncs[at][size], syncs[twin][size]);
                setFirst(unlinks[at][size], unlinks[twin][size]);
            }
            for (int way = 0; way < mistakes[at].length; way++) {
                setFirst(mistakes[at][way], mistakes[twin][way]);
            }
        }
        calls = new int[configuration.reservations().size()];
        for (Reservation call : configuration.reservations()) {
            if (configuration.mechanism().isCall() && isMember(machine, call.device())) {
                String device = configuration.devices().get(call.device()).name();
                calls[call.index()] = call.when() == Reservation.When.AT_PROBE
                        ? -1
                        : name("reservation call " + (call.index() + 1) + " by " + device + " with success");
            }
        }
        for (Reservation call : configuration.reservations()) {
            if (configuration.mechanism().isCall() && isMember(machine, call.device())) {
                setFirst(calls[call.index()], calls[sameCallOfTwin(machine, call)]);
            }
        }
        offline =
                configuration.exploration().cpuHotplug() && configuration.cpus() > 1 ? name("a CPU going offline") : -1;
        comesOnline =
                configuration.exploration().cpuHotplug() && configuration.cpus() > 1 ? name("a CPU coming online") : -1;
        depotWork = configuration.exploration().depotWork() ? name("a run of the depot worker") : -1;
        flushTimer = configuration.canBeLazy() && machine.domainCount() > 0
                ? name("a run of the timer of a flush queue")
                : -1;
        typeChange = configuration.exploration().has(Exploration.Option.LAZY_SWITCH) && machine.domainCount() > 0
                ? name("a change of type to DMA-FQ with success")
                : -1;
        int groups = machine.domainCount();
        claims = absent(groups);
        attaches = absent(groups);
        releases = absent(groups);
        typeChanges = absent(groups);
        for (int group = 0; group < groups; group++) {
            String name = "group " + machine.domain(group).group();
            if (configuration.exploration().has(Exploration.Option.OWNERSHIP)) {
                claims[group] = name("claim of " + name + " with success");
                attaches[group] = name("attach of a user's domain to " + name);
                releases[group] = name("release of " + name);
            }
            if (configuration.exploration().has(Exploration.Option.TYPE_CHANGE)) {
                typeChanges[group] = name("change of the type of " + name + " with success");
            }
        }
    }

    private static int[] absent(int count) {
        int[] families = new int[count];
        Arrays.fill(families, -1);
        return families;
    }

    private void nameOfDrivers(Configuration configuration, Device device) {
        boolean rebinds = configuration.exploration().has(Exploration.Option.OWNERSHIP)
                || configuration.exploration().has(Exploration.Option.TYPE_CHANGE);
        if (rebinds && device.group() != null && device.bound()) {
            unbinds[device.index()] = name("unbinding of the driver of " + device.name());
            binds[device.index()] = name("binding of a driver to " + device.name() + " with success");
        }
        if (device.group() != null && device.doorbell().isPresent()) {
            doorbells[device.index()] = name("mapping of the doorbell of " + device.name() + " with success");
        }
    }

    /** Index of the call that the first of several devices that are alike makes where this one makes {@code call}. */
    private static int sameCallOfTwin(Machine machine, Reservation call) {
        int twin = machine.twinOf(call.device());
        List<Reservation> all = machine.configuration().reservations();
        long earlier = all.stream()
                .filter(each -> each.device() == call.device() && each.index() < call.index())
                .count();
        return all.stream()
                .filter(each -> each.device() == twin)
                .skip(earlier)
                .findFirst()
                .orElseThrow()
                .index();
    }

    private static boolean isMember(Machine machine, int device) {
        for (int index = 0; index < machine.deviceCount(); index++) {
            if (machine.device(index) == device) {
                return true;
            }
        }
        return false;
    }

    private int name(String text) {
        names.add(text);
        firstOfKind.add(names.size() - 1);
        return names.size() - 1;
    }

    private void setFirst(int family, int first) {
        if (family >= 0) {
            firstOfKind.set(family, first);
        }
    }

    /** How many there are. */
    public int count() {
        return names.size();
    }

    /** In words. */
    public String name(int family) {
        return names.get(family);
    }

    /**
     * The same kind of thing for the first of several devices that are alike. What one of them does, each of them does in some state
     * that is stored alike: these families are to be counted together.
     */
    int firstOfKind(int family) {
        return firstOfKind.get(family);
    }

    /** Which one a step belongs to; -1 for a step that counts for none (a failed map, say). */
    public int of(Step step) {
        Outcome.Kind outcome = step.outcome().kind();
        return switch (step.kind()) {
            case ADD -> adds[step.device()];
            case REMOVE -> removes[step.device()];
            case RESERVE -> outcome == Outcome.Kind.SUCCESS ? calls[step.reservation()] : -1;
            case MAP -> outcome == Outcome.Kind.ADDRESS ? maps[step.device()][step.size()] : -1;
            case UNMAP -> unmaps[step.device()][step.size()];
            case LINK -> outcome == Outcome.Kind.SUCCESS ? links[step.device()][step.size()] : -1;
            case SYNC -> outcome == Outcome.Kind.SUCCESS ? syncs[step.device()][step.size()] : -1;
            case UNLINK -> unlinks[step.device()][step.size()];
            case WRONG_UNMAP ->
                step.isMistake() ? mistakes[step.device()][step.wrongUnmap().ordinal()] : -1;
            case CPU_OFFLINE -> offline;
            case CPU_ONLINE -> comesOnline;
            case DEPOT_WORK -> depotWork;
            case FLUSH_TIMER -> flushTimer;
            case CHANGE_TYPE -> outcome == Outcome.Kind.SUCCESS ? typeChange : -1;
            case BIND -> outcome == Outcome.Kind.ERROR ? -1 : binds[step.device()];
            case UNBIND -> unbinds[step.device()];
            case MSI -> outcome == Outcome.Kind.SUCCESS ? doorbells[step.device()] : -1;
            case CLAIM -> outcome == Outcome.Kind.SUCCESS ? claims[step.group()] : -1;
            case ATTACH -> attaches[step.group()];
            case RELEASE -> releases[step.group()];
            case TYPE_CHANGE -> outcome == Outcome.Kind.SUCCESS ? typeChanges[step.group()] : -1;
            case STEP -> -1;
        };
    }
}
