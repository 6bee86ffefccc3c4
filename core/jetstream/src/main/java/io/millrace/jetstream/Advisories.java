package io.millrace.jetstream;

import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import io.millrace.store.Loss;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * What JetStream tells of itself in an account: advisories and metrics. One that nobody would hear
 * is not made. Loop only, outside a delivery.
 */
final class Advisories {
    private static final String ADVISORY_TYPE = "io.nats.jetstream.advisory.v1.";
    private static final String OWN_TYPE = "io.millrace.jetstream.advisory.v1.";
    private static final String METRIC_TYPE = "io.nats.jetstream.metric.v1.";

    private final JetStreamAccount account;

    Advisories(JetStreamAccount account) {
        this.account = account;
    }

    /**
     * Sends an advisory.
     *
     * @param subject behind {@code $JS.EVENT.ADVISORY.}
     * @param type behind the common beginning of all types
     * @param fields adds what is special to it
     */
    void send(String subject, String type, Consumer<JsonPage> fields) {
        event("$JS.EVENT.ADVISORY." + subject, ADVISORY_TYPE + type, fields);
    }

    /** Sends a metric: the same with other beginnings. */
    void metric(String subject, String type, Consumer<JsonPage> fields) {
        event("$JS.EVENT.METRIC." + subject, METRIC_TYPE + type, fields);
    }

    /** Whether somebody hears it. */
    private boolean event(String subject, String type, Consumer<JsonPage> fields) {
        byte[] name = subject.getBytes(StandardCharsets.UTF_8);
        if (!account.client().isHeard(name, 0, name.length)) {
            return false;
        }
        JetStream engine = account.engine();
        JsonPage page =
                JsonPage.compact()
                        .object(null)
                        .text("type", type)
                        .text("id", engine.newId())
                        .text("timestamp", GoTime.rfc3339(engine.epochNanos()));
        fields.accept(page);
        account.send(subject, page.endObject().toString());
        return true;
    }

    /** Damage has cost messages. Returns whether somebody has heard it. */
    boolean messagesLost(Stream stream, Loss loss) {
        return event(
                "$JS.EVENT.ADVISORY.STREAM.MESSAGES_LOST." + stream.name(),
                OWN_TYPE + "messages_lost",
                page -> {
                    page.text("stream", stream.name())
                            .number("lost", loss.count())
                            .number("lost_in_all", stream.store().lost())
                            .array("seqs");
                    loss.sequences().forEach(sequence -> page.number(null, sequence));
                    page.endArray();
                });
    }

    void streamAction(Stream stream, String event, String action) {
        send(
                "STREAM." + event + "." + stream.name(),
                "stream_action",
                page -> page.text("stream", stream.name()).text("action", action));
    }
}
