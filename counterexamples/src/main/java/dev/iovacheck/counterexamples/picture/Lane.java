package dev.iovacheck.counterexamples.picture;

import dev.iovacheck.model.address.Extent;
import java.util.ArrayList;
import java.util.List;

/**
 * A row of an address space that is drawn; its bars do not overlap.
 *
 * @param name empty if it goes on with what the row above had no room for
 */
public record Lane(String name, List<Bar> bars) {

    public Lane {
        bars = List.copyOf(bars);
    }

    /** What a step did to a part. */
    public enum Mark {
        /** Nothing. */
        SAME(""),
        /** It is there since this step. */
        FRESH("new: "),
        /** It was there before this step. */
        GONE("gone: ");

        private final String lead;

        Mark(String lead) {
            this.lead = lead;
        }
    }

    /**
     * A part of a row.
     *
     * @param kind class of what is drawn
     * @param label short, to be written into it where there is room; may be empty
     * @param words what it is, in full
     */
    public record Bar(Extent bytes, String kind, String label, String words, Mark mark) {

        Bar marked(Mark other) {
            return new Bar(bytes, kind, label, words, other);
        }

        String text() {
            return mark.lead + words;
        }
    }

    /** As many rows as it takes: what overlaps goes into a row below, so that nothing hides anything. At least one. */
    public static List<Lane> of(String name, List<Bar> bars) {
        List<List<Bar>> lanes = new ArrayList<>();
        lanes.add(new ArrayList<>());
        for (Bar bar : bars) {
            lanes.stream()
                    .filter(lane ->
                            lane.stream().noneMatch(other -> other.bytes().intersects(bar.bytes())))
                    .findFirst()
                    .orElseGet(() -> {
                        lanes.add(new ArrayList<>());
                        return lanes.get(lanes.size() - 1);
                    })
                    .add(bar);
        }
        List<Lane> named = new ArrayList<>();
        for (List<Bar> lane : lanes) {
            named.add(new Lane(named.isEmpty() ? name : "", lane));
        }
        return named;
    }
}
