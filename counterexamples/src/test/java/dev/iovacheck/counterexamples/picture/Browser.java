package dev.iovacheck.counterexamples.picture;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Chromium without a window, with a profile of its own that is thrown away. */
final class Browser implements AutoCloseable {

    private static final List<Path> BROWSERS = List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/google-chrome"));
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

    private static final Logger LOGGER = Logger.getLogger("org.openqa.selenium");

    private final ChromeDriver driver;
    private final List<LogEntry> traffic = new ArrayList<>();
    private String page = "";

    Browser(Path profile) {
        LOGGER.setLevel(Level.SEVERE); // it would tell which of its parts it lacks for this version
        ChromeOptions options = new ChromeOptions();
        options.setBinary(BROWSERS.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow()
                .toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--force-device-scale-factor=1",
                "--window-size=1100,1000",
                "--user-data-dir=" + profile,
                "about:blank");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .usingAnyFreePort()
                .build();
        driver = new ChromeDriver(service, options);
        driver.manage().timeouts().pageLoadTimeout(Duration.ofSeconds(60));
    }

    /** Why there is none; empty if there is one. */
    static Optional<String> missing() {
        if (BROWSERS.stream().noneMatch(Files::isExecutable)) {
            return Optional.of("chromium is not installed, so no page is looked at (Debian: chromium)");
        }
        return Files.isExecutable(DRIVER)
                ? Optional.empty()
                : Optional.of("chromedriver is not installed, so no page is looked at (Debian: chromium-driver)");
    }

    ChromeDriver driver() {
        return driver;
    }

    /** Opens a page; what was asked for and written before is forgotten. */
    void open(Path page) {
        driver.manage().logs().get(LogType.PERFORMANCE);
        driver.manage().logs().get(LogType.BROWSER);
        traffic.clear();
        this.page = page.toUri().toString();
        driver.get(this.page);
    }

    void setDark(boolean isDark) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(Map.of("name", "prefers-color-scheme", "value", isDark ? "dark" : "light"))));
    }

    void setScripts(boolean areOn) {
        driver.executeCdpCommand("Emulation.setScriptExecutionDisabled", Map.of("value", !areOn));
    }

    void setWidth(int pixels) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", pixels, "height", 1000, "deviceScaleFactor", 1, "mobile", false));
    }

    /** What the page that is open asked for, itself included, as addresses. */
    List<String> requests() {
        driver.manage().logs().get(LogType.PERFORMANCE).forEach(traffic::add);
        return traffic.stream()
                .map(LogEntry::getMessage)
                .filter(message -> message.contains("\"Network.requestWillBeSent\""))
                .filter(message -> message.contains("\"documentURL\":\"" + page + "\""))
                .flatMap(message -> Stream.of(message.split("\"url\":\"", -1)).skip(1))
                .map(rest -> rest.substring(0, rest.indexOf('"')))
                .distinct()
                .toList();
    }

    /** What was written to the console. */
    List<String> console() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
    }

    /** What is to be seen of the window. */
    BufferedImage picture() {
        try {
            return Objects.requireNonNull(
                    ImageIO.read(new ByteArrayInputStream(driver.getScreenshotAs(OutputType.BYTES))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A colour as the browser computes it: {@code rgb(1, 2, 3)}. */
    static Color color(String css) {
        String[] parts = css.replaceAll("[^0-9,.]", "").split(",", -1);
        return new Color(
                Math.round(Float.parseFloat(parts[0])),
                Math.round(Float.parseFloat(parts[1])),
                Math.round(Float.parseFloat(parts[2])));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
