package io.millrace.monitor.metrics;

import io.millrace.protocol.JsonPage;

/** What other pages of the monitoring port show. Any thread; at once on the loop's. */
public interface JsonPages {
    /** Writes the fields of that page. */
    void varz(JsonPage page);

    /** Likewise. */
    void subsz(JsonPage page);

    /** Likewise. */
    void routez(JsonPage page);

    /** What the health page says; the log hears nothing of it. */
    Wellness wellness();

    /**
     * Whether all is well.
     *
     * @param ofServer without a look at streams and consumers
     */
    record Wellness(boolean everything, boolean ofServer) {}
}
