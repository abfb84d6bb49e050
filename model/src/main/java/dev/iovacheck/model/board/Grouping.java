package dev.iovacheck.model.board;

import java.util.ArrayList;
import java.util.List;

/** Which devices share an IOMMU group, as far as the tree tells: each IOMMU driver has its rule. */
final class Grouping {

    private Grouping() {}

    /** Groups in the order of their first members, each with its members in order. */
    static List<List<Master>> of(List<Master> masters) {
        List<List<Master>> groups = new ArrayList<>();
        for (Master master : masters) {
            List<List<Master>> shared = groups.stream()
                    .filter(group -> group.stream().anyMatch(member -> share(member, master)))
                    .toList();
            if (shared.isEmpty()) {
                groups.add(new ArrayList<>(List.of(master)));
                continue;
            }
            List<Master> into = shared.get(0);
            into.add(master);
            // The kernel refuses a device whose streams are in two groups (-EINVAL); that they are one is the nearest
            // to it.
            for (List<Master> other : shared.subList(1, shared.size())) {
                into.addAll(other);
                groups.remove(other);
            }
        }
        return groups;
    }

    private static boolean share(Master one, Master other) {
        if (one.kind() != other.kind()) {
            return false;
        }
        return switch (one.kind().grouping()) {
            case EACH -> false;
            case BY_IOMMU -> one.iommu() == other.iommu();
            case BY_REGION ->
                MediatekRegions.shareGroups(one.iommu(), other.iommu())
                        && one.region() != null
                        && other.region() != null
                        && one.region().group() == other.region().group();
            case BY_STREAM ->
                one.streams().stream()
                        .anyMatch(stream -> other.streams().stream().anyMatch(stream::overlaps));
        };
    }
}
