package io.millrace.broker;

import org.jspecify.annotations.Nullable;

/** One subscription of an account as seen at one instant. Immutable. */
public record SubscriptionView(
        String account,
        String subject,
        @Nullable String queue,
        String sid,
        long delivered,
        long max,
        long connectionId) {
    static SubscriptionView of(Account account, Subscription s) {
        return new SubscriptionView(
                s.subscriber instanceof Shadow shadow ? shadow.account() : account.name(),
                s.subject(),
                s.queue(),
                s.sid(),
                account.interest().delivered(s),
                s.max(),
                s.subscriber.connectionId());
    }
}
