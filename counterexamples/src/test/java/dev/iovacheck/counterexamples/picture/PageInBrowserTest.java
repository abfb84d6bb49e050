package dev.iovacheck.counterexamples.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.testing.KnownReplays;
import dev.iovacheck.counterexamples.text.CounterexampleText;
import dev.iovacheck.model.address.Extent;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The page as a browser shows it: what is seen where, in which colours, with which keys, and with nothing from outside. */
class PageInBrowserTest {

    private static final List<Replay> ALL =
            Arrays.stream(KnownReplays.values()).map(KnownReplays::replay).toList();

    @TempDir
    private static Path folder = Path.of("");

    private static @Nullable Browser browser;
    private static Path file = Path.of("");

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Browser.missing().isEmpty(), () -> Browser.missing().orElse(""));
        file = folder.resolve("page.html");
        Files.writeString(file, Page.of(ALL, "VERSION"));
        browser = new Browser(folder.resolve("profile"));
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void open() {
        browser().setDark(false);
        browser().setScripts(true);
        browser().setWidth(1100);
        browser().open(file);
    }

    @AfterEach
    void nothingIsAskedForAndNothingGoesWrong() {
        assertEquals(List.of(file.toUri().toString()), browser().requests());
        assertEquals(List.of(), browser().console());
    }

    private static Browser browser() {
        return Objects.requireNonNull(browser);
    }

    private static List<WebElement> all(String css) {
        return browser().driver().findElements(By.cssSelector(css));
    }

    private static WebElement one(String css) {
        return browser().driver().findElement(By.cssSelector(css));
    }

    private static List<String> shownSteps(int section) {
        return all("#c" + section + " ol.steps>li").stream()
                .filter(WebElement::isDisplayed)
                .map(step -> step.findElement(By.cssSelector(".call")).getText())
                .toList();
    }

    private static List<String> calls(Replay replay) {
        return CounterexampleText.steps(replay).stream()
                .map(CounterexampleText.StepLines::call)
                .toList();
    }

    // ---- keys ----

    @Test
    void theSliderGoesByKeysFromStepToStep() {
        int section = KnownReplays.CACHED_REISSUED.ordinal() + 1;
        List<String> calls = calls(ALL.get(section - 1));
        WebElement slider = one("#c" + section + " input[type=range]");
        WebElement said = one("#c" + section + " output");
        assertEquals(calls.subList(4, 5), shownSteps(section), "the last step at first");
        slider.sendKeys(Keys.ARROW_LEFT);
        assertEquals(calls.subList(3, 4), shownSteps(section));
        assertEquals("Step 4 of 5", said.getText());
        assertTrue(String.valueOf(slider.getDomAttribute("aria-valuetext")).endsWith(calls.get(3)));
        slider.sendKeys(Keys.HOME);
        assertEquals(calls.subList(0, 1), shownSteps(section));
        slider.sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        assertEquals(calls.subList(2, 3), shownSteps(section));
        slider.sendKeys(Keys.END);
        assertEquals(calls.subList(4, 5), shownSteps(section));
        assertEquals(1, shownSteps(1).size(), "other sliders stand still");
    }

    @Test
    void theTabKeyReachesSlidersAndBoxesAndSpaceShowsAll() {
        browser().driver().findElement(By.tagName("body")).sendKeys(Keys.TAB);
        int section = KnownReplays.LOST.ordinal() + 1;
        WebElement box = one("#c" + section + " input[type=checkbox]");
        WebElement slider = one("#c" + section + " input[type=range]");
        for (int presses = 0; presses < 40; presses++) {
            if (browser().driver().switchTo().activeElement().equals(slider)) {
                break;
            }
            browser().driver().switchTo().activeElement().sendKeys(Keys.TAB);
        }
        assertEquals(slider, browser().driver().switchTo().activeElement());
        slider.sendKeys(Keys.TAB);
        assertEquals(box, browser().driver().switchTo().activeElement());
        box.sendKeys(Keys.SPACE);
        assertEquals(calls(ALL.get(section - 1)), shownSteps(section));
        box.sendKeys(Keys.SPACE);
        assertEquals(1, shownSteps(section).size());
    }

    @Test
    void whatAStepChangesIsMarked() {
        int section = KnownReplays.CACHED_REISSUED.ordinal() + 1;
        WebElement slider = one("#c" + section + " input[type=range]");
        slider.sendKeys(Keys.HOME, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT); // the unmap
        String step = "#c" + section + " ol.steps>li:not([hidden]) ";
        assertEquals(1, all(step + "rect.cached.fresh").size() / pictures(step));
        assertEquals(1, all(step + "rect.live.gone").size() / pictures(step));
        assertEquals(0, all(step + "rect.reserved.fresh").size());
        slider.sendKeys(Keys.ARROW_RIGHT); // the call
        assertEquals(1, all(step + "rect.reserved.fresh").size() / pictures(step));
        assertEquals(1, all(step + "tr.fresh").size());
        assertEquals(1, all("#c" + section + " li.blamed").size());
        assertTrue(one(step).getText().contains("to blame"));
    }

    /** One, or two if it is shown larger. */
    private static int pictures(String step) {
        return all(step + "path.lens").isEmpty() ? 1 : 2;
    }

    // ---- without scripts, and for those who do not see ----

    @Test
    void withoutScriptsAllStepsAreListed() {
        browser().setScripts(false);
        browser().open(file);
        for (int section = 1; section <= ALL.size(); section++) {
            assertEquals(calls(ALL.get(section - 1)), shownSteps(section));
            assertFalse(one("#c" + section + " .slider").isDisplayed());
        }
    }

    @Test
    void picturesAndControlsHaveNames() {
        for (WebElement picture : all("#c1 ol.steps>li:not([hidden]) svg")) {
            String name = String.valueOf(picture.getAccessibleName());
            assertTrue(name.startsWith("Address space of group d"), name);
            assertEquals("image", picture.getAriaRole());
        }
        WebElement words = one("#c1 ol.steps>li:not([hidden]) svg desc");
        String said = String.valueOf(browser().driver().executeScript("return arguments[0].textContent", words));
        assertTrue(said.contains("usable for d [0x8000, 0xffff]"), said);
        assertTrue(said.contains("new: live for d [0x4000, 0x7fff]"), said);
        assertEquals("Step", one("#c1 input[type=range]").getAccessibleName());
        assertEquals(
                "all steps",
                String.valueOf(one("#c1 input[type=checkbox]").getAccessibleName())
                        .strip());
        assertEquals("en", one("html").getDomAttribute("lang"));
        assertEquals(1, all("h1").size());
        assertEquals(ALL.size(), all("section>h2").size());
    }

    // ---- what is seen ----

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void thePartsOfTheStripAreWhereTheyBelong(boolean isDark) {
        browser().setDark(isDark);
        int section = KnownReplays.PUSHED_DOWN.ordinal() + 1;
        String step = "#c" + section + " ol.steps>li:not([hidden]) ";
        scrollTo(step + "svg");
        BufferedImage seen = browser().picture();
        Color paper = Browser.color(one("body").getCssValue("background-color"));
        assertEquals(isDark, brightness(paper) < 128, "paper " + paper);
        Extent whole = new Extent(0, 0xffff);
        // usable [0x8000, 0xffff]; live 0x4000 each from 0x4000 to the top; free below.
        assertSeen(seen, step, "usable", whole, new Extent(0x8000, 0xffff));
        assertSeen(seen, step, "live", whole, new Extent(0x4000, 0xffff));
        assertSeen(seen, step, "node", whole, new Extent(0x4000, 0xffff));
        assertSeen(seen, step, "free", whole, new Extent(0x1000, 0x3fff));
    }

    /** In the line of such parts, their colour is seen exactly from the one address to the other. */
    private static void assertSeen(BufferedImage seen, String step, String kind, Extent whole, Extent bytes) {
        Map<?, ?> line = box(step + "rect.base");
        Map<?, ?> part = box(step + "rect." + kind);
        Color color = Browser.color(one(step + "rect." + kind).getCssValue("fill"));
        double left = number(line, "left");
        double width = number(line, "width");
        int y = (int) Math.round(number(part, "top") + number(part, "height") * 0.8);
        for (double share = 0.01; share < 1; share += 0.02) {
            long address = whole.first() + (long) (share * whole.size());
            // Outlines between neighbours are of another colour; they are thin.
            int x = (int) Math.round(left + share * width);
            boolean isThere =
                    List.of(-3, 0, 3).stream().anyMatch(by -> isNear(color, new Color(seen.getRGB(x + by, y))));
            boolean isEdge = Math.abs(address - bytes.first()) < 0x300 || Math.abs(address - bytes.last()) < 0x300;
            if (!isEdge) {
                assertEquals(bytes.contains(address), isThere, kind + " at 0x" + Long.toHexString(address));
            }
        }
    }

    private static boolean isNear(Color one, Color other) {
        return Math.abs(one.getRed() - other.getRed()) < 12
                && Math.abs(one.getGreen() - other.getGreen()) < 12
                && Math.abs(one.getBlue() - other.getBlue()) < 12;
    }

    private static double brightness(Color color) {
        return 0.2126 * color.getRed() + 0.7152 * color.getGreen() + 0.0722 * color.getBlue();
    }

    private static void scrollTo(String css) {
        browser().driver().executeScript("document.querySelector(arguments[0]).scrollIntoView({block:'center'})", css);
    }

    private static Map<?, ?> box(String css) {
        Object box = browser()
                .driver()
                .executeScript(
                        "const b = document.querySelector(arguments[0]).getBoundingClientRect();"
                                + "return {left: b.left, top: b.top, width: b.width, height: b.height}",
                        css);
        return (Map<?, ?>) Objects.requireNonNull(box);
    }

    private static double number(Map<?, ?> box, String name) {
        return ((Number) Objects.requireNonNull(box.get(name))).doubleValue();
    }

    @Test
    void whatIsSmallIsShownLargerToScale() {
        int section = KnownReplays.LARGE_SPACE.ordinal() + 1;
        String step = "#c" + section + " ol.steps>li:not([hidden]) ";
        List<WebElement> live = all(step + "rect.live");
        assertEquals(2, live.size(), "once in the whole, once larger");
        assertTrue(live.get(0).getRect().width < 12, "a page of 4 GiB is small");
        int line = all(step + "rect.base").get(0).getRect().width;
        assertTrue(live.get(1).getRect().width > line / 60, "and to be seen when it is shown larger");
        scrollTo(step + "svg");
        BufferedImage seen = browser().picture();
        Color color = Browser.color(live.get(1).getCssValue("fill"));
        Map<?, ?> part = (Map<?, ?>) Objects.requireNonNull(browser()
                .driver()
                .executeScript(
                        "const b = arguments[0].getBoundingClientRect();"
                                + "return {left: b.left, top: b.top, width: b.width, height: b.height}",
                        live.get(1)));
        int x = (int) (number(part, "left") + number(part, "width") * 0.3);
        int y = (int) (number(part, "top") + number(part, "height") * 0.5);
        assertTrue(isNear(color, new Color(seen.getRGB(x, y))), "its colour is seen there");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void textStandsOutFromWhatIsBehindIt(boolean isDark) {
        browser().setDark(isDark);
        Color paper = Browser.color(one("body").getCssValue("background-color"));
        for (String css : List.of("body", ".facts", "#c1 dt", "#c1 figcaption", "#c1 caption")) {
            Color ink = Browser.color(one(css).getCssValue("color"));
            assertTrue(contrast(ink, paper) >= 4.5, css + " " + ink + " on " + paper);
        }
        Color ink = Browser.color(one("#c1 svg text").getCssValue("fill"));
        assertTrue(contrast(ink, paper) >= 4.5, "picture " + ink + " on " + paper);
        Color mark = Browser.color(one("mark").getCssValue("background-color"));
        assertTrue(contrast(Browser.color(one("mark").getCssValue("color")), mark) >= 4.5, "mark " + mark);
    }

    /** As the Web Content Accessibility Guidelines define it. */
    private static double contrast(Color one, Color other) {
        double high = Math.max(luminance(one), luminance(other));
        double low = Math.min(luminance(one), luminance(other));
        return (high + 0.05) / (low + 0.05);
    }

    private static double luminance(Color color) {
        return 0.2126 * linear(color.getRed()) + 0.7152 * linear(color.getGreen()) + 0.0722 * linear(color.getBlue());
    }

    private static double linear(int part) {
        double share = part / 255.0;
        return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
    }

    @ParameterizedTest
    @ValueSource(ints = {1100, 700, 360})
    void nothingIsWiderThanTheWindow(int width) {
        browser().setWidth(width);
        Number wide = (Number)
                Objects.requireNonNull(browser().driver().executeScript("return document.documentElement.scrollWidth"));
        assertTrue(wide.intValue() <= width, wide + " of " + width);
    }
}
