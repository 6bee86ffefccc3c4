package io.millrace.bridges.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One room: each message once, whatever the Matrix server does. */
final class RoomDeliveryTest {
    private static final String DEPLOY =
            "{\"project\":\"platform/relay\",\"environment\":\"production\",\"status\":\"success\"}";

    private final TestWorld world = new TestWorld();
    private final TokenBucket bucket = new TokenBucket(world.clock, 1000, 1000);

    private RoomDelivery room(String... subjects) {
        return new RoomDelivery(TestWorld.rule(subjects), world, world, bucket, world.around());
    }

    private TestWorld.Message deployed() {
        return world.put("gitlab.deploy.complete", DEPLOY, Map.of());
    }

    @Test
    void aMessageIsSaidAndThenAcknowledged() throws Exception {
        TestWorld.Message message = deployed();
        room("gitlab.>").step();
        assertThat(message.isAcknowledged).isTrue();
        assertThat(world.shown.getFirst().text())
                .startsWith("platform/relay → production: deployment success");
        assertThat(world.transactions).containsExactly("millrace.ops.GITLAB.1.1");
    }

    @Test
    void aServerThatIsDownForAnHourCostsOneMessageOfMemoryAndNothingIsLost() throws Exception {
        for (int i = 0; i < 100; i++) {
            deployed();
        }
        long upAgain = world.clock.nanoTime() + Duration.ofHours(1).toNanos();
        world.answers =
                transaction ->
                        world.clock.nanoTime() < upAgain
                                ? new Outcome.Later("network", "connection refused", 0)
                                : new Outcome.Done("$x");
        RoomDelivery room = room("gitlab.>");
        room.step();
        assertThat(world.clock.nanoTime()).isGreaterThanOrEqualTo(upAgain);
        assertThat(world.messages).as("the others stayed in the stream").hasSize(99);
        assertThat(world.transactions.size()).as("attempts in an hour").isBetween(55, 75);
        assertThat(world.transactions.stream().distinct()).hasSize(1);
        assertThat(world.longestSilenceNanos)
                .as("the stream hears of it within the ack wait")
                .isLessThan(TimeUnit.SECONDS.toNanos(30));
        while (!world.messages.isEmpty()) {
            room.step();
        }
        assertThat(world.shown).hasSize(100);
        assertThat(world.health.isWell()).isTrue();
    }

    @Test
    void itIsNotWellBeforeItsConsumerIsThere() throws Exception {
        world.isStreamAway = true;
        RoomDelivery room = room("gitlab.>");
        assertThat(world.health.troubles())
                .containsEntry("room ops, stream GITLAB", "is not read yet");
        room.step();
        assertThat(world.health.troubles())
                .containsEntry("room ops, stream GITLAB", "cannot be asked: stream not found");
        world.isStreamAway = false;
        room.step();
        assertThat(world.health.isWell()).as("though no message has come").isTrue();
    }

    @Test
    void theTroubleShowsWhileItLasts() throws Exception {
        deployed();
        world.answers =
                transaction -> {
                    world.ending = true;
                    return new Outcome.Later("network", "connection refused", 0);
                };
        room("gitlab.>").step();
        assertThat(world.health.troubles()).containsEntry("room ops", "connection refused");
        assertThat(world.metrics.text())
                .contains("millrace_matrix_retries_total{room=\"ops\",reason=\"network\"} 1");
    }

    @Test
    void whatTheServerAsksForIsObeyed() throws Exception {
        deployed();
        long start = world.clock.nanoTime();
        world.answers =
                transaction ->
                        world.transactions.isEmpty()
                                ? new Outcome.Later(
                                        "limit", "429", Duration.ofSeconds(90).toNanos())
                                : new Outcome.Done("$x");
        room("gitlab.>").step();
        assertThat(world.clock.nanoTime() - start).isEqualTo(Duration.ofSeconds(90).toNanos());
        assertThat(world.transactions).hasSize(2);
        assertThat(world.longestSilenceNanos).isLessThan(TimeUnit.SECONDS.toNanos(30));
        assertThat(world.shown).hasSize(1);
    }

    @Test
    void aMessageThatComesAgainIsShownOnce() throws Exception {
        TestWorld.Message message = deployed();
        room("gitlab.>").step();
        world.messages.add(message); // the acknowledgement was lost in a crash
        room("gitlab.>").step();
        assertThat(world.transactions).hasSize(2);
        assertThat(world.shown).hasSize(1);
    }

    @Test
    void aMessageThatTheServerCannotTakeDoesNotBlockTheRoom() throws Exception {
        TestWorld.Message message = deployed();
        world.answers = transaction -> new Outcome.Refused(413, "M_TOO_LARGE", "too large");
        room("gitlab.>").step();
        assertThat(message.isDropped).isTrue();
        assertThat(world.metrics.text()).contains("millrace_matrix_dropped_total{room=\"ops\"} 1");
    }

    @Test
    void aRoomThatIsClosedToUsIsTriedAgainOnceAMinute() throws Exception {
        TestWorld.Message message = deployed();
        long opened = world.clock.nanoTime() + Duration.ofMinutes(10).toNanos();
        world.answers =
                transaction ->
                        world.clock.nanoTime() < opened
                                ? new Outcome.Refused(403, "M_FORBIDDEN", "not in the room")
                                : new Outcome.Done("$x");
        room("gitlab.>").step();
        assertThat(message.isAcknowledged).isTrue();
        assertThat(world.transactions).hasSize(11);
    }

    @Test
    void whatTheRoomMayNotSeeIsPassedOver() throws Exception {
        world.put("gitlab.quiet.deploy", "{}", Map.of());
        world.put("alerts.critical.x", "{}", Map.of());
        world.put("gitlab.a.note.create", "{}", Map.of("Gitlab-Confidential", "true"));
        RoomDelivery room = room("gitlab.>");
        room.step();
        room.step();
        room.step();
        assertThat(world.messages).isEmpty();
        assertThat(world.transactions).isEmpty();
    }

    @Test
    void anEndLeavesTheMessageWithTheStream() throws Exception {
        TestWorld.Message message = deployed();
        world.ending = true;
        room("gitlab.>").step();
        assertThat(message.isAcknowledged).isFalse();
        assertThat(world.transactions).isEmpty();
    }

    @Test
    void aBurstIsFollowedByACalmPace() {
        TokenBucket calm = new TokenBucket(world.clock, 0.2, 10);
        for (int i = 0; i < 10; i++) {
            assertThat(calm.take()).isZero();
        }
        assertThat(calm.take()).isEqualTo(Duration.ofSeconds(5).toNanos());
        world.clock.advance(Duration.ofSeconds(5));
        assertThat(calm.take()).isZero();
        calm.silence(Duration.ofSeconds(60).toNanos());
        world.clock.advance(Duration.ofSeconds(59));
        assertThat(calm.take()).isEqualTo(Duration.ofSeconds(1).toNanos());
    }
}
