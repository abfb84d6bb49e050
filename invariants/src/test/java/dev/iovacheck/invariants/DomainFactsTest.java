package dev.iovacheck.invariants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.invariants.formula.Ranges;
import dev.iovacheck.invariants.formula.Sort;
import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Step;
import dev.iovacheck.model.packed.BitWriter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.list.primitive.MutableIntList;
import org.junit.jupiter.api.Test;

/** Facts are kept while the machine stays in its state, and no longer. */
class DomainFactsTest {

    private static final int STEPS = 400;

    private static final Set<Sort> OF_STEP = EnumSet.of(Sort.TAKEN, Sort.RETURNED, Sort.ACCEPTED_CALL, Sort.HELD);

    private final Machine before = new Machine(configuration().build());
    private final Machine after = new Machine(configuration().build());
    private final Step step = new Step(before, after);
    private final Set<Sort> seen = EnumSet.noneOf(Sort.class);

    private static Question configuration() {
        return new Question()
                .hardened()
                .cpus(2)
                .device("g", 1, 31, 3)
                .buffers(
                        Buffer.page(Question.PAGE),
                        Buffer.sg(new Buffer.Segment(Question.PAGE, 0), new Buffer.Segment(Question.PAGE, 0)))
                .region(20, 21)
                .device("h", 1, 31, 3, 1, 2)
                .call(0, 1, 3)
                .call(1, 5, 6);
    }

    @Test
    void whatIsKeptIsWhatAFreshLookSees() throws ExecutionException, InterruptedException {
        // Another thread has facts of its own; one that asks for the first time has nothing to remember.
        Random random = new Random(7);
        BitWriter out = new BitWriter();
        MutableIntList actions = IntLists.mutable.empty();
        for (int done = 0; done < STEPS; done++) {
            actions.clear();
            before.enabled(actions);
            // Several steps from one state, as in a search; the last one is taken.
            for (int tried = 0; tried < 3; tried++) {
                int action = actions.get(random.nextInt(actions.size()));
                after.copyFrom(before);
                after.apply(action);
                step.set(action);
                compare();
            }
            if (after.isCrashed()) {
                before.reset();
            } else if (random.nextBoolean()) {
                before.copyFrom(after);
            } else {
                after.write(out);
                before.read(out.words(), 0);
            }
        }
        assertEquals(EnumSet.allOf(Sort.class), seen, "sorts of which there was anything");
    }

    private void compare() throws ExecutionException, InterruptedException {
        List<String> kept = all();
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            assertEquals(other.submit(this::all).get(), kept);
        } finally {
            other.shutdown();
        }
        assertTrue(kept.size() > before.domainCount());
    }

    private List<String> all() {
        List<String> all = new ArrayList<>();
        for (int index = 0; index < before.domainCount(); index++) {
            DefaultDomain domain = before.domain(index);
            for (Sort sort : Sort.values()) {
                boolean isOfStep = OF_STEP.contains(sort);
                boolean concerns = step.device() >= 0 && before.domainOf(step.device()) == domain;
                if (!isOfStep || concerns) {
                    // Facts around a step know those of the state before it, too.
                    DomainFacts facts = isOfStep || step.edition() % 2 == 0
                            ? DomainFacts.of(step, domain)
                            : DomainFacts.of(before, domain);
                    all.add(text(sort, facts.things(sort)));
                }
            }
        }
        return all;
    }

    private synchronized String text(Sort sort, Ranges ranges) {
        StringBuilder text = new StringBuilder(sort.name());
        for (int range = 0; range < ranges.count(); range++) {
            text.append(' ').append(ranges.first(range)).append('-').append(ranges.last(range));
            seen.add(sort);
        }
        return text.toString();
    }
}
