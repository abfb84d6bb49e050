package dev.iovacheck.constraint.suggest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.chocosolver.solver.Model;
import org.chocosolver.solver.variables.IntVar;

class WeightedSumProperties {

    /** Digits of a sum of some of the weights, put together again, are the sum. */
    @Property(tries = 200)
    void digitsAreThoseOfTheSum(
            @ForAll @Size(min = 1, max = 6) List<@LongRange(min = 0, max = 1L << 52) Long> weights,
            @ForAll int chosen) {
        Model model = new Model();
        WeightedSum sum = new WeightedSum();
        BigInteger expected = BigInteger.ZERO;
        BigInteger common = BigInteger.ZERO;
        for (int index = 0; index < weights.size(); index++) {
            boolean isIn = (chosen >> index & 1) == 1;
            sum.add(model.boolVar(isIn), weights.get(index));
            BigInteger weight = BigInteger.valueOf(weights.get(index));
            expected = isIn ? expected.add(weight) : expected;
            common = common.gcd(weight);
        }
        List<IntVar> digits = sum.post(model);
        assertEquals(true, model.getSolver().solve());
        BigInteger value = BigInteger.ZERO;
        for (IntVar digit : digits) {
            value = value.shiftLeft(14).add(BigInteger.valueOf(digit.getValue()));
        }
        assertEquals(expected, value.multiply(common));
    }
}
