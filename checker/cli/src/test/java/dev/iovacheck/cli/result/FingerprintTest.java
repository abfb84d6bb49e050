package dev.iovacheck.cli.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FingerprintTest {

    @Test
    void itIsTheSameForTheSameAndOtherForOther() {
        String one = Fingerprint.of("a.yaml", "cover", List.of("x", "y"));
        assertEquals(one, Fingerprint.of("a.yaml", "cover", List.of("x", "y")));
        assertTrue(one.matches("[0-9a-f]{32}"), one);
        assertNotEquals(one, Fingerprint.of("b.yaml", "cover", List.of("x", "y")));
        assertNotEquals(one, Fingerprint.of("a.yaml", "nonzero", List.of("x", "y")));
        assertNotEquals(one, Fingerprint.of("a.yaml", "cover", List.of("y", "x")));
        assertNotEquals(one, Fingerprint.of("a.yaml", "cover", List.of("xy")));
    }

    /** It is in baselines that people keep: if it has to change, so has its version. */
    @Test
    void itDoesNotChangeFromOneVersionOfTheProgramToTheNext() {
        assertEquals("63b0fc45c3cf2c53aaf161bc14ed4e42", Fingerprint.of("a.yaml", "cover", List.of("x", "y")));
    }

    @Test
    void placesAreReadAsReadersTellThem() {
        assertEquals(
                Optional.of(new Location("b/c.yaml", 12, 3, "", "")),
                Location.parse("../b/c.yaml:12:3", "../b/c.yaml", "b/c.yaml"));
        assertEquals(
                Optional.of(new Location("c.dtb", 0, 0, "/soc/video@0", "iommus")),
                Location.parse("c.dtb: /soc/video@0: iommus", "c.dtb", "c.dtb"));
        assertEquals(
                Optional.of(new Location("c.dtb", 0, 0, "/soc/dart", "compatible")),
                Location.parse("c.dtb: /soc/dart: compatible (apple-dart)", "c.dtb", "c.dtb"));
        assertEquals(
                Optional.of(new Location("c.dtb", 0, 0, "/soc", "")), Location.parse("c.dtb: /soc", "c.dtb", "c.dtb"));
        for (String none : List.of("--mask", "assumed", "", "c.dtb", "c.dtb:12", "c.dtb:1:2:3")) {
            assertEquals(Optional.empty(), Location.parse(none, "c.dtb", "c.dtb"), none);
        }
    }
}
