package io.millrace.monitor.metrics;

import org.jspecify.annotations.Nullable;

/** The other pages of the monitoring port, in their own words. Any thread but the loop's. */
public interface JsonPages {
    /** The body of a page, whatever its status; empty when there is no such page. */
    String body(String path, @Nullable String rawQuery);
}
