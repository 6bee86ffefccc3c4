package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each planted reason that a consumer stands still is found, and said in a sentence. */
final class ExplainConsumerTest {
    private JetStreamRig rig;
    private Caller wire;

    @BeforeEach
    void start() throws Exception {
        rig = new JetStreamRig(JetStreamRig.options().build()).withJetStream().listening();
        wire = rig.caller();
        made("$JS.API.STREAM.CREATE.S", "{'name':'S','subjects':['s.>'],'storage':'memory'}");
    }

    @AfterEach
    void stop() throws IOException {
        wire.close();
        rig.close();
    }

    private void made(String subject, String json) throws IOException {
        assertThat(wire.ask(subject, json.replace('\'', '"'))).doesNotContain("\"error\"");
    }

    private void consumer(String fields) throws IOException {
        made(
                "$JS.API.CONSUMER.CREATE.S.C",
                "{'stream_name':'S','config':{'name':'C','durable_name':'C',"
                        + (fields.contains("ack_policy") ? "" : "'ack_policy':'explicit',")
                        + fields
                        + "}}");
    }

    private void published(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            made("s.one", "hello");
        }
    }

    /** Asks for messages that go to a subject of its own. */
    private void pulls(String request) throws IOException {
        String json = request.replace('\'', '"');
        wire.tell(
                "SUB pull 2\r\nPUB $JS.API.CONSUMER.MSG.NEXT.S.C pull "
                        + json.length()
                        + "\r\n"
                        + json
                        + "\r\n");
    }

    private String explained() throws IOException {
        return wire.ask("$MR.EXPLAIN.CONSUMER.S.C", "");
    }

    private void blocks(String name, String sentence) throws IOException {
        String answer = explained();
        assertThat(answer).contains("\"moves\": false");
        assertThat(answer.replaceAll("\\s+", " "))
                .contains("\"name\": \"" + name + "\", \"blocks\": true");
        assertThat(answer).contains(sentence);
        assertThat(answer.lines().filter(line -> line.contains("\"summary\"")).toList())
                .singleElement()
                .asString()
                .contains(sentence);
    }

    @Test
    void nobodyAsks() throws Exception {
        consumer("'deliver_policy':'all'");
        published(2);
        blocks("requests", "No client has a request for messages waiting");
    }

    @Test
    void theStreamIsEmpty() throws Exception {
        consumer("'deliver_policy':'all'");
        pulls("{'batch':1,'expires':60000000000}");
        blocks("messages", "The stream holds no message");
    }

    @Test
    void theFilterMatchesNothing() throws Exception {
        consumer("'deliver_policy':'all','filter_subject':'s.other'");
        published(3);
        pulls("{'batch':1,'expires':60000000000}");
        blocks(
                "messages",
                "No message behind sequence 0 up to the last one, 3, matches its filter");
    }

    @Test
    void itBeginsBehindTheLastMessage() throws Exception {
        published(3);
        consumer("'deliver_policy':'new'");
        pulls("{'batch':1,'expires':60000000000}");
        blocks("messages", "The consumer begins behind sequence 3");
    }

    @Test
    void everythingWaitsForItsAck() throws Exception {
        consumer("'deliver_policy':'all'");
        published(2);
        pulls("{'batch':10,'expires':60000000000}");
        blocks("messages", "2 of those wait for their ack");
    }

    @Test
    void asManyWaitForTheirAckAsMay() throws Exception {
        consumer("'deliver_policy':'all','max_ack_pending':2");
        published(5);
        pulls("{'batch':10,'expires':60000000000}");
        blocks("max_ack_pending", "The first one is sequence 1.");
    }

    @Test
    void itIsPaused() throws Exception {
        consumer("'deliver_policy':'all','pause_until':'2199-01-01T00:00:00Z'");
        published(1);
        pulls("{'batch':1,'expires':60000000000}");
        blocks("paused", "The consumer is paused until 2199-01-01T00:00:00Z");
    }

    @Test
    void anotherClientIsPinned() throws Exception {
        consumer(
                "'deliver_policy':'all','priority_groups':['g'],'priority_policy':'pinned_client',"
                        + "'priority_timeout':60000000000");
        published(1);
        pulls("{'batch':1,'expires':60000000000,'group':'g'}");
        published(1);
        pulls("{'batch':1,'expires':60000000000,'group':'g'}");
        blocks("pinned", "Another client is pinned");
    }

    @Test
    void theOthersAreNotFarEnoughBehind() throws Exception {
        consumer("'deliver_policy':'all','priority_groups':['g'],'priority_policy':'overflow'");
        published(1);
        pulls("{'batch':1,'expires':60000000000,'group':'g','min_pending':100}");
        blocks("overflow", "The min_pending and min_ack_pending of 1 of the waiting requests");
    }

    @Test
    void nobodyListensWhereItPushesTo() throws Exception {
        consumer("'deliver_policy':'all','deliver_subject':'push'");
        published(1);
        blocks("interest", "Nobody listens to the deliver subject push");
    }

    @Test
    void nobodyOfItsQueueGroupListens() throws Exception {
        consumer("'deliver_policy':'all','deliver_subject':'push','deliver_group':'workers'");
        published(1);
        blocks("interest", "push in the queue group workers");
    }

    @Test
    void theClientDoesNotAnswerFlowControl() throws Exception {
        consumer(
                "'ack_policy':'none','deliver_policy':'all','deliver_subject':'push',"
                        + "'flow_control':true,'idle_heartbeat':30000000000");
        wire.tell("SUB push 2\r\n");
        for (int i = 0; i < 6; i++) {
            made("s.large", "x".repeat(900_000));
        }
        blocks("flow_control", "has not answered the flow control request $JS.FC.S.C.");
    }

    @Test
    void theRateIsLimited() throws Exception {
        consumer(
                "'ack_policy':'none','deliver_policy':'all','deliver_subject':'push',"
                        + "'rate_limit_bps':8");
        wire.tell("SUB push 2\r\n");
        published(2);
        blocks("rate_limit", "The rate limit lets the next message go in");
    }

    @Test
    void whatWasGivenUpIsCounted() throws Exception {
        consumer("'deliver_policy':'all','max_deliver':1,'ack_wait':1000000");
        published(1);
        pulls("{'batch':2,'expires':60000000000}");
        String answer = explained();
        while (!answer.contains("1 given up")) {
            answer = explained();
        }
        assertThat(answer)
                .contains("1 messages were delivered 1 times without an ack")
                .contains("\"moves\": false");
    }

    @Test
    void oneThatMovesIsSaidTo() throws Exception {
        consumer("'ack_policy':'none','deliver_policy':'all','deliver_subject':'push'");
        wire.tell("SUB push 2\r\n");
        published(1);
        assertThat(explained())
                .contains("\"moves\": false")
                .contains("Everything up to sequence 1");
    }

    @Test
    void whatIsNotThereIsNamed() throws Exception {
        assertThat(wire.ask("$MR.EXPLAIN.CONSUMER.NONE.C", ""))
                .contains("\"code\": 404")
                .contains("account \\\"$G\\\" has no stream \\\"NONE\\\"");
        assertThat(wire.ask("$MR.EXPLAIN.CONSUMER.S.C", ""))
                .contains("stream \\\"S\\\" has no consumer \\\"C\\\"");
        assertThat(wire.ask("$MR.EXPLAIN.CONSUMER", ""))
                .contains("\"code\": 400")
                .contains("the question lacks \\\"stream\\\"");
        assertThat(wire.ask("$MR.EXPLAIN.CONSUMER", "{\"stream\":\"S\",\"consumer\":\"C\"}"))
                .contains("has no consumer");
        assertThat(wire.ask("$MR.EXPLAIN.WEATHER", "")).contains("there is no such question");
    }
}
