package io.millrace.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What takes long is done piece by piece, and nobody sees it half done. */
final class LongWorkTest {
    private static final int MESSAGES = 20_000;

    private EngineRig rig;

    @BeforeEach
    void start() throws Exception {
        rig = new EngineRig();
    }

    private void fill(String more) {
        rig.stream("S", "s.>", more);
        publish();
    }

    private void publish() {
        for (int i = 0; i < MESSAGES; i++) {
            rig.publish("s." + (i % 2 == 0 ? "even" : "odd") + "." + i, "", "m");
        }
        rig.settle();
        rig.answers().clear();
    }

    /** Asks for something, and says after how many turns the first answer came. */
    private int turnsUntilAnswered() {
        int turns = 0;
        while (rig.answers().isEmpty()) {
            rig.turn();
            assertThat(turns++).isLessThan(10_000);
        }
        return turns;
    }

    @Test
    void aPurgeIsSeenWholeByWhoAsksMeanwhile() throws Exception {
        fill("\"allow_direct\":true");
        rig.publish("$JS.API.STREAM.PURGE.S", "_R.purge", "{\"filter\":\"s.odd.*\"}");
        rig.turn();
        rig.publish("$JS.API.STREAM.INFO.S", "_R.info", "");
        rig.publish("$JS.API.STREAM.LIST", "_R.list", "");
        rig.publish("$JS.API.DIRECT.GET.S", "_R.direct", "{\"next_by_subj\":\"s.odd.*\"}");
        rig.publish("s.odd.new", "_R.ack", "comes meanwhile");
        turnsUntilAnswered();
        assertThat(rig.answers().getFirst())
                .as("a publish need not wait")
                .contains("\"seq\":20001");
        rig.answers().clear();
        assertThat(turnsUntilAnswered()).isGreaterThan(5);
        rig.settle();
        assertThat(rig.answers()).hasSize(4);
        assertThat(rig.answers()).anySatisfy(a -> assertThat(a).contains("\"purged\":10000"));
        assertThat(rig.answers()).anySatisfy(a -> assertThat(a).endsWith("comes meanwhile"));
        assertThat(rig.answers().stream().filter(a -> a.contains("\"messages\":10001,")))
                .hasSize(2);
        rig.crash();
        assertThat(rig.state("S")).isEqualTo("10001 1 20001");
    }

    @Test
    void aPublishThatDependsOnWhatIsThereSeesTheEndOfThePurge() {
        fill("\"max_msgs\":20001");
        rig.publish("$JS.API.STREAM.PURGE.S", "_R.purge", "{\"filter\":\"s.odd.*\"}");
        rig.turn();
        rig.publish("s.odd.1", "_R.ack", "x", "Nats-Expected-Last-Subject-Sequence: 0");
        rig.settle();
        assertThat(rig.answers()).anySatisfy(a -> assertThat(a).contains("\"seq\":20001"));
        assertThat(rig.answers()).anySatisfy(a -> assertThat(a).contains("\"purged\":10000"));
        assertThat(rig.state("S")).isEqualTo("10001 1 20001");
    }

    @Test
    void nothingIsDeliveredUntilAPurgeIsOver() {
        fill("\"max_age\":0");
        rig.api(
                "CONSUMER.CREATE.S.C",
                "{\"stream_name\":\"S\",\"config\":{\"durable_name\":\"C\","
                        + "\"filter_subject\":\"s.odd.*\"}}");
        rig.publish("$JS.API.STREAM.PURGE.S", "", "{\"filter\":\"s.odd.*\"}");
        rig.turn();
        rig.answers().clear();
        rig.publish(
                "$JS.API.CONSUMER.MSG.NEXT.S.C", "_R.next", "{\"batch\":5,\"expires\":1000000000}");
        rig.settle();
        assertThat(rig.answers()).isEmpty();
        rig.publish("s.odd.new", "", "behind the purge");
        rig.settle();
        assertThat(rig.answers()).containsExactly("behind the purge");
    }

    @Test
    void whatNobodyWantsAnyMoreGoesBeforeTheDeletionOfAConsumerIsConfirmed() {
        rig.stream("S", "s.>", "\"retention\":\"interest\"");
        consumer("A", "s.>");
        consumer("B", "s.even.*");
        publish();
        rig.publish("$JS.API.CONSUMER.DELETE.S.A", "_R.delete", "");
        assertThat(turnsUntilAnswered()).isGreaterThan(10);
        assertThat(rig.answers()).singleElement().asString().contains("\"success\":true");
        assertThat(rig.state("S")).isEqualTo("10000 1 20000");
        rig.api("CONSUMER.DELETE.S.B", "");
        assertThat(rig.state("S")).isEqualTo("0 20001 20000");
    }

    private void consumer(String name, String filter) {
        rig.api(
                "CONSUMER.CREATE.S." + name,
                "{\"stream_name\":\"S\",\"config\":{\"durable_name\":\""
                        + name
                        + "\",\"ack_policy\":\"explicit\",\"filter_subject\":\""
                        + filter
                        + "\"}}");
    }

    @Test
    void aTighterLimitIsOneCut() {
        fill("\"max_msgs\":-1");
        assertThat(
                        rig.api(
                                "STREAM.UPDATE.S",
                                "{\"name\":\"S\",\"subjects\":[\"s.>\"],\"max_msgs\":100}"))
                .contains("\"messages\":100,", "\"first_seq\":19901,");
    }

    @Test
    void timesToLiveAreFoundAfterAStartPieceByPiece() throws Exception {
        rig.stream("S", "s.>", "\"allow_msg_ttl\":true");
        for (int i = 0; i < 3000; i++) {
            rig.publish("s." + i, "", "m", i % 3 == 0 ? "Nats-TTL: 1h" : "X: y");
        }
        rig.settle();
        rig.restart();
        rig.pass(Duration.ofMinutes(61));
        assertThat(rig.state("S")).isEqualTo("2000 2 3000");
    }
}
