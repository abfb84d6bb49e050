package dev.iovacheck.invariants;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/invariants.md} says what the catalogue says, no more and no less. */
class InvariantsDocumentTest {

    private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("iovacheck.root")));

    private static final String INTRODUCTION = """
            # Invariants

            What iovacheck checks, in the order of its reports. Each has a *claim*, which must hold in every reachable state or step; a
            *premise*, without which there is nothing to claim (a run that never met it reports the invariant as not shown); and a
            *planted defect*, a mistake put into the model under test to prove that the check can fail. `iovacheck explain ID` prints the
            same.

            Some claims are about what can *follow* a state, and only the whole graph of states shows whether they hold: a search that was
            cut off, or random walks, leave them undecided. Either some way must lead from every reachable state to a goal; the
            counterexample is then the shortest way to a state from which none does. Or the kernel must get to the goal by itself, nobody
            else doing anything, as long as none of its work that can be done is put off for ever; the counterexample is then a way to a
            state where nothing is left to be done, or into a loop. An oops leads to no goal, and of the state after it nothing is claimed.

            How a rule is known: *recorded* means seen in recordings of the unmodified kernel source; *specified*, agreeing with an
            independent specification that was compared with it; *derived*, concluded by reading.
            """;

    @Test
    void itIsInStepWithTheCatalogue() throws IOException {
        String document = INTRODUCTION
                + Catalogue.all().stream().map(InvariantsDocumentTest::section).collect(Collectors.joining());
        Path written = ROOT.resolve("invariants/target/invariants.md");
        Files.createDirectories(written.getParent());
        Files.writeString(written, document);
        assertEquals(
                document,
                Files.readString(ROOT.resolve("docs/invariants.md")),
                "docs/invariants.md should be " + written);
    }

    private static String what(ProgressInvariant invariant) {
        return invariant.kind() == ProgressInvariant.Kind.RECOVERABLE
                ? "some way must lead there."
                : "the kernel must get there by itself.";
    }

    private static String section(Invariant invariant) {
        String references = invariant.references().stream()
                .map(reference -> "`" + reference.file() + "`, `" + reference.function() + "` (" + reference.versions()
                        + "; " + reference.evidence().label() + ")")
                .collect(Collectors.joining("; "));
        return "\n## " + invariant.id() + "\n\n"
                + invariant.claim() + "\n\n"
                + (invariant instanceof ProgressInvariant progress
                        ? "* **What follows**: " + what(progress) + "\n"
                        : "")
                + "* **Premise**: " + invariant.premise() + ".\n"
                + "* **Why**: " + invariant.reason() + "\n"
                + "* **Contract**: " + invariant.contract().id() + ". "
                + invariant.contract().sentence() + "\n"
                + "* **Kernel**: " + references + ".\n"
                + "* **Planted defect**: " + invariant.plantedDefect().description() + "\n";
    }
}
