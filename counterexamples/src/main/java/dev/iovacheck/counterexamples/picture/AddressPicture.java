package dev.iovacheck.counterexamples.picture;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.ReplayedStep;
import dev.iovacheck.counterexamples.ReplayedStep.DomainView;
import dev.iovacheck.counterexamples.text.CounterexampleText;
import java.util.List;
import java.util.OptionalInt;

/** The address space after one step of each counterexample, one below the other, as an SVG document of its own. */
public final class AddressPicture {

    private final PictureSheet sheet = new PictureSheet();

    private AddressPicture() {}

    /** After the last step of each. */
    public static String of(List<Replay> replays) {
        return of(replays, OptionalInt.empty());
    }

    /**
     * Ends in a line feed.
     *
     * @param step number of the step, from 1, of those that have so many; empty for the last
     */
    public static String of(List<Replay> replays, OptionalInt step) {
        AddressPicture picture = new AddressPicture();
        replays.forEach(replay -> picture.add(replay, step));
        if (replays.isEmpty()) {
            picture.sheet.heading("No counterexample");
        }
        return picture.sheet.toString();
    }

    private void add(Replay replay, OptionalInt step) {
        Counterexample counterexample = replay.counterexample();
        List<ReplayedStep> steps = replay.steps();
        sheet.heading(counterexample.invariant().id() + ": " + replay.violation());
        int wanted = step.orElse(steps.size());
        if (wanted > steps.size()) {
            sheet.heading("There is no step " + wanted + ": the last is step " + steps.size() + ".");
            sheet.gap();
            return;
        }
        for (int number = wanted; number > 0; number--) {
            DomainView now = steps.get(number - 1).domain();
            if (now != null) {
                String call = CounterexampleText.steps(replay).get(number - 1).call();
                sheet.heading("After step " + number + ", " + call);
                DomainView before = number == 1 ? null : steps.get(number - 2).domainOf(now.group());
                sheet.draw(AddressStrip.of(
                        counterexample, now, before, steps.get(number - 1).mapped()));
                return;
            }
            if (step.isPresent()) {
                sheet.heading("After step " + number + " there is no address space to be drawn, of one domain.");
            }
        }
        sheet.heading("There is no address space to be drawn: no step leaves a domain.");
        sheet.gap();
    }
}
