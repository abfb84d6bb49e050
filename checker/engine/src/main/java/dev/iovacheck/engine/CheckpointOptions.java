package dev.iovacheck.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Where a search writes down how far it is, so that it can go on after an interruption.
 *
 * @param folder nobody else's; made if it is not there
 * @param every how often
 * @param resume whether to go on from what the folder holds; otherwise it must hold nothing
 * @param version of the program, since another one may number states differently
 */
public record CheckpointOptions(Path folder, Duration every, boolean resume, String version) {

    /** Whether there is one to go on from. */
    public boolean exists() {
        return Files.isRegularFile(folder.resolve("progress"));
    }

    /** Removes what a search has left there, once nobody needs it any more; and the folder if it is empty then. */
    public void discard() throws IOException {
        Checkpoint.discard(folder);
    }
}
