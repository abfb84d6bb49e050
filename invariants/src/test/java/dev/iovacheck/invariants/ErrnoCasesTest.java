package dev.iovacheck.invariants;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.iovacheck.model.kernel.Errno;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of the table of errors is true of the model: each is driven to its condition, and the result compared. */
class ErrnoCasesTest {

    /** By id of the row: drives the model to the condition, and says what the caller gets. */
    private static final Map<String, Supplier<String>> EXERCISES = exercises();

    private static Map<String, Supplier<String>> exercises() {
        Map<String, Supplier<String>> all = new TreeMap<>();
        AllocatorExercises.addTo(all);
        SetUpExercises.addTo(all);
        OwnerExercises.addTo(all);
        DmaExercises.addTo(all);
        ReservationExercises.addTo(all);
        return all;
    }

    static List<String> exercised() {
        return ErrnoCases.all().stream()
                .filter(ErrnoCase::isExercised)
                .map(ErrnoCase::id)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("exercised")
    void theModelReturnsWhatTheTableSays(String id) {
        ErrnoCase row = ErrnoCases.all().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow();
        Supplier<String> exercise = Objects.requireNonNull(EXERCISES.get(id), "nothing exercises " + id);
        assertEquals(row.result(), exercise.get(), row.call() + ": " + row.when());
    }

    @Test
    void whatIsExercisedIsInTheTableAndSaidToBe() {
        assertEquals(new TreeSet<>(exercised()), EXERCISES.keySet());
    }

    @Test
    void idsAreDifferent() {
        List<String> ids = ErrnoCases.all().stream().map(ErrnoCase::id).toList();
        assertEquals(ids.size(), new HashSet<>(ids).size());
    }

    @Test
    void everyErrorOfTheModelIsInTheTable() {
        Set<Errno> listed = new TreeSet<>();
        ErrnoCases.all().forEach(row -> row.errno().ifPresent(listed::add));
        List<Errno> missing = new ArrayList<>(Arrays.asList(Errno.values()));
        missing.removeAll(listed);
        assertEquals(NOT_YET_RETURNED, missing);
    }

    /** Errors that no function of the table returns. */
    private static final List<Errno> NOT_YET_RETURNED = List.of();
}
