package dev.iovacheck.constraint.suggest;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.chocosolver.solver.Model;
import org.chocosolver.solver.variables.BoolVar;
import org.chocosolver.solver.variables.IntVar;

/**
 * A sum of weights of true variables that may be far larger than the solver's integers: it is split into digits, as one adds on paper. To
 * make the sum least, make the digits least one after the other, the highest first.
 */
final class WeightedSum {

    private static final int DIGIT_BITS = 14;
    private static final int BASE = 1 << DIGIT_BITS;

    private final List<BoolVar> variables = new ArrayList<>();
    private final List<Long> weights = new ArrayList<>();

    /** @param weight not negative */
    void add(BoolVar variable, long weight) {
        variables.add(variable);
        weights.add(weight);
    }

    /**
     * Posts the sum.
     *
     * @return its digits, the highest first, of the sum divided by what all weights have in common; empty if it is always 0
     */
    List<IntVar> post(Model model) {
        BigInteger common = weights.stream().map(BigInteger::valueOf).reduce(BigInteger.ZERO, BigInteger::gcd);
        List<IntVar> digits = new ArrayList<>();
        if (common.signum() == 0) {
            return digits;
        }
        BigInteger rest = weights.stream().map(BigInteger::valueOf).reduce(BigInteger.ZERO, BigInteger::add);
        rest = rest.divide(common);
        IntVar carried = model.intVar(0);
        for (int place = 0; rest.signum() > 0; place++) {
            int shift = place * DIGIT_BITS;
            int[] parts = weights.stream()
                    .mapToInt(weight -> (int) ((weight / common.longValueExact()) >>> shift) & BASE - 1)
                    .toArray();
            int most = carried.getUB();
            for (int part : parts) {
                most = Math.addExact(most, part);
            }
            IntVar digit = model.intVar("digit" + place, 0, Math.min(most, BASE - 1));
            IntVar carry = model.intVar("carry" + place, 0, most / BASE);
            List<IntVar> terms = new ArrayList<>(variables);
            terms.add(carried);
            terms.add(carry);
            int[] factors = new int[parts.length + 2];
            System.arraycopy(parts, 0, factors, 0, parts.length);
            factors[parts.length] = 1;
            factors[parts.length + 1] = -BASE;
            model.scalar(terms.toArray(IntVar[]::new), factors, "=", digit).post();
            digits.add(0, digit);
            carried = carry;
            rest = rest.shiftRight(DIGIT_BITS);
        }
        model.arithm(carried, "=", 0).post();
        return digits;
    }
}
