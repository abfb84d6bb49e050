package dev.iovacheck.bench.growth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** From what a search prints to the figures and the picture. */
class GrowthTest {

    private static final Path ROOT = Path.of(System.getProperty("iovacheck.root"));

    /** 1 M states in the first second, then half as many each second. */
    private static final String OUTPUT = """
            something else
            after=1000 states=1000000 transitions=4000000
            after=3000 states=2000000 transitions=10000000
            after=9000 states=5000000 transitions=28000000
            """;

    @Test
    void speedIsThatOfADoubling() {
        Progress progress = new Progress(OUTPUT);
        assertEquals(500_000, progress.statesPerSecond(2_000_000).orElseThrow(), 1e-6);
        assertEquals(3_000_000, progress.transitionsPerSecond(2_000_000).orElseThrow(), 1e-6);
        // From 0.707 M after 0.707 s to 1.414 M after 1.828 s.
        assertEquals(630_602, progress.statesPerSecond(1_000_000).orElseThrow(), 1);
    }

    @Test
    void speedSinceTheStartIsThatOfAllStates() {
        Progress progress = new Progress(OUTPUT);
        assertEquals(1_000_000, progress.statesPerSecondSinceStart(1_000_000).orElseThrow(), 1e-6);
        assertEquals(666_667, progress.statesPerSecondSinceStart(2_000_000).orElseThrow(), 1);
        assertEquals(
                0.75,
                new Curve(1, Curve.of(1, List.of(progress)).points()).ratioSinceStart(1_500_000, 1_000_000),
                1e-6);
    }

    @Test
    void whatWasNotReachedHasNoSpeed() {
        Progress progress = new Progress(OUTPUT);
        assertTrue(progress.statesPerSecond(3_500_000).isPresent());
        assertEquals(OptionalDouble.empty(), progress.statesPerSecond(3_600_000));
        assertEquals(OptionalDouble.empty(), progress.transitionsPerSecond(3_600_000));
        assertEquals(OptionalDouble.empty(), new Progress("").statesPerSecond(1));
    }

    @Test
    void ofSeveralRunsTheMedianCounts() {
        Curve curve = Curve.of(2, List.of(constant(3), constant(1), constant(2)));
        assertEquals(
                List.of(
                        new Curve.Point(1_000_000, 2_000_000, 1_000_000, 3_000_000, 14_000_000, 2_000_000),
                        new Curve.Point(1_500_000, 2_000_000, 1_000_000, 3_000_000, 14_000_000, 2_000_000),
                        new Curve.Point(2_000_000, 2_000_000, 1_000_000, 3_000_000, 14_000_000, 2_000_000)),
                curve.points());
        assertEquals(1, curve.ratio(2_000_000, 1_000_000));
        assertEquals(1, curve.ratioSinceStart(2_000_000, 1_000_000));
        assertThrows(IllegalArgumentException.class, () -> curve.ratio(20_000_000, 1_000_000));
    }

    /** So many million states per second, up to three million. */
    private static Progress constant(int millions) {
        int transitions = 21_000_000;
        return new Progress("after=" + 3000 / millions + " states=3000000 transitions=" + transitions);
    }

    @Test
    void figuresAreReadAsTheyWereWritten() throws IOException {
        Figures figures = new Figures(
                "reference model, exact",
                "bench/growth --runs 3",
                List.of("processor: \"x\"", "memory: 1 kB"),
                List.of(Curve.of(1, List.of(constant(1))), Curve.of(2, List.of(constant(2), constant(3)))));
        assertEquals(figures, Figures.fromJson(figures.toJson()));
        assertThrows(IOException.class, () -> Figures.fromJson("{\"curve\": []}"));
        assertThrows(IOException.class, () -> Figures.fromJson(figures.toJson().replace("\"slowest\"", "\"slow\"")));
    }

    @Test
    void thePictureShowsEveryPoint() throws Exception {
        Figures figures = new Figures(
                "", "", List.of(), List.of(Curve.of(1, List.of(constant(1))), Curve.of(2, List.of(constant(2)))));
        Document svg = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(Picture.draw(figures).getBytes(StandardCharsets.UTF_8)));
        assertEquals(4, svg.getElementsByTagName("polyline").getLength(), "two for each number of threads");
        // 1 M states is the left end, 2 M the right one; 2 M/s is the top line, 1 M/s half of it.
        assertEquals("78.0,192.0 383.4,192.0 600.0,192.0", points(svg, 0));
        assertEquals(points(svg, 0), points(svg, 1), "as fast from the start on");
        assertEquals("78.0,46.0 383.4,46.0 600.0,46.0", points(svg, 2));
        assertThrows(IllegalArgumentException.class, () -> Picture.draw(new Figures("", "", List.of(), List.of())));
    }

    private static String points(Document svg, int index) {
        return ((Element) svg.getElementsByTagName("polyline").item(index)).getAttribute("points");
    }

    @ParameterizedTest
    @ValueSource(strings = {"growth", "growth-machine"})
    void thePictureInTheDocumentsIsThatOfTheFigures(String name) throws IOException {
        Figures figures = Figures.fromJson(Files.readString(ROOT.resolve("bench/results/" + name + ".json")));
        assertEquals(Picture.draw(figures), Files.readString(ROOT.resolve("docs/pictures/" + name + ".svg")));
    }
}
