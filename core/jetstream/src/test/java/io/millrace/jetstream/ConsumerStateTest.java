package io.millrace.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The figures of a consumer, in the situations in which nats-server 2.15 was asked for them. */
final class ConsumerStateTest {
    private final ConsumerState state = new ConsumerState(true);
    private long consumerSequence;
    private long now = 1_795_467_575_829_551_724L;

    ConsumerStateTest() {
        state.reset(1);
    }

    @Test
    void startsBelowItsFirstMessage() {
        state.reset(5);
        assertFigures("delivered 0 4 floor 0 4 pending 0 again 0");
    }

    @Test
    void theFloorWaitsForTheLowestPending() {
        deliver(1, 2, 3, 4);
        ack(2);
        assertFigures("delivered 4 4 floor 0 0 pending 3 again 0");
        ack(1);
        assertFigures("delivered 4 4 floor 2 2 pending 2 again 0");
        ack(4);
        assertFigures("delivered 4 4 floor 2 2 pending 1 again 0");
        ack(3);
        assertFigures("delivered 4 4 floor 4 4 pending 0 again 0");
    }

    @Test
    void aRedeliveredMessageKeepsItsFirstConsumerSequenceForTheFloor() {
        deliver(1, 2, 1, 3, 4);
        assertThat(state.consumerSequence(1)).isEqualTo(1);
        assertFigures("delivered 5 4 floor 0 0 pending 4 again 1");
        ack(3);
        assertFigures("delivered 5 4 floor 0 0 pending 3 again 1");
        ack(1);
        assertFigures("delivered 5 4 floor 1 1 pending 2 again 0");
        ack(2);
        assertFigures("delivered 5 4 floor 4 3 pending 1 again 0");
        ack(4);
        assertFigures("delivered 5 4 floor 5 4 pending 0 again 0");
    }

    @Test
    void aConsumerSequenceUsedForARedeliveryIsPassedByTheFloor() {
        deliver(1, 1, 2, 3);
        ack(1);
        assertFigures("delivered 4 3 floor 2 1 pending 2 again 0");
        ack(2);
        assertFigures("delivered 4 3 floor 3 2 pending 1 again 0");
    }

    @Test
    void acknowledgingInAGapOfTheFilterMovesTheFloorToJustBelowTheNext() {
        deliver(3, 6, 9, 12);
        ack(6);
        assertFigures("delivered 4 12 floor 0 0 pending 3 again 0");
        ack(3);
        assertFigures("delivered 4 12 floor 2 8 pending 2 again 0");
        ack(12);
        assertFigures("delivered 4 12 floor 2 8 pending 1 again 0");
    }

    @Test
    void aMessageGivenUpHoldsTheFloorUntilNothingIsPending() {
        deliver(1, 2, 3, 1);
        state.givenUp(1);
        deliver(4);
        assertFigures("delivered 5 4 floor 0 0 pending 3 again 1");
        ack(2, 3);
        assertFigures("delivered 5 4 floor 0 0 pending 1 again 1");
        ack(1);
        assertFigures("delivered 5 4 floor 0 0 pending 1 again 0");
        ack(4);
        assertFigures("delivered 5 4 floor 5 4 pending 0 again 0");
    }

    @Test
    void aMessageGivenUpInTheMiddleIsPassedAndStaysCounted() {
        deliver(1, 2, 3, 2);
        state.givenUp(2);
        deliver(4);
        ack(1);
        assertFigures("delivered 5 4 floor 2 2 pending 2 again 1");
        ack(3);
        assertFigures("delivered 5 4 floor 4 3 pending 1 again 1");
        ack(4);
        assertFigures("delivered 5 4 floor 5 4 pending 0 again 1");
        state.dropped(2);
        assertFigures("delivered 5 4 floor 5 4 pending 0 again 0");
    }

    @Test
    void whatIsGivenUpAfterOneDeliveryWasNotRedelivered() {
        deliver(1, 2, 3);
        state.givenUp(1);
        state.givenUp(2);
        state.givenUp(3);
        assertFigures("delivered 3 3 floor 0 0 pending 0 again 0");
        state.skipped(2);
        assertFigures("delivered 3 3 floor 3 3 pending 0 again 0");
    }

    @Test
    void aMessageThatLeavesTheStreamIsDoneWith() {
        deliver(1, 2, 3, 4);
        state.dropped(2);
        assertFigures("delivered 4 4 floor 0 0 pending 3 again 0");
        state.dropped(1);
        assertFigures("delivered 4 4 floor 2 2 pending 2 again 0");
        state.dropped(4);
        assertFigures("delivered 4 4 floor 2 2 pending 1 again 0");
        state.dropped(3);
        assertFigures("delivered 4 4 floor 4 4 pending 0 again 0");
    }

    @Test
    void aPurgeOfEverythingMovesBothStreamSequences() {
        state.skipped(10);
        assertFigures("delivered 0 10 floor 0 10 pending 0 again 0");
        deliver(11);
        assertFigures("delivered 1 11 floor 0 10 pending 1 again 0");
        ack(11);
        assertFigures("delivered 1 11 floor 1 11 pending 0 again 0");
    }

    @Test
    void aPurgeBelowWhatIsPendingMovesTheFloorToIt() {
        deliver(1, 2, 3, 4);
        ack(3);
        state.skipped(2);
        assertFigures("delivered 4 4 floor 3 3 pending 1 again 0");
        state.skipped(6);
        assertFigures("delivered 4 6 floor 4 6 pending 0 again 0");
    }

    @Test
    void aPurgeForgetsWhatWasGivenUp() {
        deliver(1, 2, 3, 1);
        state.givenUp(1);
        deliver(4);
        state.skipped(1);
        assertFigures("delivered 5 4 floor 1 1 pending 3 again 0");
    }

    @Test
    void acknowledgingAllTakesThePairOfTheAcknowledgement() {
        deliver(1, 2, 3, 4, 5);
        assertThat(state.ackedUpTo(3, 3)).isTrue();
        assertFigures("delivered 5 5 floor 3 3 pending 2 again 0");
        assertThat(state.ackedUpTo(2, 2)).isFalse();
        deliver(5, 6);
        assertFigures("delivered 7 6 floor 3 3 pending 3 again 1");
        assertThat(state.ackedUpTo(5, 6)).isTrue();
        assertFigures("delivered 7 6 floor 6 5 pending 1 again 0");
        assertThat(state.ackedUpTo(7, 8)).isFalse();
    }

    @Test
    void anAcknowledgementCannotClaimMoreThanWasDelivered() {
        deliver(1, 2, 3);
        state.ackedUpTo(3, 9);
        assertFigures("delivered 3 3 floor 3 3 pending 0 again 0");
    }

    @Test
    void withoutAcknowledgementsTheFloorsAreWhatIsDelivered() {
        ConsumerState none = new ConsumerState(false);
        none.reset(1);
        none.delivered(3, 1, now, 1);
        none.delivered(6, 2, now, 1);
        assertThat(figures(none)).isEqualTo("delivered 2 6 floor 2 6 pending 0 again 0");
        none.skipped(8);
        assertThat(figures(none)).isEqualTo("delivered 2 8 floor 2 8 pending 0 again 0");
    }

    @Test
    void aResetStartsAnew() {
        deliver(1, 2, 3, 4, 5, 2);
        ack(1, 3);
        state.givenUp(2);
        state.reset(state.ackFloorStreamSequence() + 1);
        assertFigures("delivered 0 1 floor 0 1 pending 0 again 0");
        consumerSequence = 0;
        deliver(2, 3, 4, 5);
        ack(4, 2);
        assertFigures("delivered 4 5 floor 1 2 pending 2 again 0");
    }

    @Test
    void whatIsNotPendingIsAnsweredWithZero() {
        deliver(1);
        assertThat(state.isPending(2)).isFalse();
        assertThat(state.deliveries(2)).isZero();
        assertThat(state.consumerSequence(2)).isZero();
        assertThat(state.deliveredAtNanos(2)).isZero();
        assertThat(state.acked(2)).isFalse();
        assertThat(state.dropped(2)).isFalse();
        assertThat(state.givenUp(2)).isFalse();
        assertThat(state.lowestPending()).isEqualTo(1);
        assertThat(state.pendingAfter(1)).isZero();
    }

    @Test
    void pendingMessagesAreShownInTheOrderOfTheirLastDelivery() {
        deliver(1, 2, 3, 4, 2, 1);
        ack(3);
        List<Long> byTime = new ArrayList<>();
        state.forEachPendingByTime((stream, consumer, time, deliveries) -> byTime.add(stream));
        assertThat(byTime).containsExactly(4L, 2L, 1L);
        List<Long> ascending = new ArrayList<>();
        state.forEachPending((stream, consumer, time, deliveries) -> ascending.add(stream));
        assertThat(ascending).containsExactly(1L, 2L, 4L);
    }

    @Test
    void whatChangesNothingIsNoEvent() {
        deliver(1, 2);
        state.events().clear();
        state.acked(7);
        state.dropped(7);
        state.givenUp(7);
        state.ackedUpTo(7, 7);
        assertThat(state.events().isEmpty()).isTrue();
    }

    private void deliver(long... sequences) {
        for (long sequence : sequences) {
            now += 1_000;
            consumerSequence++;
            state.delivered(sequence, consumerSequence, now, state.deliveries(sequence) + 1);
        }
    }

    private void ack(long... sequences) {
        for (long sequence : sequences) {
            state.acked(sequence);
        }
    }

    private void assertFigures(String expected) {
        assertThat(figures(state)).isEqualTo(expected);
    }

    private static String figures(ConsumerState state) {
        return "delivered %d %d floor %d %d pending %d again %d"
                .formatted(
                        state.deliveredConsumerSequence(),
                        state.deliveredStreamSequence(),
                        state.ackFloorConsumerSequence(),
                        state.ackFloorStreamSequence(),
                        state.pendingCount(),
                        state.redeliveredCount());
    }
}
