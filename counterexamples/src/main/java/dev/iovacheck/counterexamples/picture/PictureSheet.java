package dev.iovacheck.counterexamples.picture;

/** Address spaces one below the other with words between them, as an SVG document of its own; light or dark as the reader's system is. */
public final class PictureSheet {

    private static final int HEADING = 22;
    private static final int GAP = 14;
    private static final int MARGIN = 10;
    private static final int LETTERS = 118;

    private final StringBuilder svg = new StringBuilder();
    private int y = MARGIN;

    /** A line; what is too long for it is cut off. */
    public void heading(String words) {
        String line = words.length() <= LETTERS ? words : words.substring(0, LETTERS - 1) + "\u2026";
        svg.append("<text x=\"" + MARGIN + "\" y=\"")
                .append(y + 14)
                .append("\">")
                .append(Markup.escaped(line))
                .append("</text>\n");
        y += HEADING;
    }

    /** A picture, with its content as text too. */
    public void draw(AddressStrip.Drawn drawn) {
        svg.append("<svg role=\"img\" x=\"" + MARGIN + "\" y=\"")
                .append(y)
                .append("\" width=\"" + AddressStrip.ALL + "\" height=\"")
                .append(drawn.height())
                .append("\"><title>")
                .append(Markup.escaped(drawn.title()))
                .append("</title><desc>")
                .append(Markup.escaped(drawn.words()))
                .append("</desc>")
                .append(drawn.content())
                .append("</svg>\n");
        y += drawn.height() + GAP;
    }

    /** An empty space. */
    public void gap() {
        y += GAP;
    }

    /** The document; ends in a line feed. */
    @Override
    public String toString() {
        int width = AddressStrip.ALL + 2 * MARGIN;
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg class=\"strip\" xmlns=\"http://www.w3.org/2000/svg\" "
                + "width=\"" + width + "\" height=\"" + y + "\" viewBox=\"0 0 " + width + " " + y
                + "\"><style>" + PageParts.STRIP_STYLE + "</style><rect class=\"paper\" width=\"" + width
                + "\" height=\"" + y + "\"/>\n" + svg + "</svg>\n";
    }
}
