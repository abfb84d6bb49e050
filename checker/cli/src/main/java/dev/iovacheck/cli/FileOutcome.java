package dev.iovacheck.cli;

import dev.iovacheck.cli.report.Assessment;
import dev.iovacheck.cli.result.ConfigurationResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of one file.
 *
 * @param parts one for each configuration, or one that says why there is none
 * @param report the whole report, if it is the only file and one configuration; otherwise empty
 * @param lines of the places in the results, which have none of a device tree
 */
record FileOutcome(List<Part> parts, String report, SourceLines lines) {

    FileOutcome {
        parts = List.copyOf(parts);
    }

    static FileOutcome unchecked(ConfigurationResult result, SourceLines lines) {
        return new FileOutcome(List.of(new Part(result, List.of(), null, null)), "", lines);
    }

    /**
     * One configuration.
     *
     * @param repeat the words of the command that checks it again
     * @param assessment what was found; {@code null} if nothing was searched, because there was nothing or because it was done before
     * @param failure an error of this program; {@code null} if there was none
     */
    record Part(
            ConfigurationResult result,
            List<String> repeat,
            @Nullable Assessment assessment,
            @Nullable RuntimeException failure) {

        Part {
            repeat = List.copyOf(repeat);
        }

        Part withResult(ConfigurationResult other) {
            return new Part(other, repeat, assessment, failure);
        }
    }
}
