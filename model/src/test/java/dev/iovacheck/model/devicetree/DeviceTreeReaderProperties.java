package dev.iovacheck.model.devicetree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever the bytes are, there is either a tree that can be walked, or the reader's own exception. */
final class DeviceTreeReaderProperties {

    /** How many mutated trees one of the thousand tries looks at: a million in all with {@code mvn verify -Plong}. */
    private static final int BATCH = Boolean.getBoolean("iovacheck.long") ? 1000 : 10;

    private static final byte[] CODEC = Trees.codec();

    /** Words that mean something in a tree. */
    private static final int[] WORDS = {0, 1, 2, 3, 4, 5, 9, 16, 17, -1, 0x7fff_ffff, 0x8000_0000, 0xd00d_feed, 0x100};

    @Property
    void randomBytesAreRefused(@ForAll byte[] bytes) {
        assertFalse(isRead(bytes));
    }

    @Property
    void mutatedTreesAreReadOrRefused(@ForAll long seed) {
        for (int each = 0; each < BATCH; each++) {
            isRead(mutated(new Random(seed + each)));
        }
    }

    private static byte[] mutated(Random random) {
        byte[] bytes = CODEC.clone();
        for (int change = 1 + random.nextInt(6); change > 0; change--) {
            switch (random.nextInt(5)) {
                case 0 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                case 1 -> putWord(bytes, random.nextInt(bytes.length / 4) * 4, WORDS[random.nextInt(WORDS.length)]);
                case 2 -> putWord(bytes, random.nextInt(10) * 4, random.nextInt(bytes.length + 8));
                case 3 -> {
                    int from = random.nextInt(bytes.length / 4) * 4;
                    int to = random.nextInt(bytes.length / 4) * 4;
                    int length = Math.min(random.nextInt(16) * 4, bytes.length - Math.max(from, to));
                    System.arraycopy(bytes, from, bytes, to, length);
                }
                default -> {
                    int length = Math.max(4, bytes.length - random.nextInt(64));
                    bytes = Arrays.copyOf(bytes, random.nextInt(8) == 0 ? length : bytes.length);
                }
            }
        }
        return bytes;
    }

    private static void putWord(byte[] bytes, int at, int word) {
        for (int i = 0; i < 4 && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (word >>> (24 - 8 * i));
        }
    }

    /** Reads and walks the tree. */
    private static boolean isRead(byte[] bytes) {
        DeviceTree tree;
        try {
            tree = DeviceTreeReader.read(bytes);
        } catch (DeviceTreeException e) {
            assertFalse(e.problem().isEmpty());
            assertFalse(e.remedy().isEmpty());
            assertTrue(e.offset() <= bytes.length);
            return false;
        }
        for (DeviceTreeNode node : tree.nodes()) {
            assertEquals(node, tree.byPath(node.path()).orElseThrow());
            for (DeviceTreeProperty property : node.properties()) {
                property.strings();
                for (int cell = 0; cell < property.cells(); cell++) {
                    assertTrue(property.cell(cell) >= 0);
                }
            }
        }
        return true;
    }
}
