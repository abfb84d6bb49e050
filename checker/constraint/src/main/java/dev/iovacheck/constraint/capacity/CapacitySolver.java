package dev.iovacheck.constraint.capacity;

import dev.iovacheck.model.address.Extent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.chocosolver.solver.Model;
import org.chocosolver.solver.Solution;
import org.chocosolver.solver.search.strategy.Search;
import org.chocosolver.solver.variables.BoolVar;
import org.chocosolver.solver.variables.IntVar;

/**
 * Looks for the fewest granules that keep a request from finding a place: the worst fragmentation, because then most is free.
 *
 * <p>There is one variable for each buffer at each start where it blocks something. Every place is blocked by exactly one of them, which is
 * one global constraint for each place and says at the same time that no two buffers overlap; a device holds no more buffers than its driver
 * does. The sum of what they take is made least. Blocked is blocked: where it does not matter which buffer of a device it is, none has a number.
 */
public final class CapacitySolver {

    private final Duration limit;

    /** @param limit how long may be searched for each request */
    public CapacitySolver(Duration limit) {
        this.limit = limit;
    }

    /** Whether a request always fits beside all that its workload lets drivers hold at the same time. */
    public Answer always(Request request) {
        return answer(request, false);
    }

    /** The same however many buffers each driver holds: how far the workload is from it. */
    public Answer whateverIsHeld(Request request) {
        return answer(request, true);
    }

    private Answer answer(Request request, boolean unlimited) {
        if (request.placeCount() == 0) {
            return new Answer.MayFail(new Blockade(List.of(), 0, true));
        }
        if (mostBlocked(request, unlimited) < request.placeCount()) {
            return new Answer.AlwaysFits(true);
        }
        if (request.isTooFine()) {
            return new Answer.Open("more than " + Request.MOST_PLACES + " places");
        }
        return search(request, unlimited);
    }

    /** How many places all buffers together could block at most. */
    private static long mostBlocked(Request request, boolean unlimited) {
        if (unlimited) {
            return Long.MAX_VALUE;
        }
        long most = 0;
        for (Request.Buffers buffers : request.buffers()) {
            long each = buffers.kinds().stream()
                    .mapToLong(Request.Kind::mostBlocked)
                    .max()
                    .orElse(0);
            most = Math.addExact(most, Math.multiplyExact(each, buffers.live()));
        }
        return most;
    }

    private record Placed(Blockade.Buffer buffer, long pages, BoolVar isThere) {}

    private Answer search(Request request, boolean unlimited) {
        Model model = new Model("capacity");
        List<Placed> all = new ArrayList<>();
        List<List<BoolVar>> blocking = new ArrayList<>();
        request.places().forEach(place -> blocking.add(new ArrayList<>()));
        for (Request.Buffers buffers : request.buffers()) {
            List<BoolVar> held = new ArrayList<>();
            for (Request.Kind kind : buffers.kinds()) {
                for (int at = 0; at < kind.starts().size(); at++) {
                    BoolVar isThere = model.boolVar();
                    held.add(isThere);
                    Blockade.Buffer buffer = new Blockade.Buffer(
                            buffers.device(), kind.size(), kind.starts().get(at));
                    all.add(new Placed(buffer, kind.pages(), isThere));
                    Extent hit = kind.blocked().get(at);
                    for (long place = hit.first(); place <= hit.last(); place++) {
                        blocking.get((int) place).add(isThere);
                    }
                }
            }
            if (!unlimited && !held.isEmpty()) {
                model.sum(held.toArray(BoolVar[]::new), "<=", buffers.live()).post();
            }
        }
        for (List<BoolVar> here : blocking) {
            if (here.isEmpty()) {
                return new Answer.AlwaysFits(true); // nothing can lie there
            }
            model.sum(here.toArray(BoolVar[]::new), "=", 1).post();
        }
        return least(model, all);
    }

    private Answer least(Model model, List<Placed> all) {
        long unit = all.stream().mapToLong(Placed::pages).reduce(0, CapacitySolver::commonDivisor);
        long most = all.stream().mapToLong(placed -> placed.pages / unit).sum();
        if (most > IntVar.MAX_INT_BOUND) {
            return new Answer.Open("too large a space for buffers of such different sizes");
        }
        BoolVar[] variables = all.stream().map(Placed::isThere).toArray(BoolVar[]::new);
        int[] costs =
                all.stream().mapToInt(placed -> (int) (placed.pages / unit)).toArray();
        IntVar used = model.intVar("used", 0, (int) most);
        model.scalar(variables, costs, "=", used).post();
        model.getSolver().limitTime(Math.max(1, limit.toMillis()));
        // The smallest buffers first, taken rather than not: a good way is found at once, and the rest is to show that
        // it is the best.
        BoolVar[] smallFirst = all.stream()
                .sorted(Comparator.comparingLong(Placed::pages))
                .map(Placed::isThere)
                .toArray(BoolVar[]::new);
        model.getSolver().setSearch(Search.inputOrderUBSearch(smallFirst));
        Solution solution = model.getSolver().findOptimalSolution(used, false);
        boolean cutOff = model.getSolver().isStopCriterionMet();
        if (solution == null) {
            return cutOff
                    ? new Answer.Open("no way was found in " + limit.toSeconds() + " s")
                    : new Answer.AlwaysFits(false);
        }
        List<Blockade.Buffer> buffers = all.stream()
                .filter(placed -> solution.getIntVal(placed.isThere) == 1)
                .map(Placed::buffer)
                .sorted(Comparator.comparingLong(Blockade.Buffer::firstPfn))
                .toList();
        return new Answer.MayFail(new Blockade(buffers, solution.getIntVal(used) * unit, !cutOff));
    }

    private static long commonDivisor(long one, long other) {
        return other == 0 ? one : commonDivisor(other, one % other);
    }
}
