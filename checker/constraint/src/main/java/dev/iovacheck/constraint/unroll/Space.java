package dev.iovacheck.constraint.unroll;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Reservation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.list.primitive.ImmutableIntList;

/**
 * The numbers in which the runs of a device are told.
 *
 * @param scope which runs
 * @param coordinates for each granule that plays a part, its number
 * @param sizes if sizes are not given, those that are looked at, in granules and ascending
 * @param allUpTo all sizes up to this one are among them; 0 if there is none that is not
 */
record Space(Scope scope, Coordinates coordinates, ImmutableIntList sizes, int allUpTo) {

    /** So many sizes can be tried one by one; in larger windows these and some larger ones are. */
    private static final int ALL_SIZES = 1 << 12;

    private static final int SMALL_SIZES = 64;

    /**
     * Which runs are asked about.
     *
     * @param arguments which arguments are given
     * @param steps how many steps a run has at most, after the set-up
     */
    record Scope(ArgumentChoice arguments, int steps) {}

    /** Empty if they are more than a solver counts to. */
    static Optional<Space> of(Setting setting, Scope scope) {
        List<Long> known = known(setting);
        long granules = setting.limit() + 1;
        if (!scope.arguments.hasAnySizes()) {
            long most = 1;
            for (int size = 0; size < setting.setup().mapSizeCount(); size++) {
                most = Math.max(most, setting.setup().nodePfns(size));
            }
            return most > Coordinates.MOST_GRANULES
                    ? Optional.empty()
                    : withSizes(setting, scope, known, most)
                            .map(each -> new Space(scope, each, IntLists.immutable.empty(), 0));
        }
        if (granules <= ALL_SIZES) {
            // What is larger than all there is never fits, like all there is, for granule 0 is not given to anybody.
            ImmutableIntList all = IntLists.immutable.ofAll(IntStream.rangeClosed(1, Math.toIntExact(granules)));
            return withSizes(setting, scope, known, granules).map(each -> new Space(scope, each, all, 0));
        }
        for (long most = Math.min(granules, Coordinates.MOST_GRANULES); most >= SMALL_SIZES; most /= 2) {
            ImmutableIntList sizes = sizes(setting, Math.toIntExact(most));
            Optional<Coordinates> coordinates = withSizes(setting, scope, known, most);
            if (coordinates.isPresent()) {
                return Optional.of(new Space(scope, coordinates.get(), sizes, SMALL_SIZES));
            }
        }
        return Optional.empty();
    }

    /** Small ones, powers of two and what lies between, what the driver maps, and the whole of its window. */
    private static ImmutableIntList sizes(Setting setting, int most) {
        TreeSet<Long> sizes = new TreeSet<>();
        for (long size = 1; size <= SMALL_SIZES; size++) {
            sizes.add(size);
        }
        for (long power = SMALL_SIZES; power <= most; power *= 2) {
            sizes.add(power);
            sizes.add(power + power / 2);
        }
        for (int size = 0; size < setting.setup().mapSizeCount(); size++) {
            sizes.add(setting.setup().mapPfns(size));
        }
        sizes.add(setting.windowEnd() - setting.windowFirst());
        sizes.add((long) most);
        return IntLists.immutable.ofAll(
                sizes.stream().filter(size -> size >= 1 && size <= most).mapToInt(Math::toIntExact));
    }

    /** With no request for more than so many granules. */
    private static Optional<Coordinates> withSizes(Setting setting, Scope scope, List<Long> known, long most) {
        long alignment = Long.highestOneBit(most) == most ? most : 2 * Long.highestOneBit(most);
        int ends = scope.arguments.hasAnyCalls() ? 2 * scope.steps : 0;
        long granules = setting.limit() + 1;
        Folding folding = new Folding(granules, known, ends, scope.steps, alignment);
        if (folding.length() > Coordinates.MOST_GRANULES) {
            return Optional.empty();
        }
        long lastPfn = -1L >>> setting.shift();
        return Optional.of(new Coordinates(folding, granules, setting.iova().dma32Pfn(), lastPfn, known, ends));
    }

    /** All granules that have a meaning from the start. */
    private static List<Long> known(Setting setting) {
        int shift = setting.shift();
        List<Long> known = new ArrayList<>();
        for (Reservation call : setting.calls()) {
            known.add(call.start() >>> shift);
            known.add((call.start() + call.length() - 1) >>> shift);
        }
        var iova = setting.iova();
        for (int node = iova.firstNode(); iova.isNode(node); node = iova.nextNode(node)) {
            known.add(iova.nodeLo(node));
            known.add(iova.nodeHi(node));
        }
        for (Extent promised : setting.promised(false)) {
            known.add(promised.first());
            known.add(promised.last());
        }
        known.add(iova.startPfn());
        known.add(iova.dma32Pfn());
        known.add(setting.windowFirst());
        known.add(setting.windowEnd());
        return known;
    }
}
