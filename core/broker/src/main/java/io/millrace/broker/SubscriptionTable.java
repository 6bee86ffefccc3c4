package io.millrace.broker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection's subscriptions by sid. Open addressing, no object beside the subscription. */
final class SubscriptionTable {
    private @Nullable Subscription @Nullable [] table;
    private int size;

    int size() {
        return size;
    }

    @Nullable Subscription find(byte[] b, int offset, int length) {
        @Nullable Subscription[] slots = table;
        if (slots == null) {
            return null;
        }
        int mask = slots.length - 1;
        int i = InterestNode.hash(b, offset, offset + length) & mask;
        while (true) {
            Subscription found = slots[i];
            if (found == null
                    || Arrays.equals(found.sid, 0, found.sid.length, b, offset, offset + length)) {
                return found;
            }
            i = (i + 1) & mask;
        }
    }

    /** Adds a subscription whose sid is not in the table. */
    void add(Subscription subscription) {
        @Nullable Subscription[] slots = table;
        if (slots == null) {
            slots = new Subscription[2];
            table = slots;
        } else if ((size + 1) * 4 > slots.length * 3) {
            @Nullable Subscription[] old = slots;
            slots = new Subscription[old.length * 2];
            table = slots;
            for (Subscription moved : old) {
                if (moved != null) {
                    place(slots, moved);
                }
            }
        }
        place(slots, subscription);
        size++;
    }

    private static void place(@Nullable Subscription[] slots, Subscription subscription) {
        int mask = slots.length - 1;
        int i = home(subscription) & mask;
        while (slots[i] != null) {
            i = (i + 1) & mask;
        }
        slots[i] = subscription;
    }

    private static int home(Subscription subscription) {
        return InterestNode.hash(subscription.sid, 0, subscription.sid.length);
    }

    void remove(Subscription subscription) {
        @Nullable Subscription[] slots = table;
        if (slots == null) {
            return;
        }
        int mask = slots.length - 1;
        int hole = home(subscription) & mask;
        while (slots[hole] != subscription) {
            if (slots[hole] == null) {
                return;
            }
            hole = (hole + 1) & mask;
        }
        slots[hole] = null;
        if (--size == 0) {
            table = null;
            return;
        }
        for (int i = (hole + 1) & mask; slots[i] != null; i = (i + 1) & mask) {
            Subscription follower = slots[i];
            slots[i] = null;
            if (follower != null) {
                place(slots, follower);
            }
        }
    }

    /** All of them now; the table may change afterwards. */
    List<Subscription> all() {
        List<Subscription> all = new ArrayList<>(size);
        @Nullable Subscription[] slots = table;
        if (slots != null) {
            for (Subscription subscription : slots) {
                if (subscription != null) {
                    all.add(subscription);
                }
            }
        }
        return all;
    }
}
