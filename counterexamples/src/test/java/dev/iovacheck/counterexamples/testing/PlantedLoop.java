package dev.iovacheck.counterexamples.testing;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.Replayer;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.ConfigurationReader;
import dev.iovacheck.model.kernel.Defect;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Symmetry;
import java.util.List;

/** A counterexample that goes round for ever. No kernel is known to have one, so a mistake is planted into the depot's worker. */
public final class PlantedLoop {

    private static final int PAGES = 4;

    private PlantedLoop() {}

    /** Makes the machines on which it is one. */
    public static Machine machine() {
        return Machine.withDefect(
                configuration(), new int[] {0}, Symmetry.NAMES_KEPT, Defect.DEPOT_WORKER_FREES_NOTHING);
    }

    /** Confirmed. */
    public static Replay replay() {
        Script script = new Script(configuration()).add(0);
        for (int page = 0; page < PAGES; page++) {
            script.map(0, 0x1000, 0);
        }
        for (long page = 0; page < PAGES; page++) {
            script.unmap(0, 0x1000, 0x7000 - page * 0x1000, 0);
        }
        Counterexample stem = script.counterexample(Catalogue.byId("depot-shrinks"));
        Action work = new Action(Action.Kind.DEPOT_WORK, -1, false, -1, -1, 0, 0, 0, 0);
        return Replayer.replay(
                new Counterexample(
                        stem.configuration(), stem.devices(), stem.invariant(), stem.actions(), List.of(work)),
                PlantedLoop::machine);
    }

    private static Configuration configuration() {
        try {
            return new ConfigurationReader(Catalogue.ids()).read("loop.yaml", """
                    iovacheck: 1
                    title: a worker that frees nothing
                    devices: { d: { mask: 0x7fff } }
                    workload: { d: { map: 4KiB, live: 4 } }
                    explore: { depot-work: true }
                    """);
        } catch (ConfigurationException e) {
            throw new AssertionError(e.faults().toString(), e);
        }
    }
}
