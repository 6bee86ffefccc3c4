package io.millrace.e2e;

import java.util.Locale;

/** What each official client is asked to do; the clients know them by the lower-case name. */
enum Scenario {
    PUBSUB,
    QUEUE,
    REQUEST,
    HEADERS,
    UNSUBSCRIBE,
    NOECHO,
    RECONNECT,
    DRAIN,
    LAMEDUCK,
    LOGIN,
    REFUSED,
    VIOLATION,
    STREAMS,
    CONSUMERS,
    ORDERED,
    KEYVALUE,
    OBJECTS;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
