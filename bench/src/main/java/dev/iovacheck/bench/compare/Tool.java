package dev.iovacheck.bench.compare;

import dev.iovacheck.bench.reference.ReferenceSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A program that can search the reference model. */
interface Tool {

    /** As {@code --only} takes it. */
    String name();

    /** The ways to run it that are compared. */
    List<Setting> settings();

    /** Why it cannot be run here, and how that could be changed; empty if it can. */
    Optional<String> missing();

    /**
     * Makes ready what running it needs: generates, compiles. Not part of what is timed.
     *
     * @param folder where files may be made
     */
    void prepare(ReferenceSize size, Path folder) throws IOException, InterruptedException;

    /** The command of one run; {@link #prepare} came before. */
    List<String> command(Setting setting, ReferenceSize size, Path folder);

    /**
     * What a run printed, understood.
     *
     * @throws ToolException if it does not say that the search was complete and found no violation
     */
    ReferenceSize.Counts counts(Setting setting, String output) throws ToolException;
}
