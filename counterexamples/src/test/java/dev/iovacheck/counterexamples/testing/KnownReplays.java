package dev.iovacheck.counterexamples.testing;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.ConfigurationReader;

/** One short counterexample of each kind, of which it is known what is to blame. */
public enum KnownReplays {
    /** Pushed below its window by its own mappings. */
    PUSHED_DOWN("lower-bound", 4) {
        @Override
        Script script() {
            return new Script(read("none", ""))
                    .add(0)
                    .map(0, 0x4000, 0)
                    .map(0, 0x4000, 0)
                    .map(0, 0x4000, 0);
        }
    },
    /** Reserved after the range went into a cache. */
    CACHED_REISSUED("no-reserved-overlap", 4) {
        @Override
        Script script() {
            return new Script(read(POSTED, "{ device: d, range: 0xf000..0x10000 }"))
                    .add(0)
                    .map(0, 0x1000, 0)
                    .unmap(0, 0x1000, 0xf000, 0)
                    .reserve(0)
                    .map(0, 0x1000, 0);
        }
    },
    /** Unmapped into a cache after it was reserved. */
    CACHED_LATER("cache-coherence", 4) {
        @Override
        Script script() {
            return new Script(read(POSTED, "{ device: d, range: 0xf000..0x10000 }"))
                    .add(0)
                    .map(0, 0x1000, 0)
                    .reserve(0)
                    .unmap(0, 0x1000, 0xf000, 0);
        }
    },
    /** The node of a live mapping carries the reservation and goes with it. */
    LOST("reservation-persistence", 3) {
        @Override
        Script script() {
            return new Script(read(POSTED, "{ device: d, range: 0x4000..0x10000 }"))
                    .add(0)
                    .map(0, 0x40000, -1)
                    .reserve(0)
                    .unmap(0, 0x40000, 0xc0000, -1);
        }

        @Override
        Configuration read(String mechanism, String reserve) {
            return parse(HEAD.replace("0xffff, window: 0x8000..0x10000", "0xfffff")
                            .replace("[4KiB, 16KiB]", "[4KiB, 256KiB]")
                    + tail(POSTED, "{ device: d, range: 0x4000..0xd0000 }"));
        }
    },
    /** The call says 0 about a range in which a mapping lives. */
    RESERVED_OVER_LIVE("errno-conformance", 3) {
        @Override
        Script script() {
            return new Script(read(POSTED, "{ device: d, range: 0xe000..0x10000 }"))
                    .add(0)
                    .map(0, 0x1000, 0)
                    .reserve(0);
        }
    },
    /** The same with a page of 4 GiB. */
    LARGE_SPACE("errno-conformance", 3) {
        @Override
        Script script() {
            return new Script(parse(HEAD.replace("0xffff, window: 0x8000..0x10000", "0xffffffff")
                            + tail(POSTED, "{ device: d, range: 0xffff0000..0x100000000 }")))
                    .add(0)
                    .map(0, 0x1000, 0)
                    .reserve(0);
        }
    },
    /** A node that ends before it starts. */
    ILL_FORMED("tree-wellformed", 2) {
        @Override
        Script script() {
            return new Script(read(POSTED, "{ device: d, start: 0xc000, length: 0 }"))
                    .add(0)
                    .reserve(0);
        }
    },
    /** A reservation that makes a node which nobody gives back. */
    FOR_EVER("space-recoverable", 2) {
        @Override
        Script script() {
            return new Script(read(POSTED, "{ device: d, start: 0x0, length: 0 }"))
                    .add(0)
                    .reserve(0);
        }
    },
    /** A driver that gives back a range twice. */
    MISTAKE("driver-contract", 4) {
        @Override
        Script script() {
            return new Script(parse(HEAD + tail("none", "") + "explore: { faults: [double-unmap] }\n"))
                    .add(0)
                    .map(0, 0x1000, 0)
                    .unmap(0, 0x1000, 0xf000, 0)
                    .unmapAgain(0, 0x1000, 0xf000, 0);
        }
    };

    private static final String POSTED = "dma_iova_set_resv_region";
    private static final String HEAD = """
            iovacheck: 1
            title: a known counterexample
            devices:
              d: { mask: 0xffff, window: 0x8000..0x10000 }
            workload:
              d: { map: [4KiB, 16KiB], live: 3 }
            """;

    private final String invariant;
    private final int stepToBlame;

    KnownReplays(String invariant, int stepToBlame) {
        this.invariant = invariant;
        this.stepToBlame = stepToBlame;
    }

    abstract Script script();

    Configuration read(String mechanism, String reserve) {
        return parse(HEAD + tail(mechanism, reserve));
    }

    private static String tail(String mechanism, String reserve) {
        return "mechanism: " + mechanism + "\n" + (reserve.isEmpty() ? "" : "reserve: [" + reserve + "]\n");
    }

    private static Configuration parse(String yaml) {
        try {
            return new ConfigurationReader(Catalogue.ids()).read("known.yaml", yaml);
        } catch (ConfigurationException e) {
            throw new AssertionError(e.faults().toString(), e);
        }
    }

    /** Confirmed. */
    public Replay replay() {
        return script().replay(Catalogue.byId(invariant));
    }

    /** Number of the step that an explanation must name. */
    public int stepToBlame() {
        return stepToBlame;
    }
}
