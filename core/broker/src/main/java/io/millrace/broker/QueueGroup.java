package io.millrace.broker;

/** The members of one queue group on one subject. */
final class QueueGroup {
    final String name;
    final SubscriptionList members = new SubscriptionList();

    QueueGroup(String name) {
        this.name = name;
    }
}
