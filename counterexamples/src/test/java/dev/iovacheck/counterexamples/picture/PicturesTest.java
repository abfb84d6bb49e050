package dev.iovacheck.counterexamples.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.shrink.ShortestSearch;
import dev.iovacheck.counterexamples.shrink.Shrinker;
import dev.iovacheck.counterexamples.testing.GoldenFile;
import dev.iovacheck.counterexamples.testing.KnownReplays;
import dev.iovacheck.counterexamples.testing.PlantedLoop;
import dev.iovacheck.counterexamples.testing.Script;
import dev.iovacheck.counterexamples.text.CounterexampleText;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationReader;
import java.io.StringReader;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class PicturesTest {

    private static Document xml(String text) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(text)));
    }

    @ParameterizedTest
    @EnumSource(KnownReplays.class)
    void aStripIsXmlWithItsContentAsText(KnownReplays known) throws Exception {
        String svg = AddressPicture.of(List.of(known.replay()));
        GoldenFile.assertMatches(
                "counterexamples", PicturesTest.class, known.name().toLowerCase(Locale.ROOT) + ".svg", svg);
        Document document = xml(svg);
        assertEquals(1, document.getElementsByTagName("desc").getLength());
        assertTrue(
                document.getElementsByTagName("desc").item(0).getTextContent().contains("usable for d"));
    }

    @Test
    void severalCounterexamplesAreOnePictureAndNoneIsOneToo() throws Exception {
        List<Replay> all =
                Arrays.stream(KnownReplays.values()).map(KnownReplays::replay).toList();
        Document document = xml(AddressPicture.of(all));
        assertEquals(all.size(), document.getElementsByTagName("desc").getLength());
        assertTrue(xml(AddressPicture.of(List.of()))
                .getDocumentElement()
                .getTextContent()
                .contains("No counterexample"));
    }

    @ParameterizedTest
    @EnumSource(KnownReplays.class)
    void eachKindHasAPage(KnownReplays known) {
        String page = Page.of(List.of(known.replay()), "VERSION");
        GoldenFile.assertMatches(
                "counterexamples", PicturesTest.class, known.name().toLowerCase(Locale.ROOT) + ".html", page);
        assertTrue(page.contains("class=\"blamed\""), page);
    }

    @Test
    void theStepOfAPictureCanBeChosen() throws Exception {
        Replay replay = KnownReplays.CACHED_REISSUED.replay();
        String last = AddressPicture.of(List.of(replay));
        assertEquals(
                last,
                AddressPicture.of(List.of(replay), OptionalInt.of(replay.steps().size())));
        String second = AddressPicture.of(List.of(replay), OptionalInt.of(2));
        assertTrue(second.contains("After step 2, ") && !second.equals(last), second);
        assertEquals(1, xml(second).getElementsByTagName("desc").getLength());
        String beyond = AddressPicture.of(List.of(replay), OptionalInt.of(100));
        assertEquals(0, xml(beyond).getElementsByTagName("desc").getLength());
        assertTrue(
                beyond.contains("There is no step 100: the last is step "
                        + replay.steps().size() + "."),
                beyond);
    }

    @Test
    void aPageHasEveryStepAndNeedsNothingElse() {
        List<Replay> all =
                Arrays.stream(KnownReplays.values()).map(KnownReplays::replay).toList();
        String page = Page.of(all, "VERSION");
        for (Replay replay : all) {
            CounterexampleText.steps(replay)
                    .forEach(step -> assertTrue(page.contains(Markup.escaped(step.call())), step::call));
        }
        String links = page.replace("http://www.w3.org/2000/svg", "");
        assertFalse(links.contains("http") || links.contains("src=") || links.contains("@import"), "no network");
        assertTrue(page.contains("class=\"blamed\"") && page.contains("<mark>"), "marks");
        assertTrue(page.length() < 1_000_000);
    }

    @Test
    void aLongWayLeavesEarlyPicturesOutAndSaysSo() throws Exception {
        Configuration large = new ConfigurationReader(Catalogue.ids()).read("large.yaml", """
                iovacheck: 1
                devices: { d: { mask: 0xfffff }, e: { mask: 0xfffff } }
                mechanism: dma_iova_set_resv_region
                reserve: [{ device: d, range: 0xff000..0x100000 }]
                workload: { d: { map: 4KiB, live: 20 }, e: { map: 4KiB, live: 20 } }
                """);
        Script script = new Script(large).add(0);
        for (int round = 0; round < 250; round++) {
            script.map(0, 0x1000, 0).unmap(0, 0x1000, 0xff000, 0);
        }
        Replay replay = script.reserve(0).replay(Catalogue.byId("cache-coherence"));
        String page = Page.of(List.of(replay), "VERSION");
        assertTrue(page.length() < 1_000_000, () -> page.length() + " characters");
        assertTrue(page.contains("are left out.</p>"), "says so");
        assertTrue(page.contains("Avoidable</dt><dd>not searched"), "says that too");
        assertEquals(502, page.split("<span class=\"call\">", -1).length - 1, "all steps in words");
    }

    @Test
    void anEmptyPageIsAPage() {
        assertTrue(Page.of(List.of(), "VERSION").contains("No counterexample"));
    }

    @Test
    void theWayIsMarkedInTheGraph() throws Exception {
        Configuration small = new ConfigurationReader(Catalogue.ids()).read("small.yaml", """
                iovacheck: 1
                devices: { d: { mask: 0xffff } }
                mechanism: dma_iova_set_resv_region
                reserve: [{ device: d, range: 0xf000..0x10000, when: while-idle }]
                workload: { d: { map: [4KiB], live: 1 } }
                """);
        Replay replay = new Script(small)
                .add(0)
                .map(0, 0x1000, 0)
                .unmap(0, 0x1000, 0xf000, 0)
                .reserve(0)
                .map(0, 0x1000, 0)
                .replay(Catalogue.byId("no-reserved-overlap"));
        Replay shorter = new Script(small)
                .add(0)
                .map(0, 0x1000, 0)
                .unmap(0, 0x1000, 0xf000, 0)
                .reserve(0)
                .replay(Catalogue.byId("cache-coherence"));
        Replay other = KnownReplays.LOST.replay();
        String dot = StateGraphDot.of(List.of(replay, shorter, other));
        assertTrue(dot.contains("tooltip=\"no-reserved-overlap\"") && dot.contains("tooltip=\"cache-coherence\""), dot);
        assertTrue(dot.contains("in graphs of their own: reservation-persistence"), dot);
        GoldenFile.assertMatches("counterexamples", PicturesTest.class, "cached.dot", dot);
        assertTrue(dot.contains("states, all there are"), dot);
        assertEquals(5, dot.lines().filter(line -> line.contains("penwidth=2")).count(), dot);
        assertTrue(dot.contains("shape=doublecircle"), dot);
    }

    /** Of what is left of each when it has been shrunk, so that there is a graph to look at. */
    @ParameterizedTest
    @EnumSource(KnownReplays.class)
    void eachKindHasAGraphInWhichItsWayIsMarked(KnownReplays known) {
        Replay small = Shrinker.shrink(
                        known.replay().counterexample(), () -> false, (step, actions, tries) -> {}, ShortestSearch.NONE)
                .replay();
        String dot = StateGraphDot.of(List.of(small));
        GoldenFile.assertMatches(
                "counterexamples", PicturesTest.class, known.name().toLowerCase(Locale.ROOT) + ".dot", dot);
        assertTrue(dot.contains("states, all there are"), dot);
        assertEquals(
                small.steps().size(),
                dot.lines().filter(line -> line.contains("penwidth=2")).count(),
                dot);
    }

    @Test
    void aLoopIsInEveryPicture() {
        String dot = StateGraphDot.of(List.of(PlantedLoop.replay()), PlantedLoop::machine);
        GoldenFile.assertMatches("counterexamples", PicturesTest.class, "loop.dot", dot);
        assertEquals(
                9, dot.lines().filter(line -> line.endsWith("penwidth=2];")).count(), dot);
        assertEquals(1, dot.lines().filter(line -> line.contains("dashed]")).count(), dot);
        String page = Page.of(List.of(PlantedLoop.replay()), "VERSION");
        assertEquals(10, page.split("<span class=\"call\">", -1).length - 1, "all steps in words");
        GoldenFile.assertMatches(
                "counterexamples", PicturesTest.class, "loop.svg", AddressPicture.of(List.of(PlantedLoop.replay())));
        assertTrue(dot.contains("s9 -> s9 [label=\"depot-work\", color=red, penwidth=2, style=dashed];"), dot);
    }

    @Test
    void aGraphThatIsTooLargeIsCutOffAndSaysSo() {
        String large = StateGraphDot.of(List.of(KnownReplays.CACHED_REISSUED.replay()));
        assertTrue(large.contains("2000 states; there are more"), "not cut off");
        assertEquals(
                StateGraphDot.MOST_STATES,
                large.lines()
                        .filter(line -> line.matches("  s\\d+( \\[style.*)?;"))
                        .count());
    }
}
