package dev.iovacheck.constraint.induction;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.constraint.induction.RealStep.RealNode;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.ConfigurationReader;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.eclipse.collections.impl.list.mutable.primitive.IntArrayList;
import org.sat4j.specs.TimeoutException;

/** What the real machine does is among what proofs take for possible. */
class RealStepsProperties {

    private static final int STEPS = 12;

    /** Small enough for few nodes, with a rounded size and one that is never cached in so small a window. */
    private static Configuration configuration(Mechanism mechanism) throws ConfigurationException {
        String calls = """
                reserve:
                  - { device: d, range: 0x2000..0x5000 }
                  - { device: d, range: 0x4000..0xb000 }
                  - { device: d, range: 0x9000..0xa000 }
                """;
        String text = """
                iovacheck: 1
                kernel: v7.1
                cpus: 1
                iommu: { aperture: 0..4GiB }
                devices:
                  d: { mask: 0xffff }
                mechanism: %s
                %sworkload:
                  d: { map: [4KiB, 12KiB], live: 2 }
                """.formatted(mechanism.label(), mechanism == Mechanism.NONE ? "" : calls);
        return new ConfigurationReader(Catalogue.ids()).read("test.yaml", text);
    }

    @Property(tries = 12)
    void stepsOfTheMachineAreStepsOfTheProof(@ForAll long seed) throws TimeoutException, ConfigurationException {
        Random random = new Random(seed);
        for (Mechanism mechanism : List.of(Mechanism.NONE, Mechanism.HARDENED, Mechanism.POSTED_API)) {
            walk(configuration(mechanism), random);
        }
    }

    private static void walk(Configuration configuration, Random random) throws TimeoutException {
        Machine machine = new Machine(configuration);
        Machine before = new Machine(configuration);
        IntArrayList actions = new IntArrayList();
        for (int step = 0; step < STEPS; step++) {
            actions.clear();
            machine.enabled(actions);
            if (actions.isEmpty()) {
                return;
            }
            int code = actions.get(random.nextInt(actions.size()));
            Action action = machine.describe(code);
            before.copyFrom(machine);
            machine.apply(code);
            if (action.kind() == Action.Kind.ADD) {
                continue;
            }
            List<RealNode> from = RealStep.nodes(before, before.domain(0));
            List<RealNode> to = RealStep.nodes(machine, machine.domain(0));
            if (from == null || to == null || machine.domain(0).iova().illFormed()) {
                return; // the posted call has broken the lemmas
            }
            if (!isUnchanged(from, to)) {
                check(machine, from, to, action);
            }
        }
    }

    private static boolean isUnchanged(List<RealNode> from, List<RealNode> to) {
        return from.equals(to);
    }

    private static void check(Machine machine, List<RealNode> from, List<RealNode> to, Action action)
            throws TimeoutException {
        DefaultDomain domain = machine.domain(0);
        List<RealNode> emptied = new ArrayList<>(from);
        boolean empties = from.stream().filter(RealNode::isCached).count()
                > to.stream().filter(RealNode::isCached).count() + 1;
        boolean hasCalledHardened =
                action.kind() == Action.Kind.RESERVE && machine.configuration().mechanism() == Mechanism.HARDENED;
        boolean hasFailed = machine.outcome().kind() == Outcome.Kind.MAPPING_ERROR;
        if (empties || hasCalledHardened || hasFailed) {
            // Caches are emptied range by range, each of them a step of its own.
            emptied.removeIf(RealNode::isCached);
        }
        if (isUnchanged(emptied, to)) {
            return;
        }
        List<Transition> possible =
                switch (action.kind()) {
                    case MAP -> List.of(Transition.MAP_FROM_CACHE, Transition.MAP_FROM_TREE);
                    case UNMAP -> List.of(Transition.UNMAP_TO_CACHE, Transition.FREE);
                    default ->
                        List.of(
                                machine.configuration().mechanism() == Mechanism.HARDENED
                                        ? Transition.RESERVE_HARDENED
                                        : Transition.RESERVE_POSTED);
                };
        boolean isCovered = RealStep.isCovered(emptied, to, domain.iova().startPfn(), possible)
                || (action.kind() == Action.Kind.MAP && isCoveredAfterEmptying(domain, from, to));
        assertTrue(isCovered, () -> action + ": " + from + " -> " + to);
    }

    /** A map that finds nothing empties the caches first. */
    private static boolean isCoveredAfterEmptying(DefaultDomain domain, List<RealNode> from, List<RealNode> to)
            throws TimeoutException {
        List<RealNode> emptied = from.stream().filter(node -> !node.isCached()).toList();
        return RealStep.isCovered(emptied, to, domain.iova().startPfn(), List.of(Transition.MAP_FROM_TREE));
    }
}
