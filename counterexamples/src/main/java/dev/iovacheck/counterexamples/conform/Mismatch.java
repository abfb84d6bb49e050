package dev.iovacheck.counterexamples.conform;

/**
 * The first line of a trace on which the model answered differently from the kernel.
 *
 * @param line number of the line in the file, the header being 1
 * @param operation running number of the operation, from 0
 * @param op the trace's word for the operation
 * @param allocator which allocator differed: the model is replayed with more than one way to keep its nodes
 * @param difference the field, and what stood there
 */
public record Mismatch(long line, long operation, String op, String allocator, Difference difference) {}
