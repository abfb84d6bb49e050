package dev.iovacheck.model.allowance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.board.BoardOptions;
import dev.iovacheck.model.board.BoardReader;
import dev.iovacheck.model.board.Boards;
import dev.iovacheck.model.config.ConfigurationException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AllowancesTest {

    private static List<Allowance> of(byte[] board) throws ConfigurationException {
        return new Allowances(new BoardReader(BoardOptions.of(List.of("lower-bound")))
                        .read("b.dtb", board)
                        .configurations()
                        .get(0))
                .all();
    }

    @Test
    void aReservationNamesItsNode() throws Exception {
        Allowance codec = of(Boards.reserved(2, 0, 0, 0, 0x25800000)).get(0);
        assertEquals(List.of(new Extent(0x2580_0000L, 0xdfff_ffffL)), codec.allowed());
        Cut hole = codec.cuts().stream()
                .filter(cut -> cut.rule() == Rule.IOMMU_ADDRESSES)
                .findFirst()
                .orElseThrow();
        assertEquals("b.dtb: /reserved-memory/iris-hole: iommu-addresses", hole.place());
    }

    @Test
    void theFirstPageOfEachDmaWindowIsLost() throws Exception {
        Allowance function = of(Boards.juno()).get(0);
        assertEquals(List.of(new Extent(0x8000_1000L, 0xffff_ffffL)), function.allowed());
        assertTrue(function.cuts().stream()
                .anyMatch(cut ->
                        cut.rule() == Rule.BRIDGE_WINDOW && cut.place().equals("b.dtb: /pcie@40000000: ranges")));
    }

    @Test
    void whoComesFirstDecidesWhatIsReserved() throws Exception {
        List<Allowance> all = of(Boards.allwinner());
        assertEquals(4, all.size());
        Extent whole = new Extent(0x1000, 0xffff_ffffL);
        assertEquals(List.of(whole), all.get(0).allowed());
        assertEquals(
                List.of(new Extent(0x1000, 0x6c0f_ffffL), new Extent(0x6c90_0000L, 0xffff_ffffL)),
                all.get(1).allowed());
    }
}
