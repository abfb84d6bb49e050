package dev.iovacheck.invariants;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Exploration;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Step;
import dev.iovacheck.model.packed.BitWriter;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.list.primitive.MutableIntList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A search checks millions of states: a check that leaves garbage behind would cost more than it looks. */
class NoGarbageTest {

    private static final int STEPS = 2_000;

    static List<String> ids() {
        return Catalogue.ids();
    }

    @ParameterizedTest
    @MethodSource("ids")
    void aCheckAllocatesNothing(String id) {
        allocatedBy(Catalogue.byId(id)); // loading classes allocates
        long bytes = allocatedBy(Catalogue.byId(id));
        assertTrue(bytes < STEPS, () -> bytes + " bytes in " + STEPS + " checks");
    }

    /** Bytes allocated by the checks of a random walk. */
    private static long allocatedBy(Invariant invariant) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Question question = new Question()
                .hardened()
                .cpus(2)
                .explore(true, true, true, true)
                .device("g", 1, 31, 3)
                .buffers(
                        Buffer.page(Question.PAGE),
                        Buffer.coherent(3 * Question.PAGE),
                        Buffer.sg(new Buffer.Segment(Question.PAGE, 0), new Buffer.Segment(Question.PAGE, 0)),
                        Buffer.iova(2 * Question.PAGE, new Buffer.Segment(Question.PAGE, 0)))
                .explore(Exploration.Option.MAP_FAILURE)
                .explore(Exploration.Option.DOUBLE_UNMAP)
                .region(20, 21)
                .device("g", 1, 31, 3, 1, 2)
                .region(20, 21)
                .call(0, 1, 3)
                .call(1, 5, 6);
        Machine before = new Machine(question.build());
        Machine after = new Machine(question.build());
        makeFacts(before); // once for each machine, whoever asks first
        makeFacts(after);
        Step step = new Step(before, after);
        BitWriter out = new BitWriter();
        Random random = new Random(1);
        long allocated = 0;
        for (int turn = 0; turn < STEPS; turn++) {
            after.write(out);
            before.read(out.words(), 0);
            MutableIntList enabled = IntLists.mutable.empty();
            before.enabled(enabled);
            int code = enabled.get(random.nextInt(enabled.size()));
            step.set(code);
            after.apply(code);
            long atFirst = threads.getCurrentThreadAllocatedBytes();
            check(invariant, step);
            allocated += threads.getCurrentThreadAllocatedBytes() - atFirst;
        }
        return allocated;
    }

    private static void makeFacts(Machine machine) {
        for (int domain = 0; domain < machine.domainCount(); domain++) {
            DomainFacts.of(machine, machine.domain(domain));
        }
    }

    private static void check(Invariant invariant, Step step) {
        if (invariant instanceof StateInvariant ofStates) {
            ofStates.check(step.after());
        } else if (invariant instanceof StepInvariant ofSteps) {
            ofSteps.check(step);
        } else if (invariant instanceof ProgressInvariant ofWhatFollows) {
            ofWhatFollows.speaksOf(step.after());
            ofWhatFollows.isGoal(step.after());
        }
    }
}
