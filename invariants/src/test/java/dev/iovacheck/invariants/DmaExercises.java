package dev.iovacheck.invariants;

import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.config.Buffer.Attribute;
import dev.iovacheck.model.config.Buffer.Segment;
import dev.iovacheck.model.config.DmaProperties;
import dev.iovacheck.model.config.Exploration.Option;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.machine.Action.Kind;
import dev.iovacheck.model.machine.Failure;
import dev.iovacheck.model.machine.Machine;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Drives machines to the rows of {@link DmaErrors}. */
final class DmaExercises {

    private static final long PAGE = Question.PAGE;
    private static final Segment WHOLE = new Segment(PAGE, 0);
    private static final Segment HALF = new Segment(PAGE / 2, 0);
    private static final Buffer TWO_PARTS = Buffer.iova(2 * PAGE, WHOLE, WHOLE);

    /** Its second part does not begin at a granule of addresses. */
    private static final Buffer OFF = Buffer.iova(2 * PAGE, HALF, WHOLE);

    private DmaExercises() {}

    static void addTo(Map<String, Supplier<String>> all) {
        all.put(
                "dma-alloc-iova",
                () -> full(Buffer.page(PAGE)).machine().outcome().address() == 0 ? "0" : "an address");
        all.put("mapping-error", () -> {
            Errno error = full(Buffer.page(PAGE)).machine().outcome().mappingError();
            return error == null ? "0" : error.negative();
        });
        addMaps(all);
        addLists(all);
        addTwoPhase(all);
        addUnmaps(all);
    }

    private static void addMaps(Map<String, Supplier<String>> all) {
        Buffer unaligned = Buffer.page(PAGE / 2, PAGE / 2);
        all.put("map-no-iova", () -> full(Buffer.page(PAGE)).result());
        all.put("map-table", () -> failing(Buffer.page(PAGE), Failure.TABLE_MEMORY));
        all.put("map-present", () -> present(Buffer.page(2 * PAGE)));
        all.put("map-min-align", () -> mapped(Buffer.page(PAGE), dma -> dma.withMinAlignMask(2 * PAGE - 1)));
        all.put("map-no-slot", () -> failing(unaligned, Failure.NO_BOUNCE_SLOT));
        all.put("map-kmalloc", () -> new Drive(device().buffers(unaligned.with(Attribute.KMALLOC))
                        .dma(dma -> dma.withCoherent(false))
                        .explore(Option.NO_BOUNCE_SLOT))
                .does(Kind.ADD, 0)
                .doesWith(Failure.NO_BOUNCE_SLOT, Kind.MAP, 0)
                .result());
        all.put("map-no-bounce", () -> mapped(unaligned.with(Attribute.MMIO), dma -> dma.withUntrusted(true)));
        all.put("map-attach", () -> failing(Buffer.page(PAGE), Failure.ATTACH));
        all.put("alloc-no-iova", () -> full(Buffer.coherent(PAGE)).result());
        all.put("alloc-table", () -> failing(Buffer.coherent(PAGE), Failure.TABLE_MEMORY));
        all.put("alloc-attach", () -> failing(Buffer.coherent(PAGE), Failure.ATTACH));
    }

    private static void addLists(Map<String, Supplier<String>> all) {
        Buffer list = Buffer.sg(WHOLE);
        all.put("sg-no-iova", () -> full(list).result());
        all.put("sg-table-memory", () -> failing(list, Failure.TABLE_MEMORY));
        all.put("sg-table-error", () -> failing(list, Failure.TABLE_ERROR));
        all.put("sg-present", () -> present(Buffer.sg(WHOLE, WHOLE)));
        all.put("sg-attach", () -> failing(list, Failure.ATTACH));
        all.put("sg-peer", () -> mapped(list.with(Attribute.UNREACHABLE_PEER), dma -> dma));
        all.put("sg-later", () -> {
            Drive drive = new Drive(device().buffers(Buffer.sg(WHOLE, HALF))
                            .dma(dma -> dma.withUntrusted(true))
                            .explore(Option.NO_BOUNCE_SLOT))
                    .does(Kind.ADD, 0)
                    .doesWith(Failure.NO_BOUNCE_SLOT, Kind.MAP, 0);
            boolean isUndone = drive.machine().domain(0).pageTable().pages() == 0
                    && drive.machine().domain(0).iova().cachedCount(0) == 1;
            return isUndone ? drive.result() : "the first segment is still mapped";
        });
        all.put("sg-pages", () -> full(list, dma -> dma.withUntrusted(true)).result());
        all.put("sg-no-slot", () -> failing(Buffer.sg(HALF), Failure.NO_BOUNCE_SLOT));
    }

    private static void addTwoPhase(Map<String, Supplier<String>> all) {
        Buffer late = Buffer.iova(2 * PAGE, WHOLE, new Segment(PAGE / 2, PAGE / 2));
        Buffer coherent = TWO_PARTS.with(Attribute.REQUIRE_COHERENT);
        Buffer mmio = Buffer.iova(PAGE, HALF).with(Attribute.MMIO);
        all.put("try-no-iova", () -> full(Buffer.iova(PAGE, WHOLE)).result());
        all.put("try-attach", () -> failing(TWO_PARTS, Failure.ATTACH));
        all.put("link-aligned", () -> bothLinked(late).result());
        all.put("link-coherent", () -> linked(coherent, dma -> dma.withCoherent(false)));
        all.put("link-no-bounce", () -> linked(mmio, dma -> dma.withUntrusted(true)));
        all.put("link-no-slot", () -> taken(Buffer.iova(PAGE, HALF), dma -> dma.withUntrusted(true))
                .doesWith(Failure.NO_BOUNCE_SLOT, Kind.LINK, 0)
                .result());
        all.put("link-memory", () -> linkedWith(Failure.TABLE_MEMORY));
        all.put("link-error", () -> linkedWith(Failure.TABLE_ERROR));
        all.put("link-misaligned", () -> bothLinked(OFF).result());
        all.put("link-present", DmaExercises::linkedOverEntry);
        all.put("link-success", () -> linked(TWO_PARTS, dma -> dma));
        all.put("sync-error", () -> bothLinked(TWO_PARTS)
                .doesWith(Failure.TABLE_ERROR, Kind.SYNC, 0)
                .result());
        all.put("sync-success", () -> bothLinked(TWO_PARTS).does(Kind.SYNC, 0).result());
        all.put("unlink", () -> bothLinked(TWO_PARTS).does(Kind.UNLINK, 0).result());
        all.put(
                "iova-free",
                () -> taken(TWO_PARTS, dma -> dma).does(Kind.UNMAP, 0).result());
        all.put("iova-destroy", () -> bothLinked(TWO_PARTS).does(Kind.UNMAP, 0).result());
    }

    private static void addUnmaps(Map<String, Supplier<String>> all) {
        all.put("iommu-map-off", () -> bothLinked(OFF).result());
        all.put("iommu-map-present", DmaExercises::linkedOverEntry);
        all.put("iommu-map-memory", () -> failing(Buffer.sg(WHOLE), Failure.TABLE_MEMORY));
        all.put("iommu-unmap-hole", () -> {
            Machine machine = new Drive(device().buffers(Buffer.coherent(PAGE), Buffer.coherent(3 * PAGE))
                            .explore(Option.WRONG_SIZE))
                    .does(Kind.ADD, 0)
                    .does(Kind.MAP, 0)
                    .does(Kind.WRONG_UNMAP, 0)
                    .machine();
            boolean stopped = machine.outcome().warnings() == 1;
            return stopped && machine.domain(0).pageTable().pages() == 0 ? Long.toString(PAGE) : "all";
        });
        all.put("unmap-twice", () -> undoneTwice(Buffer.page(PAGE), 1));
        all.put("unmap-fewer", () -> undoneTwice(Buffer.coherent(PAGE), 2));
    }

    /** What the second undoing returns, if there is a warning and so many ranges are cached then. */
    private static String undoneTwice(Buffer buffer, int cached) {
        Drive drive = new Drive(device().buffers(buffer).explore(Option.DOUBLE_UNMAP))
                .does(Kind.ADD, 0)
                .does(Kind.MAP, 0)
                .does(Kind.UNMAP, 0)
                .does(Kind.WRONG_UNMAP, 0);
        boolean warned = drive.machine().outcome().warnings() == 1;
        return warned && drive.machine().domain(0).iova().cachedCount(0) == cached ? drive.result() : "not so";
    }

    private static Question device() {
        return new Question().device("g", 1, 15, 2);
    }

    /** A device that has asked for more than there is. */
    private static Drive full(Buffer buffer) {
        return full(buffer, dma -> dma);
    }

    private static Drive full(Buffer buffer, UnaryOperator<DmaProperties> dma) {
        return new Drive(new Question().device("g", 1, 1, 2).buffers(buffer).dma(dma))
                .does(Kind.ADD, 0)
                .does(Kind.MAP, 0)
                .does(Kind.MAP, 0);
    }

    private static String failing(Buffer buffer, Failure failure) {
        Question question = device().buffers(buffer).dma(dma -> dma.withUntrusted(failure == Failure.NO_BOUNCE_SLOT)
                .withDeferredAttach(failure == Failure.ATTACH));
        List.of(Option.MAP_FAILURE, Option.NO_BOUNCE_SLOT, Option.ATTACH_FAILURE)
                .forEach(question::explore);
        return new Drive(question)
                .does(Kind.ADD, 0)
                .doesWith(failure, Kind.MAP, 0)
                .result();
    }

    private static String mapped(Buffer buffer, UnaryOperator<DmaProperties> dma) {
        return taken(buffer, dma).result();
    }

    private static Drive taken(Buffer buffer, UnaryOperator<DmaProperties> dma) {
        Question question = device().buffers(buffer).dma(dma);
        question.explore(Option.MAP_FAILURE).explore(Option.NO_BOUNCE_SLOT);
        return new Drive(question).does(Kind.ADD, 0).does(Kind.MAP, 0);
    }

    private static String linked(Buffer buffer, UnaryOperator<DmaProperties> dma) {
        return taken(buffer, dma).does(Kind.LINK, 0).result();
    }

    private static String linkedWith(Failure failure) {
        return taken(TWO_PARTS, dma -> dma).doesWith(failure, Kind.LINK, 0).result();
    }

    private static Drive bothLinked(Buffer buffer) {
        return taken(buffer, dma -> dma).does(Kind.LINK, 0).does(Kind.LINK, 0);
    }

    private static String present(Buffer buffer) {
        return leftBehind(buffer).does(Kind.MAP, 1).result();
    }

    private static String linkedOverEntry() {
        return leftBehind(Buffer.iova(2 * PAGE, new Segment(2 * PAGE, 0)))
                .does(Kind.MAP, 1)
                .does(Kind.LINK, 1)
                .result();
    }

    /**
     * Pages 1 to 3: a bounced buffer of one granule, which a known bug maps in two, 2 and 3, leaves the entry of 3 behind; device 1, with
     * this buffer of two granules, gets 2 and 3 once the caches are empty.
     */
    private static Drive leftBehind(Buffer buffer) {
        return new Drive(new Question()
                        .with(KernelBug.B24)
                        .device("g", 1, 3, 1)
                        .buffers(Buffer.page(PAGE / 2, PAGE / 4))
                        .dma(dma -> dma.withUntrusted(true).withMinAlignMask(PAGE - 1))
                        .explore(Option.DOUBLE_UNMAP)
                        .device("g", 1, 3, 1)
                        .buffers(buffer))
                .does(Kind.ADD, 0)
                .does(Kind.ADD, 1)
                .does(Kind.MAP, 0)
                .does(Kind.UNMAP, 0);
    }
}
