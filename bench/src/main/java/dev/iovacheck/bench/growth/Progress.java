package dev.iovacheck.bench.growth;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How far one search was at which time. */
final class Progress {

    private static final Pattern LINE = Pattern.compile("after=([0-9]+) states=([0-9]+) transitions=([0-9]+)");

    /**
     * @param seconds since the process began
     * @param states distinct states stored by then
     * @param transitions transitions taken by then
     */
    private record Sample(double seconds, double states, double transitions) {}

    private final List<Sample> samples = new ArrayList<>();

    /** @param output what the search printed; lines of any other form are passed over */
    Progress(String output) {
        samples.add(new Sample(0, 0, 0));
        for (String line : output.lines().toList()) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                samples.add(new Sample(
                        Long.parseLong(matcher.group(1)) / 1e3,
                        Long.parseLong(matcher.group(2)),
                        Long.parseLong(matcher.group(3))));
            }
        }
    }

    /**
     * Distinct states per second around so many: while their number doubled, with this one in the middle. Levels of a breadth-first search
     * begin with much and end with little that is new; a doubling is about as long as a few levels.
     *
     * @return nothing if the search did not get that far
     */
    OptionalDouble statesPerSecond(double states) {
        double from = states / Math.sqrt(2);
        double to = states * Math.sqrt(2);
        if (samples.get(samples.size() - 1).states < to) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of((to - from) / (at(to).seconds - at(from).seconds));
    }

    /** Distinct states per second from the start of the process until there were so many; nothing where the above is. */
    OptionalDouble statesPerSecondSinceStart(double states) {
        return statesPerSecond(states).isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(states / at(states).seconds);
    }

    /** Transitions per second, repeated ones counted, while the number of states doubled. */
    OptionalDouble transitionsPerSecond(double states) {
        double from = states / Math.sqrt(2);
        double to = states * Math.sqrt(2);
        if (samples.get(samples.size() - 1).states < to) {
            return OptionalDouble.empty();
        }
        Sample start = at(from);
        Sample end = at(to);
        return OptionalDouble.of((end.transitions - start.transitions) / (end.seconds - start.seconds));
    }

    /** When there were so many states; between two samples, as if they had come evenly. */
    private Sample at(double states) {
        int after = 1;
        while (samples.get(after).states < states) {
            after++;
        }
        Sample one = samples.get(after - 1);
        Sample other = samples.get(after);
        double part = (states - one.states) / (other.states - one.states);
        return new Sample(
                one.seconds + part * (other.seconds - one.seconds),
                states,
                one.transitions + part * (other.transitions - one.transitions));
    }
}
