package dev.iovacheck.counterexamples.trace;

import dev.iovacheck.counterexamples.ReplayedStep;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.machine.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What one step came to when it was written down.
 *
 * @param kind kind of result the caller saw
 * @param errno the error, if the result is one
 * @param address the IOVA in bytes, if the result is one, otherwise 0
 * @param warnings how many kernel warnings were printed
 */
public record RecordedResult(Outcome.Kind kind, @Nullable Errno errno, long address, int warnings) {

    /** What a replayed step came to. */
    public static RecordedResult of(ReplayedStep step) {
        return new RecordedResult(step.outcome(), step.errno(), step.address(), step.warnings());
    }

    /** In a few words: {@code -EBUSY}, {@code address 0xff000, 1 warning}. */
    public String words() {
        StringBuilder words = new StringBuilder(errno == null ? Labels.of(kind) : errno.negative());
        if (address != 0) {
            words.append(' ').append(Hex.of(address));
        }
        if (warnings > 0) {
            words.append(", ").append(warnings).append(warnings == 1 ? " warning" : " warnings");
        }
        return words.toString();
    }
}
