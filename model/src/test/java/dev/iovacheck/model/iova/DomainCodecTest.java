package dev.iovacheck.model.iova;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.packed.BitReader;
import dev.iovacheck.model.packed.BitWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A domain that was stored reads back as it was, into a domain that was something else before. */
class DomainCodecTest {

    private static final int[] CPUS = {0, 1};
    private static final long HIGHEST = 1L << 20;
    private static final AllocatorConstants CONSTANTS = new AllocatorConstants(KernelProfile.V7_1, 2, 1, 1);

    private static long[] stored(IovaDomain domain) {
        BitWriter out = new BitWriter();
        new DomainCodec(domain, CONSTANTS, HIGHEST, 64).write(out, CPUS);
        return Arrays.copyOf(out.words(), out.finish());
    }

    private static IovaDomain readBack(long[] words, IovaDomain into) {
        BitReader in = new BitReader();
        in.start(words, 0);
        new DomainCodec(into, CONSTANTS, HIGHEST, 64).read(in, 12, 1);
        return into;
    }

    private static IovaDomain domain(IovaDomain.Nodes nodes) {
        IovaDomain domain = new IovaDomain(CONSTANTS, nodes);
        domain.init(12, 1);
        return domain;
    }

    /** One that has been something else. */
    private static IovaDomain used(IovaDomain.Nodes nodes) {
        IovaDomain domain = domain(nodes);
        for (int range = 0; range < 20; range++) {
            assertTrue(domain.allocIova(1, 40, true));
        }
        domain.freeIovaFast(1, 40, 1);
        return domain;
    }

    private static List<String> nodes(IovaDomain domain) {
        List<String> nodes = new ArrayList<>();
        for (int node = domain.firstNode(); domain.isNode(node); node = domain.nextNode(node)) {
            nodes.add(domain.nodeLo(node) + ".." + domain.nodeHi(node));
        }
        return nodes;
    }

    /** Pre-order, with colours; a sorted list has none. */
    private static String shape(IovaDomain domain) {
        return domain.tree() instanceof RedBlackNodes nodes ? subtree(nodes, nodes.root()) : "";
    }

    private static String subtree(RedBlackNodes nodes, int node) {
        return node == IovaTree.NONE
                ? "-"
                : "(" + (nodes.isRed(node) ? "red " : "black ") + nodes.lo(node) + " "
                        + subtree(nodes, nodes.left(node)) + " " + subtree(nodes, nodes.right(node)) + ")";
    }

    @ParameterizedTest
    @EnumSource
    void aDomainReadsBack(IovaDomain.Nodes nodes) {
        IovaDomain domain = domain(nodes);
        for (long pages : new long[] {4, 1, 2, 8, 1, 1}) {
            assertTrue(domain.allocIova(pages, 31, true));
        }
        domain.freeIovaFast(0, domain.nodeLo(domain.firstNode()), 8);
        assertFalse(domain.allocIova(64, 31, true));
        long[] words = stored(domain);
        IovaDomain read = readBack(words, used(nodes));
        assertEquals(nodes(domain), nodes(read));
        assertEquals(domain.nodeCount(), read.nodeCount());
        assertEquals(shape(domain), shape(read));
        assertEquals(64, read.max32AllocSize());
        assertEquals(1, read.cachedCount());
        assertTrue(read.isInitialised());
        assertEquals(12, read.granuleShift());
        assertEquals(domain.nodeLo(domain.cached32Node()), read.nodeLo(read.cached32Node()));
        assertArrayEquals(words, stored(read));
        assertTrue(read.allocIova(1, 31, true));
        assertTrue(domain.allocIova(1, 31, true));
        assertEquals(domain.resultLo(), read.resultLo());
        assertArrayEquals(stored(domain), stored(read), "they go on alike");
    }

    @ParameterizedTest
    @EnumSource
    void aDomainThatNobodyInitialisedReadsBack(IovaDomain.Nodes nodes) {
        IovaDomain never = new IovaDomain(CONSTANTS, nodes);
        assertFalse(never.isInitialised());
        assertEquals(0, never.granuleShift());
        IovaDomain read = readBack(stored(never), used(nodes));
        assertFalse(read.isInitialised());
        assertEquals(0, read.nodeCount());
        assertEquals(List.of(), nodes(read));
        assertTrue(read.reserveIova(1, 2), "the posted call does not ask");
        assertEquals(1, read.nodeCount());
        IovaDomain again = readBack(stored(read), used(nodes));
        assertEquals(1, again.nodeCount());
        assertEquals(nodes(read), nodes(again));
    }

    /** A node that was refused is in no tree, and the hint points at it all the same. */
    @Test
    void aHintThatPointsOutOfTheTreeReadsBack() {
        IovaDomain domain = domain(IovaDomain.Nodes.RED_BLACK);
        assertTrue(domain.allocIova(0, 7, false));
        assertTrue(domain.allocIova(0, 7, false));
        assertFalse(domain.isLinked(domain.cached32Node()));
        IovaDomain read = readBack(stored(domain), used(IovaDomain.Nodes.RED_BLACK));
        assertFalse(read.isLinked(read.cached32Node()));
        assertEquals(8, read.nodeLo(read.cached32Node()));
        assertFalse(read.allocIova(1, 7, true));
        assertTrue(read.crashed());
    }
}
