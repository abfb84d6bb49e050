package dev.iovacheck.counterexamples.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.testing.GoldenFile;
import dev.iovacheck.counterexamples.testing.KnownReplays;
import dev.iovacheck.counterexamples.text.MailText;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExplanationTest {

    @ParameterizedTest
    @EnumSource(KnownReplays.class)
    void theStepToBlameIsNamedWithTheReason(KnownReplays known) {
        Replay replay = known.replay();
        Explanation explanation = Explanation.of(replay);
        assertEquals(known.stepToBlame(), explanation.step(), explanation.sentences()::toString);
        assertTrue(explanation.sentences().size() <= 3);
        String mail = MailText.of(replay, Explanation.text(replay, MailText.WIDTH), "VERSION");
        GoldenFile.assertMatches(
                "counterexamples", ExplanationTest.class, known.name().toLowerCase(Locale.ROOT) + ".txt", mail);
        mail.lines().forEach(line -> assertTrue(line.length() <= MailText.WIDTH, line));
    }
}
