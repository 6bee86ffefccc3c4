package io.millrace.jetstream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.DiskException;
import io.millrace.store.StoreException;
import io.millrace.store.StoreOptions;
import io.millrace.testkit.SimulatedDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the simulation has found, each as the shortest story that shows it. */
final class SimulationFindingsTest {
    private static final String SMALL = "x";

    private final SimulatedJetStream world = new SimulatedJetStream(1, StoreOptions.tiny());
    private final List<WireClient.Message> delivered = new ArrayList<>();
    private WireClient client;
    private int asked;

    @BeforeEach
    void start() throws StoreException {
        world.start();
        connect();
    }

    private void connect() {
        client = world.connect();
        client.subscribe("_INBOX.>", "inbox");
        client.subscribe("_PULL", "pull");
        world.settle();
    }

    private Answer ask(String subject, String body) {
        String reply = "_INBOX." + ++asked;
        client.publish(subject, reply, "", body);
        world.settle();
        return answerTo(reply);
    }

    private Answer answerTo(String reply) {
        Answer answer = null;
        for (WireClient.Message message : client.hear()) {
            if (message.subject().equals(reply)) {
                answer = Answer.of(message.body().isEmpty() ? "{}" : message.body());
            } else {
                delivered.add(message);
            }
        }
        assertThat(answer).as("answer to %s", reply).isNotNull();
        return answer;
    }

    private void stream(String name, String more) {
        Answer answer =
                ask(
                        "$JS.API.STREAM.CREATE." + name,
                        String.format(
                                "{\"name\":\"%s\",\"subjects\":[\"%s.>\"]%s}",
                                name, name.toLowerCase(java.util.Locale.ROOT), more));
        assertThat(answer.isError()).as(answer.text()).isFalse();
    }

    private void consumer(String stream, String name, String more) {
        Answer answer =
                ask(
                        "$JS.API.CONSUMER.DURABLE.CREATE." + stream + "." + name,
                        String.format(
                                "{\"stream_name\":\"%s\",\"config\":{\"durable_name\":\"%s\"%s}}",
                                stream, name, more));
        assertThat(answer.isError()).as(answer.text()).isFalse();
    }

    private long publish(String subject, String body) {
        return ask(subject, body).number("seq");
    }

    private Answer info(String stream) {
        return ask("$JS.API.STREAM.INFO." + stream, "");
    }

    private void pull(String path, String request) {
        client.publish("$JS.API.CONSUMER.MSG.NEXT." + path, "_PULL", "", request);
        world.settle();
        delivered.addAll(client.hear());
    }

    /** Nothing gets to the disk, and so much waits for it that not even a removal is taken. */
    private void fillTheJournal(String stream, long messages) {
        world.disk.fault(
                (call, path) ->
                        call == SimulatedDisk.Call.SYNC || call == SimulatedDisk.Call.WRITE
                                ? DiskException.Code.IO
                                : null);
        for (long sequence = 1; sequence <= messages; sequence++) {
            client.publish(
                    "$JS.API.STREAM.MSG.DELETE." + stream,
                    "_INBOX.fill",
                    "",
                    "{\"seq\":" + sequence + ",\"no_erase\":true}");
            world.advance(Duration.ofMillis(5));
        }
        assertThat(client.hear().toString()).contains("error");
    }

    @Test
    void aPullOutlivesARemovalThatTheDiskRefuses() {
        stream("FILL", "");
        for (int i = 0; i < 150; i++) {
            publish("fill.x", SMALL);
        }
        stream("S", ",\"retention\":\"interest\"");
        consumer("S", "C", ",\"ack_policy\":\"none\"");
        publish("s.a", "first");
        publish("s.a", "second");
        fillTheJournal("FILL", 150);
        pull("S.C", "{\"batch\":2,\"expires\":5000000000}");
        world.disk.heal();
        world.advance(Duration.ofSeconds(2));
        delivered.addAll(client.hear());
        assertThat(delivered.stream().filter(m -> m.sid().equals("pull")))
                .extracting(WireClient.Message::body)
                .containsExactly("first", "second");
        assertThat(info("S").number("state.messages")).isZero();
    }

    /** As with nats-server: it is not waited for, so it stands for no other either. */
    @Test
    void anAcknowledgementOfAllByAMessageThatWasGivenUpDoesNothing() {
        stream("S", ",\"retention\":\"interest\"");
        consumer("S", "C", ",\"ack_policy\":\"all\",\"ack_wait\":300000000,\"max_deliver\":1");
        publish("s.a", "first");
        publish("s.a", "second");
        pull("S.C", "{\"batch\":1}");
        String first = delivered.getLast().reply();
        world.advance(Duration.ofSeconds(1));
        pull("S.C", "{\"batch\":1}");
        String second = delivered.getLast().reply();
        ask(first, "+ACK");
        assertThat(info("S").number("state.messages")).isEqualTo(2);
        assertThat(ask("$JS.API.CONSUMER.INFO.S.C", "").number("ack_floor.stream_seq")).isZero();
        ask(second, "+ACK");
        assertThat(info("S").number("state.messages")).isEqualTo(1);
        assertThat(info("S").number("state.first_seq")).isEqualTo(1);
    }

    /** Nothing can be read from segments, so nothing can be taken out of them. */
    private void failReads() {
        world.disk.fault(
                (call, path) ->
                        call == SimulatedDisk.Call.READ && path.toString().contains("streams")
                                ? DiskException.Code.IO
                                : null);
    }

    @Test
    void aMaximumAgeIsInForceWhenTheDiskRefusesWhatTheSameUpdateTakesOut() {
        stream("S", "");
        for (int i = 0; i < 10; i++) {
            publish("s.a", "x".repeat(100));
        }
        failReads();
        Answer answer =
                ask(
                        "$JS.API.STREAM.UPDATE.S",
                        "{\"name\":\"S\",\"subjects\":[\"s.>\"],\"max_msgs\":2,"
                                + "\"max_age\":5000000000,\"duplicate_window\":1000000000}");
        assertThat(answer.isError()).isTrue();
        world.disk.heal();
        assertThat(info("S").number("config.max_age")).isEqualTo(5_000_000_000L);
        world.advance(Duration.ofSeconds(6));
        assertThat(info("S").number("state.messages")).isZero();
    }

    @Test
    void aMessageIsConfirmedAndDeliveredEvenIfTheDiskRefusesWhatGivesWay() {
        stream("S", ",\"max_msgs\":10,\"allow_msg_ttl\":true");
        consumer("S", "C", ",\"deliver_policy\":\"new\",\"ack_policy\":\"none\"");
        for (int i = 0; i < 10; i++) {
            publish("s.a", "x".repeat(100));
        }
        failReads();
        client.publish("s.a", "_INBOX.ttl", "NATS/1.0\r\nNats-TTL: 5s\r\n\r\n", "newest");
        world.settle();
        assertThat(answerTo("_INBOX.ttl").number("seq")).isEqualTo(11);
        world.disk.heal();
        pull("S.C", "{\"batch\":11,\"no_wait\":true}");
        assertThat(delivered).extracting(WireClient.Message::body).contains("newest");
        publish("s.a", "next");
        assertThat(info("S").number("state.messages")).isEqualTo(10);
        world.advance(Duration.ofSeconds(6));
        assertThat(info("S").number("state.messages")).isEqualTo(9);
    }

    /** The time of one that has left long ago was all that the stream waited for. */
    @Test
    void aMessageLeavesByAgeBeforeAnotherWouldHaveByItsOwnTime() {
        stream(
                "S",
                ",\"max_age\":1000000000,\"duplicate_window\":1000000000,\"allow_msg_ttl\":true");
        client.publish("s.a", "_INBOX.ttl", "NATS/1.0\r\nNats-TTL: 20s\r\n\r\n", "first");
        world.advance(Duration.ofSeconds(2));
        assertThat(answerTo("_INBOX.ttl").number("seq")).isEqualTo(1);
        assertThat(info("S").number("state.messages")).isZero();
        publish("s.a", "second");
        world.advance(Duration.ofMillis(1100));
        assertThat(info("S").number("state.messages")).isZero();
    }
}
