package io.millrace.broker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * What one account takes in of other accounts' messages: each subscription that would hear some of
 * them has a shadow over there, for as long as it lives. Owned by the loop.
 */
final class StreamImports {
    private final Server server;
    private final List<StreamImport> imports;
    private final IdentityHashMap<Subscription, List<Subscription>> shadows =
            new IdentityHashMap<>();

    StreamImports(Server server, List<StreamImport> imports) {
        this.server = server;
        this.imports = List.copyOf(imports);
    }

    List<StreamImport> all() {
        return imports;
    }

    /** A subscription of the account is in force. */
    void joined(Subscription subscription) {
        if (!subscription.subscriber.hearsImports(subscription)) {
            return;
        }
        String wanted = subscription.subject();
        for (StreamImport taken : imports) {
            String there = taken.alias().common(wanted);
            if (there != null && !isFrom(subscription, taken)) {
                Subscription shadow =
                        new Subscription(
                                new Shadow(server, subscription, taken),
                                there.getBytes(StandardCharsets.UTF_8),
                                subscription.sid,
                                subscription.queue,
                                false);
                shadows.computeIfAbsent(subscription, s -> new ArrayList<>(1)).add(shadow);
                taken.exporter().interest().add(shadow);
            }
        }
    }

    /** Whether it is there because of this very import: an account may import from itself. */
    private static boolean isFrom(Subscription subscription, StreamImport taken) {
        Subscription seen = subscription;
        while (seen.subscriber instanceof Shadow shadow) {
            if (shadow.taken() == taken) {
                return true;
            }
            seen = shadow.original();
        }
        return false;
    }

    /** A subscription of the account has ended. */
    void left(Subscription subscription) {
        List<Subscription> ended = shadows.remove(subscription);
        if (ended != null) {
            ended.forEach(shadow -> ((Shadow) shadow.subscriber).end(shadow));
        }
    }

    /** How many messages of other accounts a subscription has had. */
    long delivered(Subscription subscription) {
        long sum = 0;
        for (Subscription shadow : shadows.getOrDefault(subscription, List.of())) {
            sum += shadow.delivered;
        }
        return sum;
    }

    /** The shadows in one account. */
    List<Subscription> in(Account exporter) {
        List<Subscription> there = new ArrayList<>();
        for (List<Subscription> some : shadows.values()) {
            for (Subscription shadow : some) {
                if (((Shadow) shadow.subscriber).taken().exporter() == exporter) {
                    there.add(shadow);
                }
            }
        }
        return there;
    }

    /** Ends all; what they have brought is forgotten with them. */
    void close() {
        for (Subscription subscription : List.copyOf(shadows.keySet())) {
            subscription.delivered -= delivered(subscription);
            left(subscription);
        }
    }
}
