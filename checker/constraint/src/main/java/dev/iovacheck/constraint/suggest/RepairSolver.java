package dev.iovacheck.constraint.suggest;

import dev.iovacheck.constraint.space.AddressSpace;
import dev.iovacheck.constraint.space.Line;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chocosolver.solver.Solution;
import org.chocosolver.solver.variables.IntVar;

/** Finds the smallest repair of a configuration, or the smallest set of its lines that cannot all be met. */
public final class RepairSolver {

    private final Configuration configuration;
    private final long deadline;

    /**
     * @param configuration what is to be repaired; its mechanism and what that reserves do not matter
     * @param limit how long may be searched for something better
     */
    public RepairSolver(Configuration configuration, Duration limit) {
        this.configuration = configuration;
        deadline = System.nanoTime() + limit.toNanos();
    }

    /**
     * The repair that wastes least address space and, of those, has the fewest entries.
     *
     * @return empty if there is none, or none was found in time: {@link #contradiction} tells
     */
    public Optional<Repair> repair() {
        AddressSpace space = new AddressSpace(configuration, Set.of());
        List<Integer> least = new ArrayList<>();
        Repair best = null;
        boolean proved = true;
        int goalCount = new RepairModel(space, Set.of()).goals().size();
        for (int goal = 0; goal < goalCount; goal++) {
            RepairModel repair = new RepairModel(space, Set.of());
            for (int before = 0; before < goal; before++) {
                IntVar met = repair.goals().get(before);
                repair.model().arithm(met, "=", least.get(before)).post();
            }
            repair.model().getSolver().limitTime(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            IntVar wanted = repair.goals().get(goal);
            Solution solution = repair.model().getSolver().findOptimalSolution(wanted, false);
            boolean cutOff = repair.model().getSolver().isStopCriterionMet();
            proved &= !cutOff;
            if (solution == null) {
                return Optional.ofNullable(best).map(found -> new Repair(found.devices(), found.entries(), false));
            }
            least.add(solution.getIntVal(wanted));
            best = repair.repair(solution, proved);
        }
        return Optional.ofNullable(best);
    }

    /**
     * The fewest lines that cannot all be met.
     *
     * @return empty if all can
     */
    public List<Line> contradiction() {
        List<Line> lines = lines();
        if (isPossible(Set.of())) {
            return List.of();
        }
        List<Line> core = new ArrayList<>(lines);
        for (Line line : lines) {
            List<Line> fewer = new ArrayList<>(core);
            fewer.remove(line);
            if (!isPossible(allBut(lines, fewer))) {
                core = fewer;
            }
        }
        // None of them can be left out. Whether other lines would do, fewer of them, is tried from the smallest number
        // up.
        for (int count = 1; count < core.size(); count++) {
            List<Line> smaller = conflict(lines, count, 0, new ArrayList<>());
            if (!smaller.isEmpty()) {
                return smaller;
            }
        }
        return List.copyOf(core);
    }

    private List<Line> conflict(List<Line> lines, int count, int from, List<Line> chosen) {
        if (chosen.size() == count) {
            return isPossible(allBut(lines, chosen)) ? List.of() : List.copyOf(chosen);
        }
        for (int at = from; at < lines.size(); at++) {
            chosen.add(lines.get(at));
            List<Line> found = conflict(lines, count, at + 1, chosen);
            if (!found.isEmpty()) {
                return found;
            }
            chosen.remove(chosen.size() - 1);
        }
        return List.of();
    }

    private static Set<Line> allBut(List<Line> lines, List<Line> kept) {
        Set<Line> others = new HashSet<>(lines);
        kept.forEach(others::remove);
        return others;
    }

    private boolean isPossible(Set<Line> leftOut) {
        return new RepairModel(new AddressSpace(configuration, leftOut), leftOut)
                .model()
                .getSolver()
                .solve();
    }

    /** What a repair cannot change. */
    private List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        lines.add(Line.of(Line.Subject.APERTURE, -1));
        for (Device device : configuration.devices()) {
            if (device.group() == null) {
                continue;
            }
            lines.add(Line.of(Line.Subject.WINDOW, device.index()));
            lines.add(Line.of(Line.Subject.MASK, device.index()));
            for (int item = 0; item < device.regions().size(); item++) {
                lines.add(new Line(Line.Subject.REGION, device.index(), item));
            }
            boolean shares = configuration.devices().stream()
                    .anyMatch(other ->
                            other.index() != device.index() && device.group().equals(other.group()));
            if (shares) {
                lines.add(Line.of(Line.Subject.GROUP, device.index()));
            }
            if (!device.buffers().isEmpty()) {
                lines.add(Line.of(Line.Subject.WORKLOAD, device.index()));
            }
        }
        return lines;
    }
}
