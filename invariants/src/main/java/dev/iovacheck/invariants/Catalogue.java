package dev.iovacheck.invariants;

import java.util.List;
import java.util.stream.Stream;

/** All invariants, in the order in which reports list them. */
public final class Catalogue {

    private static final List<Invariant> ALL = List.of(
            new LowerBound(),
            new UpperBound(),
            new NoReservedOverlap(),
            new NoLiveOverlap(),
            new NoAliasInDomain(),
            new FlushBeforeReuse(),
            new ReservationPersistence(),
            new ReservationEffective(),
            new TreeWellformed(),
            new Cover(),
            new CacheCoherence(),
            new RingCapacity(),
            new NoUseAfterFree(),
            new TypeTellsMode(),
            new NaturalAlignment(),
            new Nonzero(),
            new ErrnoConformance(),
            new AtomicFailure(),
            new GroupUniform(),
            new OrderFree(),
            new IdempotentInit(),
            new DirectMaps(),
            new DirectApart(),
            new RegionMerge(),
            new ReportEqualsEnforce(),
            new Reachability(),
            new DomainLifetime(),
            new PolicyIsolation(),
            new SatisfiableWindow(),
            new NoLeakAtQuiescence(),
            new AllocCompleteness(),
            new Max32Sound(),
            new CachedHint(),
            new Below4GFirst(),
            new SpaceRecoverable(),
            new ReservationRelease(),
            new DepotShrinks(),
            new QueueDrains(),
            new PteSubset(),
            new ExactUnmap(),
            new NoOverExposure(),
            new SegmentsExact(),
            new ClassFit(),
            new DriverContract());

    /** Asked only where they are named. */
    private static final List<Invariant> ON_REQUEST = List.of(new MapsSucceed());

    private Catalogue() {}

    /** What is checked unless it is said otherwise. */
    public static List<Invariant> all() {
        return ALL;
    }

    /** Ids in the order of the catalogue. */
    public static List<String> ids() {
        return ALL.stream().map(Invariant::id).toList();
    }

    /** What is only checked where it is named: questions about a configuration rather than promises of the kernel. */
    public static List<Invariant> onRequest() {
        return ON_REQUEST;
    }

    /** Whether there is one with this id, on request or not. */
    public static boolean has(String id) {
        return Stream.concat(ALL.stream(), ON_REQUEST.stream())
                .anyMatch(invariant -> invariant.id().equals(id));
    }

    /** @throws IllegalArgumentException if there is none with this id */
    public static Invariant byId(String id) {
        return Stream.concat(ALL.stream(), ON_REQUEST.stream())
                .filter(invariant -> invariant.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no invariant " + id));
    }
}
