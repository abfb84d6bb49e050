package dev.iovacheck.engine;

import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.machine.Namings;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a search has looked at.
 *
 * @param parts the independent parts that were searched, each apart
 * @param cutOff why the search ended before everything was seen, if it did
 * @param neverFired what the configuration allows but never happened, in words; meaningful if the search was complete
 * @param branches of the kernel's functions that were taken
 * @param walks the random walks, if that is how it was looked; there are no parts then
 * @param runs how many steps long the runs are that constraint solving has looked at, all of them, if that is how it was looked; there are
 *     no parts then
 * @param elapsed how long it took
 */
public record Coverage(
        List<Part> parts,
        Optional<String> cutOff,
        List<String> neverFired,
        Set<Branch> branches,
        Optional<Walks> walks,
        OptionalInt runs,
        Duration elapsed) {

    /** Of states or walks. */
    public Coverage(
            List<Part> parts,
            Optional<String> cutOff,
            List<String> neverFired,
            Set<Branch> branches,
            Optional<Walks> walks,
            Duration elapsed) {
        this(parts, cutOff, neverFired, branches, walks, OptionalInt.empty(), elapsed);
    }

    /** Of all runs of up to so many steps. */
    public static Coverage ofRuns(int steps, String cutOff, Duration elapsed) {
        return new Coverage(
                List.of(), Optional.of(cutOff), List.of(), Set.of(), Optional.empty(), OptionalInt.of(steps), elapsed);
    }

    public Coverage {
        parts = List.copyOf(parts);
        neverFired = List.copyOf(neverFired);
        branches = Collections.unmodifiableSet(
                branches.isEmpty() ? EnumSet.noneOf(Branch.class) : EnumSet.copyOf(branches));
    }

    /** Branches that kernel and machine have and that were not taken, in the order of the enumeration. */
    public List<Branch> neverTaken(Configuration configuration) {
        return configuration.branches().stream()
                .filter(branch -> !branches.contains(branch))
                .toList();
    }

    /**
     * Random walks.
     *
     * @param seed of the first walk; the next has the next number
     * @param walks how many were begun
     * @param length how many steps each makes, if it does not come to an end before
     * @param steps how many were made, all walks together
     */
    public record Walks(long seed, long walks, int length, long steps) {}

    /**
     * One part.
     *
     * @param devices names of its devices
     * @param copies names of the devices of other parts that are alike in everything but names, and so were not searched themselves
     * @param states distinct states
     * @param represented how many states these stand for: as many would be distinct if CPUs, devices that are alike and buffers had
     *     kept their names; {@link Long#MAX_VALUE} if there are more than that
     * @param transitions transitions between them
     * @param depth the longest shortest way from the initial state to a state, in steps
     * @param bytes memory that the stored states took
     */
    public record Part(
            List<String> devices,
            List<List<String>> copies,
            long states,
            long represented,
            long transitions,
            int depth,
            long bytes) {

        public Part {
            devices = List.copyOf(devices);
            copies = List.copyOf(copies);
        }
    }

    /** How many independent parts there are, those included that were not searched because they are alike. */
    public int allParts() {
        return parts.stream().mapToInt(part -> 1 + part.copies().size()).sum();
    }

    /** Distinct states of all searched parts. */
    public long states() {
        return parts.stream().mapToLong(Part::states).sum();
    }

    /** How many states the distinct ones stand for; {@link Long#MAX_VALUE} if there are more than that. */
    public long represented() {
        return parts.stream().mapToLong(Part::represented).reduce(0, Namings::sum);
    }

    /**
     * How many states all parts have together if every name is kept: the product of what each stands for, those included that were not
     * searched because they are alike. Fewer if the parts have CPUs that come and go or an oops in common.
     */
    public double together() {
        return parts.stream()
                .mapToDouble(part -> Math.pow(
                        (double) part.represented(), 1.0 + part.copies().size()))
                .reduce(1, (one, other) -> one * other);
    }

    public long transitions() {
        return parts.stream().mapToLong(Part::transitions).sum();
    }

    public long bytes() {
        return parts.stream().mapToLong(Part::bytes).sum();
    }

    /** The greatest depth of all parts. */
    public int depth() {
        return parts.stream().mapToInt(Part::depth).max().orElse(0);
    }
}
