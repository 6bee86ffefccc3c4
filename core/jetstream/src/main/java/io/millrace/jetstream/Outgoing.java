package io.millrace.jetstream;

import io.millrace.jetstream.api.AckSubject;
import io.millrace.protocol.PublicationWriter;
import io.millrace.store.StoredMessage;
import org.jspecify.annotations.Nullable;

/** Makes the message that a consumer sends out of one that is stored. Owned by the loop. */
final class Outgoing {
    private final Consumer consumer;
    private final byte[] prefix;
    private final HeaderBlock headers = new HeaderBlock();
    private byte[] reply;
    private int replyLength;

    Outgoing(Consumer consumer) {
        this.consumer = consumer;
        this.prefix = AckSubject.prefix(consumer.stream().name(), consumer.name());
        this.reply = new byte[prefix.length + AckSubject.NUMBERS_LENGTH_MAX];
    }

    void prepare(StoredMessage message, int deliveries, long consumerSequence, long pending) {
        replyLength =
                AckSubject.write(
                        reply,
                        0,
                        prefix,
                        deliveries,
                        message.sequence(),
                        consumerSequence,
                        message.timeNanos(),
                        pending);
        if (consumer.config().headersOnly()) {
            headers.start(message.data(), message.headersOffset(), message.headersLength())
                    .set("Nats-Msg-Size", message.payloadLength())
                    .finish();
        }
    }

    long bytes(StoredMessage message) {
        boolean bare = consumer.config().headersOnly();
        return (long) message.subjectLength()
                + replyLength
                + (bare ? headers.length() : message.headersLength() + message.payloadLength());
    }

    void send(byte[] destination, StoredMessage message, @Nullable String pin) {
        boolean bare = consumer.config().headersOnly();
        if (pin != null) {
            if (bare) {
                headers.start(headers.toBytes(), 0, headers.length());
            } else {
                headers.start(message.data(), message.headersOffset(), message.headersLength());
            }
            headers.set("Nats-Pin-Id", pin).finish();
        }
        boolean own = bare || pin != null;
        PublicationWriter writer = consumer.stream().account().writer();
        consumer.stream()
                .account()
                .sendTo(
                        destination,
                        0,
                        destination.length,
                        writer.write(
                                message.data(),
                                message.subjectOffset(),
                                message.subjectLength(),
                                reply,
                                0,
                                replyLength,
                                own ? headers.buffer() : message.data(),
                                own ? 0 : message.headersOffset(),
                                own ? headers.length() : message.headersLength(),
                                message.data(),
                                message.payloadOffset(),
                                bare ? 0 : message.payloadLength()));
    }
}
