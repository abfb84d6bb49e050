package dev.iovacheck.engine.search;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The file for states that have no room in memory. There is none until it is needed. Thread-safe. */
final class Overflow implements Closeable {

    private final Path folder;
    private volatile @Nullable ChunkFile file;

    /**
     * @param folder where to make a file that vanishes with this process
     * @param file a file to be used instead, if given
     */
    Overflow(Path folder, @Nullable ChunkFile file) {
        this.folder = folder;
        this.file = file;
    }

    /** The file, made if there is none yet. */
    ChunkFile file() {
        ChunkFile known = file;
        return known != null ? known : create();
    }

    private synchronized ChunkFile create() {
        ChunkFile known = file;
        if (known == null) {
            known = ChunkFile.temporary(folder);
            file = known;
        }
        return known;
    }

    @Override
    public void close() throws IOException {
        ChunkFile known = file;
        if (known != null) {
            known.close();
        }
    }
}
