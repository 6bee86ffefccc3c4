package io.millrace.bridges.common;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A stream that a bridge writes to and makes when it is missing. One that is there is left as it
 * is: it belongs to whoever made it.
 *
 * @param subject what it captures
 * @param duplicateWindow how long a message's id is remembered
 * @param maxBytes -1 for no bound
 */
public record StreamPlan(
        String name,
        String subject,
        Duration maxAge,
        Duration duplicateWindow,
        long maxBytes,
        int replicas,
        boolean inMemory) {
    private static final int NOT_FOUND = 404;

    /** Reads the stream's settings at {@code key}, with these for defaults. */
    public StreamPlan read(Settings root, String key) throws SettingsException {
        Settings stream = root.sectionOrEmpty(key);
        StreamPlan plan =
                new StreamPlan(
                        stream.text("name", name),
                        subject,
                        stream.duration("max_age", maxAge),
                        stream.duration("duplicate_window", duplicateWindow),
                        stream.whole("max_bytes", maxBytes, -1, Long.MAX_VALUE),
                        (int) stream.whole("replicas", replicas, 1, 5),
                        stream.flag("memory", inMemory));
        if (!plan.name.matches("[A-Za-z0-9_-]{1,255}")) {
            throw stream.wrong("name", "a stream's name has letters, digits, - and _ only");
        }
        if (!plan.maxAge.isZero() && plan.maxAge.compareTo(plan.duplicateWindow) < 0) {
            throw stream.wrong("duplicate_window", "must not be longer than max_age");
        }
        return plan;
    }

    /**
     * Makes the stream unless it is there.
     *
     * @return what an operator should know about one that is there; empty when all is well
     */
    public List<String> ensure(Connection connection) throws IOException, JetStreamApiException {
        JetStreamManagement management = connection.jetStreamManagement();
        try {
            StreamInfo there = management.getStreamInfo(name);
            return differences(there.getConfiguration());
        } catch (JetStreamApiException missing) {
            if (missing.getErrorCode() != NOT_FOUND) {
                throw missing;
            }
        }
        StreamConfiguration wanted =
                StreamConfiguration.builder()
                        .name(name)
                        .subjects(subject)
                        .maxAge(maxAge)
                        .duplicateWindow(duplicateWindow)
                        .maxBytes(maxBytes)
                        .replicas(replicas)
                        .storageType(inMemory ? StorageType.Memory : StorageType.File)
                        .allowDirect(true)
                        .build();
        management.addStream(wanted);
        return List.of();
    }

    private List<String> differences(StreamConfiguration there) {
        Duration window = there.getDuplicateWindow();
        if (window != null && window.compareTo(duplicateWindow) < 0) {
            return List.of(
                    "stream "
                            + name
                            + " forgets ids after "
                            + window
                            + ", not "
                            + duplicateWindow
                            + ": what comes again later than that is stored twice");
        }
        return List.of();
    }
}
