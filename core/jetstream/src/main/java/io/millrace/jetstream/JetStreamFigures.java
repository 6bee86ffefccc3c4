package io.millrace.jetstream;

import io.millrace.runtime.Histogram;
import io.millrace.store.StoreFigures;

/**
 * How long the steps of JetStream's work have taken, in nanoseconds. Immutable: any thread.
 *
 * @param publishes from the turn that took a message in until its ack was on its way; only what
 *     waits for the disk
 * @param deliveries from the moment that a message may be shown to consumers until one of them
 *     sends it; only what was not overtaken by another commit meanwhile
 * @param requests to the API, from hearing one until it is answered
 * @param requestsWaiting that have been heard and not been answered
 */
public record JetStreamFigures(
        Histogram.Picture publishes,
        Histogram.Picture deliveries,
        Histogram.Picture requests,
        int requestsWaiting,
        StoreFigures store) {}
