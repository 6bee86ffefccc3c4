package io.millrace.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.store.StoreException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sentences and numbers are those that nats-server 2.15 has answered. */
class CounterPublishTest {
    private static final String INVALID = "10171 message counter increment is invalid";

    private EngineRig rig;

    @BeforeEach
    void start() throws StoreException {
        rig = new EngineRig();
        rig.stream("C", "c.>", "\"allow_msg_counter\":true,\"allow_rollup_hdrs\":true");
    }

    @Test
    void countsUpAndDownAndSaysWhereItStands() {
        assertThat(rig.say("c.a", "", "Nats-Incr: 1")).isEqualTo("1,\"val\":\"1\"}");
        assertThat(rig.say("c.a", "", "Nats-Incr: +5")).isEqualTo("2,\"val\":\"6\"}");
        assertThat(rig.say("c.a", "", "Nats-Incr: -30")).isEqualTo("3,\"val\":\"-24\"}");
        assertThat(rig.say("c.b", "", "Nats-Incr: 0")).isEqualTo("4,\"val\":\"0\"}");
        assertThat(rig.say("c.a", "", "Nats-Incr: 99999999999999999999999999"))
                .isEqualTo("5,\"val\":\"99999999999999999999999975\"}");
        assertThat(rig.stored("C", 2)).isEqualTo("c.a NATS/1.0|Nats-Incr: +5|| {\"val\":\"6\"}");
    }

    @Test
    void goesOnWhereItStoodAfterACrash() throws StoreException {
        rig.say("c.a", "", "Nats-Incr: 41");
        rig.crash();
        assertThat(rig.say("c.a", "", "Nats-Incr: 1")).isEqualTo("2,\"val\":\"42\"}");
    }

    @Test
    void confirmsOnlyWhatIsOnDisk() {
        rig.publish("c.a", "_R.x", "", "Nats-Incr: 1");
        rig.settleWithoutDisk();
        assertThat(rig.answers()).noneMatch(answer -> answer.contains("val"));
        rig.settle();
        assertThat(rig.answers()).anyMatch(answer -> answer.contains("\"val\":\"1\""));
    }

    @Test
    void refusesWhatIsNoStep() {
        for (String bad : new String[] {"abc", "1.5", "--1", "+", "0x10", "1_000", "1 ", "1e5"}) {
            assertThat(rig.say("c.a", "", "Nats-Incr: " + bad)).as(bad).isEqualTo(INVALID);
        }
        assertThat(rig.say("c.a", "", "Nats-Incr: ")).startsWith("10169");
        assertThat(rig.say("c.a", "")).isEqualTo("10169 message counter increment is missing");
        assertThat(rig.say("c.a", "body", "Nats-Incr: 1"))
                .isEqualTo("10170 message counter has payload");
        assertThat(rig.say("c.a", "", "Nats-Incr: 1", "Nats-Rollup: sub")).isEqualTo(INVALID);
        assertThat(rig.say("c.a", "", "Nats-Incr: 1", "Nats-Expected-Stream: C"))
                .isEqualTo(INVALID);
        assertThat(rig.say("c.a", "", "Nats-Incr: 1", "Nats-TTL: 5s"))
                .isEqualTo("10166 per-message TTL is disabled");
        rig.stream("N", "n", "\"max_msgs\":5");
        assertThat(rig.say("n", "", "Nats-Incr: 1"))
                .isEqualTo("10168 message counters is disabled");
        assertThat(rig.state("C")).isEqualTo("0 0 0");
    }

    /** One that has a million digits would hold everybody up. */
    @Test
    void refusesAStepThatTakesTooLongToRead() {
        String most = "9".repeat(CounterRules.DIGITS_MAX);
        assertThat(rig.say("c.a", "", "Nats-Incr: " + most)).contains(most);
        assertThat(rig.say("c.a", "", "Nats-Incr: " + most)).startsWith("2,\"val\":\"1999");
        assertThat(rig.say("c.a", "", "Nats-Incr: 9" + most)).isEqualTo(INVALID);
    }

    @Test
    void aMessageThatIsKnownIsNotCountedAgain() {
        rig.say("c.a", "", "Nats-Incr: 1", "Nats-Msg-Id: m");
        assertThat(rig.say("c.a", "", "Nats-Incr: 1", "Nats-Msg-Id: m"))
                .isEqualTo("1,\"duplicate\": true}");
        assertThat(rig.say("c.a", "", "Nats-Incr: 1")).contains("\"val\":\"2\"");
    }

    @Test
    void keepsHowFarEachSourceWasCounted() {
        rig.say("c.a", "", "Nats-Counter-Sources: {\"X\":{\"y\":\"5\"}}", "Nats-Incr: 1");
        rig.say("c.a", "", "Nats-Incr: 1", "Own: kept");
        assertThat(rig.stored("C", 2))
                .isEqualTo(
                        "c.a NATS/1.0|Nats-Incr: 1|Own: kept|Nats-Counter-Sources:"
                                + " {\"X\":{\"y\":\"5\"}}|| {\"val\":\"2\"}");
    }

    @Test
    void theBodyCountsForTheSizeOfAMessage() {
        rig.stream("L", "l", "\"allow_msg_counter\":true,\"max_msg_size\":36");
        assertThat(rig.say("l", "", "Nats-Incr: 1"))
                .isEqualTo("10054 message size exceeds maximum allowed");
    }
}
