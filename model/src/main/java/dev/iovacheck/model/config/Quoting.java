package dev.iovacheck.model.config;

/** How messages show text from a file: in quotes, on one line, never longer than a line, and harmless to a terminal. */
final class Quoting {

    private static final int LONGEST = 60;

    private Quoting() {}

    /** {@code 'text'}; control characters become {@code \}{@code u001b}, and what is too long ends in an ellipsis. */
    static String quote(String text) {
        return "'" + harmless(text, LONGEST) + "'";
    }

    /** The text without what a terminal would act on, cut after about {@code longest} characters. */
    static String harmless(String text, int longest) {
        StringBuilder shown = new StringBuilder();
        int at = 0;
        while (at < text.length() && shown.length() < longest) {
            int point = text.codePointAt(at);
            if (isShowable(point)) {
                shown.appendCodePoint(point);
            } else {
                shown.append(String.format("\\u%04x", point));
            }
            at += Character.charCount(point);
        }
        return shown.append(at < text.length() ? "..." : "").toString();
    }

    /** Whether a terminal shows the character as itself, and leaves the rest of the line alone. */
    static boolean isShowable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
