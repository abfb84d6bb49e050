package dev.iovacheck.model.board;

import java.util.List;
import java.util.Optional;

/**
 * A group of a running kernel together with what a device tree has for its devices.
 *
 * @param group as sysfs says it
 * @param members those of its devices that are looked at; at least one
 */
record JoinedGroup(KernelGroup group, List<Member> members) {

    /**
     * A device of a group.
     *
     * @param device as sysfs says it
     * @param master what the tree has for it, under the name of sysfs
     */
    record Member(SysfsDevice device, Optional<Master> master) {

        boolean isCalled(String wanted) {
            return device.name().equals(wanted)
                    || master.filter(each -> each.isCalled(wanted)).isPresent();
        }
    }

    JoinedGroup {
        members = List.copyOf(members);
    }

    /** What the tree has for its devices, as far as it knows them. */
    List<Master> masters() {
        return members.stream().flatMap(member -> member.master().stream()).toList();
    }

    Optional<Master> first() {
        return masters().stream().findFirst();
    }

    int references() {
        return masters().stream().mapToInt(Master::references).sum();
    }

    /** What the tree has for the device of this name. */
    Optional<Master> master(String name) {
        return masters().stream().filter(master -> master.name().equals(name)).findFirst();
    }
}
