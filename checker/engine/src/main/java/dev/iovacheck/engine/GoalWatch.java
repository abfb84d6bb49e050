package dev.iovacheck.engine;

import dev.iovacheck.model.config.Goal;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Outcome;
import dev.iovacheck.model.machine.Step;
import java.io.DataInput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Watches for the goals of a configuration while states are looked at, and remembers the shortest way to each. Where devices are searched
 * apart, a goal that names one is reached only where that one takes part.
 */
public final class GoalWatch {

    /** Number of steps of a way that was not found. */
    public static final int NOT_REACHED = Integer.MAX_VALUE;

    private final List<Goal> goals;
    private final boolean[] concerned;
    private final int[] nearest;

    /** @param machine whose configuration and devices it is about */
    public GoalWatch(Machine machine) {
        goals = machine.configuration().goals();
        concerned = new boolean[goals.size()];
        for (int index = 0; index < concerned.length; index++) {
            int device = goals.get(index).device();
            concerned[index] =
                    device == Goal.ANY || Arrays.stream(machine.devices()).anyMatch(member -> member == device);
        }
        nearest = new int[goals.size()];
        Arrays.fill(nearest, NOT_REACHED);
    }

    /**
     * Looks at a step.
     *
     * @param steps how many there are up to and including this one
     */
    public void step(Step step, int steps) {
        for (int index = 0; index < nearest.length; index++) {
            if (steps < nearest[index] && concerned[index] && isReachedBy(goals.get(index), step)) {
                nearest[index] = steps;
            }
        }
    }

    /**
     * Looks at a state.
     *
     * @param steps how many lead to it
     */
    public void state(Machine machine, int steps) {
        for (int index = 0; index < nearest.length; index++) {
            if (steps < nearest[index]
                    && concerned[index]
                    && goals.get(index) instanceof Goal.Live live
                    && isLive(live, machine)) {
                nearest[index] = steps;
            }
        }
    }

    private static boolean isReachedBy(Goal goal, Step step) {
        if (goal instanceof Goal.Taken taken) {
            return step.after().hasTaken(taken.branch());
        }
        boolean isItsDevice = goal.device() == Goal.ANY || goal.device() == step.device();
        if (goal instanceof Goal.MapFails) {
            return isItsDevice
                    && step.kind() == Action.Kind.MAP
                    && step.outcome().isFailure();
        }
        return goal instanceof Goal.Returns returns
                && isItsDevice
                && (returns.of() == Goal.Call.IOMMU_DMA_INIT_DOMAIN
                        ? setsUp(step, returns.errno())
                        : reserves(step, returns.errno()));
    }

    private static boolean hasReturned(Outcome outcome, @Nullable Errno errno) {
        return errno == null
                ? outcome.kind() == Outcome.Kind.SUCCESS
                : outcome.kind() == Outcome.Kind.ERROR && outcome.errno() == errno;
    }

    /** A device that was added uses the IOMMU exactly if its set-up returned 0. */
    private static boolean setsUp(Step step, @Nullable Errno errno) {
        if (step.kind() != Action.Kind.ADD || !step.outcome().returned()) {
            return false;
        }
        boolean success = step.after().usesDmaIommu(step.device());
        return errno == null ? success : !success && hasReturned(step.outcome(), errno);
    }

    /** A call of its own, or one that the driver has made in its probe: that tells its error, and succeeds only if the call did. */
    private static boolean reserves(Step step, @Nullable Errno errno) {
        boolean atProbe = step.kind() == Action.Kind.ADD
                && step.after().usesDmaIommu(step.device())
                && callsAtProbe(step.before(), step.device());
        return (atProbe || step.kind() == Action.Kind.RESERVE) && hasReturned(step.outcome(), errno);
    }

    private static boolean callsAtProbe(Machine machine, int device) {
        for (Reservation call : machine.configuration().reservations()) {
            if (call.device() == device
                    && call.when() == Reservation.When.AT_PROBE
                    && machine.configuration().mechanism().isCall()) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLive(Goal.Live live, Machine machine) {
        if (live.device() != Goal.ANY) {
            return machine.liveOf(live.device()) >= live.count();
        }
        for (int domain = 0; domain < machine.domainCount(); domain++) {
            if (machine.heldIn(machine.domain(domain)) >= live.count()) {
                return true;
            }
        }
        return false;
    }

    /** Takes over what another one has seen nearer. */
    public void add(GoalWatch other) {
        add(other, NOT_REACHED);
    }

    /** The same, but for what took more than so many steps. */
    void add(GoalWatch other, int most) {
        for (int index = 0; index < nearest.length; index++) {
            if (other.nearest[index] <= most) {
                nearest[index] = Math.min(nearest[index], other.nearest[index]);
            }
        }
    }

    /** The steps of the shortest way to a goal, by its place in the configuration; {@link #NOT_REACHED} if none was seen. */
    public int steps(int goal) {
        return nearest[goal];
    }

    void save(DataOutputStream out) throws IOException {
        for (int steps : nearest) {
            out.writeInt(steps);
        }
    }

    /** Takes over what another one had seen when it did {@link #save}. */
    void restore(DataInput in) throws IOException {
        for (int index = 0; index < nearest.length; index++) {
            nearest[index] = Math.min(nearest[index], in.readInt());
        }
    }
}
