package dev.iovacheck.counterexamples.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.kernel.KernelProfile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RecordingReaderTest {

    private static RecordingReader reader(String text) {
        return new RecordingReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Event one(String line) throws IOException {
        Event event = new Event();
        RecordingReader reader = reader(line + "\n");
        assertEquals(RecordingReader.Line.EVENT, reader.next(event), line);
        return event;
    }

    @Test
    void namesOfTasksMayHoldAnything() throws IOException {
        Event event = one(
                " a [3] -7 b/2:1H-38      [001] d.h1.    21.082652: free: (free_iova+0x0/0xa0) iovad=0xff11 pfn=0xfff80");
        assertEquals(38, event.thread);
        assertEquals(1, event.cpu);
        assertEquals('h', event.context);
        assertEquals(0xfff80, event.get(Field.PFN));
    }

    @Test
    void theIdleTaskIsOneForEachCpu() throws IOException {
        String line = "<idle>-0  [00%d] ..s1. 5: fqflush: (fq_flush_iotlb+0x0/0x50) cookie=0xff";
        assertEquals(-1, one(String.format(line, 0)).thread);
        assertEquals(-3, one(String.format(line, 2)).thread);
    }

    @Test
    void groupsOfTasksMayBeRecorded() throws IOException {
        Event event =
                one("dd-7  (    7) [000] ..... 1.000000: unmap: IOMMU: iova=0x1000 - 0x2000 size=4096 unmapped_size=0");
        assertEquals(7, event.thread);
        assertTrue(event.has(Field.UNMAPPED));
        assertEquals(0x2000, event.end);
    }

    @Test
    void eventsOfTheDmaApi() throws IOException {
        Event event = one("dd-7 [000] ..... 1.0: dma_map_phys: 0000:01:00.0 dir=TO_DEVICE dma_addr=fffff000 size=512"
                + " phys_addr=12345000 attrs=");
        assertEquals(EventKind.DMA_MAP, event.kind);
        assertEquals("0000:01:00.0", event.device);
        assertEquals(0xffff_f000L, event.get(Field.DMA_ADDR));
        assertEquals(512, event.get(Field.SIZE));
    }

    @Test
    void faultsAreRead() throws IOException {
        Event event = one(
                "irq-9 [000] d.h.. 1.0: io_page_fault: IOMMU:arm-smmu aa00000.video iova=0x0000000025000000 flags=0x0001");
        assertEquals("aa00000.video", event.device);
        assertEquals(0x2500_0000L, event.get(Field.IOVA));
    }

    @Test
    void allOf64BitsIsRead() throws IOException {
        Event event =
                one("a-1 [000] ..... 1: resv: (reserve_iova+0x0/0x1) iovad=0xffffffffffffffff lo=0x8000000000000000"
                        + " hi=0xfffffffffffffff");
        assertEquals(-1L, event.get(Field.IOVAD));
        assertEquals(Long.MIN_VALUE, event.get(Field.LO));
    }

    @Test
    void whatCannotBeReadIsCounted() throws IOException {
        RecordingReader reader = reader("""
                a-1 [000] ..... 1: freefast: (free_iova_fast+0x0/0x1) iovad=(fault) pfn=0x1 size=1
                a-1 [000] ..... 2: freefast: (free_iova_fast+0x0/0x1) iovad=0x10 pfn=0x1ffffffffffffffff size=1
                a-1 [000] ..... 3: sched_switch: prev=1
                a-1 [000] ..... 4: map: IOMMU: iova=0x1000 - 0x2000 paddr=0x1 si""");
        assertEquals(RecordingReader.Line.END, reader.next(new Event()));
        assertEquals(2, reader.unreadable());
        assertEquals(1, reader.firstUnreadable());
        assertEquals("freefast has no iovad that can be read", reader.firstReason());
        assertEquals(1, reader.others());
        assertTrue(reader.isCutOff());
    }

    @Test
    void theHeadTellsWhatWasOverwritten() throws IOException {
        RecordingReader reader = reader("# entries-in-buffer/entries-written: 100/1100   #P:4\n");
        assertEquals(RecordingReader.Line.LOST, reader.next(new Event()));
        assertEquals(1000, reader.lost());
        assertEquals(4, reader.cpus());
        assertFalse(reader.isLostUncounted());
    }

    @Test
    void longLinesArePassedOver() throws IOException {
        String line = "a-1 [000] ..... 1: free: (free_iova+0x0/0xa0) iovad=0x1 pfn=0x1";
        RecordingReader reader =
                reader("x".repeat(300_000) + "\n" + line + " " + "y".repeat(200_000) + "\n" + line + "\n");
        Event event = new Event();
        assertEquals(RecordingReader.Line.EVENT, reader.next(event));
        assertEquals(3, event.line);
        assertEquals(RecordingReader.Line.END, reader.next(event));
    }

    @Test
    void anyBytesAreRead() throws IOException {
        Random random = new Random(7);
        byte[] sample = """
                a-1 [000] ..... 1: want: (iommu_dma_alloc_iova+0x0/0xe0) dom=0x1 size=1 dev="x" cookie=0x2
                CPU:1 [LOST 3 EVENTS]
                # entries-in-buffer/entries-written: 1/2   #P:1
                """.repeat(20).getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = sample.clone();
            for (int change = 0; change < 40; change++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            RecordingCheck.Result result = new RecordingCheck(Surroundings.NONE, KernelProfile.V7_1)
                    .run(new ByteArrayInputStream(bytes), finding -> {}, () -> false);
            assertTrue(result.lines() <= bytes.length);
        }
    }

    /** What the script records is what the reader looks at: the same functions, names and fields. */
    @Test
    void theScriptRecordsWhatIsRead() {
        Matcher probe =
                Pattern.compile("probe \"([pr]):iova/(\\w+) (\\S+) ([^\"]*)\"").matcher(RecordingScript.text());
        int probes = 0;
        while (probe.find()) {
            probes++;
            byte[] name = probe.group(2).getBytes(StandardCharsets.UTF_8);
            EventKind kind = EventKind.named(name, 0, name.length);
            assertNotNull(kind, probe.group(2));
            assertEquals(probe.group(1).equals("r"), kind.isReturn(), probe.group(2));
            boolean known = List.of("$attach", "$ring").contains(probe.group(3));
            assertTrue(known || probe.group(3).equals(kind.function()), probe.group());
            for (Field field : Field.values()) {
                boolean needed = (kind.needed() & 1 << field.ordinal()) != 0;
                assertTrue(!needed || probe.group(4).contains(field.label() + "="), () -> kind + " " + field);
            }
        }
        assertEquals(18, probes);
    }
}
