package io.millrace.broker;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A subject space of its own, live: interest, connections, traffic. Owned by the broker's loop. */
public final class Account {
    /** Everybody who logs in without naming an account shares this one. */
    public static final String GLOBAL = "$G";

    /** Where the server itself speaks. */
    public static final String SYSTEM = "$SYS";

    private final String name;
    private final Interest interest = new Interest();
    private final Traffic traffic = new Traffic();
    private AccountLimits limits = AccountLimits.NONE;
    private MappingTable mappings = MappingTable.NONE;
    private final Set<Subscription> own = new LinkedHashSet<>();
    private @Nullable Responses responses;
    private int connections;
    private int subscriptions;
    private long connectionsTotal;
    private long slowConsumers;

    Account(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    public Interest interest() {
        return interest;
    }

    public Traffic traffic() {
        return traffic;
    }

    public AccountLimits limits() {
        return limits;
    }

    void limit(AccountLimits newLimits) {
        limits = newLimits;
    }

    MappingTable mappings() {
        return mappings;
    }

    void map(MappingTable newMappings) {
        mappings = newMappings;
    }

    /** Answers that are on their way to other accounts; null before the first. */
    @Nullable Responses responses() {
        return responses;
    }

    void answer(Responses awaited) {
        responses = awaited;
    }

    /** Notes a subscription of a part of this server. */
    void keep(Subscription subscription) {
        own.add(subscription);
    }

    void drop(Subscription subscription) {
        own.remove(subscription);
    }

    /** The subscriptions of this server's own parts. */
    List<Subscription> own() {
        return new ArrayList<>(own);
    }

    /** Client connections that are logged in now. */
    public int connections() {
        return connections;
    }

    /** Subscriptions of clients; those of the server itself do not count. */
    public int subscriptions() {
        return subscriptions;
    }

    public long connectionsTotal() {
        return connectionsTotal;
    }

    public long slowConsumers() {
        return slowConsumers;
    }

    boolean admitsConnection() {
        return limits.maxConnections() < 0 || connections < limits.maxConnections();
    }

    boolean admitsSubscription() {
        return limits.maxSubscriptions() < 0 || subscriptions < limits.maxSubscriptions();
    }

    void connected() {
        connections++;
        connectionsTotal++;
    }

    void disconnected(boolean slowConsumer) {
        connections--;
        if (slowConsumer) {
            slowConsumers++;
        }
    }

    void subscribed() {
        subscriptions++;
    }

    void unsubscribed() {
        subscriptions--;
    }
}
