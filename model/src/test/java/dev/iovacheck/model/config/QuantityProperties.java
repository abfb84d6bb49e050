package dev.iovacheck.model.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What is written is read back, for every number and range there is. */
final class QuantityProperties {

    @Property
    void sizesReadBack(@ForAll long number) throws QuantityException {
        assertEquals(number, Quantity.parse(Quantity.sizeText(number)));
    }

    @Property
    void sizesWithTrailingZerosReadBack(@ForAll long number, @ForAll @IntRange(max = 63) int shift)
            throws QuantityException {
        long round = number << shift;
        assertEquals(round, Quantity.parse(Quantity.sizeText(round)));
    }

    @Property
    void hexadecimalAndDecimalReadBack(@ForAll long number) throws QuantityException {
        assertEquals(number, Quantity.parse(Hex.of(number)));
        assertEquals(number, Quantity.parse(Long.toUnsignedString(number)));
    }

    @Property
    void rangesReadBack(@ForAll long one, @ForAll long other) throws QuantityException {
        boolean ordered = Long.compareUnsigned(one, other) <= 0;
        Extent extent = ordered ? new Extent(one, other) : new Extent(other, one);
        assertEquals(extent, RangeText.parse(RangeText.exclusive(extent)));
        assertEquals(extent, RangeText.ofPair(Hex.of(extent.first()), Hex.of(extent.last())));
    }

    @Property
    void noTextMakesTheReaderFall(@ForAll String text) {
        try {
            Quantity.parse(text);
            RangeText.parse(text);
        } catch (QuantityException expected) {
            assertEquals(expected.problem() + "; " + expected.remedy(), expected.getMessage());
        }
    }
}
