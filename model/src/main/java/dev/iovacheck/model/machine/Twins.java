package dev.iovacheck.model.machine;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Mechanism;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Which devices, and which parts of a configuration, are alike in everything but their names: name, stream ID, node and group say who
 * is meant, and nothing that happens or is checked depends on them, unless a goal of the configuration names a device. What a node brings with it, its reserved regions, is compared.
 */
final class Twins {

    private Twins() {}

    /**
     * For each device that takes part, the first one that it can change places with; by device index, -1 for devices that do not take
     * part.
     */
    static int[] of(Blueprint plan) {
        int[] twins = new int[plan.setups.length];
        Arrays.fill(twins, -1);
        boolean orderMatters = orderOfPromisesMatters(plan);
        for (int device : plan.devices) {
            twins[device] = device;
            for (int earlier : plan.devices) {
                if (earlier < device
                        && !orderMatters
                        && !plan.remembersUnmap
                        && plan.domainOf[earlier] >= 0
                        && plan.domainOf[earlier] == plan.domainOf[device]
                        && isAlike(plan, earlier, plan, device)) {
                    twins[device] = earlier;
                    break;
                }
            }
        }
        return twins;
    }

    /**
     * Whether two parts are alike: as many devices, alike one by one, making the same calls in the same order.
     *
     * @param one indices of the devices of one part, ascending
     * @param other likewise
     */
    static boolean areAlike(Configuration configuration, int[] one, int[] other) {
        if (one.length != other.length) {
            return false;
        }
        Blueprint plan = new Blueprint(configuration, one, null);
        Blueprint twin = new Blueprint(configuration, other, null);
        for (int number = 0; number < one.length; number++) {
            if (plan.domainOf[one[number]] != twin.domainOf[other[number]]
                    || !isAlike(plan, one[number], twin, other[number])) {
                return false;
            }
        }
        if (plan.reservations.length != twin.reservations.length) {
            return false;
        }
        for (int number = 0; number < plan.reservations.length; number++) {
            int caller =
                    configuration.reservations().get(plan.reservations[number]).device();
            int twinCaller =
                    configuration.reservations().get(twin.reservations[number]).device();
            if (Arrays.binarySearch(one, caller) != Arrays.binarySearch(other, twinCaller)) {
                return false;
            }
        }
        return true;
    }

    /** A goal may ask for something of one device that its twins never do. */
    private static boolean isNamedByGoal(Blueprint plan, int device) {
        return plan.configuration.goals().stream().anyMatch(goal -> goal.device() == device);
    }

    private static boolean isAlike(Blueprint plan, int device, Blueprint twinPlan, int twin) {
        if (isNamedByGoal(plan, device) || isNamedByGoal(twinPlan, twin)) {
            return false;
        }
        DeviceSetup setup = Objects.requireNonNull(plan.setups[device]);
        DeviceSetup twinSetup = Objects.requireNonNull(twinPlan.setups[twin]);
        Device one = setup.device();
        Device other = twinSetup.device();
        return one.bus() == other.bus()
                && one.mask() == other.mask()
                && one.window().equals(other.window())
                && one.dmaRanges().equals(other.dmaRanges())
                && one.iommuRanges().equals(other.iommuRanges())
                && one.regions().equals(other.regions())
                && one.buffers().equals(other.buffers())
                && one.dma().equals(other.dma())
                && one.live() == other.live()
                && setup.regions().equals(twinSetup.regions())
                && setup.basePfn() == twinSetup.basePfn()
                && one.bound() == other.bound()
                && Objects.equals(one.requiredType(), other.requiredType())
                // The page of a doorbell belongs to whoever asked first and serves all.
                && one.doorbell().isEmpty()
                && other.doorbell().isEmpty()
                && calls(plan, device).equals(calls(twinPlan, twin));
    }

    /** What a device's driver calls, in order and without names. */
    private static List<List<Object>> calls(Blueprint plan, int device) {
        return Arrays.stream(plan.reservations)
                .mapToObj(index -> plan.configuration.reservations().get(index))
                .filter(call -> call.device() == device)
                .map(call -> List.<Object>of(call.start(), call.length(), call.when()))
                .toList();
    }

    /**
     * After a device is removed the repaired call fills the gaps of the promises that still stand, one by one in the order of the
     * configuration. Where two of them overlap in part, the order decides where nodes begin and end, and with it who made a promise.
     */
    private static boolean orderOfPromisesMatters(Blueprint plan) {
        if (plan.configuration.mechanism() != Mechanism.HARDENED
                || !plan.configuration.exploration().removal()) {
            return false;
        }
        int shift = plan.configuration.iommu().granuleShift();
        for (Promise one : plan.promises) {
            Extent pfns = pfns(one.bytes(), shift);
            for (Promise other : plan.promises) {
                Extent otherPfns = pfns(other.bytes(), shift);
                if (one.domain() == other.domain() && !pfns.equals(otherPfns) && pfns.intersects(otherPfns)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Extent pfns(Extent bytes, int shift) {
        return new Extent(bytes.first() >>> shift, bytes.last() >>> shift);
    }
}
