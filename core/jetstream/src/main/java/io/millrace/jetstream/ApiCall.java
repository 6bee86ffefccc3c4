package io.millrace.jetstream;

import io.millrace.protocol.JsonPage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests that the JetStream API knows: their subjects below the prefix, and their answers.
 */
enum ApiCall {
    ACCOUNT_INFO("INFO", "account_info_response"),
    STREAM_CREATE("STREAM.CREATE.*", "stream_create_response"),
    STREAM_UPDATE("STREAM.UPDATE.*", "stream_update_response"),
    STREAM_NAMES("STREAM.NAMES", "stream_names_response", Tail.PAGE_OF_STREAMS),
    STREAM_LIST("STREAM.LIST", "stream_list_response", Tail.PAGE_OF_STREAMS),
    STREAM_INFO("STREAM.INFO.*", "stream_info_response", Tail.PAGE),
    STREAM_DELETE("STREAM.DELETE.*", "stream_delete_response"),
    STREAM_PURGE("STREAM.PURGE.*", "stream_purge_response", Tail.PURGED),
    MESSAGE_GET("STREAM.MSG.GET.*", "stream_msg_get_response"),
    MESSAGE_DELETE("STREAM.MSG.DELETE.*", "stream_msg_delete_response"),
    STREAM_SNAPSHOT("STREAM.SNAPSHOT.*", "stream_snapshot_response"),
    STREAM_RESTORE("STREAM.RESTORE.*", "stream_restore_response", Tail.NO_DELIVERY),
    STREAM_PEER_REMOVE("STREAM.PEER.REMOVE.*", "stream_remove_peer_response"),
    STREAM_PEER_EVACUATE("STREAM.PEER.EVACUATE.*", "stream_evacuate_peer_response"),
    STREAM_STEP_DOWN("STREAM.LEADER.STEPDOWN.*", "stream_leader_stepdown_response"),
    STREAM_CANCEL_MOVE("STREAM.CANCEL_MOVE.*", "stream_cancel_move_response"),
    CONSUMER_CREATE("CONSUMER.CREATE.*", "consumer_create_response"),
    CONSUMER_CREATE_NAMED("CONSUMER.CREATE.*.*", "consumer_create_response"),
    CONSUMER_CREATE_FILTERED("CONSUMER.CREATE.*.*.>", "consumer_create_response"),
    CONSUMER_CREATE_DURABLE("CONSUMER.DURABLE.CREATE.*.*", "consumer_create_response"),
    CONSUMER_NAMES("CONSUMER.NAMES.*", "consumer_names_response", Tail.PAGE_OF_CONSUMERS),
    CONSUMER_LIST("CONSUMER.LIST.*", "consumer_list_response", Tail.PAGE_OF_CONSUMERS),
    CONSUMER_INFO("CONSUMER.INFO.*.*", "consumer_info_response"),
    CONSUMER_DELETE("CONSUMER.DELETE.*.*", "consumer_delete_response"),
    CONSUMER_PAUSE("CONSUMER.PAUSE.*.*", "consumer_pause_response", Tail.NOT_PAUSED),
    CONSUMER_UNPIN("CONSUMER.UNPIN.*.*", "consumer_unpin_response"),
    CONSUMER_RESET("CONSUMER.RESET.*.*", "consumer_reset_response", Tail.NOT_RESET),
    CONSUMER_STEP_DOWN("CONSUMER.LEADER.STEPDOWN.*.*", "consumer_leader_stepdown_response"),
    CONSUMER_PEER_REMOVE("CONSUMER.PEER.REMOVE.*.*", "consumer_remove_peer_response"),
    CONSUMER_PEER_EVACUATE("CONSUMER.PEER.EVACUATE.*.*", "consumer_evacuate_peer_response");

    /** What an answer with an error shows besides the error. */
    private enum Tail {
        NOTHING,
        PAGE,
        PAGE_OF_STREAMS,
        PAGE_OF_CONSUMERS,
        PURGED,
        NOT_PAUSED,
        NOT_RESET,
        NO_DELIVERY
    }

    private static final String TYPE_PREFIX = "io.nats.jetstream.api.v1.";

    private final String pattern;
    private final String type;
    private final Tail tail;

    ApiCall(String pattern, String type) {
        this(pattern, type, Tail.NOTHING);
    }

    ApiCall(String pattern, String type, Tail tail) {
        this.pattern = pattern;
        this.type = TYPE_PREFIX + type;
        this.tail = tail;
    }

    /** The {@code type} of the answer. */
    String type() {
        return type;
    }

    /** The call that a request below the prefix asks for; null when there is none like it. */
    static @Nullable ApiCall of(List<String> tokens) {
        for (ApiCall call : values()) {
            if (call.isMeant(tokens)) {
                return call;
            }
        }
        return null;
    }

    private boolean isMeant(List<String> tokens) {
        int at = 0;
        int from = 0;
        while (from <= pattern.length()) {
            int dot = pattern.indexOf('.', from);
            int end = dot < 0 ? pattern.length() : dot;
            if (at == tokens.size()) {
                return false;
            }
            if (pattern.charAt(from) == '>') {
                return true;
            }
            String token = tokens.get(at++);
            if (pattern.charAt(from) != '*'
                    && !(token.length() == end - from && pattern.startsWith(token, from))) {
                return false;
            }
            from = end + 1;
        }
        return at == tokens.size();
    }

    /** Whether the subject names a stream. */
    boolean namesStream() {
        return pattern.indexOf('*') >= 0;
    }

    /** Where in the tokens the stream's name stands. */
    int streamToken() {
        int star = pattern.indexOf('*');
        int token = 0;
        for (int i = 0; i < star; i++) {
            if (pattern.charAt(i) == '.') {
                token++;
            }
        }
        return token;
    }

    /** Completes an answer that holds an error. */
    void errorTail(JsonPage page) {
        switch (tail) {
            case NOTHING -> {}
            case PAGE -> page(page);
            case PAGE_OF_STREAMS -> page(page).nothing("streams");
            case PAGE_OF_CONSUMERS -> page(page).array("consumers").endArray();
            case NOT_PAUSED -> ConsumerInfo.notPaused(page);
            case NO_DELIVERY -> page.text("deliver_subject", "");
            case NOT_RESET -> page.number("reset_seq", 0);
            case PURGED -> page.number("purged", 0);
        }
    }

    private static JsonPage page(JsonPage page) {
        return page.number("total", 0).number("offset", 0).number("limit", 0);
    }
}
