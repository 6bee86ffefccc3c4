package io.millrace.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.JetStreamLimits;
import io.millrace.store.StoreException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sentences and numbers are those that nats-server 2.15 has answered. */
class FastIngestTest {
    private static final int START = 0;
    private static final int APPEND = 1;
    private static final int COMMIT = 2;
    private static final int COMMIT_WITHOUT = 3;
    private static final int PING = 4;
    private static final String UNKNOWN = "10208 batch publish ID unknown";
    private static final String PATTERN = "10206 batch publish pattern is invalid";

    private EngineRig rig;

    @BeforeEach
    void start() throws StoreException {
        rig = new EngineRig(new JetStreamLimits.Batch(50, 50, 50, Duration.ofSeconds(1).toNanos()));
        rig.stream("F", "f.>", "\"allow_batched\":true,\"max_msg_size\":100");
    }

    private String say(String id, Object gap, long place, int operation, String... headers) {
        return say(id, "2." + gap + "." + place + "." + operation, headers);
    }

    private String say(String id, String rest, String... headers) {
        rig.answers().clear();
        rig.publish("f.a", "_R." + id + "." + rest + ".$FI", "x", headers);
        rig.settle();
        return String.join(" ", rig.answers().stream().map(EngineRig::brief).toList());
    }

    private static String ack(long place, int flow) {
        return "{\"type\":\"ack\",\"seq\":" + place + ",\"msgs\":" + flow + "}";
    }

    private static String gap(long expected, long place) {
        return "{\"type\":\"gap\",\"last_seq\":" + expected + ",\"seq\":" + place + "}";
    }

    private static String done(long sequence, String id, long count) {
        return sequence + ",\"batch\":\"" + id + "\",\"count\":" + count + "}";
    }

    @Test
    void storesAtOnceAndAcknowledgesAsOftenAsTheFlowSays() {
        assertThat(say("u", "fail", 1, START)).isEqualTo(ack(0, 2));
        assertThat(rig.state("F")).isEqualTo("1 1 1");
        assertThat(say("u", "fail", 2, APPEND)).isEqualTo(ack(2, 2));
        assertThat(say("u", "fail", 3, APPEND)).isEmpty();
        assertThat(say("u", "fail", 4, APPEND)).isEqualTo(ack(4, 2));
        assertThat(say("u", "fail", 4, PING)).isEqualTo(ack(4, 2));
        assertThat(say("u", "fail", 5, COMMIT)).isEqualTo(done(5, "u", 5));
        assertThat(say("v", "fail", 1, COMMIT)).isEqualTo(done(6, "v", 1));
        say("w", "fail", 1, START);
        assertThat(say("w", "fail", 2, COMMIT_WITHOUT)).isEqualTo(done(7, "w", 1));
        assertThat(say("w", "fail", 3, APPEND)).isEqualTo(UNKNOWN);
        assertThat(rig.stored("F", 1)).isEqualTo("f.a  x");
    }

    @Test
    void whoComesLaterStartsSlowlyAndShares() {
        assertThat(say("a", "1000.ok.1.0")).isEqualTo(ack(0, 500));
        assertThat(say("b", "5.ok.1.0")).isEqualTo(ack(0, 1) + " " + ack(1, 2));
        assertThat(say("b", "5.ok.2.1")).isEmpty();
        assertThat(say("b", "5.ok.3.1")).isEqualTo(ack(3, 4));
        assertThat(say("b", "5.ok.7.1")).isEqualTo(gap(4, 7) + " " + ack(7, 5));
        assertThat(say("a", "1000.ok.500.1")).isEqualTo(gap(2, 500) + " " + ack(500, 250));
    }

    @Test
    void aGapEndsTheBatchThatWantsNone() {
        say("u", "fail", 1, START);
        assertThat(say("u", "fail", 5, APPEND)).isEqualTo(gap(2, 5) + " " + done(1, "u", 1));
        assertThat(say("u", "fail", 6, APPEND)).isEqualTo(UNKNOWN);
        say("p", "fail", 1, START);
        assertThat(say("p", "fail", 4, PING)).isEqualTo(gap(2, 5) + " " + done(2, "p", 1));
    }

    @Test
    void aGapIsSaidAndPassedOverWhereItMayBe() {
        say("u", "ok", 1, START);
        assertThat(say("u", "ok", 5, APPEND)).isEqualTo(gap(2, 5) + " " + ack(4, 2));
        assertThat(say("u", "ok", 6, COMMIT)).isEqualTo(done(3, "u", 6));
        say("b", "ok", 1, START);
        say("b", "ok", 2, APPEND);
        assertThat(say("b", "ok", 2, APPEND)).isEqualTo(gap(3, 2) + " " + done(5, "b", 2));
    }

    @Test
    void anErrorEndsTheBatchThatWantsNoGap() {
        String wrong = "Nats-Expected-Last-Sequence: 99";
        say("u", "fail", 1, START);
        assertThat(say("u", "fail", 2, APPEND, wrong))
                .isEqualTo("10071 wrong last sequence: 1 " + done(1, "u", 1));
        assertThat(say("f", "fail", 1, COMMIT, wrong)).isEqualTo("10071 wrong last sequence: 1");
        assertThat(say("g", "fail", 1, START, wrong))
                .isEqualTo(ack(0, 2) + " 10071 wrong last sequence: 1");
        assertThat(say("g", "fail", 2, COMMIT)).isEqualTo(UNKNOWN);
    }

    @Test
    void anErrorIsSaidAndPassedOverWhereGapsMayBe() {
        String wrong = "Nats-Expected-Last-Sequence: 99";
        say("u", "ok", 1, START);
        rig.answers().clear();
        say("u", "ok", 2, APPEND, wrong);
        assertThat(rig.answers())
                .containsExactly(
                        "{\"type\":\"err\",\"seq\":2,\"error\":{\"code\":400,\"err_code\":10071,"
                                + "\"description\":\"wrong last sequence: 1\"}}");
        assertThat(say("u", "ok", 3, APPEND)).isEqualTo(ack(2, 2));
        assertThat(say("u", "ok", 4, COMMIT, wrong))
                .isEqualTo("10071 wrong last sequence: 2 " + done(2, "u", 3));
    }

    @Test
    void whatIsTooLargeIsAsIfItHadNotCome() {
        say("u", "ok", 1, START);
        rig.answers().clear();
        rig.publish("f.a", "_R.u.2.ok.2.1.$FI", "x".repeat(101));
        rig.settle();
        assertThat(rig.answers().getFirst()).contains("10054");
        assertThat(say("u", "ok", 3, COMMIT)).isEqualTo(gap(2, 3) + " " + done(2, "u", 3));
    }

    @Test
    void aKnownMessageIsPassedOver() {
        rig.say("f.a", "x", "Nats-Msg-Id: K");
        say("u", "fail", 1, START);
        assertThat(say("u", "fail", 2, COMMIT, "Nats-Msg-Id: K"))
                .isEqualTo(ack(2, 2) + " " + done(2, "u", 2));
        assertThat(say("v", "fail", 1, COMMIT, "Nats-Msg-Id: K"))
                .isEqualTo("1,\"duplicate\": true,\"batch\":\"v\",\"count\":1}");
    }

    @Test
    void confirmsOnlyWhatIsOnDisk() {
        say("u", "fail", 1, START);
        rig.answers().clear();
        rig.publish("f.a", "_R.u.2.fail.2.1.$FI", "x");
        rig.settleWithoutDisk();
        assertThat(rig.answers()).isEmpty();
        rig.settle();
        assertThat(rig.answers()).containsExactly(ack(2, 2));
    }

    @Test
    void theReplyMustMakeSense() {
        for (String bad :
                new String[] {
                    "2.perhaps.1.0",
                    "2.fail.1.9",
                    "2.fail.0.0",
                    "2.fail.2.0",
                    "2.fail.1.1",
                    "2.fail.1.3",
                    "2.fail.+1.0",
                    "2.fail.1.x",
                    "1.0"
                }) {
            assertThat(say("u", bad)).as(bad).isEqualTo(PATTERN);
        }
        assertThat(say("u", "2.fail.5.1")).isEqualTo(UNKNOWN);
        assertThat(say("u", "2.fail.1.4")).isEqualTo(UNKNOWN);
        assertThat(say("z".repeat(65), "2.fail.1.0"))
                .isEqualTo("10207 batch publish ID is invalid");
        rig.stream("N", "n", "\"max_msgs\":5");
        rig.answers().clear();
        rig.publish("n", "_R.u.2.fail.1.0.$FI", "x");
        rig.settle();
        assertThat(EngineRig.brief(rig.answers().getFirst()))
                .isEqualTo("10205 batch publish is disabled");
    }

    @Test
    void isForgottenWhenNothingIsHeardOfIt() {
        say("u", "ok", 1, START);
        rig.pass(Duration.ofMillis(900));
        say("u", "ok", 1, PING);
        rig.pass(Duration.ofMillis(900));
        assertThat(say("u", "ok", 2, APPEND)).isEqualTo(ack(2, 2));
        rig.pass(Duration.ofMillis(1100));
        assertThat(say("u", "ok", 3, APPEND)).isEqualTo(UNKNOWN);
    }

    @Test
    void onlySoManyAreOpenAtATime() {
        for (int i = 0; i < 1000; i++) {
            rig.publish("f.a", "_R.i" + i + ".2.ok.1.0.$FI", "x");
        }
        rig.settle();
        assertThat(say("one", "ok", 1, COMMIT)).isEqualTo("10211 batch publish too many inflight");
        assertThat(rig.state("F")).isEqualTo("1000 1 1000");
        say("i7", "ok", 2, COMMIT);
        assertThat(say("one", "ok", 1, COMMIT)).isEqualTo(done(1002, "one", 1));
    }
}
