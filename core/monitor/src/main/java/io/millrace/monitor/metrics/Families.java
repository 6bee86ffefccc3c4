package io.millrace.monitor.metrics;

import io.millrace.runtime.Histogram;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is the same in every answer, written down once: heads of families, bounds of histograms. Any
 * thread.
 */
/* There are as many as there are names of families, and nobody outside can make more of them. */
final class Families {
    private final ConcurrentHashMap<String, Family> known = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Labels[]> bounds = new ConcurrentHashMap<>();

    Family family(String sampleName, Kind kind, String help) {
        Family family = known.get(sampleName);
        if (family == null) {
            family = new Family(sampleName, kind, help);
            known.put(sampleName, family);
        }
        return family;
    }

    /** The labels of the buckets of a histogram; its bounds stay what they are. */
    Labels[] bounds(String family, Histogram.Picture picture, double unit) {
        Labels[] labels = bounds.get(family);
        if (labels == null || labels.length != picture.size()) {
            labels = new Labels[picture.size()];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = Labels.of("le", Exposition.bound(picture.bound(i) / unit));
            }
            bounds.put(family, labels);
        }
        return labels;
    }
}
