package io.millrace.broker;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One token's place in an {@link Interest}. */
/* Children are an open-addressed table keyed by the token's bytes, so that looking one up takes no
 * object. Linear probing; removal shifts the followers back, so there are no tombstones. */
final class InterestNode {
    private static final byte[] ROOT = new byte[0];
    private static final QueueGroup[] NO_GROUPS = new QueueGroup[0];

    final byte[] token;
    final int hash;
    final @Nullable InterestNode parent;
    final SubscriptionList plain = new SubscriptionList();
    QueueGroup[] groups = NO_GROUPS;
    @Nullable InterestNode any;
    @Nullable InterestNode rest;
    private @Nullable InterestNode @Nullable [] children;
    private int childCount;

    InterestNode() {
        this(null, ROOT, 0);
    }

    InterestNode(@Nullable InterestNode parent, byte[] token, int hash) {
        this.parent = parent;
        this.token = token;
        this.hash = hash;
    }

    static int hash(byte[] b, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + b[i];
        }
        return spread(hash);
    }

    /** Tokens that are numbers would lie side by side, and each search would walk over them. */
    static int spread(int hash) {
        int spread = hash * 0x9E3779B9;
        return spread ^ (spread >>> 15);
    }

    @Nullable InterestNode child(byte[] b, int from, int to, int hash) {
        @Nullable InterestNode[] table = children;
        if (table == null) {
            return null;
        }
        int mask = table.length - 1;
        for (int i = hash & mask; ; i = (i + 1) & mask) {
            InterestNode child = table[i];
            if (child == null) {
                return null;
            }
            if (child.hash == hash
                    && Arrays.equals(child.token, 0, child.token.length, b, from, to)) {
                return child;
            }
        }
    }

    InterestNode childOrNew(byte[] b, int from, int to) {
        int hash = hash(b, from, to);
        InterestNode child = child(b, from, to, hash);
        if (child == null) {
            child = new InterestNode(this, Arrays.copyOfRange(b, from, to), hash);
            insert(child);
        }
        return child;
    }

    private void insert(InterestNode child) {
        @Nullable InterestNode[] table = children;
        if (table == null) {
            table = new InterestNode[2];
            children = table;
        } else if ((childCount + 1) * 4 > table.length * 3) {
            @Nullable InterestNode[] old = table;
            table = new InterestNode[old.length * 2];
            children = table;
            for (InterestNode moved : old) {
                if (moved != null) {
                    place(table, moved);
                }
            }
        }
        place(table, child);
        childCount++;
    }

    private static void place(@Nullable InterestNode[] table, InterestNode child) {
        int mask = table.length - 1;
        int i = child.hash & mask;
        while (table[i] != null) {
            i = (i + 1) & mask;
        }
        table[i] = child;
    }

    /** Takes a child that nobody needs any more out of whichever place it has. */
    void remove(InterestNode child) {
        if (child == any) {
            any = null;
        } else if (child == rest) {
            rest = null;
        } else {
            removeLiteral(child);
        }
    }

    private void removeLiteral(InterestNode child) {
        @Nullable InterestNode[] table = children;
        if (table == null) {
            return;
        }
        int mask = table.length - 1;
        int hole = child.hash & mask;
        while (table[hole] != child) {
            hole = (hole + 1) & mask;
        }
        table[hole] = null;
        childCount--;
        if (childCount == 0) {
            children = null;
            return;
        }
        for (int i = (hole + 1) & mask; ; i = (i + 1) & mask) {
            InterestNode follower = table[i];
            if (follower == null) {
                return;
            }
            table[i] = null;
            place(table, follower);
        }
    }

    boolean isEmpty() {
        return plain.size() == 0
                && groups.length == 0
                && any == null
                && rest == null
                && childCount == 0;
    }

    void add(Subscription subscription) {
        subscription.node = this;
        String queue = subscription.queue;
        if (queue == null) {
            plain.add(subscription);
            return;
        }
        for (QueueGroup group : groups) {
            if (group.name.equals(queue)) {
                group.members.add(subscription);
                return;
            }
        }
        QueueGroup group = new QueueGroup(queue);
        group.members.add(subscription);
        groups = Arrays.copyOf(groups, groups.length + 1);
        groups[groups.length - 1] = group;
    }

    void remove(Subscription subscription) {
        subscription.node = null;
        String queue = subscription.queue;
        if (queue == null) {
            plain.remove(subscription);
            return;
        }
        for (int i = 0; i < groups.length; i++) {
            if (groups[i].name.equals(queue)) {
                groups[i].members.remove(subscription);
                if (groups[i].members.size() == 0) {
                    groups = without(groups, i);
                }
                return;
            }
        }
    }

    private static QueueGroup[] without(QueueGroup[] groups, int index) {
        if (groups.length == 1) {
            return NO_GROUPS;
        }
        QueueGroup[] fewer = Arrays.copyOf(groups, groups.length - 1);
        if (index < fewer.length) {
            fewer[index] = groups[groups.length - 1];
        }
        return fewer;
    }

    /** The subscriptions of this node and of all below it. */
    void forEach(java.util.function.Consumer<Subscription> action) {
        for (int i = 0; i < plain.size(); i++) {
            action.accept(plain.at(i));
        }
        for (QueueGroup group : groups) {
            for (int i = 0; i < group.members.size(); i++) {
                action.accept(group.members.at(i));
            }
        }
        if (any != null) {
            any.forEach(action);
        }
        if (rest != null) {
            rest.forEach(action);
        }
        @Nullable InterestNode[] table = children;
        if (table != null) {
            for (InterestNode child : table) {
                if (child != null) {
                    child.forEach(action);
                }
            }
        }
    }
}
