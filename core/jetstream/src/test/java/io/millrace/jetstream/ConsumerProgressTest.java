package io.millrace.jetstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.jetstream.snapshot.ArchivedConsumer.Pending;
import io.millrace.jetstream.snapshot.ArchivedConsumer.Place;
import io.millrace.jetstream.snapshot.ArchivedConsumer.Progress;
import io.millrace.jetstream.snapshot.ArchivedConsumer.Redelivery;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A consumer's state goes into an archive and comes out of it unchanged. */
final class ConsumerProgressTest {
    @Test
    void isTheSameAfterTheWayThroughAnArchive() throws Exception {
        ConsumerState state = new ConsumerState(true);
        state.reset(11);
        for (int i = 1; i <= 6; i++) {
            state.delivered(10 + i, i, 1_000L + i, 1);
        }
        state.delivered(13, 7, 2_000, 2);
        state.delivered(14, 8, 2_001, 2);
        state.acked(11);
        state.acked(15);
        state.givenUp(14);

        Progress archived = ConsumerProgress.of(state);
        ConsumerState back = ConsumerProgress.state(archived, true);

        assertThat(archived.pending())
                .containsExactly(
                        new Pending(12, 2, 1_002),
                        new Pending(13, 3, 2_000),
                        new Pending(16, 6, 1_006));
        assertThat(archived.redelivered())
                .containsExactly(new Redelivery(13, 1), new Redelivery(14, 1));
        assertThat(back.whole()).isEqualTo(state.whole());
        assertThat(ConsumerProgress.of(back)).isEqualTo(archived);
    }

    @Test
    void takesPendingMessagesInAnyOrder() throws Exception {
        Progress progress =
                new Progress(
                        new Place(3, 30),
                        new Place(0, 0),
                        List.of(
                                new Pending(30, 3, 7),
                                new Pending(10, 1, 5),
                                new Pending(20, 2, 6)),
                        List.of());
        ConsumerState state = ConsumerProgress.state(progress, true);
        assertThat(state.lowestPending()).isEqualTo(10);
        assertThat(state.pendingAfter(10)).isEqualTo(20);
        assertThat(state.deliveredAtNanos(30)).isEqualTo(7);
    }

    @Test
    void hasNothingPendingWhenNothingIsAcknowledged() throws Exception {
        Progress progress =
                new Progress(
                        new Place(3, 30),
                        new Place(0, 0),
                        List.of(new Pending(30, 3, 7)),
                        List.of(new Redelivery(30, 1)));
        ConsumerState state = ConsumerProgress.state(progress, false);
        assertThat(state.pendingCount()).isZero();
        assertThat(state.ackFloorStreamSequence()).isEqualTo(30);
        assertThat(ConsumerState.restore(state.whole()).deliveredConsumerSequence()).isEqualTo(3);
    }

    @Test
    void refusesAFloorAboveWhatWasDelivered() {
        Progress progress = new Progress(new Place(3, 30), new Place(4, 30), List.of(), List.of());
        assertThatThrownBy(() -> ConsumerProgress.state(progress, true))
                .isInstanceOf(ConsumerStateException.class)
                .hasMessageContaining("a floor is 4");
    }

    @Test
    void refusesAPendingMessageThatWasNotDelivered() {
        Progress progress =
                new Progress(
                        new Place(3, 30),
                        new Place(0, 0),
                        List.of(new Pending(31, 3, 7)),
                        List.of());
        assertThatThrownBy(() -> ConsumerProgress.state(progress, true))
                .isInstanceOf(ConsumerStateException.class)
                .hasMessageContaining("a pending sequence is 31");
    }
}
