package dev.iovacheck.counterexamples.picture;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.ReplayedStep;
import dev.iovacheck.counterexamples.ReplayedStep.DomainView;
import dev.iovacheck.counterexamples.text.CounterexampleText;
import java.util.List;

/** The address space after the last step of each counterexample, one below the other, as an SVG document of its own. */
public final class AddressPicture {

    private static final int HEADING = 22;
    private static final int GAP = 14;
    private static final int MARGIN = 10;
    private static final int LETTERS = 118;

    private final StringBuilder svg = new StringBuilder();
    private int y = MARGIN;

    private AddressPicture() {}

    /** Ends in a line feed. */
    public static String of(List<Replay> replays) {
        AddressPicture picture = new AddressPicture();
        replays.forEach(picture::add);
        if (replays.isEmpty()) {
            picture.heading("No counterexample");
        }
        int width = AddressStrip.ALL + 2 * MARGIN;
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg class=\"strip\" xmlns=\"http://www.w3.org/2000/svg\" "
                + "width=\"" + width + "\" height=\"" + picture.y + "\" viewBox=\"0 0 " + width + " " + picture.y
                + "\"><style>" + PageParts.STRIP_STYLE + "</style><rect class=\"paper\" width=\"" + width
                + "\" height=\"" + picture.y + "\"/>\n" + picture.svg + "</svg>\n";
    }

    private void add(Replay replay) {
        Counterexample counterexample = replay.counterexample();
        List<ReplayedStep> steps = replay.steps();
        heading(counterexample.invariant().id() + ": " + replay.violation());
        for (int index = steps.size() - 1; index >= 0; index--) {
            DomainView now = steps.get(index).domain();
            if (now != null) {
                String call = CounterexampleText.steps(replay).get(index).call();
                heading("After step " + (index + 1) + ", " + call);
                DomainView before = index == 0 ? null : steps.get(index - 1).domainOf(now.group());
                draw(AddressStrip.of(
                        counterexample, now, before, steps.get(index).mapped()));
                return;
            }
        }
        heading("There is no address space to be drawn: no step leaves a domain.");
        y += GAP;
    }

    private void draw(AddressStrip.Drawn drawn) {
        svg.append("<svg role=\"img\" x=\"" + MARGIN + "\" y=\"")
                .append(y)
                .append("\" width=\"" + AddressStrip.ALL + "\" height=\"")
                .append(drawn.height())
                .append("\"><title>")
                .append(Markup.escaped(drawn.title()))
                .append("</title><desc>")
                .append(Markup.escaped(drawn.words()))
                .append("</desc>")
                .append(drawn.content())
                .append("</svg>\n");
        y += drawn.height() + GAP;
    }

    private void heading(String words) {
        String line = words.length() <= LETTERS ? words : words.substring(0, LETTERS - 1) + "\u2026";
        svg.append("<text x=\"" + MARGIN + "\" y=\"")
                .append(y + 14)
                .append("\">")
                .append(Markup.escaped(line))
                .append("</text>\n");
        y += HEADING;
    }
}
