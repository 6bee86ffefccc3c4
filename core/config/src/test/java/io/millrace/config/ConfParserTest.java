package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ConfParserTest {
    private static final Pattern DIGEST = Pattern.compile("is valid \\((sha256:[0-9a-f]+)\\)");
    private static final Pattern GRAMMAR =
            Pattern.compile("Parse error.*|config is invalid.*|variable .*|integer .*");

    private static Stream<Recorded.Check> recorded() {
        return Stream.of("check-good.txt", "check-bad.txt")
                .flatMap(file -> Recorded.checks(file).stream())
                .filter(check -> !check.name().startsWith("include"));
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void digestsAndSyntaxErrorsAreTheRecordedOnes(Recorded.Check check) {
        Matcher digest = DIGEST.matcher(check.message());
        String answer = answer("$DIR/" + check.name() + ".conf", check.configuration());

        if (digest.find()) {
            assertThat(answer).isEqualTo(digest.group(1));
        } else if (GRAMMAR.matcher(check.message()).matches()) {
            assertThat(answer).isEqualTo(check.message());
        } else {
            assertThat(answer).startsWith("sha256:");
        }
    }

    @Test
    void recordingsHoldEveryKindOfAnswer() {
        assertThat(recorded()).hasSizeGreaterThan(80);
    }

    private static String answer(String file, String text) {
        try {
            byte[] content = text.getBytes(StandardCharsets.UTF_8);
            return ConfDigest.of(ConfParser.parse(file, content, Map.of("REC_NAME", "rec")).root());
        } catch (ConfigException refused) {
            return refused.getMessage();
        }
    }

    /** What the reference makes of odd forms, found by comparing digests with it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a 1|1",
                "a\\n1|1",
                "a: 5k|5000",
                "a: 5KiB|5120",
                "a: 9223372036854775807k|-1000",
                "a: 1.2.3.4-5:5|1.2.3.4-5:5",
                "a: ab#cd|ab#cd",
                "a: '$x'|$x",
                "a: $2a$x|$2a$x",
                "a: yes|true",
                "a: \"\\\\x41b\"|Ab",
                "b: 7; a: $b|7",
                "a: $NUMBER|12",
                "{ \"a\": 5 }|5",
                "a: (\\nx ) y\\n)\\n|x ) y",
            })
    void oddFormsReadAsInTheReference(String text, String want) throws ConfigException {
        ConfValue value = parse(text.translateEscapes()).entries().get("a");
        Object read =
                switch (value) {
                    case ConfValue.Text string -> string.value();
                    case ConfValue.Whole whole -> whole.value();
                    case ConfValue.Flag flag -> flag.value();
                    case null, default -> "none";
                };

        assertThat(read.toString().strip()).isEqualTo(want);
    }

    private static ConfValue.Table parse(String text) throws ConfigException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        return ConfParser.parse("x.conf", content, Map.of("NUMBER", "12", "LOOP", "$LOOP")).root();
    }

    @Test
    void columnsCountFromZeroOnTheFirstLineAndFromOneLater() throws ConfigException {
        ConfValue.Table root = parse("a: 1\n b: [\n x, 'y' ]\n");

        assertThat(root.entries().get("a").at()).hasToString("x.conf:1:0");
        assertThat(root.entries().get("b").at()).hasToString("x.conf:2:2");
        ConfValue.Array array = (ConfValue.Array) root.entries().get("b");
        assertThat(array.elements().get(0).at()).hasToString("x.conf:3:2");
        assertThat(array.elements().get(1).at()).hasToString("x.conf:3:6");
    }

    @Test
    void variablesThatNameEachOtherAreRefused() {
        assertThatThrownBy(() -> parse("a: $LOOP"))
                .hasMessageEndingWith("variable reference cycle for 'LOOP'");
    }

    @Test
    void includesAreReadBesideTheIncludingFile(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("inner.conf"), "inner: 1\n");
        Path outer = directory.resolve("outer.conf");
        Files.writeString(outer, "include 'inner.conf'\nt { include inner.conf }\n");

        ConfValue.Table root = ConfParser.parseFile(outer.toString(), Map.of()).root();

        assertThat(root.entries()).containsOnlyKeys("inner", "t");
        assertThat(((ConfValue.Table) root.entries().get("t")).entries()).containsKey("inner");
    }

    @Test
    void includesThatNeverEndAreRefused(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("self.conf");
        Files.writeString(file, "include 'self.conf'\n");

        assertThatThrownBy(() -> ConfParser.parseFile(file.toString(), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith("includes nested deeper than 16");
    }

    @Test
    void deepNestingIsRefused() {
        assertThatThrownBy(() -> parse("a: " + "[".repeat(100_000)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("nested deeper than 256");
        assertThatThrownBy(() -> parse("a {".repeat(100_000)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("nested deeper than 256");
    }

    /** Any bytes end in values or in a ConfigException, whatever the seed. */
    @Test
    void mutatedFilesNeverCrashTheParser() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("ConfParserTest seed " + seed);
        Random random = new Random(seed);
        String[] texts = recorded().map(Recorded.Check::configuration).toArray(String[]::new);
        String pieces = " \n\t{}[]():=,;#/\"'$\\-.019kx\0\u00ff";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder(texts[random.nextInt(texts.length)]);
            for (int change = random.nextInt(4); change >= 0; change--) {
                int at = random.nextInt(text.length() + 1);
                if (random.nextBoolean()) {
                    text.insert(at, pieces.charAt(random.nextInt(pieces.length())));
                } else {
                    text.delete(at, Math.min(text.length(), at + 2));
                }
            }
            assertThat(answer("x.conf", text.toString())).isNotEmpty();
        }
    }
}
