package io.millrace.runtime;

/**
 * How often a figure was how large, in buckets that never change. One thread records, without
 * making garbage; any thread may look, and sees what was so a moment ago.
 */
public final class Histogram {
    private static final long MICROSECOND = 1_000;
    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1_000_000_000;

    private final long[] bounds;
    private final long[] counts;
    private long sum;

    private Histogram(long... bounds) {
        this.bounds = bounds;
        this.counts = new long[bounds.length + 1];
    }

    /** For durations in nanoseconds, from 10 microseconds to 10 seconds. */
    public static Histogram ofDurations() {
        return new Histogram(
                10 * MICROSECOND,
                25 * MICROSECOND,
                50 * MICROSECOND,
                100 * MICROSECOND,
                250 * MICROSECOND,
                500 * MICROSECOND,
                MILLISECOND,
                2_500 * MICROSECOND,
                5 * MILLISECOND,
                10 * MILLISECOND,
                25 * MILLISECOND,
                50 * MILLISECOND,
                100 * MILLISECOND,
                250 * MILLISECOND,
                500 * MILLISECOND,
                SECOND,
                2_500 * MILLISECOND,
                5 * SECOND,
                10 * SECOND);
    }

    /** For how many there were at once, from 1 to 16,384. */
    public static Histogram ofCounts() {
        return new Histogram(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096, 16384);
    }

    /** Records a figure; what is below zero, as after a step of the clock, counts as zero. */
    public void record(long value) {
        record(value, 1);
    }

    /** Records the same figure so many times. */
    public void record(long value, long times) {
        long figure = Math.max(0, value);
        int at = 0;
        while (at < bounds.length && figure > bounds[at]) {
            at++;
        }
        counts[at] += times;
        sum += figure * times;
    }

    /** What has been recorded by now. */
    public Picture picture() {
        long[] upTo = counts.clone();
        for (int i = 1; i < upTo.length; i++) {
            upTo[i] += upTo[i - 1];
        }
        return new Picture(bounds, upTo, sum);
    }

    /** A histogram at one moment. Immutable: any thread. */
    public static final class Picture {
        private final long[] bounds;
        private final long[] upTo;
        private final long sum;

        private Picture(long[] bounds, long[] upTo, long sum) {
            this.bounds = bounds;
            this.upTo = upTo;
            this.sum = sum;
        }

        /** How many buckets have a bound. */
        public int size() {
            return bounds.length;
        }

        /** The greatest figure of a bucket. */
        public long bound(int index) {
            return bounds[index];
        }

        /** How many figures are no greater than the bound at {@code index}. */
        public long upTo(int index) {
            return upTo[index];
        }

        /** How many figures there are. */
        public long count() {
            return upTo[bounds.length];
        }

        /** All figures together. */
        public long sum() {
            return sum;
        }
    }
}
