package io.millrace.broker;

import io.millrace.protocol.Publication;

/** Takes every message and does nothing with it. */
enum Nobody implements Subscriber {
    INSTANCE;

    @Override
    public boolean deliver(Subscription subscription, Publication publication, Subscriber origin) {
        return true;
    }

    @Override
    public long connectionId() {
        return 0;
    }
}
