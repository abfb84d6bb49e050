package dev.iovacheck.counterexamples.conform;

import dev.iovacheck.model.iova.IovaDomain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Replays traces of the real allocator and stops at the first answer that differs.
 *
 * <p>The model is replayed twice in lock step: with the nodes in a red-black tree of the kernel's shape from beginning to end, and
 * with the compact sorted nodes that the engines use for as long as the tree is well-formed.
 */
public final class Conformance {

    private final List<Function<TraceHeader, TraceTarget>> allocators;

    /**
     * @param allocators the first one is replayed to the end and says whether the tree is still well-formed, the others follow it as
     *     long as it is
     */
    Conformance(List<Function<TraceHeader, TraceTarget>> allocators) {
        this.allocators = List.copyOf(allocators);
    }

    private static Conformance ofModel() {
        return new Conformance(List.of(
                header -> new ModelTarget(header, IovaDomain.Nodes.RED_BLACK),
                header -> new ModelTarget(header, IovaDomain.Nodes.SORTED)));
    }

    /** Replays files on the model, one after the other. A faulty file is reported and does not stop the others. */
    public static ConformanceReport run(List<Path> files) {
        Conformance conformance = ofModel();
        return new ConformanceReport(files.stream().map(conformance::replay).toList());
    }

    /** Replays one file on the model. */
    public static TraceReport run(Path file) {
        return ofModel().replay(file);
    }

    /** Replays on the model what a reader still has to give, and closes it. */
    public static TraceReport run(String name, TraceReader reader) {
        return ofModel().replay(name, reader);
    }

    private TraceReport replay(Path file) {
        try {
            return replay(file.toString(), TraceReader.open(file));
        } catch (TraceFormatException e) {
            return new TraceReport(file.toString(), 0, Optional.empty(), Optional.of(e));
        }
    }

    TraceReport replay(String name, TraceReader reader) {
        long operations = 0;
        try (reader) {
            List<TraceTarget> targets = new ArrayList<>();
            allocators.forEach(allocator -> targets.add(allocator.apply(reader.header())));
            for (Optional<TraceEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
                operations++;
                Optional<Mismatch> mismatch = step(next.get(), targets);
                if (mismatch.isPresent()) {
                    return new TraceReport(name, operations, mismatch, Optional.empty());
                }
            }
            return new TraceReport(name, operations, Optional.empty(), Optional.empty());
        } catch (TraceFormatException e) {
            return new TraceReport(name, operations, Optional.empty(), Optional.of(e));
        }
    }

    private static Optional<Mismatch> step(TraceEntry entry, List<TraceTarget> targets) {
        Iterator<TraceTarget> each = targets.iterator();
        while (each.hasNext()) {
            TraceTarget target = each.next();
            if (target != targets.get(0) && !targets.get(0).wellFormed()) {
                each.remove();
                continue;
            }
            Optional<Difference> difference =
                    entry.recorded().firstDifference(TraceOutcome.of(entry.operation(), target));
            if (difference.isPresent()) {
                return Optional.of(new Mismatch(
                        entry.line(), entry.number(), entry.operation().op(), target.name(), difference.get()));
            }
        }
        return Optional.empty();
    }
}
