package dev.iovacheck.model.board;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.iovacheck.model.config.ConfigurationException;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever a tree says, there are configurations that can be read again, or errors. */
final class BoardReaderProperties {

    /** How many mutated boards one of the thousand tries looks at: a million in all with {@code mvn verify -Plong}. */
    private static final int BATCH = Boolean.getBoolean("iovacheck.long") ? 1000 : 5;

    private static final List<byte[]> BOARDS = List.of(
            Boards.reserved(2, 0, 0, 0, 0x25800000),
            Boards.splash(0x1fa400),
            Boards.juno(),
            Boards.allwinner(),
            Boards.mediatek(),
            Boards.functions());

    private static final int[] WORDS = {0, 1, 2, 3, 4, 5, 6, 64, -1, 0x7fff_ffff, 0x8000_0000, 0x1000, 0xffff_f000};

    @Property
    void mutatedBoardsAreReadOrRefused(@ForAll long seed) throws ConfigurationException {
        for (int each = 0; each < BATCH; each++) {
            Random random = new Random(seed + each);
            byte[] board = BOARDS.get(random.nextInt(BOARDS.size())).clone();
            for (int change = 1 + random.nextInt(4); change > 0; change--) {
                // Values behind the header: so that the format mostly stays, and what it says changes.
                int at = 56 + random.nextInt((board.length - 56) / 4) * 4;
                int word = random.nextInt(4) == 0 ? random.nextInt() : WORDS[random.nextInt(WORDS.length)];
                for (int i = 0; i < 4; i++) {
                    board[at + i] = (byte) (word >>> (24 - 8 * i));
                }
            }
            check(board, each % 5 == 0);
        }
    }

    /** @param again whether what is written is to be read again, which takes longer */
    private static void check(byte[] bytes, boolean again) throws ConfigurationException {
        try {
            new BoardReader(BoardOptions.of(BoardReaderTest.CHECKS)).read("b.dtb", bytes);
        } catch (ConfigurationException e) {
            assertFalse(e.faults().isEmpty());
            return;
        }
        if (again) {
            BoardReaderTest.board(bytes, BoardOptions.of(BoardReaderTest.CHECKS));
        }
    }
}
