package io.millrace.bridges.gitlab;

import io.millrace.bridges.common.NatsLink;
import io.millrace.bridges.common.StreamPlan;
import io.millrace.bridges.common.Surroundings;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.PublishOptions;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Puts announcements into their streams and says so only when the stream has. Any thread. */
final class Publisher {
    /** GitLab waits for 10 s, and an event may be two announcements. */
    private static final Duration ACK_WAIT = Duration.ofSeconds(3);

    private static final int HEADER_CHARS_MAX = 256;

    private final NatsLink link;
    private final Map<String, StreamPlan> plans;
    private final Surroundings around;
    private final Set<String> there = ConcurrentHashMap.newKeySet();

    Publisher(NatsLink link, Map<String, StreamPlan> plans, Surroundings around) {
        this.link = link;
        this.plans = plans;
        this.around = around;
    }

    /** The largest body that fits a message beside its headers; 0 while that is not known. */
    long bodyBytesMax() {
        try {
            return Math.max(0, link.connection().getMaxPayload() - 4096);
        } catch (IOException away) {
            return 0;
        }
    }

    /**
     * Stores it.
     *
     * @return whether it had been there already
     */
    boolean publish(String stream, Announcement announcement) throws IOException {
        Connection connection = link.connection();
        try {
            if (!there.contains(stream)) {
                tryToEnsure(connection, stream);
            }
            JetStream streams =
                    connection.jetStream(
                            JetStreamOptions.builder().requestTimeout(ACK_WAIT).build());
            PublishOptions.Builder options = PublishOptions.builder().expectedStream(stream);
            if (!announcement.id().isEmpty()) {
                options.messageId(headerValue(announcement.id()));
            }
            PublishAck ack =
                    streams.publish(
                            announcement.subject(),
                            headers(announcement),
                            announcement.body(),
                            options.build());
            there.add(stream);
            return ack.isDuplicate();
        } catch (IOException | JetStreamApiException | IllegalStateException failed) {
            there.remove(stream);
            throw new IOException(
                    "stream " + stream + " has not taken it: " + failed.getMessage(), failed);
        }
    }

    /** Makes the streams that are missing, so that others find them before the first call. */
    void ensureAll() {
        for (String stream : plans.keySet()) {
            link.needs(part(stream), connection -> ensure(connection, stream));
        }
    }

    /** What a stream's health goes by. */
    static String part(String stream) {
        return "stream " + stream;
    }

    /** A user who may publish need not have the right to look after streams. */
    private void tryToEnsure(Connection connection, String stream) {
        try {
            ensure(connection, stream);
        } catch (IOException failed) {
            around.log().warn("stream " + stream + " was not looked at: " + failed.getMessage());
        }
    }

    private void ensure(Connection connection, String stream) throws IOException {
        StreamPlan plan = plans.get(stream);
        if (plan == null) {
            return;
        }
        try {
            plan.ensure(connection).forEach(around.log()::warn);
            there.add(stream);
        } catch (IOException | JetStreamApiException | IllegalStateException failed) {
            // One that has taken the last message is there, whoever may look at it.
            if (!there.contains(stream)) {
                throw new IOException(failed.getMessage(), failed);
            }
        }
    }

    private static Headers headers(Announcement announcement) {
        Headers headers = new Headers();
        announcement
                .headers()
                .forEach(
                        (name, value) -> {
                            if (!value.isEmpty()) {
                                headers.add(name, headerValue(value));
                            }
                        });
        return headers;
    }

    /** Texts of strangers in a header: printable ASCII, and no more than a line of it. */
    private static String headerValue(String text) {
        StringBuilder value = new StringBuilder(Math.min(text.length(), HEADER_CHARS_MAX));
        for (int i = 0; i < text.length() && value.length() < HEADER_CHARS_MAX; i++) {
            char c = text.charAt(i);
            value.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        return value.toString();
    }
}
