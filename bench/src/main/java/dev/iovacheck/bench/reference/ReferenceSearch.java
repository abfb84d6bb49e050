package dev.iovacheck.bench.reference;

import dev.iovacheck.engine.search.BreadthFirst;
import dev.iovacheck.engine.search.Storage;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Searches the reference model and prints one line of counts. For plots it can also print now and then how far it is, and stop when it
 * has seen enough.
 */
public final class ReferenceSearch {

    private static final String ENOUGH = "enough states were seen";

    private final int every;
    private final long enough;
    private long nextLine;

    private ReferenceSearch(int every, long enough) {
        this.every = every;
        this.enough = enough;
        nextLine = every;
    }

    /**
     * @param arguments lower bound, slots, workers, {@code exact} or {@code fingerprint}, {@code none} or {@code full} reduction; and, if
     *     wanted, the milliseconds between lines and the number of states that is enough
     */
    public static void main(String[] arguments) throws Exception {
        ReferenceSize size = new ReferenceSize(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
        int workers = Integer.parseInt(arguments[2]);
        Storage storage = arguments[3].equals("fingerprint") ? Storage.FINGERPRINT : Storage.EXACT;
        boolean symmetric = arguments[4].equals("full");
        boolean plotted = arguments.length > 5;
        new ReferenceSearch(
                        plotted ? Integer.parseInt(arguments[5]) : Integer.MAX_VALUE,
                        plotted ? Long.parseLong(arguments[6]) : Long.MAX_VALUE)
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
            if (search.cutOff().equals(Optional.of(ENOUGH))) {
                return;
            }
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
                long states = search.states();
                System.out.println("after=" + uptime + " states=" + states + " transitions=" + search.transitions());
                return states >= enough ? Optional.of(ENOUGH) : Optional.empty();
            }
        }
        return Optional.empty();
    }
}
