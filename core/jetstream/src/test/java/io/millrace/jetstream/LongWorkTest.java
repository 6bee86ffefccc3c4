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

    private static final String NEWEST =
            "{\"stream_name\":\"S\",\"config\":{\"durable_name\":\"C\",\"ack_policy\":\"none\","
                    + "\"deliver_policy\":\"last_per_subject\",\"filter_subject\":\"s.*.*\"}}";

    @Test
    void aConsumerThatBeginsWithTheNewestOfManySubjectsIsMadeWhileOthersPublish() {
        fill("\"max_msgs_per_subject\":1");
        rig.publish("$JS.API.CONSUMER.CREATE.S.C", "_R.made", NEWEST);
        rig.turn();
        rig.publish("s.odd.1", "_R.ack", "again");
        rig.publish("$JS.API.STREAM.NAMES", "_R.names", "");
        turnsUntilAnswered();
        rig.settle();
        assertThat(rig.answers().subList(0, 2)).noneMatch(a -> a.contains("num_pending"));
        assertThat(rig.answers().getLast()).contains("\"num_pending\":20000,");
        rig.answers().clear();
        int received = 0;
        for (int i = 0; i < 21; i++) {
            rig.ask(
                    "$JS.API.CONSUMER.MSG.NEXT.S.C",
                    "{\"batch\":1000,\"no_wait\":true,\"expires\":1000000}");
            received += (int) rig.answers().stream().filter(a -> !a.startsWith("NATS")).count();
        }
        assertThat(received).isEqualTo(20_000);
    }

    @Test
    void afterAStartTheSubjectsAreCountedWhileMessagesComeAndGo() throws Exception {
        fill("\"max_age\":0");
        rig.restart();
        rig.publish("$JS.API.STREAM.INFO.S", "_R.info", "");
        rig.turn();
        rig.publish("s.odd.new", "_R.ack", "x");
        rig.publish("$JS.API.STREAM.MSG.DELETE.S", "_R.del", "{\"seq\":7}");
        rig.publish("$JS.API.STREAM.MSG.DELETE.S", "_R.del", "{\"seq\":19999}");
        rig.settle();
        assertThat(rig.answers().getLast())
                .contains("\"messages\":19999,", "\"num_subjects\":19999,");
        assertThat(rig.answers().subList(0, 3)).noneMatch(a -> a.contains("num_subjects"));
    }

    @Test
    void aConsumerIsCountedWhileMessagesComeAndGo() throws Exception {
        fill("\"max_age\":0");
        rig.restart();
        rig.publish(
                "$JS.API.CONSUMER.CREATE.S.C",
                "_R.made",
                NEWEST.replace("last_per_subject", "all").replace("s.*.*", "s.odd.*"));
        for (int i = 0; i < 10; i++) {
            rig.turn();
            rig.publish("s.odd.new" + i, "", "x");
            rig.publish("$JS.API.STREAM.MSG.DELETE.S", "", "{\"seq\":" + (2000 * i + 2) + "}");
        }
        rig.settle();
        assertThat(rig.api("CONSUMER.INFO.S.C", "")).contains("\"num_pending\":10000,");
        assertThat(rig.api("CONSUMER.DELETE.S.C", "")).contains("\"success\":true");
        assertThat(
                        rig.api(
                                "CONSUMER.CREATE.S.C",
                                NEWEST.replace("last_per_subject", "all")
                                        .replace("s.*.*", "s.odd.*")))
                .contains("\"num_pending\":10000,");
    }

    @Test
    void whatIsReplacedIsNotPendingAnyMore() {
        rig.stream("S", "s.>", "\"max_msgs_per_subject\":1");
        for (int i = 0; i < 6; i++) {
            rig.ask("s.x." + i % 4, "x");
        }
        assertThat(rig.api("CONSUMER.CREATE.S.C", NEWEST)).contains("\"num_pending\":4,");
        rig.ask("s.x.0", "y");
        rig.ask("s.x.9", "y");
        assertThat(rig.api("CONSUMER.INFO.S.C", "")).contains("\"num_pending\":5,");
        rig.api("STREAM.MSG.DELETE.S", "{\"seq\":3}");
        assertThat(rig.api("CONSUMER.INFO.S.C", "")).contains("\"num_pending\":4,");
    }

    @Test
    void aTighterLimitOfEachSubjectIsPutInForceWhileOthersPublish() throws Exception {
        rig.stream("S", "s.>", "\"max_age\":0");
        for (int i = 0; i < MESSAGES; i++) {
            rig.publish("s." + i % 100, "", "m");
        }
        rig.settle();
        rig.answers().clear();
        rig.publish(
                "$JS.API.STREAM.UPDATE.S",
                "_R.update",
                "{\"name\":\"S\",\"subjects\":[\"s.>\"],\"max_msgs_per_subject\":3}");
        rig.turn();
        for (int i = 0; i < 5; i++) {
            rig.publish("s.7", "_R.ack", "new");
            rig.turn();
        }
        rig.settle();
        assertThat(rig.answers().subList(0, 5)).allMatch(a -> a.contains("\"seq\":2000"));
        assertThat(rig.answers().getLast())
                .contains("\"messages\":300,", "\"first_seq\":19701,", "\"last_seq\":20005,");
        assertThat(rig.stored("S", 20003)).isNotEmpty();
        assertThat(rig.stored("S", 20002)).isEmpty();
        rig.crash();
        assertThat(rig.state("S")).isEqualTo("300 19701 20005");
    }

    @Test
    void aTighterLimitIsFinishedAfterACrash() throws Exception {
        rig.stream("S", "s.>", "\"max_age\":0");
        for (int i = 0; i < 60_000; i++) {
            rig.publish("s." + i % 100, "", "m");
        }
        rig.settle();
        rig.publish(
                "$JS.API.STREAM.UPDATE.S",
                "",
                "{\"name\":\"S\",\"subjects\":[\"s.>\"],\"max_msgs_per_subject\":3}");
        for (int i = 0; i < 6; i++) {
            rig.turn();
        }
        rig.crash();
        rig.settle();
        assertThat(rig.state("S")).isEqualTo("300 59701 60000");
    }

    @Test
    void whereNewMessagesAreRefusedATighterTotalTakesNothingOut() {
        rig.stream("S", "s.>", "\"discard\":\"new\"");
        for (int i = 0; i < 10; i++) {
            rig.ask("s." + i, "m");
        }
        assertThat(
                        rig.api(
                                "STREAM.UPDATE.S",
                                "{\"name\":\"S\",\"subjects\":[\"s.>\"],\"discard\":\"new\","
                                        + "\"max_msgs\":5,\"max_bytes\":100}"))
                .contains("\"messages\":10,");
        assertThat(rig.say("s.1", "m")).startsWith("10077 maximum messages exceeded");
    }

    @Test
    void theNewestUpToASequenceAreAllFoundWhereMostSubjectsAreNewer() {
        fill("\"allow_direct\":true");
        rig.ask("$JS.API.DIRECT.GET.S", "{\"multi_last\":[\"s.>\"],\"up_to_seq\":500}");
        assertThat(rig.answers()).hasSize(501);
        rig.ask("$JS.API.DIRECT.GET.S", "{\"multi_last\":[\"s.>\"],\"up_to_seq\":1025}");
        assertThat(rig.answers().getFirst()).contains("413 Too Many Results");
    }
}
