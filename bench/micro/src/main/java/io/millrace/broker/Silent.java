package io.millrace.broker;

import io.millrace.protocol.Publication;

/** A subscriber to whom nothing is ever delivered: benchmarks of the interest only ask for it. */
final class Silent implements Subscriber {
    @Override
    public boolean deliver(Subscription subscription, Publication publication, Subscriber origin) {
        throw new IllegalStateException("nothing is delivered here");
    }

    @Override
    public long connectionId() {
        return 1;
    }
}
