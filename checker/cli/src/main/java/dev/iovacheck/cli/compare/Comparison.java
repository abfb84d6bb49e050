package dev.iovacheck.cli.compare;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.cli.report.Granules;
import dev.iovacheck.cli.result.Labelled;
import dev.iovacheck.engine.CheckResult;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.Configuration;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The table of a comparison: a row for each variant, a column for each invariant that some variant does not keep. */
public final class Comparison {

    private final List<Row> rows = new ArrayList<>();

    /** @param result {@code null} if there was nothing to check */
    public void add(Variant variant, @Nullable CheckResult result) {
        rows.add(Row.of(variant, result));
    }

    /** Undecided if some variant is; a comparison expects nothing. */
    public ExitCode exitCode() {
        return rows.stream().anyMatch(row -> row.cutOff().isPresent()) ? ExitCode.UNDECIDED : ExitCode.EXPECTED;
    }

    /** @throws IllegalStateException if nothing was added */
    public String as(Form form) {
        return switch (form) {
            case TEXT -> Tables.text(narrow());
            case MARKDOWN -> Tables.markdown(wide());
            case HTML -> Tables.html(wide());
            case JSON -> json();
        };
    }

    /** How a table can be written. */
    public enum Form implements Labelled {
        TEXT,
        MARKDOWN,
        HTML,
        JSON
    }

    // ---- cells ----

    private List<String> told() {
        return Catalogue.ids().stream()
                .filter(id -> rows.stream().anyMatch(row -> isTold(row.cells().get(id))))
                .toList();
    }

    private static boolean isTold(Row.@Nullable Cell cell) {
        return cell instanceof Row.Cell.Violated || cell instanceof Row.Cell.Undecided;
    }

    private static String cell(String id, Row.@Nullable Cell cell) {
        if (cell instanceof Row.Cell.Violated violated) {
            return id.equals("satisfiable-window")
                    ? "unsatisfiable"
                    : "violated after " + violated.steps() + (violated.steps() == 1 ? " step" : " steps");
        }
        if (cell instanceof Row.Cell.Undecided) {
            return "undecided";
        }
        // What could not be violated is kept all the same.
        return cell == null ? "" : "holds";
    }

    private String verdict(Row row) {
        if (row.variant().refusal().isPresent()) {
            return row.variant().refusal().get();
        }
        List<String> parts = new ArrayList<>();
        boolean isUndecided = false;
        for (String id : Catalogue.ids()) {
            Row.Cell cell = row.cells().get(id);
            if (cell instanceof Row.Cell.Violated) {
                parts.add(id.equals("satisfiable-window") ? cell(id, cell) : id + " " + cell(id, cell) + live(id, row));
            }
            isUndecided |= cell instanceof Row.Cell.Undecided;
        }
        if (isUndecided) {
            parts.add("undecided: " + row.cutOff().orElse("some invariants"));
        }
        String known = parts.isEmpty() ? "holds" : String.join(", ", parts);
        String unknown = row.variant().configuration().unknown();
        return unknown.isEmpty() ? known : known + "; unknown: " + unknown;
    }

    private static String live(String id, Row row) {
        boolean isBound = id.equals("lower-bound") || id.equals("upper-bound");
        return isBound
                ? row.margin()
                        .map(margin -> " with " + size(row, margin.live()) + " live")
                        .orElse("")
                : "";
    }

    private static String withWaste(Row row) {
        return String.join(
                ", ",
                row.spaces().stream()
                        .map(space -> space.device() + " " + size(row, space.usable())
                                + (space.wasted() == 0 ? "" : " (" + size(row, space.wasted()) + " wasted)"))
                        .toList());
    }

    private static String margin(Row row) {
        return row.margin()
                .map(margin -> size(row, margin.live()) + " live; " + margin.device() + " can use "
                        + size(row, margin.window()))
                .orElse("");
    }

    private static String size(Row row, long bytes) {
        int shift = row.variant().configuration().iommu().granuleShift();
        return Granules.text(bytes >>> shift, shift);
    }

    private static String usable(Row row) {
        return String.join(
                ", ",
                row.spaces().stream()
                        .map(space -> space.device() + " " + size(row, space.usable()))
                        .toList());
    }

    private static String wasted(Row row) {
        return String.join(
                ", ",
                row.spaces().stream()
                        .filter(space -> space.wasted() != 0)
                        .map(space -> space.device() + " " + size(row, space.wasted()))
                        .toList());
    }

    private Tables.Table narrow() {
        List<List<String>> body = new ArrayList<>();
        for (Row row : rows) {
            body.add(List.of(row.variant().label(), verdict(row), withWaste(row)));
        }
        return new Tables.Table(List.of("variant", "verdict", "can use"), body);
    }

    private Tables.Table wide() {
        List<String> told = told();
        List<String> head = new ArrayList<>();
        head.add("variant");
        head.addAll(told);
        head.addAll(List.of("others", "falls with", "can use", "wasted", "unknown"));
        List<List<String>> body = new ArrayList<>();
        for (Row row : rows) {
            List<String> line = new ArrayList<>();
            line.add(row.variant().label());
            told.forEach(id -> line.add(cell(id, row.cells().get(id))));
            line.add(row.variant().refusal().orElse("hold"));
            line.addAll(List.of(
                    margin(row),
                    usable(row),
                    wasted(row),
                    row.variant().configuration().unknown()));
            body.add(line);
        }
        return new Tables.Table(head, body);
    }

    // ---- JSON ----

    private String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartArray();
            for (Row row : rows) {
                write(json, row);
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string takes everything
        }
        return text.append('\n').toString();
    }

    private void write(JsonGenerator json, Row row) throws IOException {
        Configuration configuration = row.variant().configuration();
        json.writeStartObject();
        json.writeStringField("variant", row.variant().label());
        json.writeStringField("source", configuration.source());
        json.writeStringField("mechanism", configuration.mechanism().label());
        json.writeStringField("kernel", configuration.kernel().label());
        json.writeStringField("mode", configuration.iommu().mode().name().toLowerCase(Locale.ROOT));
        json.writeStringField("verdict", verdict(row));
        json.writeNumberField("states", row.states());
        json.writeObjectFieldStart("invariants");
        for (String id : Catalogue.ids()) {
            Row.Cell cell = row.cells().get(id);
            if (cell != null) {
                json.writeObjectFieldStart(id);
                json.writeStringField("verdict", word(cell));
                if (cell instanceof Row.Cell.Violated violated) {
                    json.writeNumberField("steps", violated.steps());
                }
                json.writeEndObject();
            }
        }
        json.writeEndObject();
        json.writeArrayFieldStart("devices");
        for (Row.Space space : row.spaces()) {
            json.writeStartObject();
            json.writeStringField("device", space.device());
            json.writeNumberField("usableBytes", space.usable());
            json.writeNumberField("wastedBytes", space.wasted());
            json.writeEndObject();
        }
        json.writeEndArray();
        if (row.margin().isPresent()) {
            json.writeObjectFieldStart("margin");
            json.writeStringField("device", row.margin().get().device());
            json.writeNumberField("liveBytes", row.margin().get().live());
            json.writeNumberField("windowBytes", row.margin().get().window());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static String word(Row.Cell cell) {
        if (cell instanceof Row.Cell.Violated) {
            return "violated";
        }
        if (cell instanceof Row.Cell.Undecided) {
            return "undecided";
        }
        return cell instanceof Row.Cell.NotShown ? "not shown" : "holds";
    }
}
