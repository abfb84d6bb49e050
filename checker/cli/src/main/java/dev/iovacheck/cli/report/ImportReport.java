package dev.iovacheck.cli.report;

import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.model.board.Board;
import dev.iovacheck.model.board.Finding;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationText;

/** A configuration that was made of a board: comments that say what was assumed, then the configuration with every default. */
public final class ImportReport {

    private ImportReport() {}

    /**
     * @param number which of the board's configurations, from 0
     * @return YAML
     */
    public static String of(Board board, int number) {
        Configuration configuration = board.configurations().get(number).configuration();
        int count = board.configurations().size();
        WrappedText text = new WrappedText();
        comment(
                text,
                "# ",
                "Made of " + configuration.source() + (count > 1 ? ", " + (number + 1) + " of " + count : "")
                        + ". What it does not say, and what looks wrong:");
        for (Finding finding : board.findings()) {
            comment(text, "# * ", finding.toString());
        }
        return text + ConfigurationText.of(configuration);
    }

    private static void comment(WrappedText text, String lead, String words) {
        String[] lines =
                new WrappedText().wrap(lead, lead.length(), words).toString().split("\n", -1);
        for (int line = 0; line < lines.length - 1; line++) {
            text.line(line == 0 ? lines[line] : "#" + lines[line].substring(1));
        }
    }
}
