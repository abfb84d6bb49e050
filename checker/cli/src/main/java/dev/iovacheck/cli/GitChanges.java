package dev.iovacheck.cli;

import dev.iovacheck.model.config.ConfigurationException;
import dev.iovacheck.model.config.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Which files differ from a revision, or are not in git at all. Asks {@code git}, once for each checkout. */
final class GitChanges {

    private static final int MOST_SECONDS = 60;

    private final String revision;
    private final Map<Path, Path> checkouts = new HashMap<>();
    private final Map<Path, Set<Path>> changed = new HashMap<>();

    GitChanges(String revision) {
        this.revision = revision;
    }

    /**
     * Whether a file has changed. Of a device tree source nobody knows what it includes before it is compiled: it has changed if any
     * source or header of its checkout has.
     *
     * @throws ConfigurationException if git is not there, the file is in no checkout, or there is no such revision
     */
    boolean has(Path file) throws ConfigurationException {
        Path absolute = real(file);
        Path folder = absolute.getParent();
        if (folder == null) {
            throw fault(file, "is in no checkout of git", "leave --changed-since out");
        }
        Path checkout = checkouts.get(folder);
        if (checkout == null) {
            String top = git(file, folder, "rev-parse", "--show-toplevel");
            checkout = Path.of(top.strip());
            checkouts.put(folder, checkout);
        }
        Set<Path> files = changed.get(checkout);
        if (files == null) {
            files = changes(file, checkout);
            changed.put(checkout, files);
        }
        return files.contains(absolute)
                || (absolute.toString().endsWith(".dts") && files.stream().anyMatch(GitChanges::mayBeIncluded));
    }

    private static boolean mayBeIncluded(Path file) {
        return file.toString().matches(".*\\.(dts|dtsi|h)");
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            return file.toAbsolutePath().normalize();
        }
    }

    private Set<Path> changes(Path file, Path checkout) throws ConfigurationException {
        if (revision.startsWith("-")) {
            throw fault(file, "--changed-since: '" + revision + "' is no revision", "name a branch, a tag or a commit");
        }
        git(file, checkout, "rev-parse", "--verify", "--quiet", revision + "^{commit}");
        Set<Path> files = new HashSet<>();
        for (String listed : List.of(
                git(file, checkout, "diff", "--name-only", "-z", "--no-renames", revision, "--"),
                git(file, checkout, "ls-files", "--others", "--exclude-standard", "-z"))) {
            for (String name : listed.split("\0", -1)) {
                if (!name.isEmpty()) {
                    files.add(checkout.resolve(name));
                }
            }
        }
        return files;
    }

    private String git(Path file, Path folder, String... words) throws ConfigurationException {
        List<String> command = new ArrayList<>(List.of("git", "-C", folder.toString()));
        command.addAll(List.of(words));
        try {
            Process git = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            git.getOutputStream().close();
            byte[] out = git.getInputStream().readAllBytes();
            if (!git.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                git.destroyForcibly();
                throw fault(file, "git does not come to an end", "leave --changed-since out");
            }
            if (git.exitValue() != 0) {
                boolean isRevision = words[0].equals("rev-parse") && words.length > 2;
                throw fault(
                        file,
                        isRevision
                                ? "git has no revision '" + revision + "' here"
                                : "git does not say what has changed",
                        isRevision
                                ? "fetch it (CI often clones only one commit), or name another"
                                : "check files in a checkout, or leave --changed-since out");
            }
            return new String(out, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw fault(file, "git, which knows what has changed, does not run here", "leave --changed-since out");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw fault(file, "git was interrupted", "start again");
        }
    }

    private static ConfigurationException fault(Path file, String problem, String remedy) {
        return new ConfigurationException(List.of(new Fault(file.toString(), 0, 0, problem, remedy)));
    }
}
