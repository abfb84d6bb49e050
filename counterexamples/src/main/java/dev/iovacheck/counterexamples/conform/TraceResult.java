package dev.iovacheck.counterexamples.conform;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a call returned, or what a dump shows. */
public sealed interface TraceResult permits TraceResult.Values, TraceState {

    /** The first place at which {@code got} differs from this recorded result. */
    Optional<Difference> firstDifference(TraceResult got);

    /**
     * The result fields of a call, in the order of the trace; empty for calls that return nothing.
     *
     * @param fields names and values
     */
    record Values(List<Value> fields) implements TraceResult {

        /** The result of calls that return nothing. */
        static final Values NONE = new Values(List.of());

        public Values {
            fields = List.copyOf(fields);
        }

        static Values of(String name, Object value) {
            return NONE.and(name, value);
        }

        Values and(String name, Object value) {
            List<Value> more = new ArrayList<>(fields);
            more.add(new Value(name, value.toString()));
            return new Values(more);
        }

        /** A node, or {@code null} where the kernel returned none. */
        static Values ofNode(String name, Optional<NodeRange> node) {
            return of(name, node.map(NodeRange::toString).orElse("null"));
        }

        /** An unsigned number. */
        static Values ofNumber(String name, long number) {
            return of(name, Long.toUnsignedString(number));
        }

        @Override
        public Optional<Difference> firstDifference(TraceResult got) {
            List<Value> others = ((Values) got).fields;
            for (int index = 0; index < fields.size(); index++) {
                Value field = fields.get(index);
                Optional<Difference> difference = Difference.ofValues(
                        field.name(), field.text(), others.get(index).text());
                if (difference.isPresent()) {
                    return difference;
                }
            }
            return Optional.empty();
        }
    }

    /**
     * One result field.
     *
     * @param name as in the trace
     * @param text the value as JSON writes it, numbers in unsigned decimal
     */
    record Value(String name, String text) {}
}
