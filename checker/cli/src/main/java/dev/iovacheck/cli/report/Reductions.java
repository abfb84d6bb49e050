package dev.iovacheck.cli.report;

import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.engine.Coverage;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Interleaving;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Symmetry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What reductions made of the size of a search. */
final class Reductions {

    private Reductions() {}

    /** A phrase, if they made a difference and every state was looked at. */
    static Optional<String> of(CheckResult result) {
        Coverage coverage = result.coverage();
        if (!result.options().isReduced() || coverage.cutOff().isPresent()) {
            return Optional.empty();
        }
        List<String> phrases = new ArrayList<>();
        if (coverage.represented() > coverage.states()) {
            phrases.add("they stand for " + number(coverage.represented()) + " that tell "
                    + String.join(" and ", forgotten(result.configuration())) + " apart");
        }
        if (interleavesSteps(result.configuration())) {
            phrases.add("of orders of steps that come to the same, one was looked at");
        }
        int parts = coverage.allParts();
        if (parts > 1) {
            phrases.add(Numbers.of(parts) + " parts, "
                    + (parts == coverage.parts().size()
                            ? "each"
                            : coverage.parts().size() + " of them") + " searched apart, have up to "
                    + number(coverage.together()) + " together");
        }
        return phrases.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", phrases));
    }

    private static List<String> forgotten(Configuration configuration) {
        List<String> names = new ArrayList<>();
        int[] all = configuration.devices().stream().mapToInt(Device::index).toArray();
        Machine machine = new Machine(configuration, all, Symmetry.FULL);
        if (configuration.cpus() > 1 && machine.forgetsCpus()) {
            names.add("CPUs");
        }
        if (!interleavesSteps(configuration)
                && configuration.devices().stream()
                        .anyMatch(device -> machine.twinOf(device.index()) != device.index())) {
            names.add("devices that are alike");
        }
        if (configuration.devices().stream().anyMatch(device -> device.live() > 1)) {
            names.add("a driver's buffers");
        }
        return names;
    }

    private static boolean interleavesSteps(Configuration configuration) {
        return configuration.exploration().interleaving() == Interleaving.STEPS;
    }

    private static String number(long states) {
        return states == Long.MAX_VALUE ? "more than 9 x 10^18" : Numbers.of(states);
    }

    /** Exactly where a {@code double} is exact. */
    private static String number(double states) {
        if (states < 1L << 53) {
            return Numbers.of((long) states);
        }
        int power = (int) Math.floor(Math.log10(states));
        return String.format(Locale.ROOT, "%.1f x 10^%d", states / Math.pow(10, power), power);
    }
}
