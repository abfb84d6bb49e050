package dev.iovacheck.engine;

import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.invariants.ProgressInvariant;
import dev.iovacheck.model.fq.FlushQueue;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;
import java.util.Arrays;
import java.util.List;

/**
 * Shows of most claims that something stays recoverable, while the search goes on, that they are kept.
 *
 * <p>Suppose that from every state that is no goal, some action that counts on the way leads to a state in which less is held. Less can be
 * held only finitely often, so every state gets to a goal: no state need be looked at again. What is held is measured by mappings and
 * queued ranges, which neither names of devices and CPUs nor the order of calls change. That a state has no such action proves nothing;
 * the claim is missed then, and {@link ProgressAnalysis} finds out.
 */
final class WaysDown {

    private final ProgressInvariant[] claims;
    private final int[] ids;
    private final boolean[] missed;

    private int heldBefore;

    /** Bit {@code claim} is set while neither is it missed, nor was a way down from the current state seen for it. */
    private long open;

    /**
     * @param invariants what is checked; of these it looks at claims that something is recoverable, at most 64
     * @param missed by position there: set once a state was met that is no goal and from which no way down was seen
     */
    WaysDown(List<Invariant> invariants, boolean[] missed) {
        this.missed = missed;
        claims = invariants.stream()
                .filter(WaysDown::isLookedAt)
                .map(ProgressInvariant.class::cast)
                .toArray(ProgressInvariant[]::new);
        ids = Arrays.stream(claims).mapToInt(invariants::indexOf).toArray();
        if (claims.length > Long.SIZE) {
            throw new IllegalArgumentException("too many claims: " + claims.length);
        }
    }

    static boolean isLookedAt(Invariant invariant) {
        return invariant instanceof ProgressInvariant claim && claim.kind() == ProgressInvariant.Kind.RECOVERABLE;
    }

    /** Turns to a state. */
    void from(Machine machine) {
        open = 0;
        if (machine.isCrashed()) {
            return;
        }
        for (int claim = 0; claim < claims.length; claim++) {
            open |= missed[ids[claim]] ? 0 : 1L << claim;
        }
        heldBefore = open == 0 ? 0 : held(machine);
    }

    /** Takes note of an action that led from the state turned to to another one. */
    void step(Machine before, int action, Machine after) {
        if (open == 0 || after.isCrashed() || held(after) >= heldBefore) {
            return;
        }
        for (int claim = 0; claim < claims.length; claim++) {
            if ((open & 1L << claim) != 0 && claims[claim].mayHelp(before, action)) {
                open &= ~(1L << claim);
            }
        }
    }

    /** All actions were told. */
    void done(Machine before) {
        for (int claim = 0; open != 0 && claim < claims.length; claim++) {
            if ((open & 1L << claim) != 0) {
                missed[ids[claim]] = !claims[claim].isGoal(before);
            }
        }
    }

    /** Twice the mappings and once the queued ranges, since an unmap may queue what was mapped. */
    private static int held(Machine machine) {
        int held = 0;
        for (int index = 0; index < machine.domainCount(); index++) {
            DefaultDomain domain = machine.domain(index);
            held += 2 * domain.live().count();
            FlushQueue queue = domain.queue();
            for (int ring = 0; queue.isActive() && ring < queue.rings(); ring++) {
                held += queue.size(ring);
            }
        }
        return held;
    }
}
