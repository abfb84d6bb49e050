package dev.iovacheck.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Checks files side by side and hands out what came of each in their order, as soon as it is there. Those that are expected to take
 * longest begin first.
 */
final class FileRuns {

    private final FileCheck check;
    private final int jobs;
    private final PrintStream err;

    /** Takes what came of a file. */
    @FunctionalInterface
    interface Receiver {
        void take(FileOutcome outcome);
    }

    /** @param jobs how many files at a time */
    FileRuns(FileCheck check, int jobs, PrintStream err) {
        this.check = check;
        this.jobs = jobs;
        this.err = err;
    }

    /** What a search has said, and what came of it. */
    private record Done(String messages, FileOutcome outcome) {}

    /** A search that will be done. */
    private record Search(FileCheck.Prepared prepared, CompletableFuture<Done> done) {

        Search(FileCheck.Prepared prepared) {
            this(prepared, new CompletableFuture<>());
        }

        void run(FileCheck check) {
            try {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                PrintStream messages = new PrintStream(bytes, true, StandardCharsets.UTF_8);
                FileOutcome outcome = check.search(prepared, messages);
                done.complete(new Done(bytes.toString(StandardCharsets.UTF_8), outcome));
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        }
    }

    void run(List<Path> files, Receiver receiver) {
        if (jobs == 1) {
            for (Path file : files) {
                FileCheck.Prepared prepared = check.prepare(file);
                prepared.messages().forEach(err::println);
                err.flush();
                receiver.take(check.search(prepared, err));
            }
            return;
        }
        ExecutorService threads = Executors.newFixedThreadPool(jobs, task -> {
            Thread thread = new Thread(task, "files");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<FileCheck.Prepared> prepared = files.stream()
                    .map(file -> CompletableFuture.supplyAsync(() -> check.prepare(file), threads))
                    .toList()
                    .stream()
                    .map(FileRuns::await)
                    .toList();
            // Begun in one order, told in another.
            List<Search> searches = prepared.stream().map(Search::new).toList();
            List<Search> longestFirst = new ArrayList<>(searches);
            longestFirst.sort(
                    Comparator.comparingLong((Search each) -> each.prepared().expectedStates())
                            .reversed());
            for (Search each : longestFirst) {
                threads.execute(() -> each.run(check));
            }
            for (Search each : searches) {
                Done done = await(each.done());
                each.prepared().messages().forEach(err::println);
                err.print(done.messages());
                err.flush();
                receiver.take(done.outcome());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static <T> T await(CompletableFuture<T> future) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw new IllegalStateException("a check of a file failed: " + e.getCause(), e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
