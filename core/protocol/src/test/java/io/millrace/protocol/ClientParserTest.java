package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientParserTest {
    private static final int CONTROL_LINE_MAX = 64;
    private static final int MAX_PAYLOAD = 1024;

    private static RecordedOperations parse(String input, int... cuts) {
        return RecordedOperations.of(
                RecordedOperations.bytes(input), CONTROL_LINE_MAX, MAX_PAYLOAD, cuts);
    }

    private static List<String> said(String input) {
        return parse(input).said;
    }

    @Test
    void everyOperationIsUnderstood() {
        assertThat(
                        said(
                                String.join(
                                        "",
                                        "CONNECT {\"a\":1}\r\nPING\r\nPONG\r\n+OK\r\nINFO {}\r\n",
                                        "SUB foo.* 1\r\nSUB bar workers 2\r\nUNSUB 1\r\nUNSUB 2 5\r\n",
                                        "PUB foo 5\r\nhello\r\nPUB foo back 0\r\n\r\n",
                                        "HPUB foo 12 14\r\nNATS/1.0\r\n\r\nhi\r\n",
                                        "HPUB foo back 12 12\r\nNATS/1.0\r\n\r\n\r\n",
                                        "-ERR 'bye'\r\nPING\r\n")))
                .containsExactly(
                        "connect {\"a\":1}",
                        "ping",
                        "pong",
                        "sub foo.*||1",
                        "sub bar|workers|2",
                        "unsub 1|0",
                        "unsub 2|5",
                        "pub foo|||hello|5\r\nhello\r\n",
                        "pub foo|back|||back 0\r\n\r\n",
                        "hpub foo||NATS/1.0\r\n\r\n|hi|12 14\r\nNATS/1.0\r\n\r\nhi\r\n",
                        "hpub foo|back|NATS/1.0\r\n\r\n||back 12 12\r\nNATS/1.0\r\n\r\n\r\n",
                        "err 'bye'");
    }

    @Test
    void lettersOfAnyCaseAndBlanksOfAnyKindAreTaken() {
        assertThat(
                        said(
                                String.join(
                                        "",
                                        "ping\r\nPiNg\r\nPING \nPING\nsub   foo\t 1 \r\npub  foo   2\r\nhi\r\n",
                                        "SUB    foo    queue     2   \r\nunsub\t2\t3\n",
                                        "hpub foo 12  13\nNATS/1.0\r\n\r\nx\r\ncoNNect{}\n+ok yes\r\n")))
                .containsExactly(
                        "ping",
                        "ping",
                        "ping",
                        "ping",
                        "sub foo||1",
                        "pub foo|||hi|own words",
                        "sub foo|queue|2",
                        "unsub 2|3",
                        "hpub foo||NATS/1.0\r\n\r\n|x|own words",
                        "connect {}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUB foo 05\r\nhello\r\n",
                "PUB foo 5\nhello\r\n",
                "PUB foo  5\r\nhello\r\n",
                "PUB foo\t5\r\nhello\r\n",
                "PUB foo 5 \r\nhello\r\n"
            })
    void aTailThatCannotBeCopiedIsKnown(String input) {
        assertThat(said(input)).containsExactly("pub foo|||hello|own words");
    }

    @Test
    void aNumberThatIsNoneEndsASubscriptionAtOnce() {
        assertThat(said("UNSUB 1 x\r\nUNSUB 1 -3\r\nUNSUB 1 1000000000\r\n"))
                .containsExactly("unsub 1|-1", "unsub 1|-1", "unsub 1|-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HELLO\r\n",
                "\0\1\2\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                "\u0016\u0003\u0001\0\u00a5\u0001\0\0\u00a1\u0003\u0003",
                "MSG foo 1 2\r\nhi\r\n",
                "RS+ $G foo\r\n",
                "LS+ foo\r\n",
                "LMSG foo 2\r\nhi\r\n",
                "RMSG $G foo 2\r\nhi\r\n",
                "A+ X\r\n",
                "\r\n\r\nPING\r\n",
                "QUIT\r\n",
                "PUB\r\n",
                "HPUB\r\n",
                "SUB\r\n",
                "UNSUB\r\n",
                "INFO\r\n",
                "-ERR\r\n",
                "PXNG\r\n",
                "PINK\r\n",
                "PUB foo 2\r\nabcdef\r\n",
                "PUB foo 10\r\nab\r\nPING\r\nPING\r\n",
                "PUB foo 2\r\nab\rx",
                "PUB foo 2\r\nab\n\n"
            })
    void whatIsNoOperationEndsTheConnection(String input) {
        RecordedOperations record = parse(input);
        assertThat(record.said).hasSize(1).first().asString().startsWith("unknown ");
        assertThat(record.ended()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PUB foo|processPub Parse Error: foo",
                "PUB a b c 4|processPub Parse Error: a b c 4",
                "PUB  5|processPub Parse Error:  5",
                "PUB foo xx|processPub Bad or Missing Size: foo xx",
                "PUB foo -1|processPub Bad or Missing Size: foo -1",
                "PUB foo 99999999999|processPub Bad or Missing Size: foo 99999999999",
                "PUB foo 1025|too large 1025",
                "HPUB foo 5|processHeaderPub Parse Error: foo 5",
                "HPUB a b c 1 2|processHeaderPub Parse Error: a b c 1 2",
                "HPUB foo x y|processHeaderPub Bad or Missing Header Size: foo x y",
                "HPUB foo 1 y|processHeaderPub Bad or Missing Total Size: foo 1 y",
                "HPUB foo 20 10|processHeaderPub Header Size larger then TotalSize: foo 20 10",
                "HPUB foo 12 1100|too large 1100",
                "SUB foo|processSub Parse Error: foo",
                "SUB a b c d|processSub Parse Error: a b c d",
                "UNSUB 1 2 3|processUnsub Parse Error: 1 2 3"
            })
    void argumentsThatMakeNoSenseEndTheConnection(String line, String problem) {
        RecordedOperations record = parse(line + "\r\n0123456789\r\n");
        assertThat(record.said).containsExactly(problem);
        assertThat(record.ended()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SUB ", "PUB ", "HPUB ", "UNSUB ", "CONNECT ", "INFO ", "PING", "+OK"})
    void aControlLineIsBoundedWhetherItEndsOrNot(String operation) {
        String fits = operation + "a".repeat(CONTROL_LINE_MAX) + "\r\n";
        assertThat(said(fits)).doesNotContain("control line too long");
        String long1 = operation + "a".repeat(CONTROL_LINE_MAX + 1) + "\r\n";
        assertThat(said(long1)).containsExactly("control line too long");
        String endless = operation + "a".repeat(CONTROL_LINE_MAX + 2);
        assertThat(said(endless)).containsExactly("control line too long");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"SUB ", "PUB ", "HPUB ", "UNSUB ", "CONNECT ", "INFO ", "PING ", "+OK "})
    void endlessBlanksAreTooLongAsWell(String operation) {
        assertThat(said(operation + " ".repeat(CONTROL_LINE_MAX + 2)))
                .containsExactly("control line too long");
    }

    @Test
    void aMessageThatIsTooLargeIsRefusedBeforeItArrives() {
        assertThat(said("PUB foo 2000\r\n")).containsExactly("too large 2000");
    }

    @Test
    void aWrongFirstLetterIsRefusedBeforeTheLineEnds() {
        assertThat(said("X")).containsExactly("unknown X");
        assertThat(said("PUX")).containsExactly("unknown X");
    }

    @Test
    void whatIsMissingOfAMessageIsKnownAsSoonAsItsSizeIs() {
        ClientParser parser = new ClientParser();
        byte[] input = RecordedOperations.bytes("PING\r\nPUB foo 500\r\nabc");
        int consumed =
                parser.parse(
                        input,
                        0,
                        input.length,
                        CONTROL_LINE_MAX,
                        new RecordedOperations(MAX_PAYLOAD));
        assertThat(consumed).isEqualTo(6);
        assertThat(parser.needed()).isEqualTo("PUB foo 500\r\n".length() + 500 + 2);
    }

    @Test
    void nothingIsParsedBehindTheEndOfAConnection() {
        assertThat(said("PING\r\nQ\r\nPING\r\n")).containsExactly("ping", "unknown Q");
    }

    /** One cut at every place, and byte by byte, for everything that this test says above. */
    @Test
    void noSplitChangesWhatIsSaid() {
        String input =
                String.join(
                        "",
                        "CONNECT   {}\r\nPING\r\nsub a.b q 1 \r\nUNSUB 1 2\r\nPUB foo back 7\r\nab\r\ncde\r\n",
                        "HPUB foo 12 14\r\nNATS/1.0\r\n\r\nhi\r\nINFO {}\r\n+OK\r\nPONG\nQUIT\r\n");
        List<String> whole = said(input);
        assertThat(whole).hasSize(8);
        for (int cut = 0; cut <= input.length(); cut++) {
            assertThat(parse(input, cut).said).as("cut at %d", cut).isEqualTo(whole);
        }
        int[] everywhere = new int[input.length()];
        Arrays.setAll(everywhere, i -> i);
        assertThat(parse(input, everywhere).said).isEqualTo(whole);
    }

    @Test
    void randomSessionsInRandomPiecesSayTheSame() {
        long firstSeed = Long.getLong("millrace.seed", 1);
        long seeds =
                Long.getLong("millrace.seed") != null ? 1 : Long.getLong("millrace.seeds", 3000);
        for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
            Random random = new Random(seed);
            String input = session(random);
            List<String> whole = said(input);
            for (int cut = 0; cut <= input.length(); cut += 1 + random.nextInt(7)) {
                assertThat(parse(input, cut).said)
                        .as("-Dmillrace.seed=%d, cut at %d of %s", seed, cut, input)
                        .isEqualTo(whole);
            }
            int pieces = random.nextInt(12);
            int[] cuts = random.ints(pieces, 0, input.length() + 1).sorted().toArray();
            assertThat(parse(input, cuts).said)
                    .as("-Dmillrace.seed=%d, cuts at %s of %s", seed, Arrays.toString(cuts), input)
                    .isEqualTo(whole);
        }
    }

    /** Some operations, most of them right; now and then a byte is turned. */
    private static String session(Random random) {
        StringBuilder out = new StringBuilder();
        List<String> blanks = List.of(" ", " ", " ", "\t", "  ");
        List<String> ends = List.of("\r\n", "\r\n", "\r\n", "\n", " \r\n");
        int operations = 1 + random.nextInt(8);
        for (int i = 0; i < operations; i++) {
            String blank = blanks.get(random.nextInt(blanks.size()));
            String end = ends.get(random.nextInt(ends.size()));
            List<String> words = new ArrayList<>();
            String body = body(random, words);
            String line = String.join(blank, words) + end;
            out.append(random.nextInt(4) == 0 ? line.toLowerCase(java.util.Locale.ROOT) : line);
            out.append(body);
        }
        if (random.nextInt(3) == 0) {
            out.setCharAt(random.nextInt(out.length()), (char) random.nextInt(256));
        }
        return out.toString();
    }

    /** Adds an operation's words; what follows its line. */
    private static String body(Random random, List<String> words) {
        String noise = "x\r\n PUB".repeat(8).substring(0, random.nextInt(48));
        switch (random.nextInt(9)) {
            case 0 -> words.add("PING");
            case 1 -> words.add("PONG");
            case 2 -> words.addAll(List.of("SUB", "a." + random.nextInt(9), "7"));
            case 3 -> words.addAll(List.of("SUB", "a.*", "group", "12"));
            case 4 -> words.addAll(List.of("UNSUB", "" + random.nextInt(20)));
            case 5 -> words.addAll(List.of("UNSUB", "3", "" + random.nextInt(2000)));
            case 6 -> words.addAll(List.of("CONNECT", "{\"verbose\":false}"));
            case 7 -> {
                words.addAll(List.of("PUB", "foo.bar"));
                if (random.nextBoolean()) {
                    words.add("_INBOX.1");
                }
                words.add("" + noise.length());
                return noise + "\r\n";
            }
            default -> {
                String headers = "NATS/1.0\r\nA: " + random.nextInt(9) + "\r\n\r\n";
                words.addAll(List.of("HPUB", "foo.bar"));
                if (random.nextBoolean()) {
                    words.add("_INBOX.1");
                }
                words.add("" + headers.length());
                words.add("" + (headers.length() + noise.length()));
                return headers + noise + "\r\n";
            }
        }
        return "";
    }
}
