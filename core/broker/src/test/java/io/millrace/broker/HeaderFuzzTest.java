package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.millrace.config.AuthOptions;
import io.millrace.config.MappingOptions;
import io.millrace.config.MappingOptions.Destination;
import io.millrace.config.OptionsBuilder;
import io.millrace.config.PermissionsOptions;
import io.millrace.config.UserOptions;
import io.millrace.testkit.SimulatedPeer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whatever a message's header block says and wherever the message goes (the first line is its
 * subject): it arrives with that block unchanged or not at all, and not at all when the block asks
 * for a trace to where its publisher may not publish.
 */
final class HeaderFuzzTest {
    private static final List<String> ALLOWED = List.of("ok.>", "m.>", "n.>");
    private static final String DESTINATION = "\r\nNats-Trace-Dest:";

    @FuzzTest(maxDuration = "2m")
    void theBlockArrivesUnchangedOrNotAtAll(byte[] input) {
        int cut = 0;
        while (cut < input.length && input[cut] > ' ') {
            cut++;
        }
        byte[] subject = Arrays.copyOf(input, cut);
        byte[] block = Arrays.copyOfRange(input, Math.min(cut + 1, input.length), input.length);
        SimulatedServer simulated = new SimulatedServer(HeaderFuzzTest::configure);
        SimulatedPeer reader = login(simulated, "reader");
        simulated.say(reader, "SUB > 1\r\nPING\r\n");
        SimulatedPeer writer = login(simulated, "writer");

        writer.say("HPUB ");
        writer.say(cut == 0 ? bytes("ok.a") : subject);
        writer.say(" " + block.length + " " + (block.length + 3) + "\r\n");
        writer.say(block);
        writer.say("pay\r\n");
        simulated.loop.settle();

        String heard = reader.heard();
        String sent = new String(block, StandardCharsets.UTF_8);
        if (!heard.isEmpty()) {
            assertThat(heard).startsWith("HMSG ").contains("\r\n" + sent + "pay\r\n");
            assertThat(destinations(sent)).allMatch(HeaderFuzzTest::isAllowed);
        }
        assertThat(simulated.say(reader, "PING\r\n")).isEqualTo("PONG\r\n");
    }

    private static Stream<String> destinations(String block) {
        return Arrays.stream(block.split(DESTINATION, -1))
                .skip(1)
                .map(behind -> behind.split("\r", 2)[0].strip())
                .filter(subject -> !subject.isEmpty());
    }

    /** One that is no valid subject reaches nobody, so it may begin like one that is allowed. */
    private static boolean isAllowed(String subject) {
        return !subject.equals("ok.denied")
                && ALLOWED.stream()
                        .anyMatch(all -> subject.startsWith(all.substring(0, all.length() - 1)));
    }

    private static SimulatedPeer login(SimulatedServer simulated, String user) {
        SimulatedPeer peer = simulated.client();
        simulated.say(
                peer,
                "CONNECT {\"verbose\":false,\"headers\":true,\"no_responders\":true,"
                        + "\"protocol\":1,\"user\":\""
                        + user
                        + "\",\"pass\":\"pw\"}\r\nPING\r\n");
        return peer;
    }

    private static void configure(OptionsBuilder options) {
        options.mappings =
                List.of(
                        mapping("m.*", "ok.{{split(1,-)}}"),
                        mapping("n.*.>", "ok.{{right(1,3)}}.{{partition(9,1)}}.>"));
        PermissionsOptions rights =
                new PermissionsOptions(
                        new PermissionsOptions.Rules(ALLOWED, List.of("ok.denied")), null, null);
        options.auth =
                new AuthOptions(
                        null,
                        null,
                        null,
                        SimulatedServer.SECOND,
                        List.of(
                                new UserOptions("writer", "pw", null, rights, List.of()),
                                new UserOptions("reader", "pw", null, null, List.of())),
                        null,
                        null,
                        true);
    }

    private static MappingOptions mapping(String source, String destination) {
        return new MappingOptions(source, List.of(new Destination(destination, 100, null)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
