package io.millrace.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TurnTimesTest {
    private final TurnTimes turns = new TurnTimes();

    @Test
    void turnsLeaveInTheOrderOfTheirNumbers() {
        turns.add(5, 100);
        turns.add(9, 200);

        assertThat(turns.hasUpTo(4)).isFalse();
        assertThat(turns.hasUpTo(5)).isTrue();
        assertThat(turns.firstNumber()).isEqualTo(5);
        assertThat(turns.takeFirst()).isEqualTo(100);
        assertThat(turns.hasUpTo(8)).isFalse();
        assertThat(turns.hasUpTo(9)).isTrue();
        assertThat(turns.takeFirst()).isEqualTo(200);
        assertThat(turns.hasUpTo(Long.MAX_VALUE)).isFalse();
    }

    /** Who waits behind a disk that stands still is never said to have waited for less. */
    @Test
    void whenThereIsNoRoomTheNewestStandsForThoseThatFollow() {
        int turnsMade = 5000;
        for (int i = 1; i <= turnsMade; i++) {
            turns.add(i, i * 10L);
        }
        long last = 0;
        long began = 0;
        while (turns.hasUpTo(turnsMade)) {
            last = turns.firstNumber();
            began = turns.takeFirst();
            assertThat(began).isLessThanOrEqualTo(last * 10);
        }
        assertThat(last).isEqualTo(turnsMade);
        assertThat(began).isPositive();
    }
}
