package dev.iovacheck.cli.result;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class LocationTest {

    private static Optional<Location> parse(String place) {
        return Location.parse(place, "/abs/b.dts", "b.dts");
    }

    @Test
    void placesOfAllKindsAreRead() {
        assertEquals(Optional.of(new Location("b.dts", 3, 7, "", "")), parse("/abs/b.dts:3:7"));
        assertEquals(Optional.of(new Location("b.dts", 0, 0, "/soc/x@1", "reg")), parse("/abs/b.dts: /soc/x@1: reg"));
        assertEquals(Optional.of(new Location("b.dts", 0, 0, "/", "")), parse("/abs/b.dts: /"));
        assertEquals(
                Optional.of(new Location("b.dts", 0, 0, "/soc", "compatible")),
                parse("/abs/b.dts: /soc: compatible (drivers/iommu/x.c)"));
    }

    @Test
    void whatStandsInNoFileHasNoPlace() {
        assertEquals(Optional.empty(), parse("--mask"));
        assertEquals(Optional.empty(), parse("the kernel's default"));
        assertEquals(Optional.empty(), parse("/abs/c.dtsi: /soc: reg"), "another file");
    }

    @Test
    void theyAreWrittenAsTheyAreRead() {
        for (String place : new String[] {"f", "f:3:7", "f: /soc", "f: /soc: reg"}) {
            assertEquals(
                    place,
                    Location.parse(place, "f", "f").map(Location::toString).orElse("f"));
        }
    }
}
