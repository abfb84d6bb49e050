package dev.iovacheck.constraint.capacity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.constraint.space.PresentSpace;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CapacitySolverTest {

    private static final long MIB = 1L << 20;
    private static final CapacitySolver SOLVER = new CapacitySolver(Duration.ofMinutes(1));

    private static Device.Builder device(int index, long lowMib, long highMib, int live, long... mib) {
        return Device.builder(index, "d" + index)
                .group("g")
                .window(new Extent(lowMib * MIB, highMib * MIB - 1))
                .mask(highMib * MIB - 1)
                .live(live)
                .mapSizes(Arrays.stream(mib).mapToObj(size -> size * MIB).toList());
    }

    private static List<Request> requests(Device.Builder... devices) {
        Configuration configuration = Configuration.builder()
                .source("test")
                .devices(Arrays.stream(devices).map(Device.Builder::build).toList())
                .checks(List.of("lower-bound"))
                .build();
        return Request.of(configuration, new PresentSpace(configuration));
    }

    private static Blockade blockade(Answer answer) {
        Blockade blockade = assertInstanceOf(Answer.MayFail.class, answer).blockade();
        assertTrue(blockade.least());
        return blockade;
    }

    /** 600 to 3500 MiB hold four aligned buffers of 512 MiB, not five. */
    @Test
    void fourAlignedBuffersFillTheWindowOfBlock0() {
        Request request = requests(device(0, 600, 3500, 5, 512)).get(0);
        assertEquals(4, request.places().size());
        Blockade four = blockade(SOLVER.always(request));
        assertEquals(4, four.buffers().size());
        assertEquals(4 * 512 * MIB / 4096, four.used());
        assertInstanceOf(
                Answer.AlwaysFits.class,
                SOLVER.always(requests(device(0, 600, 3500, 4, 512)).get(0)));
    }

    /** One small buffer in each place is enough. */
    @Test
    void smallBuffersBlockMostWithLeast() {
        Blockade small =
                blockade(SOLVER.always(requests(device(0, 600, 3500, 5, 1, 512)).get(1)));
        assertEquals(4, small.buffers().size());
        assertEquals(4 * MIB / 4096, small.used());
        assertTrue(small.buffers().stream().allMatch(buffer -> buffer.size() == 0));
    }

    /** With three buffers a large one has to help: [1024, 2048) at a multiple of its size blocks two places. */
    @Test
    void aLargeBufferBlocksSeveralPlaces() {
        Request request = requests(device(0, 600, 3500, 4, 1, 512, 1024)).get(1);
        Blockade three = blockade(SOLVER.always(request));
        assertEquals(3, three.buffers().size());
        assertEquals(1026 * MIB / 4096, three.used());
        assertEquals(4 * MIB / 4096, blockade(SOLVER.whateverIsHeld(request)).used());
    }

    @Test
    void countingIsEnoughWhereThereAreManyPlaces() {
        Answer answer = SOLVER.always(requests(device(0, 0, 1024, 3, 1)).get(0));
        assertEquals(new Answer.AlwaysFits(true), answer);
    }

    @Test
    void whatNeverFitsIsSaid() {
        Request request = requests(device(0, 32, 96, 1, 48)).get(0);
        assertEquals(List.of(), request.places());
        assertEquals(0, blockade(SOLVER.always(request)).used());
    }

    @Test
    void othersOfTheGroupStandInTheWayToo() {
        List<Request> requests = requests(device(0, 0, 1024, 1, 512), device(1, 512, 1024, 1, 64));
        // Page 0 is never handed out: there is one place only, and the other may lie in it.
        assertEquals(1, requests.get(0).places().size());
        assertEquals(64 * MIB / 4096, blockade(SOLVER.always(requests.get(0))).used());
        // 8 places of 64 MiB, of which the large buffer takes all.
        assertEquals(512 * MIB / 4096, blockade(SOLVER.always(requests.get(1))).used());
    }

    @Test
    void whatIsTooFineIsLeftOpen() {
        Device.Builder fine = Device.builder(0, "d0").mapSizes(List.of(4096L, 1024 * MIB));
        assertEquals(
                new Answer.AlwaysFits(true),
                SOLVER.always(requests(fine.live(3)).get(0)));
        assertInstanceOf(Answer.Open.class, SOLVER.always(requests(fine.live(9)).get(0)));
        assertInstanceOf(Answer.Open.class, SOLVER.whateverIsHeld(requests(fine).get(0)));
    }
}
