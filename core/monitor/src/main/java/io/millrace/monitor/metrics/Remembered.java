package io.millrace.monitor.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Labels of things of which there are many, kept from one answer to the next: what an answer does
 * not show is forgotten. Any thread; answers that are made at the same time may remember the same.
 */
/* They are found by all the values that they are made of, so that none of them can be out of date. */
final class Remembered {
    private static final int MOST = 1_000;

    private final Function<List<String>, Labels> writing;
    private volatile Map<List<String>, Labels> last = Map.of();

    /**
     * @param writing makes labels of values, and of nothing else that could change
     */
    Remembered(Function<List<String>, Labels> writing) {
        this.writing = writing;
    }

    /** The labels of all things that an answer shows, in their order. */
    <T> List<Labels> labels(List<T> things, Function<T, List<String>> values) {
        Map<List<String>, Labels> before = last;
        Map<List<String>, Labels> now = HashMap.newHashMap(Math.min(things.size(), MOST));
        List<Labels> labels = new ArrayList<>(things.size());
        for (int i = 0; i < things.size(); i++) {
            List<String> key = values.apply(things.get(i));
            Labels known = before.get(key);
            if (known == null) {
                known = writing.apply(key);
            }
            if (now.size() < MOST) {
                now.put(key, known);
            }
            labels.add(known);
        }
        last = now;
        return labels;
    }
}
