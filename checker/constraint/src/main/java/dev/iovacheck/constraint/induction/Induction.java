package dev.iovacheck.constraint.induction;

import dev.iovacheck.constraint.formula.FormulaCompiler;
import dev.iovacheck.constraint.formula.SymbolicFacts;
import dev.iovacheck.constraint.formula.Thing;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.invariants.formula.Formula;
import dev.iovacheck.invariants.formula.Quantity;
import dev.iovacheck.invariants.formula.Sort;
import dev.iovacheck.model.config.Mechanism;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sat4j.specs.TimeoutException;

/**
 * Proves invariants by induction over steps: the lemmas that an invariant needs are kept by each step, and imply it.
 *
 * <p>The first state of a domain, without nodes and promises, has all lemmas but that the window is guarded, which is a condition on the
 * configuration: without it the lower end of a window is nobody's.
 */
public final class Induction {

    private static final Map<String, Set<Lemma>> NEEDED = new LinkedHashMap<>();

    static {
        NEEDED.put(
                "lower-bound",
                EnumSet.of(Lemma.IN_ORDER, Lemma.OWN_NODE, Lemma.ABOVE_START, Lemma.KEPT, Lemma.WINDOW_GUARDED));
        NEEDED.put("upper-bound", EnumSet.of(Lemma.BELOW_LIMIT));
        NEEDED.put("no-reserved-overlap", EnumSet.of(Lemma.IN_ORDER, Lemma.OWN_NODE, Lemma.KEPT));
        NEEDED.put("no-live-overlap", EnumSet.of(Lemma.IN_ORDER, Lemma.OWN_NODE));
        NEEDED.put("reservation-persistence", EnumSet.of(Lemma.IN_ORDER, Lemma.OWN_NODE, Lemma.KEPT));
        NEEDED.put("tree-wellformed", EnumSet.of(Lemma.IN_ORDER));
        NEEDED.put("no-alias-in-domain", EnumSet.of(Lemma.IN_ORDER, Lemma.OWN_NODE));
        NEEDED.put("cover", EnumSet.of(Lemma.IN_ORDER, Lemma.OWN_NODE));
        NEEDED.put("cache-coherence", EnumSet.of(Lemma.IN_ORDER, Lemma.OWN_NODE, Lemma.BEGINS_NODE, Lemma.KEPT));
        NEEDED.put("natural-alignment", EnumSet.of(Lemma.ALIGNED));
        NEEDED.put("nonzero", EnumSet.of(Lemma.ABOVE_START, Lemma.START_ABOVE_ZERO));
    }

    /** What a map takes in a step. */
    private static final Set<Sort> OF_MAPS = EnumSet.of(Sort.TAKEN, Sort.RETURNED);

    private final Mechanism mechanism;
    private final int nodes;
    private final Duration limit;

    /**
     * @param mechanism which calls there are
     * @param nodes the most that the tree has before a step, without the anchor; at least 1
     * @param limit for each question to the solver; some dozen make a proof
     */
    public Induction(Mechanism mechanism, int nodes, Duration limit) {
        this.mechanism = mechanism;
        this.nodes = nodes;
        this.limit = limit;
    }

    /** The invariants that it can be asked for, in the order of the catalogue. */
    public static List<Invariant> provable() {
        return Catalogue.all().stream()
                .filter(invariant -> NEEDED.containsKey(invariant.id()))
                .toList();
    }

    /** What can happen with this mechanism. */
    public List<Transition> transitions() {
        List<Transition> all = new ArrayList<>(List.of(
                Transition.MAP_FROM_TREE,
                Transition.MAP_FROM_CACHE,
                Transition.UNMAP_TO_CACHE,
                Transition.FREE,
                Transition.RESERVE_AT_INIT));
        if (mechanism == Mechanism.POSTED_API) {
            all.add(Transition.RESERVE_POSTED);
        }
        if (mechanism == Mechanism.HARDENED) {
            all.add(Transition.RESERVE_HARDENED);
            all.add(Transition.RELEASE_HARDENED);
        }
        return all;
    }

    /** @throws IllegalArgumentException if it is not {@link #provable} */
    public Proof prove(Invariant invariant) {
        Set<Lemma> lemmas = NEEDED.get(invariant.id());
        if (lemmas == null) {
            throw new IllegalArgumentException("no lemmas for " + invariant.id());
        }
        long start = System.nanoTime();
        Proof.Outcome outcome = new Proof.Outcome.Proved(nodes);
        for (Question question : questions(invariant, lemmas)) {
            Optional<Proof.Outcome> failure = ask(question, lemmas);
            if (failure.isPresent()) {
                outcome = failure.get();
                break;
            }
        }
        return new Proof(invariant, List.copyOf(lemmas), outcome, Duration.ofNanos(System.nanoTime() - start));
    }

    /**
     * Something that is to be shown.
     *
     * @param transition of this step; {@code null}: of a state
     * @param lemma that this still holds after it; {@code null}: that the invariant does
     */
    private record Question(
            @Nullable Transition transition, @Nullable Lemma lemma, Invariant invariant) {

        String claim() {
            return lemma == null ? invariant.claim() : lemma.claim();
        }
    }

    private List<Question> questions(Invariant invariant, Set<Lemma> lemmas) {
        List<Question> all = new ArrayList<>();
        boolean isOfSteps =
                invariant.formula().orElseThrow().clauses().stream().anyMatch(clause -> OF_MAPS.contains(clause.x()));
        if (isOfSteps) {
            all.add(new Question(Transition.MAP_FROM_TREE, null, invariant));
            all.add(new Question(Transition.MAP_FROM_CACHE, null, invariant));
        } else {
            all.add(new Question(null, null, invariant));
        }
        for (Transition transition : transitions()) {
            for (Lemma lemma : lemmas) {
                all.add(new Question(transition, lemma, invariant));
            }
        }
        return all;
    }

    /** Empty if it is shown. */
    private Optional<Proof.Outcome> ask(Question question, Set<Lemma> lemmas) {
        OrderLogic logic = new OrderLogic();
        TreeState before = TreeState.any(logic, nodes);
        lemmas.forEach(lemma -> logic.require(lemma.holds(before)));
        Transition transition = question.transition();
        Change change = transition == null ? Change.of(before) : transition.of(before);
        logic.require(logic.not(holdsAfter(question, before, change)));
        Optional<OrderLogic.Order> found;
        try {
            found = logic.solve(limit);
        } catch (TimeoutException e) {
            return Optional.of(
                    new Proof.Outcome.Undecided("the solver's time was up after " + limit.toSeconds() + " s"));
        }
        return found.map(order -> new Proof.Outcome.NotInductive(
                new Counterstate(transition, question.claim(), new Portrait(order).of(before, change))));
    }

    private Condition holdsAfter(Question question, TreeState before, Change change) {
        OrderLogic logic = before.logic();
        Lemma lemma = question.lemma();
        if (lemma != null) {
            TreeState promised = lemma == Lemma.KEPT ? change.withNewPromise() : null;
            Condition ofOld = lemma.holds(change.after());
            return promised == null ? ofOld : logic.and(ofOld, lemma.holds(promised));
        }
        Formula formula = question.invariant().formula().orElseThrow();
        SymbolicFacts<Condition, Granule> facts = change.after().facts();
        if (change.taken() != null) {
            Request taken = change.taken();
            facts.add(Sort.TAKEN, before.range(logic.truth(true), taken.first(), taken.last()));
            Granule offset = logic.select(taken.isAligned(), logic.zero(), logic.top());
            facts.add(
                    Sort.RETURNED,
                    new Thing<>(logic.truth(true), Map.of(Quantity.FIRST, taken.first(), Quantity.OFFSET, offset)));
            TreeState.Surroundings around = before.surroundings();
            facts.add(Sort.PROMISE, before.range(around.isPromised(), around.promiseFirst(), around.promiseLast()));
        }
        return new FormulaCompiler<>(logic).holds(formula, facts);
    }
}
