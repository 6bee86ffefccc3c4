package io.millrace.broker;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who wants what in one account: a tree of subject tokens. Owned by the broker's loop.
 *
 * <p>A SUB is in force as soon as {@link #add} returns, so before the connection's next operation
 * is parsed.
 */
public final class Interest {
    private final InterestNode root = new InterestNode();
    private final InterestWatches watches = new InterestWatches();
    private @Nullable StreamImports imports;
    private int size;
    private int served;
    private long version;
    private long inserted;
    private long removed;
    long lookups;
    long hits;

    /** Changes with every change of interest: whatever was matched before may be wrong now. */
    long version() {
        return version;
    }

    /**
     * How many subscriptions there are; those that nats-server does not have are left out, and what
     * else the server listens to is in it.
     */
    public int size() {
        return size + served;
    }

    /**
     * So many subjects more are listened to, or less when below zero, through a subscription to all
     * of their kind, which does not count itself. Loop only.
     */
    public void served(int subjects) {
        served += subjects;
        if (subjects > 0) {
            inserted += subjects;
        } else {
            removed -= subjects;
        }
    }

    /** Whether messages of other accounts come here. */
    boolean isImporting() {
        return imports != null;
    }

    /** How many messages a subscription here has had from other accounts. */
    long imported(Subscription subscription) {
        StreamImports taken = imports;
        return taken == null ? 0 : taken.delivered(subscription);
    }

    /** How many it has had that were sent in this account. */
    long delivered(Subscription subscription) {
        return subscription.delivered - imported(subscription);
    }

    /** What has come and gone here. Loop only. */
    public Activity activity() {
        return new Activity(inserted, removed, lookups, hits);
    }

    /**
     * What one account's interest has been through. Immutable.
     *
     * @param lookups of subjects, of which {@code hits} were answered from memory
     */
    public record Activity(long inserted, long removed, long lookups, long hits) {}

    /** Adds a subscription whose subject has been found valid. */
    void add(Subscription subscription) {
        byte[] b = subscription.subject;
        InterestNode node = root;
        int tokenStart = 0;
        for (int i = 0; i <= b.length; i++) {
            if (i == b.length || b[i] == '.') {
                node = step(node, b, tokenStart, i);
                tokenStart = i + 1;
            }
        }
        node.add(subscription);
        if (!subscription.uncounted) {
            size++;
            inserted++;
        }
        version++;
        watches.changed(subscription);
        StreamImports taken = imports;
        if (taken != null) {
            taken.joined(subscription);
        }
    }

    /** What else is heard here: the messages of other accounts; null for none. */
    void take(@Nullable StreamImports others) {
        imports = others;
    }

    private static InterestNode step(InterestNode node, byte[] b, int from, int to) {
        if (to - from == 1 && b[from] == '*') {
            InterestNode any = node.any;
            if (any == null) {
                any = new InterestNode(node, new byte[] {'*'}, 0);
                node.any = any;
            }
            return any;
        }
        if (to - from == 1 && b[from] == '>') {
            InterestNode rest = node.rest;
            if (rest == null) {
                rest = new InterestNode(node, new byte[] {'>'}, 0);
                node.rest = rest;
            }
            return rest;
        }
        return node.childOrNew(b, from, to);
    }

    /** Ends a subscription; nothing happens when it has ended before. */
    void remove(Subscription subscription) {
        InterestNode node = subscription.node;
        if (node == null) {
            return;
        }
        node.remove(subscription);
        if (!subscription.uncounted) {
            size--;
            removed++;
        }
        version++;
        InterestNode parent = node.parent;
        while (parent != null && node.isEmpty()) {
            parent.remove(node);
            node = parent;
            parent = node.parent;
        }
        watches.changed(subscription);
        StreamImports taken = imports;
        if (taken != null) {
            taken.left(subscription);
        }
    }

    /** Those who are told when interest in one subject may have changed. */
    InterestWatches watches() {
        return watches;
    }

    /** Adds every subscription that covers the subject to {@code result}. */
    void match(byte[] b, int offset, int length, MatchResult result) {
        int end = offset + length;
        if (length == 0 || b[offset] == '.' || b[end - 1] == '.') {
            return;
        }
        for (int i = offset + 1; i < end; i++) {
            if (b[i] == '.' && b[i - 1] == '.') {
                return;
            }
        }
        match(root, b, offset, end, result);
    }

    private static void match(
            InterestNode start, byte[] b, int offset, int end, MatchResult result) {
        InterestNode node = start;
        int from = offset;
        while (true) {
            if (node.rest != null) {
                result.add(node.rest);
            }
            int to = from;
            int hash = 0;
            while (to < end && b[to] != '.') {
                hash = hash * 31 + b[to++];
            }
            InterestNode literal = node.child(b, from, to, InterestNode.spread(hash));
            InterestNode any = node.any;
            if (to == end) {
                if (any != null) {
                    result.add(any);
                }
                if (literal != null) {
                    result.add(literal);
                }
                return;
            }
            if (any != null && literal != null) {
                match(any, b, to + 1, end, result);
            }
            InterestNode next = literal != null ? literal : any;
            if (next == null) {
                return;
            }
            node = next;
            from = to + 1;
        }
    }

    /** Whether anybody would receive a message on this subject. */
    boolean hasInterest(byte[] b, int offset, int length) {
        MatchResult result = new MatchResult();
        match(b, offset, length, result);
        return !result.isEmpty();
    }

    /** Whether anybody would, at the end of all ways into other accounts. */
    boolean leadsOn(byte[] subject) {
        MatchResult result = new MatchResult();
        match(subject, 0, subject.length, result);
        for (int i = 0; i < result.plainCount(); i++) {
            if (result.plain(i).subscriber.leadsOn(subject, 0, subject.length)) {
                return true;
            }
        }
        return result.groupCount() > 0;
    }

    /** Whether somebody has subscribed to exactly this subject, not only to a wildcard over it. */
    boolean isNamed(byte[] b, int offset, int length) {
        InterestNode node = root;
        int from = offset;
        int end = offset + length;
        for (int i = offset; i <= end && node != null; i++) {
            if (i == end || b[i] == '.') {
                node = node.child(b, from, i, InterestNode.hash(b, from, i));
                from = i + 1;
            }
        }
        return node != null && (node.plain.size() > 0 || node.groups.length > 0);
    }

    /** Visits every subscription, in no particular order. */
    public void forEach(Consumer<Subscription> action) {
        root.forEach(action);
    }

    /** The top of the tree, for tests of its shape. */
    InterestNode root() {
        return root;
    }
}
