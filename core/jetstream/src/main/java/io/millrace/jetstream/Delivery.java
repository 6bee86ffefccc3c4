package io.millrace.jetstream;

import io.millrace.store.StoreException;

/** How a consumer's messages leave it: on request, or by themselves. Loop only. */
sealed interface Delivery permits PullDelivery, PushDelivery {
    /**
     * Sends what can be sent now, up to {@code most} messages. Outside a delivery.
     *
     * @return how many were sent
     */
    int deliver(int most) throws StoreException;

    /** The consumer's configuration has changed. */
    void configured();

    /** Whether somebody would take a message. */
    boolean isActive();

    /** Ends it, and tells those who wait. Outside a delivery. */
    void close(ClosedBy why);
}
