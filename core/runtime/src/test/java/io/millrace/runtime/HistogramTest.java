package io.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HistogramTest {
    @Test
    void aFigureOnABoundBelongsToItsBucket() {
        Histogram histogram = Histogram.ofCounts();
        histogram.record(1);
        histogram.record(2, 3);
        histogram.record(3);

        Histogram.Picture picture = histogram.picture();
        assertThat(picture.upTo(0)).isEqualTo(1);
        assertThat(picture.upTo(1)).isEqualTo(4);
        assertThat(picture.upTo(2)).isEqualTo(5);
        assertThat(picture.count()).isEqualTo(5);
        assertThat(picture.sum()).isEqualTo(1 + 3 * 2 + 3);
    }

    @Test
    void whatIsAboveEveryBoundIsCountedAllTheSame() {
        Histogram histogram = Histogram.ofDurations();
        histogram.record(Long.MAX_VALUE / 2);

        Histogram.Picture picture = histogram.picture();
        assertThat(picture.upTo(picture.size() - 1)).isZero();
        assertThat(picture.count()).isEqualTo(1);
    }

    @Test
    void aClockThatWentBackCountsAsNothing() {
        Histogram histogram = Histogram.ofDurations();
        histogram.record(-5);

        assertThat(histogram.picture().sum()).isZero();
        assertThat(histogram.picture().upTo(0)).isEqualTo(1);
    }

    @Test
    void aPictureStaysAsItWas() {
        Histogram histogram = Histogram.ofCounts();
        Histogram.Picture before = histogram.picture();
        histogram.record(7);

        assertThat(before.count()).isZero();
        assertThat(histogram.picture().count()).isEqualTo(1);
    }
}
