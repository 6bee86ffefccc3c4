package io.millrace.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sizes that hurt, on real files: small in the build, and as large as docs/testing.md says by
 * system properties.
 */
final class LargeTest {
    private static final int SUBJECTS = Integer.getInteger("millrace.large.subjects", 50_000);
    private static final int PENDING = Integer.getInteger("millrace.large.pending", 20_000);
    private static final int MEGABYTES = Integer.getInteger("millrace.large.payload", 17);
    private static final int PER_TURN = 2000;

    @TempDir Path directory;

    private EngineRig open() throws Exception {
        return new EngineRig(StoreOptions.defaults(), directory.resolve("store"));
    }

    @Test
    void aStreamWithVeryManySubjects() throws Exception {
        EngineRig rig = open();
        rig.stream("S", "key.>", "\"max_msgs_per_subject\":1,\"allow_direct\":true");
        for (int i = 0; i < SUBJECTS; i++) {
            rig.publish("key." + i, "", "v" + i);
            turn(rig, i);
        }
        rig.settle();
        for (int life = 0; life < 2; life++) {
            assertThat(rig.api("STREAM.INFO.S", "")).contains("\"num_subjects\":" + SUBJECTS + ",");
            assertThat(rig.api("DIRECT.GET.S.key." + SUBJECTS / 3, ""))
                    .endsWith("v" + SUBJECTS / 3);
            assertThat(rig.api("STREAM.INFO.S", "{\"subjects_filter\":\"key.7\"}"))
                    .contains("\"subjects\":{\"key.7\":1}");
            String consumer =
                    rig.api(
                            "CONSUMER.CREATE.S",
                            "{\"stream_name\":\"S\",\"config\":{\"ack_policy\":\"none\","
                                    + "\"filter_subjects\":[\"key.5\",\"key.17\"],"
                                    + "\"deliver_policy\":\"last_per_subject\"}}");
            assertThat(consumer).contains("\"num_pending\":2");
            rig.stop();
            rig = open();
        }
        assertThat(rig.say("key.1", "anew")).isEqualTo(SUBJECTS + 1 + "}");
        assertThat(rig.api("STREAM.PURGE.S", "{\"filter\":\"key.>\",\"keep\":1}"))
                .contains("\"purged\":" + (SUBJECTS - 1));
        rig.stop();
    }

    @Test
    void aConsumerWithVeryManyPending() throws Exception {
        EngineRig rig = open();
        rig.stream("S", "s.>", "\"max_age\":0");
        rig.api(
                "CONSUMER.CREATE.S.C",
                "{\"stream_name\":\"S\",\"config\":{\"durable_name\":\"C\","
                        + "\"ack_policy\":\"explicit\",\"max_ack_pending\":-1,"
                        + "\"ack_wait\":3600000000000}}");
        for (int i = 0; i < PENDING; i++) {
            rig.publish("s.1", "", "m");
            turn(rig, i);
        }
        for (int i = 0; i < PENDING; i += 1000) {
            rig.ask("$JS.API.CONSUMER.MSG.NEXT.S.C", "{\"batch\":1000,\"no_wait\":true}");
            rig.background();
        }
        String ack = rig.takeReplies().get(1000);
        rig.ask(ack, "+ACK");
        String pending = "\"num_ack_pending\":" + (PENDING - 1) + ",";
        assertThat(rig.api("CONSUMER.INFO.S.C", "")).contains(pending);
        rig.stop();
        rig = open();
        assertThat(rig.api("CONSUMER.INFO.S.C", "")).contains(pending);
        rig.publish(
                "$JS.API.CONSUMER.MSG.NEXT.S.C",
                "_R.again",
                "{\"batch\":" + PENDING + ",\"expires\":7200000000000}");
        rig.answers().clear();
        rig.pass(Duration.ofSeconds(3601));
        assertThat(rig.answers()).as("each comes again").hasSize(PENDING - 1);
        assertThat(rig.api("CONSUMER.INFO.S.C", "")).contains(pending);
        rig.stop();
    }

    @Test
    void aVeryLargeMessage() throws Exception {
        EngineRig rig = open();
        rig.stream("S", "s.>", "\"allow_direct\":true");
        String body = "large".repeat((MEGABYTES << 20) / 5);
        assertThat(rig.say("s.1", body)).isEqualTo("1}");
        assertThat(rig.say("s.1", "small")).isEqualTo("2}");
        rig.api(
                "CONSUMER.CREATE.S.C",
                "{\"stream_name\":\"S\",\"config\":{\"durable_name\":\"C\"}}");
        for (int life = 0; life < 3; life++) {
            assertThat(rig.ask("$JS.API.DIRECT.GET.S", "{\"seq\":1}").endsWith(body)).isTrue();
            assertThat(rig.ask("$JS.API.DIRECT.GET.S", "{\"seq\":2}")).endsWith("small");
            rig.checkpoint();
            rig.stop();
            rig = open();
        }
        assertThat(rig.ask("$JS.API.CONSUMER.MSG.NEXT.S.C", "1").equals(body)).isTrue();
        rig.stop();
    }

    private static void turn(EngineRig rig, int i) {
        if (i % PER_TURN == PER_TURN - 1) {
            rig.settle();
            rig.background();
        }
    }
}
