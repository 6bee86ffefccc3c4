package io.millrace.jetstream;

import io.millrace.jetstream.api.Republish;
import io.millrace.protocol.InvalidTransformException;
import io.millrace.protocol.SubjectTransform;
import io.millrace.store.StoreException;
import io.millrace.store.StoredMessage;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Publishes what a stream has stored once more, for listeners without a consumer (ADR-28). */
/* Like a consumer, a listener hears of a message only when it is on disk. Owned by the loop. */
final class Republisher {
    private final Stream stream;
    private final SubjectTransform transform;
    private final boolean headersOnly;
    private final ArrayDeque<Stored> waiting = new ArrayDeque<>();
    private final StoredMessage message = new StoredMessage();
    private final HeaderBlock headers = new HeaderBlock();

    /** A message that is not on disk yet, and the one that its subject had before; 0 for none. */
    private record Stored(long sequence, long before) {}

    private Republisher(Stream stream, SubjectTransform transform, boolean headersOnly) {
        this.stream = stream;
        this.transform = transform;
        this.headersOnly = headersOnly;
    }

    /** The one that a stream's configuration asks for; null for none. */
    static @Nullable Republisher of(Stream stream) {
        Republish asked = stream.config().republish();
        if (asked == null) {
            return null;
        }
        try {
            return new Republisher(
                    stream,
                    SubjectTransform.of(asked.source(), asked.destination()),
                    asked.headersOnly());
        } catch (InvalidTransformException unchecked) {
            throw new IllegalStateException("a republish was accepted unchecked", unchecked);
        }
    }

    void appended(long sequence, long before) {
        waiting.add(new Stored(sequence, before));
    }

    /** Everything up to {@code last} is on disk. Outside a delivery. */
    void shown(long last) {
        while (!waiting.isEmpty() && waiting.getFirst().sequence() <= last) {
            Stored next = waiting.removeFirst();
            try {
                if (stream.store().read(next.sequence(), message)) {
                    publish(next.before());
                }
            } catch (StoreException failed) {
                stream.engine().storeFailed(stream, failed);
            }
        }
    }

    private void publish(long before) {
        byte[] data = message.data();
        if (!transform.matches(data, message.subjectOffset(), message.subjectLength())) {
            return;
        }
        byte[] destination =
                transform.apply(
                        data,
                        message.subjectOffset(),
                        message.subjectLength(),
                        stream.engine().chance());
        headers.start(data, message.headersOffset(), message.headersLength())
                .add("Nats-Stream", stream.name())
                .add("Nats-Subject", data, message.subjectOffset(), message.subjectLength())
                .add("Nats-Sequence", message.sequence())
                .addTime("Nats-Time-Stamp", message.timeNanos())
                .add("Nats-Last-Sequence", before);
        if (headersOnly) {
            headers.add("Nats-Msg-Size", message.payloadLength());
        }
        headers.finish();
        stream.account()
                .send(
                        destination,
                        0,
                        destination.length,
                        headers.buffer(),
                        0,
                        headers.length(),
                        data,
                        message.payloadOffset(),
                        headersOnly ? 0 : message.payloadLength());
    }
}
