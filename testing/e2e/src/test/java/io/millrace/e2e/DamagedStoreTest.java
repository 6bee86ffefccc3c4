package io.millrace.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A server that is killed and finds a flipped bit in its store: one message lost, and it says so.
 */
@SuppressWarnings("try") // A connection of jnats may be interrupted while it closes.
final class DamagedStoreTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String API = "$JS.API.";

    private static String ask(Connection nc, String subject, String body) throws Exception {
        Message answer = nc.request(subject, body.getBytes(UTF_8), PATIENCE);
        assertThat(answer).as(subject).isNotNull();
        return new String(answer.getData(), UTF_8);
    }

    private static Connection dial(ServerProcess server) throws Exception {
        return Nats.connect(new Options.Builder().server(server.url()).noReconnect().build());
    }

    @Test
    void theLossIsInLogInfoHealthAndAnAdvisory() throws Exception {
        Path store = Repository.newFolder("store");
        try (ServerProcess server =
                ServerProcess.startMonitored(
                        "store_dir: \"%s\"\njetstream: enabled\n".formatted(store))) {
            try (Connection nc = dial(server)) {
                ask(nc, API + "STREAM.CREATE.HURT", "{\"name\":\"HURT\",\"subjects\":[\"hurt\"]}");
                for (int i = 1; i <= 3; i++) {
                    assertThat(ask(nc, "hurt", "message number " + i)).contains("\"seq\":" + i);
                }
            }

            server.restart(() -> flipABitOf("message number 2", store));

            try (Connection nc = dial(server)) {
                Subscription advisories =
                        nc.subscribe("$JS.EVENT.ADVISORY.STREAM.MESSAGES_LOST.HURT");
                Message advisory = advisories.nextMessage(PATIENCE);
                assertThat(advisory).as("advisory").isNotNull();
                assertThat(new String(advisory.getData(), UTF_8))
                        .contains("\"stream\":\"HURT\",\"lost\":1,\"lost_in_all\":1,\"seqs\":[2]");
                assertThat(ask(nc, API + "STREAM.INFO.HURT", ""))
                        .contains("\"messages\":2,", "\"lost\":{\"msgs\":[2],");
                assertThat(ask(nc, API + "STREAM.MSG.GET.HURT", "{\"seq\":1}"))
                        .contains("\"data\"");
                assertThat(ask(nc, API + "STREAM.MSG.GET.HURT", "{\"seq\":3}"))
                        .contains("\"data\"");
            }
            assertThat(server.log())
                    .containsPattern(
                            "stream '\\$G > HURT' has lost 1 message by damage, sequence 2, in .*journal");
            assertThat(server.http("/healthz?details=1").statusCode()).isEqualTo(200);
            assertThat(server.http("/healthz?details=1").body())
                    .contains("HURT' has lost messages by damage: 1");
        }
    }

    private static void flipABitOf(String text, Path store) {
        try (Stream<Path> walk = Files.walk(store)) {
            List<Path> files = walk.filter(Files::isRegularFile).toList();
            int flipped = 0;
            for (Path file : files) {
                byte[] content = Files.readAllBytes(file);
                int at = new String(content, ISO_8859_1).indexOf(text);
                if (at >= 0) {
                    content[at] ^= 4;
                    Files.write(file, content);
                    flipped++;
                }
            }
            assertThat(flipped).as("files that hold it").isPositive();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
