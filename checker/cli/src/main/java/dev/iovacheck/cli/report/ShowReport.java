package dev.iovacheck.cli.report;

import dev.iovacheck.counterexamples.text.BufferText;
import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.model.address.ByteSize;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.config.Interleaving;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.machine.DeviceSetup;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Promise;
import dev.iovacheck.model.machine.SetupRegion;
import dev.iovacheck.model.machine.Symmetry;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a check of a configuration would explore: its independent parts, what firmware, bus and kernel make of each device, what is
 * promised to whom, and what can happen. Written as YAML comments, so that it can follow a configuration.
 */
public final class ShowReport {

    private final Configuration configuration;
    private final WrappedText text = new WrappedText();

    private ShowReport(Configuration configuration) {
        this.configuration = configuration;
    }

    /** Lines that start with {@code #}. */
    public static String of(Configuration configuration) {
        ShowReport report = new ShowReport(configuration);
        List<int[]> parts = Machine.independentParts(configuration);
        report.text.line("# What a check would explore: " + Numbers.of(parts.size(), "independent part"));
        for (int part = 0; part < parts.size(); part++) {
            report.part(part + 1, parts.get(part));
        }
        report.common();
        return report.text.toString();
    }

    private void part(int number, int[] members) {
        Machine machine = new Machine(configuration, members, Symmetry.FULL);
        String group = configuration.devices().get(members[0]).group();
        text.line("#");
        bullet(
                " ",
                "part " + number + ": " + (group == null ? "no IOMMU group" : "group " + group) + ", "
                        + Numbers.of(members.length, "device"));
        for (int device : members) {
            device(machine.setup(device));
        }
        for (Promise promise : machine.promises()) {
            bullet("   ", "promise: " + promise(promise));
        }
        actions(members);
    }

    private void device(DeviceSetup setup) {
        Device device = setup.device();
        bullet("   ", device.name() + ": usable " + device.window() + ", allocated up to " + Hex.of(setup.dmaLimit()));
        bullet("     ", "start_pfn " + Hex.of(setup.basePfn()) + " if it initialises the domain");
        if (setup.rangeOutsideAperture()) {
            bullet("     ", "dma-ranges and aperture have nothing in common: it gets -EFAULT at probe");
        }
        if (setup.windowsRefused()) {
            bullet(
                    "     ",
                    "the DMA windows of its host bridge overlap: it gets -EINVAL at probe if it initialises the domain");
        }
        for (SetupRegion region : setup.regions()) {
            if (region.carved()) {
                bullet("     ", "reserved at probe if it initialises the domain: " + region.extent());
            }
        }
    }

    private String promise(Promise promise) {
        String name = configuration.devices().get(promise.device()).name();
        if (!promise.isCall()) {
            return promise.bytes() + " for " + name + ", as firmware or the device tree reports it";
        }
        Reservation call = configuration.reservations().get(promise.reservation());
        return promise.bytes() + " for " + name + ", once "
                + configuration.mechanism().label() + " returned 0 (when: "
                + call.when().label() + ")";
    }

    private void actions(int[] members) {
        for (int member : members) {
            Device device = configuration.devices().get(member);
            List<String> actions = new ArrayList<>();
            actions.add("probe");
            if (configuration.exploration().removal()) {
                actions.add("removal");
            }
            long calls = configuration.reservations().stream()
                    .filter(call -> configuration.mechanism().isCall() && call.device() == member)
                    .count();
            if (calls > 0) {
                actions.add(Numbers.of(calls, "reservation call"));
            }
            if (!device.mapSizes().isEmpty() && device.group() != null) {
                String buffers = device.buffers().stream()
                        .map(buffer -> buffer.isPlain() ? ByteSize.of(buffer.size()) : BufferText.map(device, buffer))
                        .collect(Collectors.joining(", "));
                actions.add("map and unmap of " + buffers + ", at most " + device.live() + " at a time");
            }
            if (device.doorbell().isPresent() && device.group() != null) {
                actions.add("mapping of its doorbell");
            }
            if (rebinds() && device.bound() && device.group() != null) {
                actions.add("unbinding and binding of its driver");
            }
            bullet("   ", "actions of " + device.name() + ": " + String.join("; ", actions));
        }
    }

    private boolean rebinds() {
        return configuration.exploration().has(Exploration.Option.OWNERSHIP)
                || configuration.exploration().has(Exploration.Option.TYPE_CHANGE);
    }

    private void common() {
        Exploration exploration = configuration.exploration();
        List<String> anywhere = new ArrayList<>();
        if (exploration.noMemory()) {
            anywhere.add("every atomic memory allocation may fail");
        }
        if (exploration.has(Exploration.Option.MAP_FAILURE)) {
            anywhere.add("writing page tables may fail");
        }
        if (exploration.has(Exploration.Option.NO_BOUNCE_SLOT)) {
            anywhere.add("the bounce buffer may be full");
        }
        if (exploration.has(Exploration.Option.ATTACH_FAILURE)) {
            anywhere.add("a deferred attachment may fail");
        }
        if (exploration.hasMistakes()) {
            anywhere.add("drivers make one mistake: "
                    + exploration.options().stream()
                            .filter(Exploration.Option::isMistake)
                            .map(Exploration.Option::label)
                            .collect(Collectors.joining(" or ")));
        }
        if (exploration.cpuHotplug() && configuration.cpus() > 1) {
            anywhere.add("CPUs go offline and come back, one stays");
        }
        if (exploration.depotWork()) {
            anywhere.add("the depot worker runs");
        }
        if (exploration.has(Exploration.Option.SETUP_MEMORY)) {
            anywhere.add("memory may be missing when a domain is initialised");
        }
        if (exploration.has(Exploration.Option.OWNERSHIP)) {
            anywhere.add("users take groups over and give them back");
        }
        if (exploration.has(Exploration.Option.TYPE_CHANGE)) {
            anywhere.add("the types of groups are changed");
        }
        if (exploration.interleaving() == Interleaving.STEPS) {
            anywhere.add("other CPUs run between the atomic steps of a call");
        }
        text.line("#");
        bullet(
                " ",
                "in all parts: " + Numbers.of(configuration.cpus(), "cpu")
                        + anywhere.stream().map(each -> "; " + each).collect(Collectors.joining()));
    }

    private void bullet(String indent, String words) {
        String hanging = "#" + indent + "  ";
        String[] lines = new WrappedText()
                .wrap("#" + indent, hanging.length(), words)
                .toString()
                .split("\n", -1);
        for (int line = 0; line < lines.length - 1; line++) {
            text.line(line == 0 ? lines[line] : "#" + lines[line].substring(1));
        }
    }
}
