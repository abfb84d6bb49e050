package dev.iovacheck.invariants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Buffer.Attribute;
import dev.iovacheck.model.config.Buffer.Segment;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.machine.Action.Kind;
import dev.iovacheck.model.machine.BufferSetup;
import dev.iovacheck.model.machine.DefaultDomain;
import dev.iovacheck.model.machine.Machine;
import org.junit.jupiter.api.Test;

/** Ways through the DMA layer that depend on more than one thing. */
class DmaPathsTest {

    private static final long PAGE = 4096;
    private static final Buffer KMALLOC = Buffer.page(PAGE / 2, PAGE / 4).with(Attribute.KMALLOC);
    private static final Buffer TWO_PARTS = Buffer.iova(2 * PAGE, new Segment(PAGE, 0), new Segment(PAGE, 0));

    private static BufferSetup buffer(KernelProfile kernel, boolean coherent, Buffer buffer) {
        Configuration configuration = new Question()
                .kernel(kernel)
                .device("g", 1, 15, 1)
                .buffers(buffer)
                .dma(dma -> dma.withCoherent(coherent).withMinAlignMask(511))
                .build();
        return new Machine(configuration).setup(0).buffer(0);
    }

    @Test
    void memoryFromKmallocIsBouncedForADeviceThatIsNotCoherent() {
        BufferSetup bounced = buffer(KernelProfile.V7_1, false, KMALLOC);
        assertTrue(bounced.isBounced());
        assertEquals(0, bounced.offset(), "1024 & 511: the slot keeps these bits only");
        BufferSetup coherent = buffer(KernelProfile.V7_1, true, KMALLOC);
        assertFalse(coherent.isBounced());
        assertEquals(PAGE / 4, coherent.offset());
        assertFalse(buffer(KernelProfile.V6_1, false, KMALLOC).isBounced());
        assertFalse(buffer(KernelProfile.V7_1, false, Buffer.page(PAGE).with(Attribute.KMALLOC))
                .isBounced());
    }

    @Test
    void aListOfWhichSomethingMayBeBouncedIsAListOfPages() {
        Buffer list = Buffer.sg(new Segment(PAGE, 0));
        assertFalse(buffer(KernelProfile.V7_1, false, list).isListOfPages());
        assertTrue(
                buffer(KernelProfile.V7_1, false, list.with(Attribute.KMALLOC)).isListOfPages());
        assertFalse(buffer(KernelProfile.V7_1, false, KMALLOC).isListOfPages());
    }

    private static Drive linked(int parts) {
        Drive drive = new Drive(new Question().lazy().device("g", 1, 15, 1).buffers(TWO_PARTS))
                .does(Kind.ADD, 0)
                .does(Kind.MAP, 0);
        for (int part = 0; part < parts; part++) {
            drive.does(Kind.LINK, 0);
        }
        return drive;
    }

    @Test
    void whatIsLinkedIsDestroyedThroughTheQueue() {
        Machine machine = linked(1).does(Kind.UNMAP, 0).machine();
        DefaultDomain domain = machine.domain(0);
        assertTrue(domain.queue().isTimerOn());
        assertEquals(1, domain.iova().nodeCount(), "the range waits");
        assertEquals(0, domain.iova().cachedCount(0));
        assertEquals(1, domain.stale().count());
    }

    @Test
    void whereNothingIsLinkedThereIsNothingToWaitFor() {
        DefaultDomain domain = linked(0).does(Kind.UNMAP, 0).machine().domain(0);
        assertFalse(domain.queue().isTimerOn());
        assertEquals(1, domain.iova().cachedCount(1), "free as it was taken, in the caches");
    }
}
