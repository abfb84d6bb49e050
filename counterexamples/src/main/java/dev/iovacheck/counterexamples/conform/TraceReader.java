package dev.iovacheck.counterexamples.conform;

import dev.iovacheck.counterexamples.conform.TraceResult.Values;
import dev.iovacheck.model.iova.AllocatorConstants;
import dev.iovacheck.model.kernel.KernelProfile;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads a trace in the format {@code iova-trace/1} line by line. Whatever is not exactly that format, or tells of something that
 * cannot happen (an operation on an offline CPU, a line after a crash), is refused with its place.
 */
public final class TraceReader implements Closeable {

    /** No line of a trace is longer: 16 MiB are a dump of half a million nodes. */
    static final int MAX_LINE_BYTES = 16 << 20;

    private static final String FORMAT = "iova-trace/1";
    private static final String SOURCE = "drivers/iommu/iova.c";
    private static final int HIGHEST_ORDER = AllocatorConstants.ORDERS - 1;
    /** A dump cannot have more nodes than fit in a line. */
    private static final int MOST_NODES = MAX_LINE_BYTES;

    private final JsonLines lines;
    private final TraceHeader header;
    private final BitSet online = new BitSet();
    private long number;
    private boolean crashed;

    /**
     * Reads the header.
     *
     * @param name how messages name the trace
     * @param in the trace from its first byte; closed with this reader, and at once if the header is faulty
     */
    public TraceReader(String name, InputStream in) throws TraceFormatException {
        this(name, in, MAX_LINE_BYTES);
    }

    TraceReader(String name, InputStream in, int maxLineBytes) throws TraceFormatException {
        lines = new JsonLines(name, new BufferedInputStream(in), maxLineBytes);
        boolean good = false;
        try {
            Optional<Json.Obj> first = lines.next();
            if (first.isEmpty()) {
                throw lines.fault(1, "the file is empty", "start with a header line of " + FORMAT);
            }
            header = header(new Fields(lines, first.get(), "the header"));
            good = true;
        } finally {
            if (!good) {
                close();
            }
        }
        online.set(0, header.constants().cpus());
    }

    /** Opens a file and reads its header. */
    public static TraceReader open(Path file) throws TraceFormatException {
        String wrong;
        try {
            if (Files.isDirectory(file)) {
                wrong = "it is a directory";
            } else {
                return new TraceReader(file.toString(), Files.newInputStream(file));
            }
        } catch (NoSuchFileException e) {
            wrong = "there is no such file";
        } catch (AccessDeniedException e) {
            wrong = "it may not be read";
        } catch (IOException e) {
            wrong = "it cannot be read";
        }
        throw new TraceFormatException(file.toString(), 1, 1, wrong, "name a readable trace file");
    }

    /** Reads a whole file. */
    public static Trace read(Path file) throws TraceFormatException {
        try (TraceReader reader = open(file)) {
            List<TraceEntry> entries = new ArrayList<>();
            for (Optional<TraceEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                entries.add(entry.get());
            }
            return new Trace(reader.header(), entries);
        }
    }

    public TraceHeader header() {
        return header;
    }

    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException e) {
            // Everything that was asked for has been read; nothing is lost.
            return;
        }
    }

    /** The next line; empty at the end of the file. */
    public Optional<TraceEntry> next() throws TraceFormatException {
        Optional<Json.Obj> object = lines.next();
        if (object.isEmpty()) {
            if (number == 0) {
                throw lines.fault(1, "no operation follows the header", "a trace without operations shows nothing");
            }
            return Optional.empty();
        }
        if (crashed) {
            throw lines.fault(1, "a line after the crash", "a crash ends the trace: remove what follows");
        }
        return Optional.of(entry(new Fields(lines, object.get(), "the line")));
    }

    // ---- header ----

    private TraceHeader header(Fields fields) throws TraceFormatException {
        if (!fields.has("format")) {
            throw lines.fault(1, "not a trace", "start with a header line {\"format\":\"" + FORMAT + "\",...}");
        }
        requireText(fields, "format", FORMAT);
        KernelProfile profile = profile(fields);
        requireText(fields, "source", SOURCE);
        int granuleShift = granuleShift(fields);
        long startPfn = fields.number("start_pfn");
        int cpus = fields.number("cpus", 1, 32);
        int magazineSize = fields.number("mag_size", 1, 127);
        int depotSize = depotSize(fields, profile);
        long seed = fields.number("seed");
        String scenario = fields.text("scenario");
        fields.end();
        return new TraceHeader(
                new AllocatorConstants(profile, cpus, magazineSize, depotSize), granuleShift, startPfn, seed, scenario);
    }

    private static void requireText(Fields fields, String name, String only) throws TraceFormatException {
        if (!fields.text(name).equals(only)) {
            throw fields.wrong(fields.take(name), "\"" + name + "\"", "only \"" + only + "\" can be compared");
        }
    }

    private static KernelProfile profile(Fields fields) throws TraceFormatException {
        String release = fields.text("kernel");
        for (KernelProfile profile : KernelProfile.values()) {
            if (profile.release().equals(release)) {
                return profile;
            }
        }
        String modelled = Arrays.stream(KernelProfile.values())
                .map(profile -> '"' + profile.release() + '"')
                .collect(Collectors.joining(" and "));
        throw fields.wrong(fields.take("kernel"), "\"kernel\"", "modelled are " + modelled);
    }

    private static int granuleShift(Fields fields) throws TraceFormatException {
        long granule = fields.number("granule");
        if (Long.bitCount(granule) != 1 || granule == 1 || Long.compareUnsigned(granule, 1L << 31) > 0) {
            throw fields.wrong(fields.take("granule"), "\"granule\"", "write a power of two from 2 to 2147483648");
        }
        return Long.numberOfTrailingZeros(granule);
    }

    private static int depotSize(Fields fields, KernelProfile profile) throws TraceFormatException {
        if (profile.depotIsBounded()) {
            return fields.number("depot_max", 1, 32);
        }
        Json json = fields.take("depot_max");
        if (!(json instanceof Json.Null)) {
            throw fields.wrong(json, "\"depot_max\"", "write null: depots of this kernel have no limit");
        }
        // Not looked at for such kernels.
        return 1;
    }

    // ---- operations ----

    private TraceEntry entry(Fields fields) throws TraceFormatException {
        String op = fields.text("op");
        long i = fields.number("i");
        if (i != number) {
            throw fields.wrong(
                    fields.take("i"), "\"i\"", "the running number of this line is " + Long.toUnsignedString(number));
        }
        number++;
        Fields line = fields;
        TraceOperation operation = operation(op, line);
        TraceOutcome outcome = operation instanceof TraceOperation.Dump
                ? new TraceOutcome(state(line), 0, Optional.empty())
                : outcome(operation, line);
        line.end();
        crashed = outcome.crash().isPresent();
        follow(operation);
        return new TraceEntry(lines.line(), i, operation, outcome);
    }

    private TraceOperation operation(String op, Fields fields) throws TraceFormatException {
        return switch (op) {
            case "alloc_iova" ->
                new TraceOperation.AllocIova(
                        fields.number("size"), fields.number("limit_pfn"), fields.flag("size_aligned"));
            case "alloc_iova_fast" ->
                new TraceOperation.AllocIovaFast(
                        onlineCpu(fields),
                        fields.number("size"),
                        fields.number("limit_pfn"),
                        fields.flag("flush_rcache"));
            case "free_iova" -> new TraceOperation.FreeIova(fields.number("pfn"));
            case "free_iova_fast" ->
                new TraceOperation.FreeIovaFast(onlineCpu(fields), fields.number("pfn"), fields.number("size"));
            case "find_iova" -> new TraceOperation.FindIova(fields.number("pfn"));
            case "reserve_iova" -> new TraceOperation.ReserveIova(fields.number("lo"), fields.number("hi"));
            case "free_cpu_cached_iovas" -> new TraceOperation.FreeCpuCachedIovas(cpu(fields));
            case "free_global_cached_iovas" -> new TraceOperation.FreeGlobalCachedIovas();
            case "cpu_dead" -> new TraceOperation.CpuDead(dyingCpu(fields));
            case "cpu_online" -> new TraceOperation.CpuOnline(offlineCpu(fields));
            case "depot_work" -> new TraceOperation.DepotWork(workerOrder(fields));
            case "dump" -> new TraceOperation.Dump();
            default ->
                throw fields.wrong(
                        fields.take("op"),
                        "\"op\"",
                        "the operations are alloc_iova, alloc_iova_fast, free_iova, free_iova_fast, find_iova,"
                                + " reserve_iova, free_cpu_cached_iovas, free_global_cached_iovas, cpu_dead, cpu_online,"
                                + " depot_work and dump");
        };
    }

    private int cpu(Fields fields) throws TraceFormatException {
        return fields.number("cpu", 0, header.constants().cpus() - 1);
    }

    private int onlineCpu(Fields fields) throws TraceFormatException {
        int cpu = cpu(fields);
        if (!online.get(cpu)) {
            throw fields.wrong(fields.take("cpu"), "\"cpu\"", "no operation runs on an offline CPU");
        }
        return cpu;
    }

    private int dyingCpu(Fields fields) throws TraceFormatException {
        int cpu = onlineCpu(fields);
        if (online.cardinality() == 1) {
            throw fields.wrong(fields.take("cpu"), "\"cpu\"", "the last online CPU cannot go offline");
        }
        return cpu;
    }

    private int offlineCpu(Fields fields) throws TraceFormatException {
        int cpu = cpu(fields);
        if (online.get(cpu)) {
            throw fields.wrong(fields.take("cpu"), "\"cpu\"", "only an offline CPU can come back");
        }
        return cpu;
    }

    private int workerOrder(Fields fields) throws TraceFormatException {
        if (header.profile().depotIsBounded()) {
            throw fields.wrong(fields.take("op"), "\"op\"", "this kernel has no depot worker");
        }
        return fields.number("order", 0, HIGHEST_ORDER);
    }

    private void follow(TraceOperation operation) {
        if (operation instanceof TraceOperation.CpuDead dead) {
            online.clear(dead.cpu());
        } else if (operation instanceof TraceOperation.CpuOnline back) {
            online.set(back.cpu());
        }
    }

    // ---- outcomes ----

    private TraceOutcome outcome(TraceOperation operation, Fields fields) throws TraceFormatException {
        int warnings = warnings(fields);
        if (fields.has("crash")) {
            String crash = fields.text("crash");
            if (!crash.equals(TraceOutcome.NULL_DEREFERENCE)) {
                throw fields.wrong(
                        fields.take("crash"), "\"crash\"", "write \"" + TraceOutcome.NULL_DEREFERENCE + "\"");
            }
            // A result field on the line is unknown from here on, and so refused.
            return new TraceOutcome(Values.NONE, warnings, Optional.of(crash));
        }
        return new TraceOutcome(result(operation, fields), warnings, Optional.empty());
    }

    private static int warnings(Fields fields) throws TraceFormatException {
        boolean warn = fields.has("warn");
        boolean warns = fields.has("warns");
        if (!warn && !warns) {
            return 0;
        }
        if (!fields.flag("warn")) {
            throw fields.wrong(fields.take("warn"), "\"warn\"", "write true, or leave it out with \"warns\"");
        }
        return fields.number("warns", 1, Integer.MAX_VALUE);
    }

    private static Values result(TraceOperation operation, Fields fields) throws TraceFormatException {
        if (operation instanceof TraceOperation.AllocIova
                || operation instanceof TraceOperation.FindIova
                || operation instanceof TraceOperation.ReserveIova) {
            return Values.ofNode("ret", fields.rangeOrNull("ret"));
        }
        if (operation instanceof TraceOperation.AllocIovaFast) {
            return Values.ofNumber("ret", fields.number("ret"));
        }
        if (operation instanceof TraceOperation.FreeIova) {
            return Values.ofNode("freed", fields.rangeOrNull("freed"));
        }
        if (operation instanceof TraceOperation.DepotWork) {
            return Values.of("released", fields.flag("released")).and("rescheduled", fields.flag("rescheduled"));
        }
        return Values.NONE;
    }

    private TraceState state(Fields fields) throws TraceFormatException {
        int cpus = header.constants().cpus();
        Optional<TraceState.Shape> shape = Optional.empty();
        if (fields.has("shape") || fields.has("red")) {
            shape = Optional.of(new TraceState.Shape(
                    fields.list("shape", json -> fields.number(json, "a number in \"shape\"", 0, MOST_NODES)),
                    fields.list("red", json -> fields.number(json, "a number in \"red\"", 0, MOST_NODES))));
        }
        List<Integer> workPending = header.profile().depotIsBounded()
                ? List.of()
                : fields.list(
                        "work_pending", json -> fields.number(json, "an order in \"work_pending\"", 0, HIGHEST_ORDER));
        return new TraceState(
                fields.list("tree", json -> fields.range(json, "a node in \"tree\"")),
                fields.number("max32_alloc_size"),
                hint(fields, "cached32"),
                hint(fields, "cached"),
                shape,
                fields.list("online", json -> fields.number(json, "a CPU in \"online\"", 0, cpus - 1)),
                fields.list("cpus", json -> magazines(fields.fields(json, "an element of \"cpus\""))),
                fields.list("depots", json -> depot(fields.fields(json, "an element of \"depots\""))),
                workPending);
    }

    private static TraceState.Hint hint(Fields fields, String name) throws TraceFormatException {
        String detachedName = name + "_detached";
        boolean detached = fields.has(detachedName) && fields.flag(detachedName);
        Json json = fields.take(name);
        if (json instanceof Json.Str string) {
            if (string.text().equals("anchor")) {
                return new TraceState.Hint(Optional.empty(), detached);
            }
            throw fields.wrong(json, "\"" + name + "\"", "write \"anchor\" or a pair [lo,hi]");
        }
        return new TraceState.Hint(Optional.of(fields.range(json, "\"" + name + "\"")), detached);
    }

    private TraceState.Magazines magazines(Fields fields) throws TraceFormatException {
        TraceState.Magazines magazines = new TraceState.Magazines(
                cpu(fields),
                fields.number("order", 0, HIGHEST_ORDER),
                fields.list("loaded", json -> pfn(fields, json)),
                fields.list("prev", json -> pfn(fields, json)));
        fields.end();
        return magazines;
    }

    private static TraceState.Depot depot(Fields fields) throws TraceFormatException {
        TraceState.Depot depot = new TraceState.Depot(
                fields.number("order", 0, HIGHEST_ORDER),
                fields.list("mags", mag -> fields.list(mag, "a magazine in \"mags\"", json -> pfn(fields, json))));
        fields.end();
        return depot;
    }

    private static TraceState.Pfn pfn(Fields fields, Json json) throws TraceFormatException {
        return new TraceState.Pfn(fields.number(json, "a pfn in a magazine"));
    }
}
