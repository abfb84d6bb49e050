package dev.iovacheck.model.devicetree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceTreeReaderTest {

    private static final int STRUCTURE = 56;

    // ---- what is well-formed ----

    @Test
    void readsNodesAndPropertiesInTheOrderOfTheFile() throws DeviceTreeException {
        DeviceTree tree = DeviceTreeReader.read(Trees.codec());
        assertEquals(
                List.of(
                        "/",
                        "/soc@0",
                        "/soc@0/iommu@15000000",
                        "/soc@0/video-codec@aa00000",
                        "/reserved-memory",
                        "/reserved-memory/hole"),
                tree.nodes().stream().map(DeviceTreeNode::path).toList());
        DeviceTreeNode codec = tree.byPhandle(2).orElseThrow();
        assertEquals("video-codec@aa00000", codec.name());
        assertEquals("video-codec", codec.baseName());
        assertEquals("soc@0", codec.parent().orElseThrow().name());
        assertEquals(
                List.of("compatible", "reg", "iommus", "memory-region", "phandle", "odd"),
                codec.properties().stream().map(DeviceTreeProperty::name).toList());
        assertTrue(tree.byPhandle(4).isEmpty());
        assertTrue(tree.root().parent().isEmpty());
        assertEquals("/", tree.root().path());
    }

    @Test
    void valuesAreCellsStringsOrNothing() throws DeviceTreeException {
        DeviceTree tree = DeviceTreeReader.read(Trees.codec());
        DeviceTreeNode root = tree.root();
        assertEquals(List.of("acme,board", "acme,soc"), root.strings("compatible"));
        assertEquals(List.of(), root.strings("empty"));
        assertEquals(List.of(), root.strings("absent"));
        assertFalse(root.has("absent"));
        DeviceTreeProperty empty = root.property("empty").orElseThrow();
        assertEquals(0, empty.length());
        assertTrue(empty.isCells());
        DeviceTreeProperty hole =
                tree.byPhandle(3).orElseThrow().property("iommu-addresses").orElseThrow();
        assertEquals(3, hole.cells());
        assertEquals(0x25800000L, hole.cell(2));
        assertThrows(IndexOutOfBoundsException.class, () -> hole.cell(3));
        assertThrows(IndexOutOfBoundsException.class, () -> hole.cell(-1));
        DeviceTreeProperty odd = tree.byPhandle(2).orElseThrow().property("odd").orElseThrow();
        assertFalse(odd.isCells());
        assertEquals(List.of("\u0001\u0002\u0003"), odd.strings());
    }

    @Test
    void cellsAreUnsigned() throws DeviceTreeException {
        byte[] blob =
                new DeviceTreeWriter().cells("all", 0xffff_ffffL, 0x8000_0000L).finish();
        DeviceTreeProperty all =
                DeviceTreeReader.read(blob).root().property("all").orElseThrow();
        assertEquals(0xffff_ffffL, all.cell(0));
        assertEquals(0x8000_0000L, all.cell(1));
    }

    @Test
    void aPathMayLeaveOutUnitAddressesThatSayNothingNew() throws DeviceTreeException {
        DeviceTree tree = DeviceTreeReader.read(Trees.codec());
        assertEquals(tree.byPhandle(2), tree.byPath("/soc/video-codec"));
        assertEquals(tree.byPhandle(2), tree.byPath("/soc@0/video-codec@aa00000"));
        assertEquals(tree.root(), tree.byPath("/").orElseThrow());
        assertTrue(tree.byPath("/soc/nothing").isEmpty());
        DeviceTree twins = DeviceTreeReader.read(
                new DeviceTreeWriter().begin("a@1").end().begin("a@2").end().finish());
        assertTrue(twins.byPath("/a").isEmpty());
        assertEquals("/a@2", twins.byPath("/a@2").orElseThrow().path());
    }

    @Test
    void whatStandsBehindTheTreeDoesNotMatter() throws DeviceTreeException {
        byte[] blob = Trees.codec();
        assertEquals(
                6,
                DeviceTreeReader.read(Arrays.copyOf(blob, blob.length + 100))
                        .nodes()
                        .size());
    }

    @Test
    void aTreeOfVersion16HasNoSizeOfItsStructure() throws DeviceTreeException {
        byte[] blob = changed(words -> {
            words.putInt(20, 16);
            words.putInt(36, 0x7fff_ffff);
        });
        assertEquals(6, DeviceTreeReader.read(blob).nodes().size());
    }

    @Test
    void nestingIsLimitedAsInTheKernel() throws DeviceTreeException {
        assertEquals(
                DeviceTreeReader.DEEPEST,
                DeviceTreeReader.read(nested(DeviceTreeReader.DEEPEST)).nodes().size());
        assertFault(nested(DeviceTreeReader.DEEPEST + 1), "nested more than 64 deep");
        assertFault(nested(200_000), "nested more than 64 deep");
    }

    private static byte[] nested(int levels) {
        DeviceTreeWriter writer = new DeviceTreeWriter();
        for (int level = 1; level < levels; level++) {
            writer.begin("n");
        }
        return writer.finish();
    }

    // ---- what is not ----

    @Test
    void everyFaultOfTheHeaderIsNamed() {
        assertFault(new byte[0], "no flattened device tree begins at byte 0x0");
        assertFault(new byte[] {(byte) 0xd0, 0x0d, (byte) 0xfe, (byte) 0xed}, "a header of 4 bytes");
        assertFault(changed(words -> words.putInt(0, 0)), "no flattened device tree");
        assertFault(changed(words -> words.putInt(4, 39)), "totalsize is 0x27");
        assertFault(changed(words -> words.putInt(4, -1)), "totalsize is 0xffffffff at byte 0x4");
        assertFault(changed(words -> words.putInt(8, 58)), "not to words");
        assertFault(changed(words -> words.putInt(8, -4)), "off_dt_struct is 0xfffffffc");
        assertFault(changed(words -> words.putInt(12, -4)), "off_dt_strings");
        assertFault(changed(words -> words.putInt(16, 3)), "off_mem_rsvmap");
        assertFault(changed(words -> words.putInt(20, 3)), "version 3");
        assertFault(changed(words -> words.putInt(24, 18)), "readable as 18");
        assertFault(changed(words -> words.putInt(32, words.getInt(4))), "strings block of");
        assertFault(changed(words -> words.putInt(36, words.getInt(4))), "structure block of");
        assertFault(
                changed(words -> {
                    for (int at = 40; at + 4 <= words.capacity(); at += 4) {
                        words.putInt(at, -1);
                    }
                }),
                "reservation block does not end");
    }

    @Test
    void everyFaultOfTheStructureIsNamed() {
        assertFault(changed(words -> words.putInt(STRUCTURE, 9)), "ends without a root node at byte 0x38");
        assertFault(changed(words -> words.putInt(STRUCTURE, 2)), "a node ends that did not begin");
        assertFault(changed(words -> words.putInt(STRUCTURE, 5)), "no token has the number 0x5");
        assertFault(changed(words -> words.putInt(STRUCTURE + 4, 0x41000000)), "the root node has a name");
        assertFault(changed(words -> words.putInt(STRUCTURE + 4, 0x41410141)), "has the byte 0x01");
        assertFault(changed(words -> words.putInt(36, 4)), "the name of a node does not end");
        assertFault(changed(words -> words.putInt(36, 16)), "the name of a property is expected");
        assertFault(changed(words -> words.putInt(36, 20)), "#address-cells: a value of 4 bytes does not fit");
        assertFault(changed(words -> words.putInt(36, 24)), "a token is expected");
        assertFault(new DeviceTreeWriter().begin("").finish(), "a node has no name");
        assertFault(new DeviceTreeWriter().begin("a/b").finish(), "or a slash");
        assertFault(new DeviceTreeWriter().begin("a").end().begin("a").finish(), "/: there are two nodes 'a'");
        assertFault(new DeviceTreeWriter().end().begin("").finish(), "a second root node");
        assertFault(new DeviceTreeWriter().begin("a").token(9).finish(), "/a: the tree ends inside this node");
        assertFault(new DeviceTreeWriter().end().cells("p", 1).finish(), "outside of all nodes");
        assertFault(new DeviceTreeWriter().cells("p", 1).cells("p", 2).finish(), "/: p: the property is there twice");
        assertFault(
                new DeviceTreeWriter().begin("a").end().cells("p", 1).finish(),
                "/: p: the property comes after child nodes");
        assertFault(new DeviceTreeWriter().cells("", 1).finish(), "a property has no name");
        assertFault(new DeviceTreeWriter().cells("p".repeat(200), 1).finish(), "does not end within 128 bytes");
        assertFault(changed(words -> words.putInt(STRUCTURE + 16, 0x7fff_ffff)), "of the strings block");
    }

    @Test
    void aPhandleNamesOneNode() {
        assertFault(new DeviceTreeWriter().cells("phandle", 0).finish(), "/: phandle: 0x0 is no phandle");
        assertFault(new DeviceTreeWriter().cells("phandle", -1).finish(), "0xffffffff is no phandle");
        assertFault(new DeviceTreeWriter().cells("phandle", 1, 2).finish(), "a phandle of 8 bytes");
        assertFault(
                new DeviceTreeWriter()
                        .begin("a")
                        .cells("phandle", 7)
                        .end()
                        .begin("b")
                        .cells("linux,phandle", 7)
                        .finish(),
                "/b: linux,phandle: phandle 0x7 belongs to /a already");
    }

    @Test
    void aFaultIsShortHoweverLongTheNames() {
        String longName = "n".repeat(100_000);
        DeviceTreeException fault = assertThrows(
                DeviceTreeException.class,
                () -> DeviceTreeReader.read(new DeviceTreeWriter()
                        .begin(longName)
                        .begin(longName)
                        .cells("phandle", 0)
                        .finish()));
        assertTrue(fault.toString().length() < 1000, fault.toString());
    }

    // ---- what it costs ----

    /** Names overlap, nodes are as small as can be: what is kept stays within a small multiple of the file. */
    @Test
    void memoryIsBoundedByTheSizeOfTheFile() throws Exception {
        DeviceTreeWriter many = new DeviceTreeWriter();
        for (int node = 0; node < 100_000; node++) {
            many.begin(Integer.toString(node, 36)).end();
        }
        assertTrue(allocated(many.finish()) < 40, "small nodes");
        DeviceTreeWriter overlapping = new DeviceTreeWriter().cells("p".repeat(120), 1);
        for (int node = 0; node < 1000; node++) {
            overlapping.begin("n" + node).cells("p".repeat(120), 1);
            overlapping.end();
        }
        byte[] blob = overlapping.finish();
        ByteBuffer words = ByteBuffer.wrap(blob);
        int offset = 0;
        for (int at = STRUCTURE; at < blob.length - 12; at += 4) {
            if (words.getInt(at) == 3 && words.getInt(at + 4) == 4 && words.getInt(at + 8) == 0) {
                words.putInt(at + 8, offset++ % 120);
            }
        }
        assertTrue(allocated(blob) < 40, "overlapping names");
    }

    /** Bytes that reading allocates for each byte of the file. */
    private static long allocated(byte[] blob) throws DeviceTreeException {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        DeviceTreeReader.read(blob);
        long before = threads.getCurrentThreadAllocatedBytes();
        DeviceTreeReader.read(blob);
        return (threads.getCurrentThreadAllocatedBytes() - before) / blob.length;
    }

    // ---- what others write ----

    @Test
    void readsWhatDtcWrites(@TempDir Path folder) throws Exception {
        assumeTrue(isInstalled("dtc"), "dtc is not installed: trees that it writes are not read");
        Path source = Files.writeString(folder.resolve("board.dts"), """
                /dts-v1/;
                /memreserve/ 0x1000 0x2000;
                / {
                    #address-cells = <2>;
                    #size-cells = <1>;
                    compatible = "acme,board";
                    smmu: iommu@1000 { #iommu-cells = <1>; reg = <0x0 0x1000 0x100>; };
                    dma { iommus = <&smmu 5>; wide = /bits/ 64 <0x123456789abcdef0>; };
                };
                """);
        Path blob = folder.resolve("board.dtb");
        Process dtc = new ProcessBuilder("dtc", "-q", "-O", "dtb", "-o", blob.toString(), source.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(dtc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(dtc.waitFor(30, TimeUnit.SECONDS) && dtc.exitValue() == 0, said);
        DeviceTree tree = DeviceTreeReader.read(Files.readAllBytes(blob));
        DeviceTreeProperty iommus =
                tree.byPath("/dma").orElseThrow().property("iommus").orElseThrow();
        assertEquals("/iommu@1000", tree.byPhandle(iommus.cell(0)).orElseThrow().path());
        assertEquals(5, iommus.cell(1));
        assertEquals(
                0x9abcdef0L,
                tree.byPath("/dma").orElseThrow().property("wide").orElseThrow().cell(1));
    }

    private static boolean isInstalled(String program) {
        try {
            Process process = new ProcessBuilder(program, "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getInputStream().readAllBytes();
            return process.waitFor(30, TimeUnit.SECONDS);
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    private static byte[] changed(Consumer<ByteBuffer> change) {
        byte[] blob = Trees.codec();
        change.accept(ByteBuffer.wrap(blob));
        return blob;
    }

    private static void assertFault(byte[] blob, String expected) {
        DeviceTreeException fault =
                assertThrows(DeviceTreeException.class, () -> DeviceTreeReader.read(blob), expected);
        assertTrue(fault.toString().contains(expected), fault.toString());
        assertFalse(fault.remedy().isEmpty());
    }
}
