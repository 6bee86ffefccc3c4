package io.millrace.bridges.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.bridges.common.StreamPlan;
import io.millrace.protocol.JsonTree;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Commands in a room: of listed people, once, and not when they are stale. */
final class CommandLoopTest implements CommandBoard {
    private final TestWorld world = new TestWorld();
    private final Set<String> posted = new LinkedHashSet<>();
    private final List<String> remembered = new ArrayList<>();
    private @Nullable String since = "s1";
    private boolean isAway;

    private final CommandLoop loop =
            new CommandLoop(
                    new CommandRule(
                            List.of("#ops:example.org"),
                            Set.of("@ann:example.org"),
                            Set.of("deploy"),
                            "!",
                            "matrix.command",
                            Duration.ofMinutes(5),
                            new StreamPlan(
                                    "MATRIX",
                                    "matrix.>",
                                    Duration.ofDays(1),
                                    Duration.ofHours(1),
                                    -1,
                                    1,
                                    false),
                            "matrix-bridge"),
                    this,
                    world,
                    new TokenBucket(world.clock, 1000, 1000),
                    world.around());

    @Override
    public @Nullable String since() {
        return since;
    }

    @Override
    public void remember(String place) {
        remembered.add(place);
        since = place;
    }

    @Override
    public long post(Command command) throws IOException {
        if (isAway) {
            throw new IOException("not connected to NATS");
        }
        posted.add(command.event() + " " + command.user() + " " + command.body());
        return posted.size();
    }

    private static String event(String id, String sender, String text, String more) {
        return """
        {"type":"m.room.message","event_id":"%s","sender":"%s","unsigned":{"age":10},
         "content":{"msgtype":"m.text","body":"%s"%s}}
        """
                .formatted(id, sender, text, more);
    }

    private void synced(String next, String... events) throws Exception {
        world.syncs.add(
                new Answer(
                        200,
                        JsonTree.parse(
                                """
                                {"next_batch":"%s","rooms":{"join":{"!room":{"timeline":{"events":[%s]}}}}}
                                """
                                        .formatted(next, String.join(",", events))),
                        0));
    }

    @Test
    void aListedPersonIsHeard() throws Exception {
        synced("s2", event("$1", "@ann:example.org", "!deploy relay production", ""));
        loop.step();
        assertThat(posted)
                .containsExactly(
                        "$1 @ann:example.org {\"command\":\"deploy\",\"arguments\":[\"relay\","
                                + "\"production\"],\"text\":\"!deploy relay production\","
                                + "\"user\":\"@ann:example.org\",\"room\":\"!room\","
                                + "\"event_id\":\"$1\"}");
        assertThat(world.shown.getFirst().text()).isEqualTo("deploy is on its way (1)");
        assertThat(world.shown.getFirst().replyTo()).isEqualTo("$1");
        assertThat(remembered).containsExactly("s2");
    }

    @Test
    void itIsNotWellBeforeTheRoomsAreReadWhichIsNotWaitedFor() throws Exception {
        assertThat(world.health.isWell()).isFalse();
        synced("s2");
        loop.step();
        assertThat(world.health.isWell()).isTrue();
        synced("s3");
        loop.step();
        assertThat(world.waits).containsExactly(Duration.ZERO, Duration.ofSeconds(25));
    }

    @Test
    void nobodyElseIs() throws Exception {
        synced(
                "s2",
                event("$1", "@eve:example.org", "!deploy x", ""),
                event("$2", "@ann:example.org.evil.org", "!deploy x", ""),
                event("$3", "@ann:example.org", "deploy x", ""),
                event("$4", "@ann:example.org", "!rm x", ""),
                event("$5", "@ann:example.org", "* !deploy", ",\"m.new_content\":{}"),
                event("$6", "@ann:example.org", "!deploy", ",\"m.new_content\":{}"),
                event("$7", "@ann:example.org", "!de.ploy.>", ""),
                event("$8", "@ann:example.org", "!", ""),
                "{}",
                "7");
        loop.step();
        assertThat(posted).isEmpty();
        assertThat(remembered).containsExactly("s2");
    }

    @Test
    void aNoticeIsNotACommand() throws Exception {
        synced(
                "s2",
                event("$1", "@ann:example.org", "!deploy x", "").replace("m.text", "m.notice"));
        loop.step();
        assertThat(posted).isEmpty();
    }

    @Test
    void whatWasSaidBeforeTheFirstStartIsNotCarriedOut() throws Exception {
        since = null;
        synced("s2", event("$1", "@ann:example.org", "!deploy x", ""));
        loop.step();
        assertThat(posted).isEmpty();
        assertThat(since).isEqualTo("s2");
    }

    @Test
    void thePlaceIsRememberedOnlyWhenTheCommandIsStored() throws Exception {
        isAway = true;
        synced("s2", event("$1", "@ann:example.org", "!deploy x", ""));
        assertThatThrownBy(loop::step).isInstanceOf(IOException.class);
        assertThat(since).isEqualTo("s1");
        isAway = false;
        synced("s2", event("$1", "@ann:example.org", "!deploy x", ""));
        loop.step();
        assertThat(posted).hasSize(1);
        assertThat(world.sinces).containsExactly("s1", "s1");
    }

    @Test
    void aStaleCommandIsAnsweredAndNotCarriedOut() throws Exception {
        long sent = TimeUnit.NANOSECONDS.toMillis(world.clock.epochNanos());
        synced(
                "s2",
                event("$1", "@ann:example.org", "!deploy x", "")
                        .replace("\"age\":10", "\"age\":300001"));
        loop.step();
        synced(
                "s3",
                event("$2", "@ann:example.org", "!deploy x", "")
                        .replace(
                                "\"unsigned\":{\"age\":10}",
                                "\"origin_server_ts\":" + (sent - 400_000)));
        loop.step();
        assertThat(posted).isEmpty();
        assertThat(world.shown).hasSize(2);
    }

    @Test
    void aPlaceThatTheServerHasForgottenIsGivenUp() throws Exception {
        world.syncs.add(new Answer(400, JsonTree.parse("{\"errcode\":\"M_UNKNOWN\"}"), 0));
        synced("s9", event("$1", "@ann:example.org", "!deploy x", ""));
        loop.step();
        assertThat(world.sinces).containsExactly("s1", "null");
        assertThat(posted).isEmpty();
        assertThat(since).isEqualTo("s9");
    }
}
