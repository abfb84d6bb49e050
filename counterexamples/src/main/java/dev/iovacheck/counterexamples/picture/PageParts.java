package dev.iovacheck.counterexamples.picture;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Style sheets and the script of pages and pictures; they are put into each file, which then needs nothing else. */
final class PageParts {

    /** Of address spaces, light and dark. */
    static final String STRIP_STYLE = read("strip.css");

    /** Of pages, light and dark. */
    static final String PAGE_STYLE = read("page.css");

    /** Of pages: one step at a time. */
    static final String SCRIPT = read("page.js");

    private PageParts() {}

    private static String read(String name) {
        try (InputStream in = PageParts.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
