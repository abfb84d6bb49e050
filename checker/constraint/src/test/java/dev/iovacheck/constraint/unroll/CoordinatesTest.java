package dev.iovacheck.constraint.unroll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CoordinatesTest {

    private static final long D32 = 1 << 20;
    private static final long LAST = -1L >>> 12;

    private static final NavigableSet<Integer> NO_ENDS = new TreeSet<>();

    private static Coordinates coordinates(List<Long> known, int free) {
        return new Coordinates(new Folding(16, List.of(), free, 4, 4), 16, D32, LAST, known, free);
    }

    @Test
    void whatTheDeviceCanBeGivenKeepsItsNumbers() {
        Coordinates coordinates = coordinates(List.of(), 2);
        assertEquals(15, coordinates.of(15));
        assertEquals(15, coordinates.pfn(15, NO_ENDS));
    }

    /** Order and touching are kept, at both ends of what is there. */
    @Test
    void whatIsBeyondKeepsItsOrder() {
        Coordinates coordinates = coordinates(List.of(100L, 200L), 0);
        long[] known = {16, 99, 100, 101, 199, 200, 201, D32 - 1, D32, D32 + 1, LAST - 1, LAST};
        for (int index = 1; index < known.length; index++) {
            boolean touch = known[index - 1] + 1 == known[index];
            int distance = coordinates.of(known[index]) - coordinates.of(known[index - 1]);
            assertTrue(touch ? distance == 1 : distance >= 1, "at " + known[index]);
            assertEquals(known[index], coordinates.pfn(coordinates.of(known[index]), NO_ENDS));
        }
        assertEquals(coordinates.count() - 1, coordinates.of(LAST));
        assertThrows(IllegalArgumentException.class, () -> coordinates.of(150));
    }

    /** Between two stretches of representatives there is one that nothing is placed at, for there they do not touch. */
    @Test
    void stretchesDoNotTouch() {
        Coordinates coordinates = coordinates(List.of(), 2);
        for (int coordinate = 1; coordinate < coordinates.count(); coordinate++) {
            boolean touch = coordinates.pfn(coordinate - 1, NO_ENDS) + 1 == coordinates.pfn(coordinate, NO_ENDS);
            boolean placed = coordinates.isUsable(coordinate - 1) && coordinates.isUsable(coordinate);
            assertTrue(touch || !placed || isKnown(coordinates.pfn(coordinate, NO_ENDS)), "at " + coordinate);
        }
        assertFalse(coordinates.isUsable(coordinates.of(16 + 4)));
    }

    private static boolean isKnown(long pfn) {
        return pfn >= D32 - 1;
    }
}
