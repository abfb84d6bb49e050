package dev.iovacheck.cli.result;

import java.util.List;

/**
 * One step on the way to a violation, in words.
 *
 * @param number from 1
 * @param call what is called, with arguments and result
 * @param changes what it changed in the allocator, one sentence each
 * @param location of what the step is about
 * @param isBlamed whether the violation was on its way from this step on
 * @param isRepeated whether it belongs to what can go on for ever
 */
public record FindingStep(
        int number, String call, List<String> changes, Location location, boolean isBlamed, boolean isRepeated) {

    public FindingStep {
        changes = List.copyOf(changes);
    }

    /** What is called, and whether that can go on for ever. */
    public String title() {
        return isRepeated ? call + " (again and again)" : call;
    }
}
