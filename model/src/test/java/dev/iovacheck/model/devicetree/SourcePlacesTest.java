package dev.iovacheck.model.devicetree;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class SourcePlacesTest {

    /** As dtc 1.6.1 writes it with {@code -O dts -T -T}. */
    private static final String ANNOTATED = """
            /dts-v1/;

            /memreserve/\t0x0000000000001000 0x0000000000000100;
            / { /* inc/common.dtsi:1:3-3:3, t.dts:3:3-7:3 */
            \t#address-cells = <0x01>; /* t.dts:4:2-4:23 */
            \tempty; /* t.dts:4:30-4:35 */

            \tmemory@0 { /* inc/common.dtsi:2:11-2:39 */
            \t\tdevice_type = "memory"; /* inc/common.dtsi:2:13-2:36 */
            \t}; /* inc/common.dtsi:2:11-2:39 */

            \tmmu: other: iommu@1000 { /* t.dts:5:19-6:24, t.dts:8:6-10:20 */
            \t\tcompatible = "a; { /* x", "b }"; /* t.dts:5:21-5:51 */
            \t\there: reg = <0x1000 there: 0x100>; /* t.dts:5:52-5:73 */
            \t\tphandle = <0x01>; /* <no-file>:<no-line> */
            \t\tdeep {
            \t\t\tx = [01 02];
            \t\t};
            \t}; /* t.dts:5:19-6:24, t.dts:8:6-10:20 */

            \tafter@2000 { /* t.dts:9:3-9:9 */
            \t}; /* t.dts:9:3-9:9 */
            }; /* inc/common.dtsi:1:3-3:3, t.dts:3:3-7:3 */
            """;

    private static final SourcePlaces PLACES = SourcePlaces.of(ANNOTATED);

    private static Optional<String> place(SourcePlaces places, String path, String property) {
        return places.of(path, property).map(SourcePlaces.Place::toString);
    }

    @Test
    void nodesAndPropertiesAreWhereTheyBegin() {
        assertEquals(Optional.of("inc/common.dtsi:1:3"), place(PLACES, "/", ""));
        assertEquals(Optional.of("t.dts:4:2"), place(PLACES, "/", "#address-cells"));
        assertEquals(Optional.of("t.dts:4:30"), place(PLACES, "/", "empty"));
        assertEquals(Optional.of("inc/common.dtsi:2:13"), place(PLACES, "/memory@0", "device_type"));
        assertEquals(Optional.of("t.dts:5:19"), place(PLACES, "/iommu@1000", ""));
        assertEquals(Optional.of("t.dts:5:52"), place(PLACES, "/iommu@1000", "reg"));
        assertEquals(Optional.of("t.dts:9:3"), place(PLACES, "/after@2000", ""));
    }

    @Test
    void whatLooksLikeMarkupInStringsIsNone() {
        assertEquals(Optional.of("t.dts:5:21"), place(PLACES, "/iommu@1000", "compatible"));
    }

    @Test
    void aPropertyThatIsNotThereIsWhereItsNodeIs() {
        assertEquals(Optional.of("t.dts:5:19"), place(PLACES, "/iommu@1000", "#iommu-cells"));
        assertEquals(Optional.of("t.dts:5:19"), place(PLACES, "/iommu@1000", "phandle"), "dtc made it");
    }

    @Test
    void whatHasNoPlaceHasNone() {
        assertEquals(Optional.empty(), place(PLACES, "/iommu@1000/deep", "x"));
        assertEquals(Optional.empty(), place(PLACES, "/nowhere", ""));
        assertEquals(Optional.empty(), place(SourcePlaces.NONE, "/", ""));
        assertEquals(Optional.empty(), place(SourcePlaces.of("};\n};\nreg = <1>;\n"), "/", "reg"));
    }
}
