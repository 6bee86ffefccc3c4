package io.millrace.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.JetStreamLimits;
import io.millrace.runtime.DiskException;
import io.millrace.store.StoreOptions;
import io.millrace.testkit.SimulatedDisk.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Disk and clock do their worst: everybody is answered, nothing is lost, and it passes. */
final class FaultTest {
    private static final String NO_ROOM = "10023 insufficient resources";

    private EngineRig rig;

    @BeforeEach
    void aStreamWithOneMessage() throws Exception {
        rig = new EngineRig(JetStreamLimits.Batch.DEFAULTS, StoreOptions.tiny());
        rig.stream("S", "s.>", "\"allow_direct\":true");
        rig.api(
                "CONSUMER.CREATE.S.C",
                "{\"stream_name\":\"S\",\"config\":{\"durable_name\":\"C\","
                        + "\"ack_policy\":\"explicit\",\"ack_wait\":30000000000}}");
        assertThat(rig.say("s.1", "first")).isEqualTo("1}");
    }

    /** Publishes, and says whether it was confirmed; there is always an answer. */
    private boolean publish(String body, String refusal) {
        String answer = rig.say("s.1", body);
        assertThat(answer).isNotEqualTo("nothing");
        if (answer.matches("\\d+}")) {
            return true;
        }
        assertThat(answer).startsWith(refusal);
        return false;
    }

    private int publishUntilRefused(String refusal) {
        for (int confirmed = 0; confirmed < 2000; confirmed++) {
            if (!publish("x".repeat(100), refusal)) {
                return confirmed;
            }
            rig.live(Duration.ofMillis(100));
        }
        throw new AssertionError("never refused");
    }

    private String next() {
        return rig.ask("$JS.API.CONSUMER.MSG.NEXT.S.C", "{\"batch\":1,\"no_wait\":true}");
    }

    @Test
    void onAFullDiskPublishesAreRefusedReadsGoOnAndRoomEndsIt() throws Exception {
        rig.disk.capacity(rig.disk.usedBytes());
        int confirmed = 1 + publishUntilRefused(NO_ROOM);
        for (int i = 0; i < 20; i++) {
            assertThat(publish("x".repeat(100), NO_ROOM)).isFalse();
            rig.live(Duration.ofMillis(300));
        }
        assertThat(rig.stored("S", 1)).isEqualTo("s.1  first");
        assertThat(rig.ask("$JS.API.DIRECT.GET.S", "{\"seq\":1}")).endsWith("first");
        assertThat(next()).isEqualTo("first");
        assertThat(rig.state("S")).isEqualTo(confirmed + " 1 " + confirmed);
        assertThat(rig.engine().view().refusal()).isNotNull();
        assertThat(rig.warnings).isNotEmpty();
        assertThat(rig.api("STREAM.PURGE.S", "{\"seq\":2}")).contains("\"purged\":1");
        rig.disk.capacity(Long.MAX_VALUE);
        rig.live(Duration.ofSeconds(3));
        assertThat(publish("room again", "-")).as("without anybody's doing").isTrue();
        assertThat(rig.engine().view().refusal()).isNull();
        rig.crash();
        assertThat(rig.state("S")).isEqualTo(confirmed + " 2 " + (confirmed + 1));
        assertThat(rig.stored("S", confirmed + 1)).endsWith("room again");
    }

    @Test
    void aDiskThatFailsIsToldToThePublisherAndPasses() throws Exception {
        for (Call failing : List.of(Call.WRITE, Call.SYNC, Call.CREATE)) {
            rig.warnings.clear();
            rig.disk.fault((call, path) -> call == failing ? DiskException.Code.IO : null);
            for (int i = 0; i < 200 && publish("x".repeat(100), "10077 "); i++) {
                rig.live(Duration.ofMillis(100));
            }
            assertThat(publish("refused", "10077 ")).as(failing.toString()).isFalse();
            assertThat(rig.stored("S", 1)).isEqualTo("s.1  first");
            assertThat(rig.warnings).as(failing.toString()).isNotEmpty();
            rig.disk.heal();
            rig.live(Duration.ofSeconds(3));
            assertThat(publish("goes on", "-")).as(failing.toString()).isTrue();
        }
        String before = rig.state("S");
        rig.crash();
        assertThat(rig.state("S")).isEqualTo(before);
        assertThat(rig.engine().health()).allSatisfy(one -> assertThat(one.lost()).isZero());
    }

    @Test
    void aReadThatFailsIsAnsweredAndTriedAgain() {
        rig.checkpoint();
        rig.disk.fault((call, path) -> call == Call.READ ? DiskException.Code.IO : null);
        assertThat(rig.api("STREAM.MSG.GET.S", "{\"seq\":1}")).contains("\"error\"");
        rig.publish("$JS.API.CONSUMER.MSG.NEXT.S.C", "_R.next", "{\"batch\":1}");
        rig.answers().clear();
        rig.live(Duration.ofSeconds(1));
        assertThat(rig.answers()).isEmpty();
        assertThat(rig.warnings).isNotEmpty();
        rig.disk.heal();
        rig.live(Duration.ofSeconds(1));
        assertThat(rig.answers()).containsExactly("first");
        assertThat(rig.engine().health().getFirst().lost()).isZero();
    }

    @Test
    void aSyncThatDoesNotReturnBoundsWhatIsTakenAndRefusesTheRest() {
        rig.answers().clear();
        int sent = 5000;
        for (int i = 0; i < sent; i++) {
            rig.publish("s.1", "_R.stalled", "x".repeat(1000));
        }
        rig.settleWithoutDisk();
        List<String> refused = new ArrayList<>(rig.answers());
        assertThat(refused)
                .isNotEmpty()
                .allSatisfy(answer -> assertThat(answer).contains("\"err_code\":10167"));
        int taken = sent - refused.size();
        assertThat((long) taken * 1000).isLessThanOrEqualTo(StoreOptions.tiny().maxPendingBytes());
        rig.settle();
        assertThat(rig.answers()).as("everybody is answered").hasSize(sent);
        assertThat(rig.state("S")).isEqualTo((taken + 1) + " 1 " + (taken + 1));
        assertThat(publish("goes on", "-")).isTrue();
    }

    @Test
    void aClockThatJumpsBackHoldsNobodyUp() {
        assertThat(next()).isEqualTo("first");
        rig.publish(
                "$JS.API.CONSUMER.MSG.NEXT.S.C",
                "_R.next",
                "{\"batch\":9,\"expires\":60000000000}");
        rig.settle();
        rig.clock.setEpochNanos(rig.clock.epochNanos() - Duration.ofHours(2).toNanos());
        rig.answers().clear();
        rig.pass(Duration.ofSeconds(31));
        assertThat(rig.answers()).as("delivered again after its ack wait").containsExactly("first");
        rig.pass(Duration.ofSeconds(31));
        assertThat(rig.answers().getLast())
                .as("the request ends in time")
                .contains("408 Request Timeout");
        String first = time(1);
        assertThat(publish("later", "-")).isTrue();
        assertThat(time(2)).as("no message is older than the one before").isEqualTo(first);
        rig.ask("s.2", "once", "Nats-Msg-Id: one");
        assertThat(rig.say("s.2", "once", "Nats-Msg-Id: one")).contains("\"duplicate\": true");
    }

    private String time(long sequence) {
        String message = rig.api("STREAM.MSG.GET.S", "{\"seq\":" + sequence + "}");
        return message.substring(message.indexOf("\"time\""));
    }

    @Test
    void anAckThatLoopsBackIntoTheStreamEndsThere() {
        rig.publish("s.1", "s.loop", "its ack comes to the stream itself");
        rig.settle();
        assertThat(rig.state("S")).isEqualTo("3 1 3");
        assertThat(rig.stored("S", 3)).startsWith("s.loop  {\"stream\":\"S\",\"seq\":2}");
        rig.publish("$JS.API.STREAM.INFO.S", "s.answer", "");
        rig.publish("$JS.API.STREAM.NAMES", "s.answer", "");
        rig.settle();
        assertThat(rig.state("S")).isEqualTo("5 1 5");
        assertThat(
                        rig.api(
                                "CONSUMER.CREATE.S.P",
                                "{\"stream_name\":\"S\",\"config\":{\"durable_name\":\"P\","
                                        + "\"deliver_subject\":\"s.push\"}}"))
                .contains("\"err_code\":10081");
        rig.publish(
                "$JS.API.CONSUMER.MSG.NEXT.S.C",
                "s.pulled",
                "{\"batch\":7,\"expires\":1000000000}");
        rig.pass(Duration.ofSeconds(2));
        String after = rig.state("S");
        rig.pass(Duration.ofSeconds(60));
        assertThat(rig.state("S")).as("it comes to rest").isEqualTo(after);
    }

    @Test
    void aStreamThatIsDeletedAndMadeInQuickTurnsIsEmptyEachTime() throws Exception {
        for (int i = 0; i < 30; i++) {
            rig.publish("s.1", "", "of the life before " + i);
            rig.publish("$JS.API.STREAM.DELETE.S", "", "");
            rig.publish("$JS.API.STREAM.CREATE.S", "", "{\"name\":\"S\",\"subjects\":[\"s.>\"]}");
            rig.settleWithoutDisk();
            rig.publish("s.1", "", "of this life " + i);
            if (i % 3 == 0) {
                rig.settle();
            }
            if (i % 7 == 0) {
                rig.checkpoint();
            }
        }
        rig.settle();
        assertThat(rig.stored("S", 1)).isEqualTo("s.1  of this life 29");
        assertThat(rig.state("S")).isEqualTo("1 1 1");
        rig.crash();
        assertThat(rig.state("S")).isEqualTo("1 1 1");
        assertThat(rig.stored("S", 1)).isEqualTo("s.1  of this life 29");
        assertThat(rig.engine().view().streams()).isEqualTo(1);
    }
}
