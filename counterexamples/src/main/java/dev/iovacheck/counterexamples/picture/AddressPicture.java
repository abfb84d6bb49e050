package dev.iovacheck.counterexamples.picture;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.ReplayedStep;
import dev.iovacheck.counterexamples.ReplayedStep.DomainView;
import dev.iovacheck.counterexamples.text.CounterexampleText;
import java.util.List;

/** The address space after the last step of each counterexample, one below the other, as an SVG document of its own. */
public final class AddressPicture {

    private final PictureSheet sheet = new PictureSheet();

    private AddressPicture() {}

    /** Ends in a line feed. */
    public static String of(List<Replay> replays) {
        AddressPicture picture = new AddressPicture();
        replays.forEach(picture::add);
        if (replays.isEmpty()) {
            picture.sheet.heading("No counterexample");
        }
        return picture.sheet.toString();
    }

    private void add(Replay replay) {
        Counterexample counterexample = replay.counterexample();
        List<ReplayedStep> steps = replay.steps();
        sheet.heading(counterexample.invariant().id() + ": " + replay.violation());
        for (int index = steps.size() - 1; index >= 0; index--) {
            DomainView now = steps.get(index).domain();
            if (now != null) {
                String call = CounterexampleText.steps(replay).get(index).call();
                sheet.heading("After step " + (index + 1) + ", " + call);
                DomainView before = index == 0 ? null : steps.get(index - 1).domainOf(now.group());
                sheet.draw(AddressStrip.of(
                        counterexample, now, before, steps.get(index).mapped()));
                return;
            }
        }
        sheet.heading("There is no address space to be drawn: no step leaves a domain.");
        sheet.gap();
    }
}
