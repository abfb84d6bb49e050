package dev.iovacheck.counterexamples.explain;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.ReplayedStep;
import dev.iovacheck.counterexamples.ReplayedStep.DomainView;
import dev.iovacheck.counterexamples.ReplayedStep.NodeView;
import dev.iovacheck.counterexamples.ReplayedStep.Use;
import dev.iovacheck.model.address.ByteSize;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.FirmwareRegion;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.CallStep;
import java.util.List;
import java.util.Optional;

/** What a call did in the kernel, with what others had begun before it, where a violation follows from that. */
final class CallCauses {

    private final Counterexample counterexample;
    private final Configuration configuration;
    private final List<ReplayedStep> steps;
    private final ReplayedStep last;

    /** @param replay with at least one step */
    CallCauses(Replay replay) {
        counterexample = replay.counterexample();
        configuration = counterexample.configuration();
        steps = replay.steps();
        last = steps.get(steps.size() - 1);
    }

    Optional<Explanation> find() {
        return switch (counterexample.invariant().id()) {
            case "ring-capacity" -> openFlush();
            case "type-tells-mode" -> queueBeforeType();
            case "reachability" -> doorbellWindow();
            case "no-over-exposure" -> paddedSegments();
            case "no-leak-at-quiescence" -> destroyedInPart();
            default -> Optional.empty();
        };
    }

    // ---- flush queues ----

    /**
     * A flush that was counted as started, and not as finished, when the ring was full. All that is in the ring was queued since: what was
     * queued before has a counter that finished flushes have passed, and so has been freed.
     */
    private Optional<Explanation> openFlush() {
        int cpu = last.action().cpu();
        return steps.stream()
                .filter(step -> step.action().step() == CallStep.START_FLUSH
                        && step.action().cpu() != cpu
                        && step.action().group() == last.action().group()
                        && !isFinished(step))
                .findFirst()
                .map(open -> new Explanation(
                        open.number(),
                        List.of(
                                "Step " + open.number()
                                        + " counts a flush as started (fq_flush_start_cnt), and in step "
                                        + last.number()
                                        + " it is not counted as finished yet. What is in the ring was queued"
                                        + " since, with a counter that waits for it.",
                                "The flush that the full ring makes itself raises fq_flush_finish_cnt by one only, and not"
                                        + " past that counter: fq_ring_free frees nothing.",
                                "queue_iova does not ask again whether there is room; fq_ring_add moves the tail onto the"
                                        + " head, and that is how an empty ring looks.")));
    }

    private boolean isFinished(ReplayedStep start) {
        return steps.stream()
                .anyMatch(step -> step.number() > start.number()
                        && step.action().cpu() == start.action().cpu()
                        && step.action().step() == CallStep.FINISH_FLUSH);
    }

    private Optional<Explanation> queueBeforeType() {
        if (last.action().step() != CallStep.PUBLISH_QUEUE) {
            return Optional.empty();
        }
        int begun = steps.stream()
                .filter(step -> step.action().kind() == Action.Kind.CHANGE_TYPE
                        && step.action().group() == last.action().group())
                .mapToInt(ReplayedStep::number)
                .max()
                .orElse(last.number());
        return Optional.of(new Explanation(
                begun,
                List.of(
                        "Step " + begun + " begins to change the type; iommu_dma_init_fq makes the flush queue visible"
                                + " (fq_domain) in step " + last.number()
                                + ", and the type is stored only after it returns.",
                        "In between an unmap that finds fq_domain queues its range, while the type still says DMA.",
                        "The mutex of the group does not keep drivers out that map and unmap meanwhile.")));
    }

    // ---- doorbells ----

    private Optional<Explanation> doorbellWindow() {
        if (last.action().kind() != Action.Kind.MSI) {
            return Optional.empty();
        }
        Device device = configuration.devices().get(last.action().device());
        Optional<ReplayedStep> attached = steps.stream()
                .filter(step -> step.action().kind() == Action.Kind.ATTACH
                        && step.action().group() == last.action().group())
                .reduce((one, other) -> other);
        if (attached.isPresent() && !last.mapped().isEmpty()) {
            int number = attached.get().number();
            return Optional.of(new Explanation(
                    number,
                    List.of(
                            "Since step " + number
                                    + " the device is in a domain of its user, and iommu_dma_prepare_msi maps"
                                    + " the doorbell in the default domain of the group, at "
                                    + last.mapped().get(0) + ".",
                            "The address that the device is told is translated in another domain, where nothing is mapped"
                                    + " for it.")));
        }
        Optional<Extent> window = device.regions().stream()
                .filter(region -> region.type() == FirmwareRegion.Type.SW_MSI)
                .map(FirmwareRegion::extent)
                .findFirst();
        if (attached.isEmpty() || window.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Explanation(
                attached.get().number(),
                List.of(
                        "Since step " + attached.get().number() + " the device is in a domain of its user, where "
                                + "iommu_dma_prepare_msi puts the doorbell into the window " + window.get()
                                + " (IOMMU_RESV_SW_MSI).",
                        "The IOMMU driver names that window as a fixed address (MSI_IOVA_BASE), the same for every device.",
                        claimant(window.get(), last.action().group())
                                .map(other -> "Nobody compares it with other regions: " + other + " lies in it.")
                                .orElse("Nobody compares it with what the device can reach: " + reach(device) + "."))));
    }

    private Optional<String> claimant(Extent window, int group) {
        String name = counterexample.groups().get(group);
        return counterexample.devices().stream()
                .map(configuration.devices()::get)
                .filter(device -> name.equals(device.group()))
                .flatMap(device -> device.regions().stream()
                        .filter(region -> region.type() != FirmwareRegion.Type.SW_MSI
                                && region.extent().intersects(window))
                        .map(region -> region.extent() + " of " + device.name()))
                .findFirst();
    }

    private static String reach(Device device) {
        return device.window() + ", with the DMA mask " + Hex.of(device.mask());
    }

    // ---- scatter lists and two-phase mappings ----

    private Optional<Explanation> paddedSegments() {
        Action map = last.action();
        if (map.kind() != Action.Kind.MAP || map.buffer() < 0) {
            return Optional.empty();
        }
        Device device = configuration.devices().get(map.device());
        Buffer buffer = device.buffers().get(map.buffer());
        long below = configuration.iommu().granule() - 1;
        long needed = buffer.segments().stream()
                .mapToLong(segment -> (segment.size() + segment.offset() + below) & ~below)
                .sum();
        long mapped = last.mapped().stream().mapToLong(Extent::size).sum();
        if (buffer.call() != Buffer.Call.SG || buffer.segments().size() < 2 || mapped <= needed) {
            return Optional.empty();
        }
        return Optional.of(new Explanation(
                last.number(),
                List.of(
                        "No segment may cross a multiple of segment_boundary_mask + 1, which is "
                                + Hex.of(device.dma().segmentBoundary() + 1) + " for " + device.name()
                                + ". Where one would, iommu_dma_map_sg makes the one before it longer (pad_len), so that it"
                                + " begins at a multiple.",
                        "iommu_map_sg maps that length, and with it the memory that follows the segment before.")));
    }

    private Optional<Explanation> destroyedInPart() {
        DomainView view = last.domain();
        if (view == null
                || last.action().kind() != Action.Kind.UNMAP
                || last.action().buffer() < 0) {
            return Optional.empty();
        }
        Buffer buffer = configuration
                .devices()
                .get(last.action().device())
                .buffers()
                .get(last.action().buffer());
        if (buffer.call() != Buffer.Call.IOVA) {
            return Optional.empty();
        }
        for (NodeView node : view.nodes()) {
            Optional<Use> part = node.cached().stream()
                    .filter(use -> !node.isInverted()
                            && use.bytes().first() == last.action().address()
                            && Long.compareUnsigned(
                                            use.bytes().last(), view.bytes(node).last())
                                    < 0)
                    .findFirst();
            if (part.isPresent()) {
                int taken = steps.stream()
                        .filter(step -> step.mapped().stream()
                                .anyMatch(range ->
                                        range.first() == view.bytes(node).first()))
                        .mapToInt(ReplayedStep::number)
                        .max()
                        .orElse(last.number());
                return Optional.of(new Explanation(
                        last.number(),
                        List.of(
                                "dma_iova_destroy with a mapped_len that is not 0 gives back as much as was linked, "
                                        + ByteSize.of(part.get().bytes().size())
                                        + ", and not what dma_iova_try_alloc took in"
                                        + " step " + taken + ", "
                                        + ByteSize.of(view.bytes(node).size()) + ".",
                                "So a cache holds " + part.get().bytes() + " for the node " + view.bytes(node)
                                        + ", and nobody holds the rest.")));
            }
        }
        return Optional.empty();
    }
}
