package io.millrace.broker;

import java.util.Arrays;

/** A growable array of subscriptions that keeps each one's place for removal in one step. */
final class SubscriptionList {
    private static final Subscription[] NONE = new Subscription[0];

    private Subscription[] items = NONE;
    private int size;

    void add(Subscription subscription) {
        if (size == items.length) {
            items = Arrays.copyOf(items, size == 0 ? 1 : size * 2);
        }
        subscription.position = size;
        items[size++] = subscription;
    }

    void remove(Subscription subscription) {
        Subscription last = items[--size];
        items[subscription.position] = last;
        last.position = subscription.position;
        if (size == 0) {
            items = NONE;
        } else if (size * 4 <= items.length) {
            items = Arrays.copyOf(items, size * 2);
        } else {
            Arrays.fill(items, size, size + 1, null);
        }
    }

    int size() {
        return size;
    }

    Subscription at(int index) {
        return items[index];
    }
}
