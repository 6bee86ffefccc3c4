package io.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line and the page that it writes. */
final class ArgumentsTest {
    @TempDir Path folder;

    @Test
    void readsEveryFlag() throws Exception {
        Arguments arguments =
                parse(
                        "--against",
                        "x -a",
                        "--ours",
                        "y",
                        "--pairs",
                        "5",
                        "--duration",
                        "0.5",
                        "--half-core",
                        "--write",
                        "page.md",
                        "rr16",
                        "1to*");
        assertThat(arguments.against()).isEqualTo("x -a");
        assertThat(arguments.ours()).isEqualTo("y");
        assertThat(arguments.pairs()).isEqualTo(5);
        assertThat(arguments.seconds()).isEqualTo(0.5);
        assertThat(arguments.halfCore()).isTrue();
        assertThat(arguments.write()).isEqualTo(Path.of("page.md"));
        assertThat(arguments.loads())
                .extracting(Load::name)
                .containsExactly("rr16", "1to1", "1to4");
    }

    @Test
    void saysWhatIsWrong() {
        assertWrong("there is no flag --fast", "--fast", "rr1");
        assertWrong("there is no load 'rr99'; --list shows them", "rr99");
        assertWrong("no load is named; --list shows them", "--half-core");
        assertWrong("--pairs needs a value", "--pairs");
        assertWrong("--pairs is from 1.00 to 99.0, not 0", "--pairs", "0", "rr1");
        assertWrong("--duration needs a number, not 'long'", "--duration", "long", "rr1");
    }

    @Test
    void theProgramEndsWithACodeThatTellsUsageFromFailure() {
        assertThat(run()).isEqualTo("2");
        assertThat(run("--help")).isEqualTo("0");
        assertThat(run("--list")).isEqualTo("0");
        assertThat(run("rr99")).isEqualTo("2");
        assertThat(run("--ours", "/does/not/exist", "rr1")).isEqualTo("1");
        assertThat(run("--ours", "true", "--write", "/does/not/exist", "rr1")).isEqualTo("1");
    }

    @Test
    void aPageKeepsWhatIsNotOurs() throws Exception {
        Path file = folder.resolve("page.md");
        Files.writeString(file, "# Title\n\nours\n");
        new Page(file, "whole machine").replace("first\n");
        new Page(file, "half a core").replace("small\n");
        Files.writeString(file, Files.readString(file) + "\nthe end\n");
        new Page(file, "whole machine").replace("second\n");
        assertThat(Files.readString(file))
                .isEqualTo(
                        """
                        # Title

                        ours

                        <!-- millrace-bench whole machine -->
                        second
                        <!-- end of millrace-bench whole machine -->

                        <!-- millrace-bench half a core -->
                        small
                        <!-- end of millrace-bench half a core -->

                        the end
                        """);
    }

    @Test
    void aPageWithHalfOfThePairOfCommentsIsLeftAlone() throws Exception {
        Path file = folder.resolve("page.md");
        Files.writeString(file, "<!-- millrace-bench x -->\n");
        assertThatThrownBy(() -> new Page(file, "x").replace("text"))
                .hasMessageContaining("needs <!-- millrace-bench x --> before");
        assertThat(Files.readString(file)).isEqualTo("<!-- millrace-bench x -->\n");
    }

    private static Arguments parse(String... words) throws Arguments.Wrong {
        return Arguments.parse(List.of(words), "", "ours");
    }

    private static void assertWrong(String message, String... words) {
        assertThatThrownBy(() -> parse(words)).hasMessage(message);
    }

    private static String run(String... words) {
        PrintStream sink =
                new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
        return Integer.toString(Main.run(List.of(words), sink, sink));
    }
}
