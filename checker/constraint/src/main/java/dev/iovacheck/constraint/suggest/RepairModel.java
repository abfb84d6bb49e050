package dev.iovacheck.constraint.suggest;

import dev.iovacheck.constraint.space.AddressSpace;
import dev.iovacheck.constraint.space.Line;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chocosolver.solver.Model;
import org.chocosolver.solver.Solution;
import org.chocosolver.solver.variables.BoolVar;
import org.chocosolver.solver.variables.IntVar;

/**
 * The repair of one configuration as constraints. A domain is the group of a device, or one that the device gets for itself. For each domain
 * and each stretch of the space there is a variable that says whether the stretch is reserved there, for each device whether it leaves its
 * group and whether its mask is lowered.
 */
final class RepairModel {

    private final AddressSpace space;
    private final Set<Line> leftOut;
    private final Model model = new Model("repair");
    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final List<Choice> choices = new ArrayList<>();
    private final List<IntVar> goals = new ArrayList<>();

    /** Devices that share a group, and what is reserved in it. */
    private final class Group {
        private final List<AddressSpace.OfDevice> members = new ArrayList<>();
        private BoolVar[] reserved = {};
        private IntVar entries = model.intVar(0);
    }

    /** What is to be decided for a device. */
    private final class Choice {
        private final AddressSpace.OfDevice device;
        private final Group group;

        /** Whether it has a domain of its own. */
        private final BoolVar own;

        /** Whether its mask is lowered to the end of its window. */
        private final BoolVar low;

        /** What is reserved in a domain of its own. */
        private final BoolVar[] reserved = model.boolVarArray(stretchCount());

        /** Where it is given nothing: reserved in its domain, or carved out by the kernel. */
        private final BoolVar[] closed = model.boolVarArray(stretchCount());

        /** How many reservations have to be written for it. */
        private final IntVar entries = model.intVar(0, stretchCount());

        Choice(AddressSpace.OfDevice device, Group group) {
            this.device = device;
            this.group = group;
            boolean mayLeave = isTellableApart(device, group) || leftOut.contains(line(Line.Subject.GROUP, device));
            own = isAlone() ? model.boolVar(true) : mayLeave ? model.boolVar() : model.boolVar(false);
            low = hasReachAboveWindow(device) ? model.boolVar() : model.boolVar(false);
            for (int at = 0; at < closed.length; at++) {
                closeAt(at);
            }
            IntVar ownEntries = entriesOf(reserved);
            if (isAlone()) {
                model.arithm(entries, "=", ownEntries).post();
            } else {
                model.ifThenElse(
                        own, model.arithm(entries, "=", ownEntries), model.arithm(entries, "=", group.entries));
            }
        }

        boolean isAlone() {
            return group.members.size() == 1;
        }

        private void closeAt(int at) {
            Extent stretch = space.stretches().get(at);
            model.arithm(reserved[at], "<=", own).post();
            BoolVar alone = device.carves(stretch) ? model.boolVar(true) : reserved[at];
            if (isAlone()) {
                model.arithm(closed[at], "=", alone).post();
                return;
            }
            // Whoever comes first has its regions carved out: sure are only those that all have.
            boolean carved = group.members.stream().allMatch(member -> member.carves(stretch));
            BoolVar shared = carved ? model.boolVar(true) : group.reserved[at];
            model.ifThenElse(own, model.arithm(closed[at], "=", alone), model.arithm(closed[at], "=", shared));
        }
    }

    /** @param leftOut lines that the space does not know of, and groups that need not stay */
    RepairModel(AddressSpace space, Set<Line> leftOut) {
        this.space = space;
        this.leftOut = leftOut;
        for (AddressSpace.OfDevice device : space.devices()) {
            groups.computeIfAbsent(groupOf(device), name -> new Group()).members.add(device);
        }
        for (Group group : groups.values()) {
            if (group.members.size() > 1) {
                group.reserved = model.boolVarArray(stretchCount());
                group.entries = entriesOf(group.reserved);
            }
        }
        for (AddressSpace.OfDevice device : space.devices()) {
            choices.add(new Choice(device, groups.getOrDefault(groupOf(device), new Group())));
        }
        choices.forEach(this::keepInside);
        choices.forEach(this::leaveRoom);
        setGoals();
    }

    private int stretchCount() {
        return space.stretches().size();
    }

    private Device described(AddressSpace.OfDevice device) {
        return space.configuration().devices().get(device.index());
    }

    private String groupOf(AddressSpace.OfDevice device) {
        return String.valueOf(described(device).group());
    }

    // ---- what there is to decide ----

    /** Streams with names of their own can be given groups of their own. */
    private boolean isTellableApart(AddressSpace.OfDevice device, Group group) {
        return described(device).streamId().isPresent()
                && group.members.stream()
                        .filter(member -> member.index() != device.index())
                        .noneMatch(member -> described(member)
                                .streamId()
                                .equals(described(device).streamId()));
    }

    private static boolean hasReachAboveWindow(AddressSpace.OfDevice device) {
        Extent reach = device.reach();
        Extent use = device.use();
        return reach != null && use != null && use.last() < reach.last();
    }

    /** How many runs of stretches are reserved. */
    private IntVar entriesOf(BoolVar[] reserved) {
        BoolVar[] starts = model.boolVarArray(reserved.length);
        model.arithm(starts[0], "=", reserved[0]).post();
        for (int at = 1; at < starts.length; at++) {
            model.arithm(reserved[at], ">", reserved[at - 1]).reifyWith(starts[at]);
        }
        IntVar count = model.intVar(0, reserved.length);
        model.sum(starts, "=", count).post();
        return count;
    }

    // ---- what must be so ----

    /** Nothing is handed out outside of the window, nor where firmware has reserved something for a device of the domain. */
    private void keepInside(Choice choice) {
        AddressSpace.OfDevice device = choice.device;
        for (int at = 0; at < stretchCount(); at++) {
            Extent stretch = space.stretches().get(at);
            if (!device.mayBeGiven(stretch)) {
                continue;
            }
            if (device.hasRegionAt(stretch)) {
                model.arithm(choice.closed[at], "=", 1).post();
            } else if (!device.mayUse(stretch)) {
                boolean above =
                        device.use() != null && stretch.first() > device.use().last();
                BoolVar[] ways =
                        above ? new BoolVar[] {choice.closed[at], choice.low} : new BoolVar[] {choice.closed[at]};
                model.sum(ways, ">=", 1).post();
            }
            for (AddressSpace.OfDevice other : choice.group.members) {
                if (other.index() != device.index() && other.hasRegionAt(stretch)) {
                    BoolVar otherIsApart = ownOf(other);
                    model.sum(new BoolVar[] {choice.closed[at], choice.own, otherIsApart}, ">=", 1)
                            .post();
                }
            }
        }
    }

    private BoolVar ownOf(AddressSpace.OfDevice device) {
        return choices.stream()
                .filter(choice -> choice.device.index() == device.index())
                .map(choice -> choice.own)
                .findFirst()
                .orElseThrow();
    }

    /** The largest buffer fits somewhere if nothing else is mapped. */
    private void leaveRoom(Choice choice) {
        if (choice.device.pages() == 0) {
            return;
        }
        List<BoolVar> places = new ArrayList<>();
        for (int first = 0; first < stretchCount(); first++) {
            for (int last = first;
                    last < stretchCount()
                            && choice.device.mayUse(space.stretches().get(last));
                    last++) {
                long low = space.stretches().get(first).first();
                long high = space.stretches().get(last).last();
                if (choice.device.mayUse(space.stretches().get(first)) && fits(low, high, choice.device.pages())) {
                    BoolVar open = model.boolVar();
                    model.sum(Arrays.copyOfRange(choice.closed, first, last + 1), "=", 0)
                            .reifyWith(open);
                    places.add(open);
                    break;
                }
            }
        }
        if (places.isEmpty()) {
            model.falseConstraint().post();
        } else {
            model.sum(places.toArray(BoolVar[]::new), ">=", 1).post();
        }
    }

    /** Whether a request finds an address between two pfns that is aligned to its size rounded up to a power of two. */
    static boolean fits(long low, long high, long pages) {
        if (high - low + 1 < pages) {
            return false;
        }
        long alignment = Long.highestOneBit(pages) == pages ? pages : Long.highestOneBit(pages) << 1;
        long start = (high - pages + 1) & -alignment;
        return start >= low;
    }

    // ---- what is wanted ----

    /** Little waste first, then few entries. */
    private void setGoals() {
        WeightedSum waste = new WeightedSum();
        List<IntVar> entries = new ArrayList<>();
        for (Choice choice : choices) {
            for (int at = 0; at < stretchCount(); at++) {
                Extent stretch = space.stretches().get(at);
                if (choice.device.mayUse(stretch)) {
                    waste.add(choice.closed[at], stretch.size());
                }
            }
            entries.add(choice.entries);
            entries.add(choice.low);
            if (choice.group.members.size() > 1) {
                entries.add(choice.own);
            }
        }
        goals.addAll(waste.post(model));
        IntVar count = model.intVar(0, entries.stream().mapToInt(IntVar::getUB).sum());
        model.sum(entries.toArray(IntVar[]::new), "=", count).post();
        goals.add(count);
    }

    private Line line(Line.Subject subject, AddressSpace.OfDevice device) {
        return Line.of(subject, device.index());
    }

    Model model() {
        return model;
    }

    /** What is to be made least, the most important first. The last one is the number of entries. */
    List<IntVar> goals() {
        return goals;
    }

    // ---- what was decided ----

    Repair repair(Solution solution, boolean proved) {
        List<Repair.OfDevice> devices = new ArrayList<>();
        for (Choice choice : choices) {
            devices.add(ofDevice(choice, solution));
        }
        return new Repair(devices, solution.getIntVal(goals.get(goals.size() - 1)), proved);
    }

    /** Whether nobody in the domain can be given this or anything below it, and something is reserved right above: people count from 0. */
    private boolean isIdleBeforeReserved(int at, boolean own, Choice choice, BoolVar[] reserved, Solution solution) {
        List<AddressSpace.OfDevice> members = own ? List.of(choice.device) : choice.group.members;
        for (int below = 0; below < stretchCount(); below++) {
            Extent stretch = space.stretches().get(below);
            if (members.stream().anyMatch(member -> member.mayBeGiven(stretch))) {
                return below > at && solution.getIntVal(reserved[below]) == 1;
            }
        }
        return false;
    }

    private Repair.OfDevice ofDevice(Choice choice, Solution solution) {
        boolean own = solution.getIntVal(choice.own) == 1;
        boolean low = solution.getIntVal(choice.low) == 1;
        BoolVar[] reserved = own ? choice.reserved : choice.group.reserved;
        List<Extent> runs = new ArrayList<>();
        long usable = 0;
        long wasted = 0;
        for (int at = 0; at < stretchCount(); at++) {
            Extent stretch = space.stretches().get(at);
            if (solution.getIntVal(reserved[at]) == 1 || isIdleBeforeReserved(at, own, choice, reserved, solution)) {
                boolean goesOn = !runs.isEmpty() && runs.get(runs.size() - 1).last() + 1 == stretch.first();
                Extent run = goesOn ? runs.remove(runs.size() - 1) : stretch;
                runs.add(new Extent(run.first(), stretch.last()));
            }
            if (choice.device.mayUse(stretch)) {
                boolean closed = solution.getIntVal(choice.closed[at]) == 1;
                usable += closed ? 0 : stretch.size();
                wasted += closed ? stretch.size() : 0;
            }
        }
        Device described = described(choice.device);
        Extent use = choice.device.use();
        long mask = low && use != null ? space.bytes(use).last() : described.mask();
        return new Repair.OfDevice(
                choice.device.index(),
                own && choice.group.members.size() > 1,
                mask,
                low,
                runs.stream().map(space::bytes).toList(),
                usable,
                wasted);
    }
}
