package io.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nats.client.Connection;
import io.nats.client.ConsumeOptions;
import io.nats.client.ConsumerContext;
import io.nats.client.FetchConsumeOptions;
import io.nats.client.FetchConsumer;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.MessageConsumer;
import io.nats.client.StreamContext;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Consumers and what a reader answers to a delivery, in the words of the official Java client. */
@SuppressWarnings("try") // What jnats lets one close may be interrupted meanwhile.
final class JavaConsumers {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration ACK_WAIT = Duration.ofMillis(700);
    private static final String STREAM = "java-consumers";

    private final Connection nc;
    private final JetStream js;
    private final JetStreamManagement jsm;

    JavaConsumers(Connection nc) throws IOException {
        this.nc = nc;
        this.js = nc.jetStream();
        this.jsm = nc.jetStreamManagement();
    }

    void read() throws Exception {
        jsm.addStream(JavaStreams.stream(STREAM, "consumers.java.>"));
        for (int i = 0; i < 20; i++) {
            js.publish("consumers.java." + i % 2, Integer.toString(i).getBytes(UTF_8));
        }
        for (String kind : List.of("nak", "delay", "term", "progress")) {
            js.publish("consumers.java.kind." + kind, kind.getBytes(UTF_8));
        }
        StreamContext stream = nc.getStreamContext(STREAM);
        fetch(stream.createOrUpdateConsumer(durable("fetch", "consumers.java.1").build()));
        nak(answering(stream, "nak"));
        delay(answering(stream, "delay"));
        term(answering(stream, "term"));
        progress(answering(stream, "progress"));
        consume(stream.createOrUpdateConsumer(durable("consume", "consumers.java.*").build()));
        change(stream);
        jsm.deleteStream(STREAM);
    }

    private static ConsumerConfiguration.Builder durable(String name, String filter) {
        return ConsumerConfiguration.builder()
                .durable(name)
                .filterSubject(filter)
                .ackPolicy(AckPolicy.Explicit);
    }

    private static ConsumerContext answering(StreamContext stream, String kind) throws Exception {
        return stream.createOrUpdateConsumer(
                durable(kind, "consumers.java.kind." + kind)
                        .ackWait(ACK_WAIT)
                        .maxDeliver(3)
                        .build());
    }

    private static void fetch(ConsumerContext consumer) throws Exception {
        List<String> got = new ArrayList<>();
        // Six are left for the second batch, fewer than asked for: it ends with its time.
        for (FetchConsumeOptions batch :
                List.of(
                        FetchConsumeOptions.builder().maxMessages(4).build(),
                        FetchConsumeOptions.builder().maxMessages(50).expiresIn(1000).build())) {
            try (FetchConsumer fetched = consumer.fetch(batch)) {
                Message message;
                while ((message = fetched.nextMessage()) != null) {
                    got.add(new String(message.getData(), UTF_8));
                    message.ackSync(PATIENCE);
                }
            }
        }
        assertThat(got)
                .isEqualTo(
                        IntStream.range(0, 10).mapToObj(i -> Integer.toString(2 * i + 1)).toList());
        ConsumerInfo info = consumer.getConsumerInfo();
        assertThat(info.getAckFloor().getStreamSequence()).isEqualTo(20);
        assertThat(info.getDelivered().getConsumerSequence()).isEqualTo(10);
        assertThat(info.getNumPending()).isZero();
        assertThat(info.getNumAckPending()).isZero();
    }

    private static Message next(ConsumerContext consumer, String body, long deliveries)
            throws Exception {
        Message message = consumer.next(Duration.ofSeconds(5));
        assertThat(message).as(body).isNotNull();
        assertThat(message.getData()).asString().isEqualTo(body);
        assertThat(message.metaData().deliveredCount())
                .as("deliveries of %s", body)
                .isEqualTo(deliveries);
        return message;
    }

    private static void nak(ConsumerContext consumer) throws Exception {
        next(consumer, "nak", 1).nak();
        next(consumer, "nak", 2).ackSync(PATIENCE);
    }

    private static void delay(ConsumerContext consumer) throws Exception {
        Message message = next(consumer, "delay", 1);
        long started = System.nanoTime();
        message.nakWithDelay(300);
        message = next(consumer, "delay", 2);
        assertThat(System.nanoTime() - started).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(290));
        message.ackSync(PATIENCE);
    }

    private static void term(ConsumerContext consumer) throws Exception {
        next(consumer, "term", 1).term();
        await("no ack pending")
                .atMost(PATIENCE)
                .until(() -> consumer.getConsumerInfo().getNumAckPending() == 0);
        assertThat(consumer.next(Duration.ofSeconds(1))).isNull();
    }

    /** Keeps a message for longer than the ack wait by saying so, and then for too long. */
    private static void progress(ConsumerContext consumer) throws Exception {
        Message message = next(consumer, "progress", 1);
        for (int i = 0; i < 4; i++) {
            message.inProgress();
            TimeUnit.MILLISECONDS.sleep(ACK_WAIT.toMillis() / 2);
            assertThat(consumer.getConsumerInfo().getRedelivered()).isZero();
        }
        next(consumer, "progress", 2);
        next(consumer, "progress", 3).ackSync(PATIENCE);
    }

    private static void consume(ConsumerContext consumer) throws Exception {
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        ConsumeOptions few = ConsumeOptions.builder().batchSize(10).build();
        try (MessageConsumer running =
                consumer.consume(
                        few,
                        message -> {
                            got.add(new String(message.getData(), UTF_8));
                            message.ack();
                        })) {
            for (int i = 0; i < 20; i++) {
                assertThat(got.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isEqualTo(Integer.toString(i));
            }
            running.stop();
        }
    }

    private void change(StreamContext stream) throws Exception {
        jsm.createConsumer(STREAM, durable("changed", ">").maxAckPending(10).build());
        ConsumerConfiguration changed = durable("changed", ">").maxAckPending(20).build();
        JavaStreams.assertRefused(10148, () -> jsm.createConsumer(STREAM, changed));
        ConsumerInfo info = jsm.updateConsumer(STREAM, changed);
        assertThat(info.getConsumerConfiguration().getMaxAckPending()).isEqualTo(20);
        ZonedDateTime until = ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(1);
        assertThat(jsm.pauseConsumer(STREAM, "changed", until).isPaused()).isTrue();
        ConsumerContext consumer = stream.getConsumerContext("changed");
        assertThat(consumer.next(Duration.ofSeconds(1))).isNull();
        assertThat(jsm.resumeConsumer(STREAM, "changed")).isTrue();
        next(consumer, "0", 1);
        assertThat(jsm.getConsumerNames(STREAM))
                .containsExactlyInAnyOrder(
                        "changed", "consume", "delay", "fetch", "nak", "progress", "term");
        assertThat(jsm.deleteConsumer(STREAM, "changed")).isTrue();
        JavaStreams.assertRefused(10014, () -> jsm.getConsumerInfo(STREAM, "changed"));
    }
}
