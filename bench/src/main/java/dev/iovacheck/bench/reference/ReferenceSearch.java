package dev.iovacheck.bench.reference;

import dev.iovacheck.engine.search.BreadthFirst;
import dev.iovacheck.engine.search.Storage;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Searches the reference model and prints one line of counts. With a sixth argument also how many states there were after every such
 * number of milliseconds, for plots.
 */
public final class ReferenceSearch {

    private final int every;
    private long nextLine;

    private ReferenceSearch(int every) {
        this.every = every;
        nextLine = every;
    }

    /** @param arguments lower bound, slots, workers, {@code exact} or {@code fingerprint}, {@code none} or {@code full} reduction */
    public static void main(String[] arguments) throws Exception {
        ReferenceSize size = new ReferenceSize(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
        int workers = Integer.parseInt(arguments[2]);
        Storage storage = arguments[3].equals("fingerprint") ? Storage.FINGERPRINT : Storage.EXACT;
        boolean symmetric = arguments[4].equals("full");
        new ReferenceSearch(arguments.length > 5 ? Integer.parseInt(arguments[5]) : Integer.MAX_VALUE)
                .run(size, workers, storage, symmetric);
    }

    private void run(ReferenceSize size, int workers, Storage storage, boolean symmetric) throws Exception {
        List<ReferenceModel> models = new ArrayList<>();
        long memory = Runtime.getRuntime().maxMemory() / 2;
        try (BreadthFirst search = new BreadthFirst(
                () -> {
                    ReferenceModel model = new ReferenceModel(size, symmetric);
                    models.add(model);
                    return model;
                },
                new BreadthFirst.Settings(
                        workers, Integer.MAX_VALUE, storage, memory, Path.of(System.getProperty("java.io.tmpdir"))),
                this::report)) {
            search.run();
            if (search.cutOff().isPresent()) {
                throw new IllegalStateException(search.cutOff().get());
            }
            long broken = models.stream().mapToLong(ReferenceModel::broken).sum();
            System.out.println("states=" + search.states() + " transitions=" + search.transitions() + " diameter="
                    + search.depth() + " violations=" + broken + " stored=" + search.bytes());
        }
    }

    private synchronized Optional<String> report(BreadthFirst search) {
        if (every != Integer.MAX_VALUE) {
            long uptime = ManagementFactory.getRuntimeMXBean().getUptime();
            if (uptime >= nextLine) {
                nextLine = uptime + every;
                System.out.println("after=" + uptime + " states=" + search.states());
            }
        }
        return Optional.empty();
    }
}
