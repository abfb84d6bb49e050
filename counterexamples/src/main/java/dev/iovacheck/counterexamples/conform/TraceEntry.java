package dev.iovacheck.counterexamples.conform;

/**
 * One line of a trace after the header.
 *
 * @param line number of the line in the file, the header being 1
 * @param number the running number {@code i}, from 0
 * @param operation what was called
 * @param recorded what the kernel answered
 */
public record TraceEntry(long line, long number, TraceOperation operation, TraceOutcome recorded) {}
