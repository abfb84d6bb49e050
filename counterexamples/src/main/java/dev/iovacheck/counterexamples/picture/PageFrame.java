package dev.iovacheck.counterexamples.picture;

/** What every page begins with: it needs no other file, and is light or dark as the reader's system is. */
public final class PageFrame {

    private PageFrame() {}

    /** Up to and with the heading; what follows is inside {@code main}. */
    public static String head(String title) {
        String escaped = Markup.escaped(title);
        return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n"
                + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"/>\n<title>"
                + escaped + "</title>\n<style>\n" + PageParts.STRIP_STYLE + PageParts.PAGE_STYLE
                + "</style></head>\n<body>\n<main>\n<h1>" + escaped + "</h1>\n";
    }
}
