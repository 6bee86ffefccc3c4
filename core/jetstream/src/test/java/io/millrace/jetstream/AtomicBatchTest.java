package io.millrace.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.JetStreamLimits;
import io.millrace.store.StoreException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sentences and numbers are those that nats-server 2.15 has answered. */
class AtomicBatchTest {
    private static final String INCOMPLETE = "10176 atomic publish batch is incomplete";
    private static final String WRONG_LAST = "10164 wrong last sequence";

    private EngineRig rig;

    @BeforeEach
    void start() throws StoreException {
        rig = new EngineRig(new JetStreamLimits.Batch(3, 4, 5, Duration.ofSeconds(1).toNanos()));
        rig.stream("A", "a.>", "\"allow_atomic\":true,\"allow_rollup_hdrs\":true");
        rig.listen("$JS.EVENT.ADVISORY.STREAM.BATCH_ABANDONED.>");
    }

    private String part(String id, int place, String... headers) {
        return part("a.1", id, place, headers);
    }

    private String part(String subject, String id, int place, String... headers) {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Nats-Batch-Id: " + id;
        all[headers.length + 1] = "Nats-Batch-Sequence: " + place;
        return rig.say(subject, "x", all);
    }

    private String commit(String id, int place, String... headers) {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = "Nats-Batch-Commit: 1";
        return part(id, place, all);
    }

    private List<String> abandoned() {
        return rig.heard.stream()
                .map(
                        advisory ->
                                advisory.replaceAll(
                                        ".*\"batch\":\"([^\"]*)\",\"reason\":\"([^\"]*)\".*",
                                        "$1 $2"))
                .toList();
    }

    @Test
    void nothingIsStoredBeforeTheCommitAndAllWithIt() {
        assertThat(part("b", 1)).isEmpty();
        assertThat(part("a.2", "b", 2)).isEmpty();
        assertThat(rig.state("A")).isEqualTo("0 0 0");
        assertThat(commit("b", 3)).isEqualTo("3,\"batch\":\"b\",\"count\":3}");
        assertThat(rig.state("A")).isEqualTo("3 1 3");
        assertThat(rig.stored("A", 2))
                .isEqualTo("a.2 NATS/1.0|Nats-Batch-Id: b|Nats-Batch-Sequence: 2|| x");
        assertThat(rig.heard).isEmpty();
    }

    @Test
    void anEndWithoutAMessageMarksTheLastOne() {
        part("b", 1, "Own: kept");
        assertThat(part("b", 2, "Nats-Batch-Commit: eob"))
                .isEqualTo("1,\"batch\":\"b\",\"count\":1}");
        assertThat(rig.stored("A", 1))
                .isEqualTo(
                        "a.1 NATS/1.0|Own: kept|Nats-Batch-Id: b|Nats-Batch-Sequence: 1"
                                + "|Nats-Batch-Commit: 1|| x");
    }

    @Test
    void isConfirmedOnDiskAndCountsAllOrNothingAfterACrash() throws StoreException {
        commit("first", 1);
        part("b", 1);
        part("b", 2);
        rig.publish(
                "a.1",
                "_R.x",
                "x",
                "Nats-Batch-Id: b",
                "Nats-Batch-Sequence: 3",
                "Nats-Batch-Commit: 1");
        rig.settleWithoutDisk();
        assertThat(rig.answers()).noneMatch(answer -> answer.contains("count"));
        rig.crash();
        assertThat(rig.state("A")).isEqualTo("1 1 1");
        part("c", 1);
        commit("c", 2);
        rig.crash();
        assertThat(rig.state("A")).isEqualTo("3 1 3");
    }

    @Test
    void aGapOrARepetitionEndsIt() {
        part("gap", 1);
        assertThat(part("gap", 3)).isEqualTo(INCOMPLETE);
        assertThat(part("gap", 2)).isEqualTo(INCOMPLETE);
        part("twice", 1);
        assertThat(part("twice", 1)).isEqualTo(INCOMPLETE);
        assertThat(part("unknown", 2)).isEqualTo(INCOMPLETE);
        assertThat(part("empty", 1, "Nats-Batch-Commit: eob")).isEqualTo(INCOMPLETE);
        assertThat(abandoned())
                .containsExactly("gap incomplete", "twice incomplete", "empty incomplete");
        assertThat(rig.state("A")).isEqualTo("0 0 0");
    }

    @Test
    void whatItIsCalledAndHowItEndsIsChecked() {
        assertThat(part("x".repeat(65), 1)).isEqualTo("10179 atomic publish batch ID is invalid");
        assertThat(rig.say("a.1", "x", "Nats-Batch-Id: b"))
                .isEqualTo("10175 atomic publish sequence is missing");
        assertThat(part("b", 1, "Nats-Batch-Commit: yes"))
                .isEqualTo("10200 atomic publish batch commit is invalid");
        assertThat(part("b", 2)).isEqualTo(INCOMPLETE);
        assertThat(part("l", 1, "Nats-Required-Api-Level: 99"))
                .isEqualTo("10185 JetStream minimum api level required");
        assertThat(abandoned()).containsExactly("l unsupported");
        rig.stream("N", "n", "\"max_msgs\":5");
        assertThat(part("n", "b", 1)).isEqualTo("10174 atomic publish is disabled");
    }

    @Test
    void hasAMostOfMessages() {
        for (int i = 1; i <= 5; i++) {
            assertThat(part("fits", i)).isEmpty();
        }
        assertThat(part("fits", 6, "Nats-Batch-Commit: eob")).startsWith("5,");
        for (int i = 1; i <= 5; i++) {
            part("large", i);
        }
        assertThat(commit("large", 6)).isEqualTo("10199 atomic publish batch is too large: 5");
        assertThat(abandoned()).containsExactly("large large");
    }

    @Test
    void onlySoManyWaitAtATime() {
        rig.stream("B", "b", "\"allow_atomic\":true,\"storage\":\"memory\"");
        String tooMany = "10210 atomic publish too many inflight";
        part("1", 1);
        part("2", 1);
        part("3", 1);
        assertThat(commit("4", 1)).isEqualTo(tooMany);
        assertThat(part("b", "1", 1)).isEmpty();
        assertThat(part("b", "2", 1)).isEqualTo(tooMany);
        commit("1", 2);
        assertThat(part("b", "2", 1)).isEmpty();
    }

    @Test
    void isGivenUpWhenNothingIsHeardOfIt() {
        part("b", 1);
        rig.pass(Duration.ofMillis(900));
        part("b", 2);
        rig.pass(Duration.ofMillis(900));
        assertThat(rig.heard).isEmpty();
        rig.pass(Duration.ofMillis(200));
        assertThat(abandoned()).containsExactly("b timeout");
        assertThat(commit("b", 3)).isEqualTo(INCOMPLETE);
    }

    @Test
    void expectationsAreHeldAgainstTheStreamBeforeIt() {
        rig.say("a.1", "x");
        part("b", 1, "Nats-Expected-Last-Sequence: 1");
        assertThat(commit("b", 2)).startsWith("3,");
        part("c", 1, "Nats-Expected-Last-Sequence: 9");
        assertThat(commit("c", 2)).isEqualTo("10071 wrong last sequence: 3");
        part("d", 1);
        assertThat(commit("d", 2, "Nats-Expected-Last-Sequence: 3"))
                .isEqualTo("10071 wrong last sequence: 4");
        part("e", 1);
        assertThat(commit("e", 2, "Nats-Expected-Last-Sequence: 4")).isEqualTo(WRONG_LAST);
        part("f", 1);
        assertThat(commit("f", 2, "Nats-Expected-Last-Subject-Sequence: 3")).isEqualTo(WRONG_LAST);
        part("g", 1, "Nats-Expected-Last-Subject-Sequence: 3");
        assertThat(commit("g", 2)).startsWith("5,");
        part("h", 1, "Nats-Expected-Last-Msg-Id: q");
        assertThat(commit("h", 2))
                .isEqualTo(
                        "10177 atomic publish unsupported header used:"
                                + " Nats-Expected-Last-Msg-Id");
    }

    @Test
    void anIdMayStandInItOnceAndIsKnownAfterwards() {
        String twice = "10201 atomic publish batch contains duplicate message id";
        rig.say("a.1", "x", "Nats-Msg-Id: K");
        assertThat(commit("b", 1, "Nats-Msg-Id: K")).isEqualTo(twice);
        part("c", 1, "Nats-Msg-Id: L");
        assertThat(commit("c", 2, "Nats-Msg-Id: L")).isEqualTo(twice);
        assertThat(commit("d", 1, "Nats-Msg-Id: L")).startsWith("2,");
        assertThat(rig.say("a.1", "x", "Nats-Msg-Id: L")).isEqualTo("2,\"duplicate\": true}");
    }

    @Test
    void aRollUpTakesWhatWasThereButNothingOfTheBatch() {
        rig.say("a.1", "x");
        part("a.2", "b", 1);
        assertThat(commit("b", 2, "Nats-Rollup: all")).isEqualTo("10111 batch rollup all invalid");
        part("c", 1);
        assertThat(commit("c", 2, "Nats-Rollup: sub")).isEqualTo("10111 batch rollup sub invalid");
        part("d", 1, "Nats-Rollup: sub");
        assertThat(commit("d", 2)).startsWith("3,");
        assertThat(rig.state("A")).isEqualTo("2 2 3");
    }

    @Test
    void theLimitsOfTheStreamCountAllOfItsMessages() {
        rig.stream("L", "l.>", "\"allow_atomic\":true,\"max_msgs\":2,\"discard\":\"new\"");
        part("l.1", "b", 1);
        part("l.2", "b", 2);
        assertThat(part("l.3", "b", 3, "Nats-Batch-Commit: 1"))
                .isEqualTo("10077 maximum messages exceeded");
        assertThat(rig.state("L")).isEqualTo("0 0 0");
        rig.stream("O", "o.>", "\"allow_atomic\":true,\"max_msgs\":2");
        part("o.1", "b", 1);
        part("o.2", "b", 2);
        assertThat(part("o.3", "b", 3, "Nats-Batch-Commit: 1")).startsWith("3,");
        assertThat(rig.state("O")).isEqualTo("2 2 3");
    }

    @Test
    void countersInItCountOn() {
        rig.stream("C", "c", "\"allow_atomic\":true,\"allow_msg_counter\":true");
        rig.say("c", "", "Nats-Incr: 1");
        for (int i = 1; i <= 3; i++) {
            rig.say(
                    "c",
                    "",
                    "Nats-Incr: " + i,
                    "Nats-Batch-Id: b",
                    "Nats-Batch-Sequence: " + i,
                    i == 3 ? "Nats-Batch-Commit: 1" : "Own: x");
        }
        assertThat(rig.stored("C", 3)).endsWith("{\"val\":\"4\"}");
        assertThat(rig.stored("C", 4)).endsWith("{\"val\":\"7\"}");
    }

    @Test
    void endsWithThePermissionAndWithTheStream() {
        part("b", 1);
        rig.api("STREAM.UPDATE.A", "{\"name\":\"A\",\"subjects\":[\"a.>\"]}");
        assertThat(commit("b", 2)).isEqualTo("10174 atomic publish is disabled");
        rig.api("STREAM.UPDATE.A", "{\"name\":\"A\",\"subjects\":[\"a.>\"],\"allow_atomic\":true}");
        assertThat(commit("b", 2)).isEqualTo(INCOMPLETE);
        part("c", 1);
        rig.api("STREAM.DELETE.A", "");
        rig.pass(Duration.ofSeconds(2));
        assertThat(rig.heard).isEmpty();
    }
}
