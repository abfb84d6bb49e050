package dev.iovacheck.counterexamples.shrink;

import dev.iovacheck.counterexamples.links.Entry;
import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Failure;
import java.util.ArrayList;
import java.util.List;

/** Actions that are simpler than others, or in fewer devices, in one configuration. */
final class ActionEdits {

    private final Configuration configuration;

    ActionEdits(Configuration configuration) {
        this.configuration = configuration;
    }

    /** Each action of a device is done by another one, with a buffer of its own; reservation calls stay where they are. */
    List<Entry> merged(List<Entry> entries, int gone, int other) {
        List<Entry> merged = new ArrayList<>();
        int group = groupOf(entries, other);
        for (Entry entry : entries) {
            Action action = entry.action();
            boolean isDone = action.device() == gone && action.reservation() < 0 && action.group() >= 0;
            merged.add(isDone ? entry.with(doneBy(other, group, action)) : entry);
        }
        return merged;
    }

    private static int groupOf(List<Entry> entries, int device) {
        return entries.stream()
                .map(Entry::action)
                .filter(action -> action.device() == device)
                .mapToInt(Action::group)
                .findFirst()
                .orElse(-1);
    }

    private Action doneBy(int device, int group, Action action) {
        List<Buffer> buffers = configuration.devices().get(device).buffers();
        int same = -1;
        for (int index = 0; index < buffers.size(); index++) {
            if (same < 0 || buffers.get(index).size() == action.size()) {
                same = index;
            }
        }
        boolean maps = action.size() != 0 && same >= 0;
        return new Action(
                action.kind(),
                action.cpu(),
                action.noMemory(),
                device,
                -1,
                group,
                maps ? buffers.get(same).size() : action.size(),
                action.address(),
                action.order(),
                action.step(),
                maps && !buffers.get(same).isPlain() ? same : -1,
                action.failure());
    }

    /** The same in which all works, on an earlier CPU, or with a smaller buffer of the same device. */
    List<Action> simpler(Action action) {
        List<Action> simpler = new ArrayList<>();
        if (action.failure() != Failure.NONE && action.step() == null) {
            simpler.add(with(action, action.cpu(), action.size(), action.buffer(), Failure.NONE));
        }
        for (int cpu = 0; cpu < action.cpu(); cpu++) {
            simpler.add(with(action, cpu, action.size(), action.buffer(), action.failure()));
        }
        if (action.kind() == Action.Kind.MAP) {
            List<Buffer> buffers = configuration.devices().get(action.device()).buffers();
            for (int index = 0; index < buffers.size(); index++) {
                Buffer buffer = buffers.get(index);
                if (Long.compareUnsigned(buffer.size(), action.size()) < 0) {
                    int named = buffer.isPlain() ? -1 : index;
                    simpler.add(with(action, action.cpu(), buffer.size(), named, action.failure()));
                }
            }
        }
        return simpler;
    }

    private static Action with(Action action, int cpu, long size, int buffer, Failure failure) {
        return new Action(
                action.kind(),
                cpu,
                failure == Failure.NO_MEMORY,
                action.device(),
                action.reservation(),
                action.group(),
                size,
                action.address(),
                action.order(),
                action.step(),
                buffer,
                failure);
    }
}
