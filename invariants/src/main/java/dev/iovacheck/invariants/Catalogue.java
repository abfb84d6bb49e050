package dev.iovacheck.invariants;

import java.util.List;

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

    private Catalogue() {}

    public static List<Invariant> all() {
        return ALL;
    }

    /** Ids in the order of the catalogue. */
    public static List<String> ids() {
        return ALL.stream().map(Invariant::id).toList();
    }

    /** @throws IllegalArgumentException if there is none with this id */
    public static Invariant byId(String id) {
        return ALL.stream()
                .filter(invariant -> invariant.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no invariant " + id));
    }
}
