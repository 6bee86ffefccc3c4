package io.millrace.broker;

import java.util.AbstractList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions that a connection had at one instant. Made by the loop, read by any thread:
 * what does not change is read where it is, and a counter shows a recent value.
 */
final class SubscriptionInfos extends AbstractList<ConnectionInfo.SubscriptionInfo> {
    private final List<Subscription> subscriptions;
    private final long cid;

    /** How many messages each has had from other accounts; null when the account imports none. */
    private final long @Nullable [] imported;

    SubscriptionInfos(ClientConnection connection) {
        subscriptions = connection.session().subscriptions();
        cid = connection.id();
        Interest interest = connection.session().account().interest();
        imported =
                interest.isImporting()
                        ? subscriptions.stream().mapToLong(interest::imported).toArray()
                        : null;
    }

    @Override
    public ConnectionInfo.SubscriptionInfo get(int index) {
        Subscription s = subscriptions.get(index);
        long elsewhere = imported == null ? 0 : imported[index];
        return new ConnectionInfo.SubscriptionInfo(
                s.subject(), s.queue(), s.sid(), s.delivered() - elsewhere, s.max(), cid);
    }

    @Override
    public int size() {
        return subscriptions.size();
    }
}
