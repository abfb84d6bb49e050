package dev.iovacheck.counterexamples.conform;

import java.util.List;
import java.util.Optional;

/**
 * Where two answers differ first.
 *
 * @param field as in the trace, down to the element: {@code ret}, {@code tree[3]}, {@code cpus[0].loaded[1]}
 * @param expected what the trace says there, {@code nothing} if it has no such element
 * @param got what the model says there
 */
public record Difference(String field, String expected, String got) {

    static final String NOTHING = "nothing";

    static Optional<Difference> ofValues(String field, Object expected, Object got) {
        return expected.equals(got)
                ? Optional.empty()
                : Optional.of(new Difference(field, expected.toString(), got.toString()));
    }

    static Optional<Difference> ofLists(String field, List<?> expected, List<?> got) {
        for (int index = 0; index < Math.max(expected.size(), got.size()); index++) {
            Optional<Difference> difference =
                    ofValues(field + "[" + index + "]", element(expected, index), element(got, index));
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private static Object element(List<?> list, int index) {
        return index < list.size() ? list.get(index) : NOTHING;
    }
}
