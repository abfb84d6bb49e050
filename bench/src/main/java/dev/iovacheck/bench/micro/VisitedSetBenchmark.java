package dev.iovacheck.bench.micro;

import dev.iovacheck.bench.reference.ReferenceModel;
import dev.iovacheck.bench.reference.ReferenceSize;
import dev.iovacheck.engine.search.BreadthFirst;
import dev.iovacheck.engine.search.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The visited set in its natural use: a model whose steps cost almost nothing, so that storing and looking up is most of the time. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
public class VisitedSetBenchmark {

    /** What is stored of a state. */
    @Param({"EXACT", "FINGERPRINT"})
    public Storage storage = Storage.EXACT;

    /** Threads that search. */
    @Param({"1", "2"})
    public int workers = 1;

    /** 404,644 states, looked up 2,826,606 times. */
    @Benchmark
    public long search() throws IOException {
        try (BreadthFirst search = new BreadthFirst(
                () -> new ReferenceModel(ReferenceSize.SMALL, false),
                new BreadthFirst.Settings(
                        workers, Integer.MAX_VALUE, storage, 1L << 30, Path.of(System.getProperty("java.io.tmpdir"))),
                unused -> Optional.empty())) {
            search.run();
            return search.states();
        }
    }
}
