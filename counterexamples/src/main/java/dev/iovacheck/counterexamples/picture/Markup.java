package dev.iovacheck.counterexamples.picture;

/** Text inside XML and HTML. */
public final class Markup {

    private Markup() {}

    /** As content or as a quoted attribute. */
    public static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
