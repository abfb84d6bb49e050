package dev.iovacheck.invariants;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** {@code docs/errors.md} is the table of errors, no more and no less. {@code -Diovacheck.golden=rewrite} writes it anew. */
class ErrorsDocumentTest {

    private static final Path DOCUMENT = Path.of(Objects.requireNonNull(System.getProperty("iovacheck.root")))
            .resolve("docs/errors.md");

    private static final String INTRODUCTION = """
            # What functions return

            Each function of the model, what can happen to it, and what its caller then gets. A test drives the model to each row and compares
            (`ErrnoCasesTest`), but for those listed at the end with the reason. `iovacheck explain ENOMEM` prints the rows of one error.

            *Recorded* means seen in recordings of the unmodified kernel source; *derived*, concluded by reading.
            """;

    @Test
    void itIsInStepWithTheTable() throws IOException {
        List<ErrnoCase> exercised =
                ErrnoCases.all().stream().filter(ErrnoCase::isExercised).toList();
        List<ErrnoCase> others =
                ErrnoCases.all().stream().filter(row -> !row.isExercised()).toList();
        StringBuilder text = new StringBuilder(INTRODUCTION);
        text.append("\n## ").append(exercised.size()).append(" rows that tests exercise\n\n");
        text.append("| function | condition | result | source |\n|---|---|---|---|\n");
        exercised.forEach(row -> text.append(row(row)).append(" |\n"));
        text.append("\n## ").append(others.size()).append(" rows that the model cannot be driven to\n\n");
        text.append("| function | condition | result | source | why not |\n|---|---|---|---|---|\n");
        others.forEach(row ->
                text.append(row(row)).append(" | ").append(row.unexercised()).append(" |\n"));
        if (System.getProperty("iovacheck.golden", "").equals("rewrite")) {
            Files.writeString(DOCUMENT, text);
        }
        assertEquals(text.toString(), Files.readString(DOCUMENT));
    }

    private static String row(ErrnoCase row) {
        return "| `" + row.call() + "` | " + row.when() + " | `" + row.result() + "` | " + row.source();
    }
}
