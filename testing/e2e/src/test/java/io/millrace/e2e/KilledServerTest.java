package io.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nats.client.Connection;
import io.nats.client.ConsumerContext;
import io.nats.client.FetchConsumer;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamSubscription;
import io.nats.client.KeyValue;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.PublishOptions;
import io.nats.client.PushSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.PublishAck;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamConfiguration;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A server that is killed while it works, and started again on its store: what it has confirmed
 * holds.
 */
@SuppressWarnings("try") // A connection of jnats may be interrupted while it closes.
final class KilledServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private ServerProcess server;

    @BeforeEach
    void start() {
        server = ServerProcess.startStoring("jetstream: enabled\n");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** A connection that ends with the server. */
    private Connection dial() throws Exception {
        return Nats.connect(new Options.Builder().server(server.url()).noReconnect().build());
    }

    /** Kills it once so many have been confirmed, while the rest is on its way. */
    private void killAfter(int count, Map<?, ?> confirmed) {
        await("the first " + count)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> confirmed.size() >= count);
        server.restart();
    }

    @Test
    void everyMessageThatWasConfirmedIsThereAndEachIdOnce() throws Exception {
        int n = 10_000;
        Map<Integer, Long> confirmed = new ConcurrentHashMap<>();
        Connection first = dial();
        first.jetStreamManagement().addStream(JavaStreams.stream("kept", "kept"));
        CompletableFuture<Void> publishing = publishing(first, n, confirmed);
        killAfter(n / 3, confirmed);
        publishing.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(confirmed).as("confirmed before the kill").hasSizeLessThan(n);
        try (Connection again = dial()) {
            Map<Integer, Long> before = Map.copyOf(confirmed);
            publishing(again, n, confirmed).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(confirmed).hasSize(n).containsAllEntriesOf(before);
            JetStreamManagement jsm = again.jetStreamManagement();
            assertThat(jsm.getStreamInfo("kept").getStreamState().getMsgCount()).isEqualTo(n);
            JetStreamSubscription all =
                    again.jetStream()
                            .subscribe(
                                    "kept", PushSubscribeOptions.builder().ordered(true).build());
            for (int i = 0; i < n; i++) {
                Message message = all.nextMessage(PATIENCE);
                assertThat(message).as("message %d", i).isNotNull();
                assertThat(confirmed)
                        .containsEntry(
                                Integer.parseInt(new String(message.getData(), UTF_8)),
                                message.metaData().streamSequence());
            }
        }
    }

    /** Publishes what has not been confirmed, until all is or the connection ends. */
    private static CompletableFuture<Void> publishing(
            Connection nc, int n, Map<Integer, Long> confirmed) throws Exception {
        JetStream js = nc.jetStream();
        Semaphore window = new Semaphore(1000);
        return CompletableFuture.runAsync(
                () -> {
                    for (int i = 0; i < n && isOpen(nc); i++) {
                        if (!confirmed.containsKey(i)) {
                            publish(js, i, window, confirmed);
                        }
                    }
                    await("answers")
                            .atMost(PATIENCE)
                            .until(() -> window.availablePermits() == 1000 || !isOpen(nc));
                });
    }

    private static boolean isOpen(Connection nc) {
        return nc.getStatus() == Connection.Status.CONNECTED;
    }

    private static void publish(
            JetStream js, int i, Semaphore window, Map<Integer, Long> confirmed) {
        try {
            assertThat(window.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        byte[] body = Integer.toString(i).getBytes(UTF_8);
        PublishOptions id = PublishOptions.builder().messageId("id-" + i).build();
        CompletableFuture<PublishAck> ack;
        try {
            ack = js.publishAsync("kept", body, id);
        } catch (IllegalStateException e) {
            window.release(); // The connection has ended meanwhile.
            return;
        }
        var _ =
                ack.whenComplete(
                        (done, failed) -> {
                            if (failed == null) {
                                confirmed.put(i, done.getSeqno());
                            }
                            window.release();
                        });
    }

    /** Measured in nats-server: acks that it had confirmed came again after a kill. */
    @ParameterizedTest
    @EnumSource(RetentionPolicy.class)
    void aConfirmedAckDoesNotComeAgain(RetentionPolicy retention) throws Exception {
        int n = 3000;
        Map<Long, Boolean> confirmed = new ConcurrentHashMap<>();
        Connection first = dial();
        ConsumerContext consumer = consumer(first, retention);
        publishing(first, n, new ConcurrentHashMap<>()).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        try (FetchConsumer batch = consumer.fetchMessages(n)) {
            for (int i = 0; i < n; i++) {
                Message message = batch.nextMessage();
                long sequence = message.metaData().streamSequence();
                var _ =
                        first.request(message.getReplyTo(), "+ACK".getBytes(UTF_8))
                                .thenAccept(_ -> confirmed.put(sequence, true));
            }
            killAfter(n / 3, confirmed);
        }
        try (Connection again = dial()) {
            Set<Long> acknowledged = Set.copyOf(confirmed.keySet());
            ConsumerContext same = again.getConsumerContext("kept", "reader");
            long floor = same.getConsumerInfo().getAckFloor().getStreamSequence();
            assertThat(floor).isGreaterThanOrEqualTo(firstMissing(acknowledged) - 1);
            assertNothingComesAgain(same, acknowledged, n);
        }
    }

    private static long firstMissing(Set<Long> sequences) {
        long at = 1;
        while (sequences.contains(at)) {
            at++;
        }
        return at;
    }

    private static void assertNothingComesAgain(
            ConsumerContext consumer, Set<Long> acknowledged, int n) throws Exception {
        ConsumerInfo info = consumer.getConsumerInfo();
        // That a message was sent is not promised to outlive a kill: it may count as new.
        long open = info.getNumAckPending() + info.getNumPending();
        assertThat(open).isLessThanOrEqualTo(n - acknowledged.size());
        for (int i = 0; i < open; i++) {
            Message message = consumer.next(PATIENCE);
            assertThat(message).as("one of those that were not confirmed").isNotNull();
            assertThat(acknowledged).doesNotContain(message.metaData().streamSequence());
            message.ackSync(PATIENCE);
        }
        assertThat(consumer.getConsumerInfo().getNumAckPending()).isZero();
    }

    private static ConsumerContext consumer(Connection nc, RetentionPolicy retention)
            throws Exception {
        nc.jetStreamManagement()
                .addStream(
                        StreamConfiguration.builder()
                                .name("kept")
                                .subjects("kept")
                                .retentionPolicy(retention)
                                .build());
        return nc.getStreamContext("kept")
                .createOrUpdateConsumer(
                        ConsumerConfiguration.builder()
                                .durable("reader")
                                .deliverPolicy(DeliverPolicy.All)
                                .ackPolicy(AckPolicy.Explicit)
                                .ackWait(Duration.ofSeconds(3))
                                .maxAckPending(-1)
                                .build());
    }

    /** Measured in nats-server: values older than an acknowledged purge came back after a kill. */
    @Test
    void purgedValuesStayAway() throws Exception {
        int n = 300;
        Map<Integer, Boolean> purged = new ConcurrentHashMap<>();
        Connection first = dial();
        first.keyValueManagement()
                .create(KeyValueConfiguration.builder("values").maxHistoryPerKey(5).build());
        KeyValue kv = first.keyValue("values");
        for (int i = 0; i < n; i++) {
            kv.put("key-" + i, "older");
            kv.put("key-" + i, "old");
        }
        CompletableFuture<Void> purging =
                CompletableFuture.runAsync(
                        () -> {
                            try {
                                for (int i = 0; i < n; i++) {
                                    kv.purge("key-" + i);
                                    purged.put(i, true);
                                }
                            } catch (Exception e) {
                                // The server was killed under it.
                            }
                        });
        killAfter(n / 3, purged);
        purging.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        try (Connection again = dial()) {
            KeyValue same = again.keyValue("values");
            for (int i : purged.keySet()) {
                assertThat(same.history("key-" + i))
                        .extracting(KeyValueEntry::getOperation)
                        .containsExactly(KeyValueOperation.PURGE);
            }
            assertThat(same.keys()).hasSizeBetween(n - purged.size() - 1, n - purged.size());
        }
    }

    /** Measured in nats-server: a stream made anew within milliseconds showed old messages. */
    @Test
    void aStreamThatIsMadeAnewIsEmpty() throws Exception {
        int rounds = 60;
        Connection first = dial();
        for (int i = 0; i < rounds; i++) {
            makeAnewAndPublish(first, i);
        }
        server.restart();
        try (Connection again = dial()) {
            JetStreamManagement jsm = again.jetStreamManagement();
            assertThat(jsm.getStreamNames()).containsExactly("kept");
            assertOnlyMessage(jsm, rounds - 1);
            makeAnewAndPublish(again, rounds);
        }
    }

    private static void makeAnewAndPublish(Connection nc, int round) throws Exception {
        JetStreamManagement jsm = nc.jetStreamManagement();
        if (round > 0) {
            jsm.deleteStream("kept");
        }
        jsm.addStream(JavaStreams.stream("kept", "kept"));
        nc.jetStream().publish("kept", Integer.toString(round).getBytes(UTF_8));
        assertOnlyMessage(jsm, round);
    }

    private static void assertOnlyMessage(JetStreamManagement jsm, int round) throws Exception {
        assertThat(jsm.getStreamInfo("kept").getStreamState().getMsgCount()).isEqualTo(1);
        MessageInfo message = jsm.getMessage("kept", 1);
        assertThat(message.getData()).asString().isEqualTo(Integer.toString(round));
    }
}
