package dev.iovacheck.bench.growth;

import dev.iovacheck.engine.ExhaustiveCheck;
import dev.iovacheck.engine.SearchOptions;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.ConfigurationReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/**
 * Checks a configuration as {@code iovacheck check} does, all invariants and reductions included, and prints now and then how far it is:
 * lines for {@link Progress}.
 */
public final class MachineSearch {

    private MachineSearch() {}

    /** @param arguments configuration, number of threads, number of states that is enough */
    public static void main(String[] arguments) throws Exception {
        SearchOptions options = SearchOptions.defaults()
                .withWorkers(Integer.parseInt(arguments[1]))
                .withMaxStates(Long.parseLong(arguments[2]));
        ExhaustiveCheck.run(
                new ConfigurationReader(Catalogue.ids()).read(Path.of(arguments[0])),
                options,
                far -> System.out.println("after="
                        + ManagementFactory.getRuntimeMXBean().getUptime() + " states=" + far.states()
                        + " transitions=" + far.transitions()),
                () -> false);
    }
}
