package dev.iovacheck.counterexamples.text;

import dev.iovacheck.counterexamples.ReplayedStep;
import dev.iovacheck.counterexamples.ReplayedStep.DomainView;
import dev.iovacheck.model.address.ByteSize;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.config.Reservation;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Failure;
import dev.iovacheck.model.machine.GroupType;
import dev.iovacheck.model.machine.MissingMemory;
import dev.iovacheck.model.machine.Outcome;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One step in the kernel's words: the call, its arguments and what it returned; nothing of the state. */
final class StepText {

    private static final String OOPS = "the kernel follows a NULL pointer (oops)";
    private static final String NOT_THERE = "the kernel uses a domain or a flush queue that is not there";
    private static final String LOCKUP = "the kernel searches for ever, holding the lock of the tree";

    private final Configuration configuration;
    private final List<String> groups;

    /** @param groups names of the groups that take part, as actions number them */
    StepText(Configuration configuration, List<String> groups) {
        this.configuration = configuration;
        this.groups = List.copyOf(groups);
    }

    /** @param before the domain as it was before the step, or {@code null} if there was none */
    String of(ReplayedStep step, @Nullable DomainView before) {
        String text = step.outcome() == Outcome.Kind.GOES_ON && step.action().step() == null
                ? new CallStepText(configuration, this).begun(step)
                : whole(step, before);
        String warned = step.warnings() == 0 ? text : text + "; the kernel prints " + warnings(step.warnings());
        return step.isMistake() ? warned + "; here the driver breaks the rules of the DMA API" : warned;
    }

    private String whole(ReplayedStep step, @Nullable DomainView before) {
        return switch (step.action().kind()) {
            case ADD -> added(step, before);
            case REMOVE -> removed(step);
            case BIND ->
                call(
                        "a driver is bound to " + device(step.action()).name() + " (iommu_device_use_default_domain)",
                        step);
            case UNBIND -> "the driver of " + device(step.action()).name() + " is unbound";
            case CLAIM -> call("a user claims " + group(step) + " (iommu_group_claim_dma_owner)", step);
            case ATTACH -> "the user of " + group(step) + " attaches a domain of its own";
            case RELEASE -> "the user of " + group(step) + " gives it back: it is on its default domain again";
            case TYPE_CHANGE -> call("write " + typeName(step) + " to the type of " + group(step), step);
            case MSI -> call("iommu_dma_prepare_msi(" + device(step.action()).name() + ")", step) + shown(step);
            case RESERVE -> call(reserve(step.action().reservation()), step);
            case MAP -> map(step);
            case UNMAP, LINK, SYNC, UNLINK -> call(ofMapping(step.action()), step);
            case WRONG_UNMAP -> call(unmap(step.action()), step) + ": " + wrong(step.action());
            case CPU_OFFLINE -> "cpu " + step.action().cpu() + " goes offline; its caches are emptied into the tree";
            case CPU_ONLINE -> "cpu " + step.action().cpu() + " comes back online";
            case DEPOT_WORK -> depotWork(step);
            case FLUSH_TIMER -> flushTimer(step);
            case CHANGE_TYPE -> call(changeType(step.action()), step);
            case STEP -> new CallStepText(configuration, this).wentOn(step) + shown(step);
        };
    }

    private static String group(ReplayedStep step) {
        DomainView domain = step.domain();
        return domain == null ? "the group" : "group " + domain.group();
    }

    private static String typeName(ReplayedStep step) {
        return GroupType.values()[step.action().order()].label();
    }

    private static String shown(ReplayedStep step) {
        return step.mapped().isEmpty()
                ? ""
                : step.mapped().stream().map(Extent::toString).collect(Collectors.joining(" and ", ", ", ""));
    }

    private static String warnings(int count) {
        return count == 1 ? "a warning" : count + " warnings";
    }

    // ---- devices ----

    private String added(ReplayedStep step, @Nullable DomainView before) {
        Device device = device(step.action());
        StringBuilder text = new StringBuilder(device.name()).append(" is probed");
        if (step.action().noMemory()) {
            text.append(" (no memory)");
        }
        text.append(
                switch (MissingMemory.values()[step.action().order()]) {
                    case NONE -> "";
                    case CACHES -> " (no memory for the caches)";
                    case MSI_PAGES -> " (no memory for MSI pages)";
                });
        DomainView domain = step.domain();
        if (device.group() == null) {
            text.append(": it has no IOMMU group");
        } else if (before != null) {
            text.append(": it joins group ").append(device.group()).append(" and its default domain");
        } else {
            text.append(": group ").append(device.group()).append(" gets its default domain");
            if (domain != null && domain.granuleShift() != 0) {
                text.append(" (start_pfn ")
                        .append(Hex.of(domain.startPfn()))
                        .append(", ")
                        .append(ByteSize.of(1L << domain.granuleShift()))
                        .append(" granule)");
            }
        }
        for (Reservation call : configuration.reservations()) {
            if (call.device() == device.index()
                    && call.when() == Reservation.When.AT_PROBE
                    && configuration.mechanism().isCall()) {
                text.append("; its driver calls ").append(reserve(call.index()));
            }
        }
        return text.append(probeResult(step)).toString();
    }

    private static String probeResult(ReplayedStep step) {
        return switch (step.outcome()) {
            case ERROR -> "; the result is " + negative(step.errno());
            case OOPS -> "; " + OOPS;
            case LOCKUP -> "; " + LOCKUP;
            case NOT_THERE -> "; " + NOT_THERE;
            default -> "";
        };
    }

    private String removed(ReplayedStep step) {
        Device device = device(step.action());
        String text = device.name() + " is removed";
        if (device.group() == null) {
            return text;
        }
        return step.domain() == null
                ? text + ", and the default domain of group " + device.group() + " with it"
                : text + "; group " + device.group() + " keeps its default domain";
    }

    // ---- calls ----

    String reserve(int reservation) {
        Reservation call = configuration.reservations().get(reservation);
        String name = Mechanism.POSTED_API.label();
        if (configuration.mechanism() == Mechanism.HARDENED) {
            name += " (hardened)";
        }
        return name + "(" + configuration.devices().get(call.device()).name() + ", " + Hex.of(call.start()) + ", "
                + Hex.of(call.length()) + ")";
    }

    /** A call that undoes, links or synchronises something by its address. */
    String ofMapping(Action action) {
        if (action.buffer() < 0) {
            return unmap(action);
        }
        Device device = device(action);
        Buffer buffer = device.buffers().get(action.buffer());
        return switch (action.kind()) {
            case LINK -> BufferText.link(device, buffer, action.address(), action.linked());
            case UNLINK -> BufferText.unlink(device, buffer, action.address(), action.linked());
            case SYNC -> BufferText.sync(device, buffer, action.address());
            default -> BufferText.unmap(device, buffer, action.address(), action.linked());
        };
    }

    private String unmap(Action action) {
        return "unmap(" + device(action).name() + ", " + Hex.of(action.address()) + ", " + ByteSize.of(action.size())
                + ")";
    }

    private static String wrong(Action action) {
        return action.wrongUnmap().what();
    }

    String map(Action action) {
        Device device = device(action);
        return BufferText.map(
                device,
                action.buffer() < 0
                        ? Buffer.page(action.size())
                        : device.buffers().get(action.buffer()));
    }

    private String map(ReplayedStep step) {
        Action action = step.action();
        String text = call(map(action), step);
        return text + shown(step);
    }

    private static String depotWork(ReplayedStep step) {
        DomainView domain = step.domain();
        String text = "the depot worker runs";
        if (domain == null) {
            return text;
        }
        long bytes = 1L << step.action().order() << domain.granuleShift();
        return text + " for ranges of " + ByteSize.of(bytes) + " of group " + domain.group();
    }

    private static String flushTimer(ReplayedStep step) {
        return call(flushTimer(), step);
    }

    static String flushTimer() {
        return "the timer of the flush queue fires";
    }

    /** As somebody at a shell does it. */
    String changeType(Action action) {
        return "DMA-FQ is written to the type of group " + groups.get(action.group());
    }

    private static String call(String call, ReplayedStep step) {
        StringBuilder text = new StringBuilder(call);
        if (step.action().cpu() >= 0) {
            text.append(" on cpu ").append(step.action().cpu());
        }
        if (step.action().failure() != Failure.NONE) {
            text.append(" (").append(failure(step.action())).append(")");
        }
        return text.append(result(step)).toString();
    }

    private static String failure(Action action) {
        String words = action.failure().words();
        if (action.kind() != Action.Kind.MAP || action.order() == 0) {
            return words;
        }
        int segment = action.order() + 1;
        return action.noMemory() ? words + " from segment " + segment + " on" : words + " at segment " + segment;
    }

    static String result(ReplayedStep step) {
        return switch (step.outcome()) {
            case VOID, GOES_ON -> "";
            case SUCCESS -> " = 0";
            case ERROR -> " = " + negative(step.errno());
            case ADDRESS -> " = " + Hex.of(step.address());
            case MAPPING_ERROR -> " = DMA_MAPPING_ERROR";
            case NULL -> " = NULL";
            case FALSE -> " = false";
            case OOPS -> " does not return: " + OOPS;
            case LOCKUP -> " does not return: " + LOCKUP;
            case NOT_THERE -> " does not return: " + NOT_THERE;
        };
    }

    private static String negative(@Nullable Errno errno) {
        return errno == null ? "an error" : errno.negative();
    }

    private Device device(Action action) {
        return configuration.devices().get(action.device());
    }
}
