package io.millrace.broker;

import java.util.AbstractList;
import java.util.List;

/**
 * The subscriptions that a connection had at one instant. Made by the loop, read by any thread:
 * what does not change is read where it is, and a counter shows a recent value.
 */
final class SubscriptionInfos extends AbstractList<ConnectionInfo.SubscriptionInfo> {
    private final List<Subscription> subscriptions;
    private final long cid;

    SubscriptionInfos(ClientConnection connection) {
        subscriptions = connection.session().subscriptions();
        cid = connection.id();
    }

    @Override
    public ConnectionInfo.SubscriptionInfo get(int index) {
        return ConnectionInfo.subscription(subscriptions.get(index), cid);
    }

    @Override
    public int size() {
        return subscriptions.size();
    }
}
