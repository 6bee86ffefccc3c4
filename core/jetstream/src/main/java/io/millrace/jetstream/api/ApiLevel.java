package io.millrace.jetstream.api;

import java.util.Map;
import java.util.TreeMap;

/**
 * Which features of the API a server has, as one number, and what it says about that in the
 * metadata of streams and consumers (ADR-44). Stateless.
 */
public final class ApiLevel {
    /** The level of this server. */
    public static final int CURRENT = 5;

    /** The version of the server whose behaviour this one has. */
    public static final String VERSION = "2.15.2";

    private static final String VERSION_KEY = "_nats.ver";
    private static final String LEVEL_KEY = "_nats.level";
    private static final String REQUIRED_KEY = "_nats.req.level";

    private ApiLevel() {}

    /** The metadata as it is kept: without what the server says about itself. */
    public static Map<String, String> marked(Map<String, String> metadata, int required) {
        Map<String, String> marked = unmarked(metadata);
        marked.put(REQUIRED_KEY, Integer.toString(required));
        return marked;
    }

    /** The kept metadata as it is shown in an answer: with the server's version and level. */
    public static Map<String, String> shown(Map<String, String> metadata) {
        Map<String, String> shown = new TreeMap<>(metadata);
        shown.put(VERSION_KEY, VERSION);
        shown.put(LEVEL_KEY, Integer.toString(CURRENT));
        return shown;
    }

    /** Only what the client has set itself. */
    public static Map<String, String> unmarked(Map<String, String> metadata) {
        Map<String, String> own = new TreeMap<>(metadata);
        own.remove(VERSION_KEY);
        own.remove(LEVEL_KEY);
        own.remove(REQUIRED_KEY);
        return own;
    }

    /** The configuration as it is kept. */
    public static StreamConfig marked(StreamConfig config) {
        return config.toBuilder().metadata(marked(config.metadata(), required(config))).build();
    }

    /** The configuration as it is shown in an answer about this one stream. */
    public static StreamConfig shown(StreamConfig config) {
        return config.toBuilder().metadata(shown(config.metadata())).build();
    }

    /** The lowest level of a server that can serve such a stream. */
    static int required(StreamConfig config) {
        if (config.allowBatched()) {
            return 4;
        }
        if (config.allowMsgCounter()
                || config.allowAtomic()
                || config.allowMsgSchedules()
                || config.persistMode() != PersistMode.DEFAULT) {
            return 2;
        }
        return config.allowMsgTtl() || config.subjectDeleteMarkerTtlNanos() > 0 ? 1 : 0;
    }

    /** The configuration as it is kept. */
    public static ConsumerConfig marked(ConsumerConfig config) {
        return config.toBuilder().metadata(marked(config.metadata(), required(config))).build();
    }

    /** The configuration as it is shown in an answer about this one consumer. */
    public static ConsumerConfig shown(ConsumerConfig config) {
        return config.toBuilder().metadata(shown(config.metadata())).build();
    }

    /** The lowest level of a server that can serve such a consumer. */
    static int required(ConsumerConfig config) {
        if (config.ackPolicy() == AckPolicy.FLOW_CONTROL) {
            return 4;
        }
        return config.pauseUntilNanos() != 0
                        || config.priorityPolicy() != PriorityPolicy.NONE
                        || config.priorityTimeoutNanos() != 0
                ? 1
                : 0;
    }
}
