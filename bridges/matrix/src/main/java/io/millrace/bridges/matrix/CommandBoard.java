package io.millrace.bridges.matrix;

import io.millrace.bridges.common.NatsLink;
import io.millrace.bridges.common.StreamPlan;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.KeyValue;
import io.nats.client.PublishOptions;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.PublishAck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Where commands are put, and where it is remembered how far the rooms were read. */
interface CommandBoard {
    /** The place in the rooms up to which all has been handled; null at the very first start. */
    @Nullable String since() throws IOException;

    void remember(String since) throws IOException;

    /** Stores a command once, however often it is told; the number that it has. */
    long post(Command command) throws IOException;

    /** The board in NATS: a stream and a key-value bucket. Run by one thread. */
    final class InNats implements CommandBoard {
        private static final String KEY = "since";
        private static final int NOT_FOUND = 404;

        private final NatsLink link;
        private final CommandRule rule;
        private @Nullable Connection opened;
        private @Nullable KeyValue bucket;

        InNats(NatsLink link, CommandRule rule) {
            this.link = link;
            this.rule = rule;
        }

        private KeyValue bucket() throws IOException, JetStreamApiException {
            Connection connection = link.connection();
            KeyValue known = bucket;
            if (known != null && opened == connection) {
                return known;
            }
            StreamPlan plan = rule.stream();
            plan.ensure(connection);
            ensureBucket(connection);
            KeyValue fresh = connection.keyValue(rule.bucket());
            bucket = fresh;
            opened = connection;
            return fresh;
        }

        private void ensureBucket(Connection connection) throws IOException, JetStreamApiException {
            try {
                connection.jetStreamManagement().getStreamInfo("KV_" + rule.bucket());
            } catch (JetStreamApiException missing) {
                if (missing.getErrorCode() != NOT_FOUND) {
                    throw missing;
                }
                connection
                        .keyValueManagement()
                        .create(KeyValueConfiguration.builder().name(rule.bucket()).build());
            }
        }

        @Override
        public @Nullable String since() throws IOException {
            try {
                KeyValueEntry entry = bucket().get(KEY);
                return entry == null ? null : entry.getValueAsString();
            } catch (JetStreamApiException | IllegalStateException failed) {
                throw failure(failed);
            }
        }

        @Override
        public void remember(String since) throws IOException {
            try {
                bucket().put(KEY, since);
            } catch (JetStreamApiException | IllegalStateException failed) {
                throw failure(failed);
            }
        }

        @Override
        public long post(Command command) throws IOException {
            try {
                bucket(); // which makes the stream, too
                PublishAck ack =
                        link.connection()
                                .jetStream()
                                .publish(
                                        rule.subject() + "." + command.name(),
                                        command.body().getBytes(StandardCharsets.UTF_8),
                                        PublishOptions.builder()
                                                .expectedStream(rule.stream().name())
                                                .messageId("matrix/" + command.event())
                                                .build());
                return ack.getSeqno();
            } catch (JetStreamApiException | IllegalStateException failed) {
                throw failure(failed);
            }
        }

        private IOException failure(Exception failed) {
            bucket = null;
            return new IOException("NATS: " + failed.getMessage(), failed);
        }
    }
}
