package io.millrace.monitor.metrics;

import io.millrace.runtime.Histogram;
import org.jspecify.annotations.Nullable;

/** A family of one histogram. Any thread. */
final class Buckets {
    private static final String BUCKET = "_bucket";

    private final Family family;
    private final double unit;
    private final Line toInfinity;
    private final Line sum;
    private final Line count;

    /** Those that have a bound; known from the first picture on, and always the same. */
    private volatile Line @Nullable [] bounded;

    /**
     * @param unit how many of the recorded figures make one of those that are shown
     */
    Buckets(Family family, double unit) {
        this.family = family;
        this.unit = unit;
        this.toInfinity = family.next(BUCKET, Labels.of("le", "+Inf"));
        this.sum = family.next("_sum", Labels.NONE);
        this.count = family.next("_count", Labels.NONE);
    }

    void write(Exposition out, Histogram.Picture picture) {
        Line[] lines = bounded(picture);
        out.family(family);
        for (int i = 0; i < lines.length; i++) {
            out.line(lines[i], picture.upTo(i));
        }
        long all = picture.count();
        out.line(toInfinity, all).line(sum, picture.sum() / unit).line(count, all);
    }

    private Line[] bounded(Histogram.Picture picture) {
        Line[] known = bounded;
        if (known == null) {
            known = new Line[picture.size()];
            for (int i = 0; i < known.length; i++) {
                String bound = Exposition.bound(picture.bound(i) / unit);
                known[i] = family.next(BUCKET, Labels.of("le", bound));
            }
            bounded = known;
        }
        return known;
    }
}
