package dev.iovacheck.counterexamples.trace;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.testing.Script;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.ConfigurationReader;
import java.util.List;
import java.util.OptionalLong;

/** Small traces of which everything is known. */
final class Samples {

    static final Provenance PROVENANCE = new Provenance("1.2.3", "0123abc", "17.0.1", "simulate", OptionalLong.of(-2));

    private static final String CACHED = """
            iovacheck: 1
            title: "a \\"cached\\" range"
            cpus: 2
            devices:
              d: { mask: 0xffff }
            mechanism: dma_iova_set_resv_region
            reserve:
              - { device: d, range: 0xf000..0x10000 }
            workload:
              d: { map: [4KiB], live: 2 }
            explore: { faults: [no-memory], cpu-hotplug: true }
            check: [no-reserved-overlap]
            """;

    private Samples() {}

    static Configuration configuration() {
        return read(CACHED);
    }

    static Configuration read(String yaml) {
        try {
            return new ConfigurationReader(Catalogue.ids()).read("sample.yaml", yaml);
        } catch (ConfigurationException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    /** The driver reserves the page that it has just unmapped, and gets it again from the cache. */
    static Replay cached() {
        return new Script(configuration())
                .add(0)
                .map(0, 0x1000, 1)
                .unmap(0, 0x1000, 0xf000, 1)
                .reserve(0)
                .map(0, 0x1000, 1)
                .replay(Catalogue.byId("no-reserved-overlap"));
    }

    static TraceFile file(Replay... replays) {
        return new TraceFile(
                PROVENANCE,
                List.of(replays).stream()
                        .map(replay -> RecordedCounterexample.of(replay, false))
                        .toList());
    }
}
