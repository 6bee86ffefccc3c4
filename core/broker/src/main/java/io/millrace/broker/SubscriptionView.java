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
        long connectionId) {}
