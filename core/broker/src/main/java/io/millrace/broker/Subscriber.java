package io.millrace.broker;

import io.millrace.protocol.Publication;
import org.jspecify.annotations.Nullable;

/** Who receives what a subscription matches: a client, or a part of this server. Loop only. */
interface Subscriber extends Origin {
    /**
     * Takes one message.
     *
     * @param publication slices valid during the call only
     * @param origin who published it
     * @return whether it was taken; a queue group tries another member when it was not
     */
    boolean deliver(Subscription subscription, Publication publication, Subscriber origin);

    @Override
    default @Nullable ConnectionInfo describe() {
        return null;
    }

    /** Whether a message on this literal subject would reach somebody behind it. */
    default boolean leadsOn(byte[] subject, int offset, int length) {
        return true;
    }

    /** Whether it hears under its subject what other accounts send, where that is imported. */
    default boolean hearsImports(Subscription subscription) {
        return true;
    }

    /** The number under which it is known; the server's own parts have theirs too. */
    long connectionId();
}
