package dev.iovacheck.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What the build wrote down about itself.
 *
 * @param version of the project
 * @param commit it was built from; empty if the build did not know
 */
record BuildInfo(String version, String commit) {

    static BuildInfo load() {
        Properties properties = new Properties();
        try (InputStream in = BuildInfo.class.getResourceAsStream("build.properties")) {
            if (in == null) {
                throw new IllegalStateException("build.properties is missing from the program");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new BuildInfo(properties.getProperty("version", "unknown"), properties.getProperty("commit", ""));
    }

    /** As {@code iovacheck 0.1.0 (commit 0123456789ab)}. */
    @Override
    public String toString() {
        return "iovacheck " + version + (commit.isEmpty() ? "" : " (commit " + commit + ")");
    }
}
