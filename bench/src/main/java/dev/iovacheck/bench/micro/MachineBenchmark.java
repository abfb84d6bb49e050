package dev.iovacheck.bench.micro;

import dev.iovacheck.engine.search.Successors;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationReader;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.Symmetry;
import dev.iovacheck.model.packed.BitWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.eclipse.collections.api.factory.primitive.IntLists;
import org.eclipse.collections.api.list.primitive.MutableIntList;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The machine of a real configuration, in states that a random walk meets. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MachineBenchmark {

    private static final int STATES = 4096;
    private static final int HASHED = 100_000;

    private final long[][] states = new long[STATES][];
    private final int[] actions = new int[STATES];
    private final BitWriter out = new BitWriter();
    private Machine before = emptyMachine();
    private Machine after = emptyMachine();
    private int next;

    private static Machine emptyMachine() {
        try {
            Path file = Path.of(System.getProperty("iovacheck.root", "."), "examples/sharing/one-domain.yaml");
            Configuration configuration = new ConfigurationReader(Catalogue.ids()).read(file);
            return new Machine(configuration, new int[] {0, 1}, Symmetry.FULL);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Walks at random and remembers where it came by. */
    @Setup
    public void walk() {
        Random random = new Random(1);
        before = emptyMachine();
        after = emptyMachine();
        MutableIntList enabled = IntLists.mutable.empty();
        for (int index = 0; index < STATES; index++) {
            after.write(out);
            states[index] = Arrays.copyOf(out.words(), BitWriter.length(out.words()[0]));
            enabled.clear();
            after.enabled(enabled);
            actions[index] = enabled.get(random.nextInt(enabled.size()));
            after.apply(actions[index]);
        }
    }

    private int following() {
        next = (next + 1) % STATES;
        return next;
    }

    /** One action. */
    @Benchmark
    public boolean readAndStep() {
        int index = following();
        after.read(states[index], 0);
        return after.apply(actions[index]);
    }

    /** A state from its words. */
    @Benchmark
    public Machine read() {
        before.read(states[following()], 0);
        return before;
    }

    /** A state from its words, and back into words. */
    @Benchmark
    public int readAndWrite() {
        before.read(states[following()], 0);
        return before.write(out);
    }

    /** A state from another machine. */
    @Benchmark
    public Machine readAndCopy() {
        before.read(states[following()], 0);
        after.copyFrom(before);
        return after;
    }

    /** Two words hashed, compared with states of late and put among the successors of a state; with its share of making room for all. */
    @Benchmark
    @OperationsPerInvocation(HASHED)
    public int hash() {
        Successors fresh = new Successors();
        for (int count = 0; count < HASHED; count++) {
            fresh.add(states[following()][0], count);
        }
        return fresh.count();
    }
}
