package dev.iovacheck.counterexamples;

import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Expectation;
import dev.iovacheck.model.machine.Action;
import java.util.List;
import java.util.Objects;

/**
 * A claim: these actions, from the initial state of this configuration, end in a violation of this invariant. It counts only after
 * {@link Replayer} has confirmed it.
 *
 * @param configuration the whole configuration
 * @param devices indices of the devices that take part, ascending; the others are never added
 * @param invariant what is violated after (or by) the last action
 * @param actions what happens, in order; empty if the initial state violates the invariant
 * @param loop what can happen from there on for ever, again and again, where the invariant is about what must come about by itself; empty
 *     if nothing can
 */
public record Counterexample(
        Configuration configuration,
        List<Integer> devices,
        Invariant invariant,
        List<Action> actions,
        List<Action> loop) {

    public Counterexample {
        devices = List.copyOf(devices);
        actions = List.copyOf(actions);
        loop = List.copyOf(loop);
    }

    /** Without a loop. */
    public Counterexample(
            Configuration configuration, List<Integer> devices, Invariant invariant, List<Action> actions) {
        this(configuration, devices, invariant, actions, List.of());
    }

    /** Names of the groups of the devices that take part, in the order in which actions number them. */
    public List<String> groups() {
        return groups(configuration, devices);
    }

    /** The same before there is a counterexample. */
    public static List<String> groups(Configuration configuration, List<Integer> devices) {
        return devices.stream()
                .map(device -> configuration.devices().get(device).group())
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    /**
     * The same in a configuration that asks for nothing else: other checks, goals and expectations do not change what a step does.
     */
    public Counterexample alone() {
        Configuration asked = configuration.toBuilder()
                .checks(List.of(invariant.id()))
                .goals(List.of())
                .expectation(Expectation.ALL_HOLD)
                .build();
        return new Counterexample(asked, devices, invariant, actions, loop);
    }
}
