package dev.iovacheck.model.board;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a user says about a board beyond its tree.
 *
 * @param kernel whose parsers are modelled
 * @param nodes paths; only these nodes and what is below them count. Empty: all
 * @param compatibles patterns with {@code *} and {@code ?}; only nodes that match with one of their names count. Empty: all
 * @param masks DMA mask of a device, by a name of it: the highest address, inclusive
 * @param windows hardware truth of a device, by a name of it, bytes, inclusive
 * @param granuleShift log2 of the page size of all IOMMUs; empty for what their kinds have
 * @param aperture what all IOMMUs can translate; empty for what their kinds can
 * @param childrenHaveNode whether children that a driver makes for its functions ({@code iommu-map} of a node that is no PCI bridge) reuse
 *     the node of their parent; otherwise they have none
 * @param checks ids of all invariants that are to be checked
 */
public record BoardOptions(
        KernelProfile kernel,
        List<String> nodes,
        List<String> compatibles,
        Map<String, Long> masks,
        Map<String, Extent> windows,
        OptionalInt granuleShift,
        Optional<Extent> aperture,
        boolean childrenHaveNode,
        List<String> checks) {

    public BoardOptions {
        nodes = List.copyOf(nodes);
        compatibles = List.copyOf(compatibles);
        masks = Map.copyOf(masks);
        windows = Map.copyOf(windows);
        checks = List.copyOf(checks);
    }

    /** Nothing but the tree, for 7.1. */
    public static BoardOptions of(List<String> checks) {
        return new BoardOptions(
                KernelProfile.V7_1,
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                OptionalInt.empty(),
                Optional.empty(),
                false,
                checks);
    }
}
