package io.millrace.bridges.matrix;

import io.millrace.bridges.common.NatsLink;
import io.millrace.runtime.Log;
import io.nats.client.BaseConsumerContext;
import io.nats.client.Connection;
import io.nats.client.ConsumerContext;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamStatusCheckedException;
import io.nats.client.Message;
import io.nats.client.StreamContext;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A durable consumer of a stream, asked for one message at a time. Run by one thread. */
final class StreamFeed implements Delivery.Feed {
    private static final Duration NEXT_WAIT = Duration.ofSeconds(5);
    private static final Duration ACK_WAIT = Duration.ofSeconds(5);
    private static final String MADE_BY = "made-by";
    private static final String US = "millrace-matrix";
    private static final int NOT_FOUND = 404;

    private final NatsLink link;
    private final RoomRule rule;
    private final Log log;
    private @Nullable Connection opened;
    private @Nullable BaseConsumerContext consumer;
    private long streamMadeMillis;

    StreamFeed(NatsLink link, RoomRule rule, Log log) {
        this.link = link;
        this.rule = rule;
        this.log = log;
    }

    @Override
    public void open() throws IOException {
        known();
    }

    @Override
    public @Nullable Delivery next() throws IOException, InterruptedException {
        BaseConsumerContext known = known();
        try {
            Message message = known.next(NEXT_WAIT);
            return message == null ? null : new Held(message, streamMadeMillis);
        } catch (JetStreamApiException
                | JetStreamStatusCheckedException
                | IOException
                | IllegalStateException failed) {
            throw failure(failed);
        }
    }

    private BaseConsumerContext known() throws IOException {
        Connection connection = link.connection();
        BaseConsumerContext known = consumer;
        if (known != null && opened == connection) {
            return known;
        }
        try {
            BaseConsumerContext fresh = made(connection);
            consumer = fresh;
            opened = connection;
            return fresh;
        } catch (JetStreamApiException | IOException | IllegalStateException failed) {
            throw failure(failed);
        }
    }

    private IOException failure(Exception failed) {
        consumer = null;
        return new IOException("stream " + rule.stream() + ": " + failed.getMessage(), failed);
    }

    private ConsumerContext made(Connection connection) throws IOException, JetStreamApiException {
        StreamContext stream = connection.getStreamContext(rule.stream());
        streamMadeMillis = stream.getStreamInfo().getCreateTime().toInstant().toEpochMilli();
        ConsumerConfiguration wanted = configuration();
        try {
            ConsumerContext there = stream.getConsumerContext(rule.consumer());
            ConsumerInfo info = there.getCachedConsumerInfo();
            if (info == null
                    || !isOurs(info)
                    || sameFilters(info.getConsumerConfiguration(), wanted)) {
                return there;
            }
        } catch (JetStreamApiException missing) {
            if (missing.getErrorCode() != NOT_FOUND) {
                throw missing;
            }
            log.info("consumer " + rule.consumer() + " of " + rule.stream() + " is made");
        }
        return stream.createOrUpdateConsumer(wanted);
    }

    /** One that somebody else has made is used as it is. */
    private static boolean isOurs(ConsumerInfo info) {
        Map<String, String> metadata = info.getConsumerConfiguration().getMetadata();
        return metadata != null && US.equals(metadata.get(MADE_BY));
    }

    private static boolean sameFilters(ConsumerConfiguration one, ConsumerConfiguration other) {
        List<String> filters = one.getFilterSubjects();
        List<String> wanted = other.getFilterSubjects();
        return filters != null
                && wanted != null
                && new TreeSet<>(filters).equals(new TreeSet<>(wanted));
    }

    private ConsumerConfiguration configuration() {
        return ConsumerConfiguration.builder()
                .durable(rule.consumer())
                .filterSubjects(rule.subjects().stream().map(SubjectFilter::written).toList())
                .ackPolicy(AckPolicy.Explicit)
                .ackWait(rule.ackWait())
                .maxDeliver(-1)
                // One at a time, or a message that comes again would come behind its followers.
                .maxAckPending(1)
                .deliverPolicy(rule.fromStart() ? DeliverPolicy.All : DeliverPolicy.New)
                .metadata(Map.of(MADE_BY, US))
                .build();
    }

    /** A message of the client library. */
    private record Held(Message message, long streamMadeMillis) implements Delivery {
        @Override
        public String subject() {
            return message.getSubject();
        }

        @Override
        public String header(String name) {
            Headers headers = message.getHeaders();
            String value = headers == null ? null : headers.getFirst(name);
            return value == null ? "" : value;
        }

        @Override
        public byte[] body() {
            return message.getData();
        }

        @Override
        public String stream() {
            return message.metaData().getStream();
        }

        @Override
        public long sequence() {
            return message.metaData().streamSequence();
        }

        @Override
        public String identity() {
            return stream() + "." + streamMadeMillis + "." + sequence();
        }

        @Override
        public long pending() {
            return message.metaData().pendingCount();
        }

        @Override
        public void working() throws IOException {
            tell(message::inProgress);
        }

        @Override
        public void done() throws IOException {
            try {
                message.ackSync(ACK_WAIT);
            } catch (TimeoutException | IllegalStateException lost) {
                // It comes again and is sent again under the same transaction: shown once.
                throw new IOException("the acknowledgement was lost", lost);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void drop() throws IOException {
            tell(message::term);
        }

        private static void tell(Runnable what) throws IOException {
            try {
                what.run();
            } catch (IllegalStateException lost) {
                throw new IOException("the connection is lost", lost);
            }
        }
    }
}
