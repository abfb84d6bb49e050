package dev.iovacheck.counterexamples.shrink;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.machine.Action;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says actions of one configuration in terms of another one, made of it by leaving something out or changing it. */
final class Renaming {

    private final Configuration from;
    private final Configuration to;
    private final List<String> groupsFrom;
    private final List<String> groupsTo;
    private final List<String> namesTo;
    private final Edit edit;

    /** @param devices those that take part */
    Renaming(Configuration from, Edit edit, List<Integer> devices) {
        this.from = from;
        this.edit = edit;
        to = edit.to();
        namesTo = to.devices().stream().map(Device::name).toList();
        groupsFrom = Counterexample.groups(from, devices);
        groupsTo = Counterexample.groups(to, devices(devices));
    }

    /** The devices that take part and are still there. */
    List<Integer> devices(List<Integer> devices) {
        return devices.stream().map(this::device).filter(index -> index >= 0).toList();
    }

    private int device(int index) {
        return index < 0 ? -1 : namesTo.indexOf(from.devices().get(index).name());
    }

    /** The same action there; {@code null} if what it is about is gone. */
    @Nullable
    Action apply(Action action) {
        int device = device(action.device());
        int group = action.group() < 0 ? -1 : groupsTo.indexOf(groupsFrom.get(action.group()));
        int reservation = reservation(action.reservation());
        boolean isGone = (device < 0 && action.device() >= 0)
                || (group < 0 && action.group() >= 0)
                || (reservation < 0 && action.reservation() >= 0);
        if (isGone) {
            return null;
        }
        int cpu = action.cpu() < to.cpus() ? action.cpu() : 0;
        long size = action.size();
        int buffer = action.buffer();
        int was = buffer(action);
        if (was >= 0) {
            int now = bufferAfter(action.device(), was);
            if (now < 0) {
                return null;
            }
            Buffer same = to.devices().get(device).buffers().get(now);
            size = same.size();
            buffer = same.isPlain() ? -1 : now;
        }
        return new Action(
                action.kind(),
                cpu,
                action.noMemory(),
                device,
                reservation,
                group,
                size,
                action.address(),
                action.order(),
                action.step(),
                buffer,
                action.failure());
    }

    private int reservation(int index) {
        if (index < 0 || edit.goneReservations().contains(index)) {
            return -1;
        }
        return index
                - (int) edit.goneReservations().stream()
                        .filter(gone -> gone < index)
                        .count();
    }

    /** Which of the device's buffers the action is about, -1 for none. */
    private int buffer(Action action) {
        if (action.device() < 0) {
            return -1;
        }
        List<Buffer> buffers = from.devices().get(action.device()).buffers();
        if (action.buffer() >= 0) {
            return buffers.get(action.buffer()).size() == action.size() ? action.buffer() : -1;
        }
        for (int index = 0; index < buffers.size(); index++) {
            if (buffers.get(index).isPlain() && buffers.get(index).size() == action.size()) {
                return index;
            }
        }
        return -1;
    }

    private int bufferAfter(int device, int buffer) {
        if (device != edit.deviceOfGone() || buffer < edit.goneBuffer()) {
            return buffer;
        }
        return buffer == edit.goneBuffer() ? -1 : buffer - 1;
    }
}
