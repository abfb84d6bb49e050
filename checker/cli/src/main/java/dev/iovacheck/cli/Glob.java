package dev.iovacheck.cli;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.regex.PatternSyntaxException;

/** Patterns for paths, as those who write {@code .gitignore} know them: {@code **}{@code /} may stand for no folder at all. */
final class Glob implements PathMatcher {

    private static final String ANY_FOLDERS = "**/";

    private final PathMatcher matcher;

    private Glob(PathMatcher matcher) {
        this.matcher = matcher;
    }

    /** @throws PatternSyntaxException if it is no pattern */
    static Glob of(String pattern) {
        FileSystems.getDefault().getPathMatcher("glob:" + pattern); // messages are about what was written
        return new Glob(FileSystems.getDefault().getPathMatcher("glob:" + widened(pattern)));
    }

    /** Groups cannot be nested, so that what is inside of one stays as it is. */
    private static String widened(String pattern) {
        StringBuilder wide = new StringBuilder();
        boolean isInGroup = false;
        int at = 0;
        while (at < pattern.length()) {
            boolean begins = at == 0 || pattern.charAt(at - 1) == '/';
            if (begins && !isInGroup && pattern.startsWith(ANY_FOLDERS, at)) {
                wide.append("{,**/}");
                at += ANY_FOLDERS.length();
                continue;
            }
            char letter = pattern.charAt(at);
            if (letter == '\\' && at + 1 < pattern.length()) {
                wide.append(letter);
                at++;
                letter = pattern.charAt(at);
            } else if (letter == '{' || letter == '}') {
                isInGroup = letter == '{';
            }
            wide.append(letter);
            at++;
        }
        return wide.toString();
    }

    @Override
    public boolean matches(Path path) {
        return matcher.matches(path);
    }
}
