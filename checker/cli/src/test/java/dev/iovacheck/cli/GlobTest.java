package dev.iovacheck.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

    @ParameterizedTest
    @CsvSource(delimiter = ' ', textBlock = """
            **/examples/large/** examples/large/x.yaml true
            **/examples/large/** a/examples/large/x.yaml true
            **/examples/large/** /a/b/examples/large/c/x.yaml true
            **/examples/large/** examples/larger/x.yaml false
            **/examples/large/** myexamples/large/x.yaml false
            boards/**/*.dts boards/x.dts true
            boards/**/*.dts boards/a/b/x.dts true
            boards/**/*.dts boards.dts false
            **/*.yaml x.yaml true
            examples/large/** examples/large/x.yaml true
            examples/large/** a/examples/large/x.yaml false
            {a,b}/**/x a/x true
            {a,**/b}/x b/x false
            a** abc true
            *.yaml a/x.yaml false
            \\{**/x {/x true
            """)
    void anyFoldersMayBeNone(String pattern, String path, boolean matches) {
        assertEquals(matches, Glob.of(pattern).matches(Path.of(path)));
    }

    @Test
    void whatIsWrongIsSaidOfWhatWasWritten() {
        PatternSyntaxException wrong = assertThrows(PatternSyntaxException.class, () -> Glob.of("**/["));
        assertEquals("**/[", wrong.getPattern());
    }
}
