package dev.iovacheck.model.config;

import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The keys and words of the configuration format, and its limits: the one list that the reader, the writer and the JSON Schema
 * are held to.
 */
final class Vocabulary {

    /** The only format version there is. */
    static final int FORMAT_VERSION = 1;

    static final int MOST_CPUS = 8;
    static final int MOST_DEVICES = 16;
    static final int MOST_RESERVATIONS = 64;
    static final int MOST_RANGES = 64;
    static final int MOST_SIZES = 16;
    static final int MOST_SEGMENTS = 8;
    static final int MOST_GOALS = 64;
    static final int MOST_LIVE = 64;
    static final int LEAST_QUEUE = 2;
    static final int LONGEST_TITLE = 200;
    static final int LONGEST_NAME = 64;

    /** Log2 of the smallest and the largest granule in bytes; those between that no IOMMU has are for scaled models. */
    static final int LEAST_GRANULE_SHIFT = 12;

    static final int MOST_GRANULE_SHIFT = 16;

    static final String ALL = "all";
    static final String NONE = "none";
    static final String STOCK = "stock";

    static final Words<Boolean> BOOLEANS = Words.of(new Boolean[] {true, false}, String::valueOf);
    static final Words<KernelProfile> KERNELS = Words.of(KernelProfile.values(), KernelProfile::label);
    static final Words<Iommu.Mode> MODES = Words.of(Iommu.Mode.values(), Vocabulary::lowerCase);
    static final Words<Buffer.Call> CALLS = Words.of(Buffer.Call.values(), Buffer.Call::label);
    static final Words<Buffer.Attribute> ATTRIBUTES = Words.of(Buffer.Attribute.values(), Buffer.Attribute::label);
    static final Words<Device.Bus> BUSES = Words.of(Device.Bus.values(), Vocabulary::lowerCase);
    static final Words<FirmwareRegion.Type> REGION_TYPES =
            Words.of(FirmwareRegion.Type.values(), Vocabulary::lowerCase);
    static final Words<DomainType> DOMAIN_TYPES = Words.of(DomainType.values(), Vocabulary::lowerCase);
    static final Words<Optional<DomainType>> REQUIRED_TYPES = requiredTypes();
    static final Words<Mechanism> MECHANISMS = Words.of(Mechanism.values(), Mechanism::label);
    static final Words<Reservation.When> WHENS = Words.of(Reservation.When.values(), Reservation.When::label);
    static final Words<Interleaving> INTERLEAVINGS = Words.of(Interleaving.values(), Interleaving::label);
    static final Words<Exploration.Option> FAULTS = Words.of(
            Stream.of(Exploration.Option.values())
                    .filter(Exploration.Option::isFault)
                    .toArray(Exploration.Option[]::new),
            Exploration.Option::label);
    static final Words<KernelBug> BUGS = Words.of(KernelBug.switches().toArray(KernelBug[]::new), KernelBug::id);
    static final Words<Branch> BRANCHES = Words.of(Branch.values(), Goal::label);
    static final Words<Goal.Call> GOAL_CALLS = Words.of(Goal.Call.values(), Goal.Call::label);
    static final Words<Boolean> MAP_RESULTS = Words.of(new Boolean[] {true}, fails -> "fails");

    /** What a call returns: nothing for 0. */
    static final Words<Optional<Errno>> RESULTS = results();

    static final Words<Expectation.Expected> VERDICTS = Words.of(Expectation.Expected.values(), Vocabulary::lowerCase)
            .alsoReading("hold", Expectation.Expected.HOLDS);

    /** A mapping whose keys are fixed. */
    enum Block {
        FILE(
                "iovacheck",
                "title",
                "unknown",
                "kernel",
                "cpus",
                "iommu",
                "caches",
                "devices",
                "mechanism",
                "reserve",
                "workload",
                "explore",
                "sometimes",
                "check",
                "expect"),
        KERNEL("profile", "with"),
        IOMMU("granule", "aperture", "force-aperture", "mode", "flush-queue", "default-domain"),
        FLUSH_QUEUE("size", "single"),
        CACHES("magazine", "depot"),
        DEVICE(
                "stream-id",
                "group",
                "node",
                "bus",
                "behind",
                "mask",
                "coherent-mask",
                "window",
                "dma-ranges",
                "dma-ranges-cpu",
                "bridge-windows",
                "iommu-ranges",
                "regions",
                "doorbell",
                "domain-type",
                "bound",
                "untrusted",
                "dma-coherent",
                "min-align-mask",
                "segment-boundary",
                "max-segment",
                "deferred-attach"),
        REGION("range", "type"),
        RESERVATION("device", "node", "range", "start", "length", "when"),
        WORK("map", "live"),
        MAPPING("call", "size", "offset", "segments", "attributes"),
        SEGMENT("size", "offset"),
        EXPLORE(
                "faults",
                "removal",
                "cpu-hotplug",
                "depot-work",
                "ownership",
                "type-change",
                "direct-maps",
                "lazy-switch",
                "interleaving"),
        GOAL("device", "live", "map", "returns", "of", "branch"),
        /** Its other keys are ids of invariants. */
        EXPECT("others", "states");

        // List.of cannot be changed, which the compiler's check cannot see.
        @SuppressWarnings("ImmutableEnumChecker")
        private final List<String> keys;

        Block(String... keys) {
            this.keys = List.of(keys);
        }

        /** In the order in which they are written. */
        List<String> keys() {
            return keys;
        }
    }

    private Vocabulary() {}

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Words<Optional<Errno>> results() {
        List<Optional<Errno>> results = new ArrayList<>(List.of(Optional.empty()));
        for (Errno errno : Errno.values()) {
            results.add(Optional.of(errno));
        }
        return Words.of(results.toArray(new Optional[0]), errno -> errno.map(Errno::negative)
                .orElse("0"));
    }

    /** What the IOMMU driver insists on; empty for {@code any}. */
    private static Words<Optional<DomainType>> requiredTypes() {
        List<Optional<DomainType>> types =
                List.of(Optional.empty(), Optional.of(DomainType.DMA), Optional.of(DomainType.IDENTITY));
        return Words.of(types, type -> type.map(Vocabulary::lowerCase).orElse("any"));
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
