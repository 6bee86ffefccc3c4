package io.millrace.broker;

import io.millrace.auth.Permissions;
import io.millrace.net.NetLoop;
import io.millrace.protocol.Publication;
import io.millrace.runtime.Randomness;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Brings a publication to everybody who wants it. Owned by the loop. */
final class Router {
    private final NetLoop loop;
    private final Randomness chance;
    private final MatchCache cache = new MatchCache();
    private final ChunkPool chunks;
    private final PartialPool partials = new PartialPool();
    private final Crossings crossings = new Crossings();
    private MessageTail tail = new MessageTail();
    private final Runnable flushing = this::flushTouched;
    private ClientConnection[] touched = new ClientConnection[64];
    private int touchedCount;

    /**
     * @param outboundBudgetBytes what may wait for all readers together before they have to share
     */
    Router(NetLoop loop, Randomness chance, long outboundBudgetBytes) {
        this.loop = loop;
        this.chance = chance;
        this.chunks = new ChunkPool(outboundBudgetBytes);
    }

    Randomness chance() {
        return chance;
    }

    ChunkPool chunks() {
        return chunks;
    }

    PartialPool partials() {
        return partials;
    }

    /** The scratch space in which tails are built that cannot be copied. */
    MessageTail tail() {
        return tail;
    }

    /**
     * Delivers to every plain subscription and to one member of each queue group.
     *
     * @return how many took it
     */
    int route(Account account, Publication publication, Subscriber origin) {
        return routeTo(
                account,
                publication.subjectBuffer,
                publication.subjectOffset,
                publication.subjectLength,
                publication,
                origin);
    }

    /**
     * Delivers to those who listen to another subject than the one that the message shows.
     *
     * @return how many took it
     */
    int routeTo(
            Account account,
            byte[] destination,
            int offset,
            int length,
            Publication publication,
            Subscriber origin) {
        MatchResult match = cache.match(account, destination, offset, length);
        if (match.isEmpty()) {
            return 0;
        }
        tail.forget();
        return deliver(match, publication, origin);
    }

    /**
     * Delivers a message to those who listen to another subject than the one that it shows, in
     * other accounts, too.
     *
     * @return how many took it
     */
    int routeElsewhere(
            Account account,
            byte[] destination,
            int offset,
            int length,
            Publication publication,
            Subscriber origin) {
        crossings.address(publication, destination, offset, length);
        try {
            return routeTo(account, destination, offset, length, publication, origin);
        } finally {
            crossings.address(null, destination, 0, 0);
        }
    }

    private int deliver(MatchResult match, Publication publication, Subscriber origin) {
        int delivered = 0;
        for (int i = 0; i < match.plainCount(); i++) {
            Subscription subscription = match.plain(i);
            if (subscription.isActive()
                    && subscription.subscriber.deliver(subscription, publication, origin)) {
                delivered++;
            }
        }
        for (int group = 0; group < match.groupCount(); group++) {
            if (deliverToOne(match, group, publication, origin)) {
                delivered++;
            }
        }
        return delivered;
    }

    /** Whether {@code rights} allow to publish on the subject. */
    boolean mayPublish(Account account, Permissions rights, byte[] b, int offset, int length) {
        return cache.mayPublish(account, rights, b, offset, length);
    }

    /** The way of a message from one account into another, while it is delivered. */
    Crossings crossings() {
        return crossings;
    }

    /**
     * Delivers within a delivery, to the receivers that a crossing has found.
     *
     * @return how many took it
     */
    int cross(Crossings.Crossing crossing, Publication publication, Subscriber origin) {
        MessageTail outer = tail;
        tail = crossing.tail;
        tail.forget();
        try {
            return deliver(crossing.match, publication, origin);
        } finally {
            tail = outer;
        }
    }

    /** What is remembered of the subjects of one account; of all accounts for null. */
    MatchCache.Kept kept(@Nullable Account account) {
        return cache.kept(account);
    }

    /** Whether anybody listens to a subject. Not during a delivery. */
    boolean isHeard(Account account, byte[] subject, int offset, int length) {
        MatchResult match = cache.match(account, subject, offset, length);
        return (match.plainCount() == 1 && match.groupCount() == 0)
                ? match.plain(0).subscriber.leadsOn(subject, offset, length)
                : !match.isEmpty();
    }

    /** The most bytes that wait for one of the clients that listen to a subject. */
    long backlogBytes(Account account, byte[] subject, int offset, int length) {
        MatchResult match = cache.match(account, subject, offset, length);
        long most = 0;
        for (int i = 0; i < match.plainCount(); i++) {
            if (match.plain(i).subscriber instanceof ClientSession client) {
                most = Math.max(most, client.backlogBytes());
            }
        }
        for (int group = 0; group < match.groupCount(); group++) {
            for (int i = 0; i < match.groupSize(group); i++) {
                if (match.member(group, i).subscriber instanceof ClientSession client) {
                    most = Math.max(most, client.backlogBytes());
                }
            }
        }
        return most;
    }

    /** Starts at a random member; goes on to the next one while a member cannot take it. */
    private boolean deliverToOne(
            MatchResult match, int group, Publication publication, Subscriber origin) {
        int size = match.groupSize(group);
        int start = size == 1 ? 0 : chance.nextInt(size);
        for (int i = 0; i < size; i++) {
            int index = start + i;
            Subscription member = match.member(group, index < size ? index : index - size);
            if (member.isActive() && member.subscriber.deliver(member, publication, origin)) {
                return true;
            }
        }
        return false;
    }

    /** Promises to flush a connection at the end of this turn. */
    void flushSoon(ClientConnection connection) {
        if (touchedCount == 0) {
            loop.atEndOfTurn(flushing);
        }
        if (touchedCount == touched.length) {
            touched = Arrays.copyOf(touched, touchedCount * 2);
        }
        touched[touchedCount++] = connection;
    }

    private void flushTouched() {
        for (int i = 0; i < touchedCount; i++) {
            touched[i].flushAtEndOfTurn();
        }
        Arrays.fill(touched, 0, touchedCount, null);
        touchedCount = 0;
    }

    /** Forgets what it knows of connections that are gone. */
    void releaseCache() {
        // not now: the last connection may have ended in the middle of a delivery
        loop.atEndOfTurn(cache::release);
    }
}
