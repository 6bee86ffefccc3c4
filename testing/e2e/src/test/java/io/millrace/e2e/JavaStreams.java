package io.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nats.client.Connection;
import io.nats.client.IterableConsumer;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PublishOptions;
import io.nats.client.PurgeOptions;
import io.nats.client.PushSubscribeOptions;
import io.nats.client.StreamContext;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.OrderedConsumerConfiguration;
import io.nats.client.api.PublishAck;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import io.nats.client.api.StreamInfoOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Streams in the words of the official Java client, and what reads all of them in order. */
@SuppressWarnings("try") // What jnats lets one close may be interrupted meanwhile.
final class JavaStreams {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String NAME = "java-streams";

    private final Connection nc;
    private final JetStream js;
    private final JetStreamManagement jsm;

    JavaStreams(Connection nc) throws IOException {
        this.nc = nc;
        this.js = nc.jetStream();
        this.jsm = nc.jetStreamManagement();
    }

    static StreamConfiguration stream(String name, String... subjects) {
        return StreamConfiguration.builder().name(name).subjects(subjects).build();
    }

    static void assertRefused(int code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        JetStreamApiException.class,
                        e -> assertThat(e.getApiErrorCode()).as(e.getMessage()).isEqualTo(code));
    }

    void administer() throws Exception {
        jsm.addStream(stream(NAME, "streams.java.>"));
        assertRefused(10058, () -> jsm.addStream(stream(NAME, "streams.java.b")));
        assertRefused(10065, () -> jsm.addStream(stream("java-overlap", "streams.java.b")));
        publish();
        StreamInfo info = jsm.getStreamInfo(NAME, StreamInfoOptions.allSubjects());
        assertThat(info.getStreamState().getMsgCount()).isEqualTo(5);
        assertThat(info.getStreamState().getFirstSequence()).isEqualTo(1);
        assertThat(info.getStreamState().getLastSequence()).isEqualTo(5);
        assertThat(info.getStreamState().getSubjectMap()).containsEntry("streams.java.many", 3L);
        assertThat(jsm.getMessage(NAME, 2).getData()).asString().isEqualTo("b");
        assertThat(jsm.getLastMessage(NAME, "streams.java.*").getData()).asString().isEqualTo("2");
        assertThat(jsm.deleteMessage(NAME, 2)).isTrue();
        assertRefused(10037, () -> jsm.getMessage(NAME, 2));
        StreamConfiguration less =
                StreamConfiguration.builder(info.getConfiguration())
                        .maxMessages(3)
                        .description("less")
                        .build();
        assertThat(jsm.updateStream(less).getStreamState().getMsgCount()).isEqualTo(3);
        jsm.purgeStream(NAME, PurgeOptions.builder().subject("streams.java.many").keep(1).build());
        info = jsm.getStreamInfo(NAME);
        assertThat(info.getStreamState().getMsgCount()).isEqualTo(1);
        assertThat(info.getStreamState().getFirstSequence()).isEqualTo(5);
        assertThat(jsm.getStreamNames()).contains(NAME);
        assertThat(jsm.getStreamNames("streams.java.a")).containsExactly(NAME);
        assertThat(jsm.getAccountStatistics().getStreams()).isPositive();
        assertThat(jsm.deleteStream(NAME)).isTrue();
        assertRefused(10059, () -> jsm.getStreamInfo(NAME));
    }

    private void publish() throws Exception {
        PublishOptions one = PublishOptions.builder().messageId("one").build();
        PublishAck ack = js.publish("streams.java.a", "a".getBytes(UTF_8), one);
        assertThat(ack.getStream()).isEqualTo(NAME);
        assertThat(ack.getSeqno()).isEqualTo(1);
        assertThat(ack.isDuplicate()).isFalse();
        ack = js.publish("streams.java.a", "a".getBytes(UTF_8), one);
        assertThat(ack.getSeqno()).isEqualTo(1);
        assertThat(ack.isDuplicate()).isTrue();
        assertWrong(10071, PublishOptions.builder().expectedLastSequence(7));
        assertWrong(10071, PublishOptions.builder().expectedLastSubjectSequence(7));
        assertWrong(10070, PublishOptions.builder().expectedLastMsgId("two"));
        assertWrong(10060, PublishOptions.builder().expectedStream("other"));
        js.publish(
                "streams.java.b",
                "b".getBytes(UTF_8),
                PublishOptions.builder().expectedLastSequence(1).build());
        publishNumbers("streams.java.many", 3);
        assertThatThrownBy(() -> js.publish("nobody.java", null)).isInstanceOf(IOException.class);
    }

    private void assertWrong(int code, PublishOptions.Builder expectation) {
        assertRefused(code, () -> js.publish("streams.java.a", null, expectation.build()));
    }

    private void publishNumbers(String subject, int count) throws Exception {
        List<CompletableFuture<PublishAck>> acks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            acks.add(js.publishAsync(subject, Integer.toString(i).getBytes(UTF_8)));
        }
        long last = 0;
        for (CompletableFuture<PublishAck> ack : acks) {
            long sequence = ack.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).getSeqno();
            assertThat(sequence).isGreaterThan(last);
            last = sequence;
        }
    }

    void readInOrder() throws Exception {
        int n = 5000;
        jsm.addStream(stream("java-ordered", "ordered.java"));
        publishNumbers("ordered.java", n);
        StreamContext context = nc.getStreamContext("java-ordered");
        try (IterableConsumer consumer =
                context.createOrderedConsumer(new OrderedConsumerConfiguration()).iterate()) {
            for (int i = 0; i < n; i++) {
                assertNumber(consumer.nextMessage(PATIENCE), i);
            }
        }
        ConsumerConfiguration unacknowledged =
                ConsumerConfiguration.builder()
                        .ackPolicy(AckPolicy.None)
                        .flowControl(Duration.ofSeconds(1))
                        .build();
        for (PushSubscribeOptions how :
                List.of(
                        PushSubscribeOptions.builder().ordered(true).build(),
                        PushSubscribeOptions.builder().configuration(unacknowledged).build())) {
            JetStreamSubscription pushed = js.subscribe("ordered.java", how);
            for (int i = 0; i < n; i++) {
                assertNumber(pushed.nextMessage(PATIENCE), i);
            }
            pushed.unsubscribe();
        }
        jsm.deleteStream("java-ordered");
    }

    private static void assertNumber(Message message, int i) {
        assertThat(message).as("message %d", i).isNotNull();
        assertThat(message.getData()).asString().isEqualTo(Integer.toString(i));
    }
}
