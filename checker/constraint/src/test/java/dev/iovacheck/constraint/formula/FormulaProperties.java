package dev.iovacheck.constraint.formula;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.invariants.formula.Facts;
import dev.iovacheck.invariants.formula.Formula;
import dev.iovacheck.invariants.formula.Quantity;
import dev.iovacheck.invariants.formula.Ranges;
import dev.iovacheck.invariants.formula.Sort;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.chocosolver.solver.Model;
import org.chocosolver.solver.variables.BoolVar;
import org.chocosolver.solver.variables.IntVar;

/** A formula is the same to whoever looks at a state and to the solver. */
class FormulaProperties {

    private static final int MOST = 7;
    private static final int THINGS = 4;

    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void solverAndEvaluationAgree(@ForAll long seed) {
        Random random = new Random(seed);
        for (Invariant invariant : Catalogue.all()) {
            if (invariant.formula().isPresent()) {
                check(invariant.formula().get(), new Numbers(random), random, invariant.id());
            }
        }
    }

    private void check(Formula formula, Numbers numbers, Random random, String id) {
        boolean holds = formula.holds(numbers);
        Model model = new Model(id);
        Algebra algebra = new Algebra(model);
        SymbolicFacts<BoolVar, IntVar> facts = new SymbolicFacts<>();
        List<BoolVar> fixed = new ArrayList<>();
        for (Sort sort : Sort.values()) {
            for (int index = 0; index < numbers.count(sort); index++) {
                facts.add(sort, thing(algebra, numbers, sort, index, fixed));
            }
            if (random.nextBoolean()) {
                // Something that might be there and is not changes nothing.
                Thing<BoolVar, IntVar> ghost = thing(algebra, numbers.other(), sort, 0, new ArrayList<>());
                BoolVar exists = algebra.unknown();
                fixed.add(algebra.not(exists));
                facts.add(sort, new Thing<>(exists, ghost.quantities()));
            }
        }
        BoolVar condition = new FormulaCompiler<>(algebra).holds(formula, facts);
        fixed.forEach(algebra::require);
        assertTrue(model.getSolver().solve(), "given numbers are a solution");
        assertEquals(holds, condition.getValue() == 1, () -> id + ": " + numbers);
    }

    /** Not constants, or all would be folded before the solver sees it. */
    private static Thing<BoolVar, IntVar> thing(
            Algebra algebra, Numbers numbers, Sort sort, int index, List<BoolVar> fixed) {
        Map<Quantity, IntVar> quantities = new EnumMap<>(Quantity.class);
        for (Quantity quantity : Quantity.values()) {
            IntVar number = algebra.unknown(0, MOST + 1);
            fixed.add(algebra.equal(number, (int) numbers.value(sort, index, quantity)));
            quantities.put(quantity, number);
        }
        BoolVar exists = algebra.unknown();
        fixed.add(exists);
        return new Thing<>(exists, quantities);
    }

    /** Random numbers for a few things of each sort. */
    private static final class Numbers implements Facts {

        private final Random random;
        private final Map<Sort, List<Map<Quantity, Long>>> things = new EnumMap<>(Sort.class);

        Numbers(Random random) {
            this.random = random;
            for (Sort sort : Sort.values()) {
                List<Map<Quantity, Long>> all = new ArrayList<>();
                int count = random.nextInt(THINGS);
                while (all.size() < count) {
                    all.add(one());
                }
                things.put(sort, all);
            }
        }

        private Map<Quantity, Long> one() {
            Map<Quantity, Long> numbers = new EnumMap<>(Quantity.class);
            for (Quantity quantity : Quantity.values()) {
                numbers.put(quantity, (long) random.nextInt(MOST + 1));
            }
            numbers.put(Quantity.END, numbers.getOrDefault(Quantity.LAST, 0L) + 1);
            return numbers;
        }

        Numbers other() {
            Numbers other = new Numbers(random);
            for (Sort sort : Sort.values()) {
                other.things.put(sort, List.of(one()));
            }
            return other;
        }

        int count(Sort sort) {
            return things.getOrDefault(sort, List.of()).size();
        }

        @Override
        public Ranges things(Sort sort) {
            Ranges ranges = new Ranges();
            for (int index = 0; index < count(sort); index++) {
                ranges.add(value(sort, index, Quantity.FIRST), value(sort, index, Quantity.LAST));
            }
            return ranges;
        }

        @Override
        public long value(Sort sort, int index, Quantity quantity) {
            return things.getOrDefault(sort, List.of()).get(index).getOrDefault(quantity, 0L);
        }

        @Override
        public String toString() {
            return things.toString();
        }
    }
}
