package dev.iovacheck.counterexamples.text;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.model.config.Configuration;
import java.util.Locale;

/** A counterexample as a mail on a list has it: plain text, to be pasted into a reply. */
public final class MailText {

    /** Columns of a line: what is left when it is quoted a few times. */
    public static final int WIDTH = 72;

    private MailText() {}

    /**
     * Everything; each line ends in a line feed.
     *
     * @param explained the counterexample with what is to blame, in lines of {@link #WIDTH} columns
     * @param version of this program
     */
    public static String of(Replay replay, String explained, String version) {
        Configuration configuration = replay.counterexample().configuration();
        WrappedText text = new WrappedText(WIDTH);
        text.wrap(
                "",
                0,
                replay.counterexample().invariant().id() + " is violated after "
                        + replay.steps().size() + (replay.steps().size() == 1 ? " step" : " steps") + ": kernel "
                        + configuration.kernel().label() + ", mechanism "
                        + configuration.mechanism().label() + ", "
                        + configuration.iommu().mode().name().toLowerCase(Locale.ROOT) + " mode"
                        + (configuration.title().isEmpty() ? "." : " (" + configuration.title() + ")."));
        text.blank();
        text.add(explained).blank();
        text.wrap("", 0, "Found by iovacheck " + version + " in a model of the allocator, and replayed there.");
        return text.toString();
    }
}
