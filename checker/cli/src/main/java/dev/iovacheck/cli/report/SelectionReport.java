package dev.iovacheck.cli.report;

import dev.iovacheck.counterexamples.text.WrappedText;

/** What was left out of a run, so that nobody takes it for checked. */
public final class SelectionReport {

    private SelectionReport() {}

    /** Empty if nothing was left out; otherwise ends in a line feed. */
    public static String of(int excluded, int unchanged, int sources) {
        WrappedText text = new WrappedText();
        if (excluded > 0) {
            text.line("not checked: " + Numbers.of(excluded, "file") + " excluded");
        }
        if (unchanged > 0) {
            text.line("not checked: " + Numbers.of(unchanged, "file") + " unchanged");
        }
        if (sources > 0) {
            text.wrap(
                    "not checked: ",
                    2,
                    Numbers.of(sources, "device tree source")
                            + " of the folders (*.dts); name them, or a pattern such as 'boards/**/*.dts'");
        }
        return text.toString();
    }
}
