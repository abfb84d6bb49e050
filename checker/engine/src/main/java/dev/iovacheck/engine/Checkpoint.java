package dev.iovacheck.engine;

import dev.iovacheck.engine.search.ChunkFile;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;

/**
 * A folder with what it takes to go on with a search. {@code progress} says how far it is and where its states are; it is replaced as a
 * whole, so that there is a good one whenever the process ends. {@code states-N} holds the states of part {@code N}; it only grows, and
 * what {@code progress} speaks of is never changed.
 */
final class Checkpoint implements Closeable {

    private static final String FORMAT = "iovacheck-checkpoint/3";
    private static final int CRC_BYTES = 8;

    private final Path folder;
    private final String identity;
    private final FileChannel lockFile;

    private Checkpoint(Path folder, String identity, FileChannel lockFile) {
        this.folder = folder;
        this.identity = identity;
        this.lockFile = lockFile;
    }

    /** Writes what a search knows. */
    interface Writer {
        void write(DataOutputStream out) throws IOException;
    }

    /**
     * @param identity what the search is of; only a checkpoint of an equal one is good for it
     * @throws CheckpointException if the folder cannot be used
     */
    static Checkpoint open(CheckpointOptions options, String identity) {
        Path folder = options.folder();
        try {
            if (options.resume() && !Files.isRegularFile(folder.resolve("progress"))) {
                throw new CheckpointException(
                        folder + ": error: holds no checkpoint; give the folder that --checkpoint was given");
            }
            if (!options.resume() && isUsed(folder)) {
                throw new CheckpointException(
                        folder + ": error: is not empty; give a new folder, or go on from a checkpoint in it"
                                + " with --resume");
            }
            Files.createDirectories(folder);
            return new Checkpoint(folder, identity, lock(folder));
        } catch (IOException e) {
            throw new CheckpointException(folder + ": error: cannot be used for checkpoints: " + e);
        }
    }

    private static boolean isUsed(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return false;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            return files.iterator().hasNext();
        }
    }

    private static FileChannel lock(Path folder) throws IOException {
        FileChannel file =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = file.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            file.close();
            throw new CheckpointException(folder + ": error: another search is writing its checkpoints here");
        }
        return file;
    }

    /**
     * The file for the states of a part.
     *
     * @param slots how many slots of it are in use
     */
    ChunkFile states(int part, int slots) throws IOException {
        return ChunkFile.at(folder.resolve("states-" + part), slots);
    }

    /** Replaces {@code progress}. Whatever happens meanwhile, the old or the new one is there, whole. */
    void write(Writer body) throws IOException {
        Path unfinished = folder.resolve("progress.tmp");
        CRC32 crc = new CRC32();
        try (FileOutputStream file = new FileOutputStream(unfinished.toFile());
                DataOutputStream out =
                        new DataOutputStream(new CheckedOutputStream(new BufferedOutputStream(file), crc))) {
            out.writeUTF(FORMAT);
            out.writeUTF(identity);
            body.write(out);
            out.writeLong(crc.getValue());
            out.flush();
            file.getFD().sync();
        }
        Files.move(
                unfinished,
                folder.resolve("progress"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    /**
     * What {@link #write} wrote.
     *
     * @throws CheckpointException if it is of another search, or damaged
     */
    DataInputStream read() {
        Path progress = folder.resolve("progress");
        try {
            byte[] bytes = Files.readAllBytes(progress);
            if (bytes.length < CRC_BYTES || !isWhole(bytes)) {
                throw new CheckpointException(progress + ": error: is damaged");
            }
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, bytes.length - CRC_BYTES));
            if (!in.readUTF().equals(FORMAT)) {
                throw new CheckpointException(progress + ": error: is not of this version; start anew");
            }
            if (!in.readUTF().equals(identity)) {
                throw new CheckpointException(progress + ": error: belongs to another search; configuration, --only,"
                        + " --storage, --no-reduction and the version of iovacheck must be those it was made with");
            }
            return in;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    CheckpointException unreadable(Exception e) {
        return new CheckpointException(folder + ": error: the checkpoint cannot be read: " + e.getMessage());
    }

    private static boolean isWhole(byte[] bytes) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, bytes.length - CRC_BYTES);
        DataInputStream end = new DataInputStream(new ByteArrayInputStream(bytes, bytes.length - CRC_BYTES, CRC_BYTES));
        return end.readLong() == crc.getValue();
    }

    /** Takes away the states of parts before this one, which nobody needs any more. */
    void dropStatesBefore(int part) throws IOException {
        for (int done = 0; done < part; done++) {
            Files.deleteIfExists(folder.resolve("states-" + done));
        }
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }

    static void discard(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "{states-*,progress,progress.tmp,lock}")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        if (!isUsed(folder)) {
            Files.delete(folder);
        }
    }
}
