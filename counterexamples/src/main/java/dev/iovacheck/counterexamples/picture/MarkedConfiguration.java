package dev.iovacheck.counterexamples.picture;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationText;
import dev.iovacheck.model.config.Iommu;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.machine.Action;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A configuration in which the lines are marked that the steps of a counterexample depend on: what the hardware of the devices that act
 * can do, what is reserved for devices that are there, what is mapped, and what is unusual about the kernel.
 */
final class MarkedConfiguration {

    private static final Set<String> OF_HARDWARE =
            Set.of("window", "mask", "regions", "dma-ranges", "iommu-ranges", "doorbell", "bridge-windows");

    private final Configuration configuration;
    private final Set<String> there = new HashSet<>();
    private final Set<String> mapping = new HashSet<>();
    private final Set<Integer> calls = new HashSet<>();
    private String section = "";
    private String device = "";
    private int reservation;

    private MarkedConfiguration(Replay replay) {
        Counterexample counterexample = replay.counterexample();
        configuration = counterexample.alone().configuration();
        Stream.concat(counterexample.actions().stream(), counterexample.loop().stream())
                .forEach(this::note);
    }

    private void note(Action action) {
        if (action.device() >= 0) {
            String name = configuration.devices().get(action.device()).name();
            there.add(name);
            if (action.size() != 0) {
                mapping.add(name);
            }
        }
        if (action.reservation() >= 0) {
            calls.add(action.reservation());
        }
    }

    /** Lines with their line feeds, escaped. */
    static String of(Replay replay) {
        MarkedConfiguration marked = new MarkedConfiguration(replay);
        StringBuilder html = new StringBuilder();
        for (String line : ConfigurationText.of(marked.configuration).lines().toList()) {
            String escaped = Markup.escaped(line);
            html.append(marked.matters(line) ? "<mark>" + escaped + "</mark>\n" : escaped + "\n");
        }
        return html.toString();
    }

    private boolean matters(String line) {
        String words = line.strip();
        int indent = line.length() - line.stripLeading().length();
        String key = words.contains(":") ? words.substring(0, words.indexOf(':')) : words;
        if (indent == 0) {
            section = key;
        } else if (indent == 2) {
            device = key;
        }
        return switch (section) {
            case "mechanism" -> configuration.mechanism().isCall() ? !calls.isEmpty() : true;
            case "bugs" -> true;
            case "iommu" -> indent > 0 && isUnusual(key);
            case "devices" ->
                indent > 2 && there.contains(device) && (OF_HARDWARE.contains(key) || words.startsWith("-"));
            case "reserve" -> indent > 0 && isMade(configuration.reservations().get(reservation++));
            case "workload" -> indent > 2 && mapping.contains(device) && !key.equals("live");
            default -> false;
        };
    }

    private boolean isUnusual(String key) {
        boolean isLazy = configuration.iommu().mode() == Iommu.Mode.LAZY;
        return key.equals("aperture")
                || (isLazy && List.of("mode", "flush-queue").contains(key));
    }

    /** A call that was made; text of the tree, or a call at probe, of a device that is there. */
    private boolean isMade(Reservation each) {
        boolean isSelf = each.device() < 0
                || there.contains(configuration.devices().get(each.device()).name());
        boolean isLate = configuration.mechanism().isCall() && each.when() != Reservation.When.AT_PROBE;
        return isLate ? calls.contains(each.index()) : isSelf;
    }
}
