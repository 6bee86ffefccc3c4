package io.millrace.jetstream;

import io.millrace.auth.SubjectSet;
import io.millrace.broker.InternalClient;
import io.millrace.broker.Subscription;
import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.jetstream.api.Storage;
import io.millrace.jetstream.api.StreamConfig;
import io.millrace.protocol.Publication;
import io.millrace.protocol.PublicationWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The streams of one account, and what it may use. Owned by the loop. */
final class JetStreamAccount {
    private static final byte[] NONE = new byte[0];

    private final JetStream engine;
    private final InternalClient client;
    private final TreeMap<String, Stream> streams = new TreeMap<>();
    private final PublicationWriter writer = new PublicationWriter();
    private final List<Subscription> hearing = new ArrayList<>();
    private final Advisories advisories;
    private final Presence presence;
    private AccountLimits limits;
    private boolean serving;
    private boolean acknowledged;
    private long memoryBytes;
    private long storageBytes;
    private long apiRequests;
    private long apiErrors;

    JetStreamAccount(JetStream engine, InternalClient client, AccountLimits limits) {
        this.engine = engine;
        this.client = client;
        this.limits = limits;
        this.advisories = new Advisories(this);
        this.presence = new Presence(engine.server(), client.account());
    }

    JetStream engine() {
        return engine;
    }

    String name() {
        return client.account().name();
    }

    InternalClient client() {
        return client;
    }

    Advisories advisories() {
        return advisories;
    }

    Presence presence() {
        return presence;
    }

    AccountLimits limits() {
        return limits;
    }

    void limit(AccountLimits changed) {
        limits = changed;
    }

    /** Hears a subject as long as it has JetStream. */
    void hear(String subject, InternalClient.Listener listener) {
        hearing.add(client.listen(subject, null, listener));
    }

    /** The same for many subjects in one, which its {@link Presence} counts one by one. */
    void hearAll(String subject, InternalClient.Listener listener) {
        hearing.add(client.listenUncounted(subject, listener));
    }

    /** Takes requests from now on. */
    void serve() {
        new Api(this).serve();
        serving = true;
        if (streams.values().stream().anyMatch(stream -> !stream.consumers().isEmpty())) {
            expectAcks();
        }
    }

    /** Takes acknowledgements from now on: there is a consumer that may get some. */
    void expectAcks() {
        if (serving && !acknowledged) {
            acknowledged = true;
            new AckDesk(this).serve();
        }
    }

    /** Ends all that it does; what is stored stays. */
    void close() {
        serving = false;
        acknowledged = false;
        hearing.forEach(client::unlisten);
        hearing.clear();
        streams.values().forEach(stream -> stream.close(ClosedBy.SHUTDOWN));
    }

    /* Streams */

    Collection<Stream> streams() {
        return streams.values();
    }

    @Nullable Stream stream(String name) {
        return streams.get(name);
    }

    /** The stream of that name. */
    Stream required(String name) throws ApiException {
        Stream found = streams.get(name);
        if (found == null) {
            throw ApiError.STREAM_NOT_FOUND.asException();
        }
        return found;
    }

    void add(Stream stream) {
        streams.put(stream.name(), stream);
    }

    void remove(Stream stream) {
        streams.remove(stream.name(), stream);
    }

    /** Refuses subjects of which another stream hears some already. */
    void requireNoOverlap(StreamConfig config) throws ApiException {
        for (Stream other : streams.values()) {
            if (other.name().equals(config.name())) {
                continue;
            }
            for (String theirs : other.config().subjects()) {
                for (String ours : config.subjects()) {
                    if (SubjectSet.overlap(theirs, ours)) {
                        throw ApiError.STREAM_SUBJECT_OVERLAP.asException();
                    }
                }
            }
        }
    }

    /** How many consumers all streams have that a client has made. */
    int consumerCount() {
        int count = 0;
        for (Stream stream : streams.values()) {
            count += stream.consumers().size();
        }
        return count;
    }

    /* What it uses */

    /** Messages came ({@code bytes} above zero) or went. */
    void used(Storage storage, long bytes) {
        if (storage == Storage.MEMORY) {
            memoryBytes += bytes;
        } else {
            storageBytes += bytes;
        }
        engine.used(storage, bytes);
    }

    long memoryBytes() {
        return memoryBytes;
    }

    long storageBytes() {
        return storageBytes;
    }

    /** What the account's streams have asked for by their maximum. */
    long reservedBytes(Storage storage) {
        long reserved = 0;
        for (Stream stream : streams.values()) {
            StreamConfig config = stream.config();
            if (config.storage() == storage && config.maxBytes() > 0) {
                reserved += config.maxBytes();
            }
        }
        return reserved;
    }

    /** Refuses a message when the account or the server has no room for it. */
    void admit(Storage storage, long bytes) throws ApiException {
        long most = storage == Storage.MEMORY ? limits.maxMemory() : limits.maxStorage();
        long used = storage == Storage.MEMORY ? memoryBytes : storageBytes;
        if (most >= 0 && used + bytes > most) {
            throw ApiError.ACCOUNT_RESOURCES_EXCEEDED.asException();
        }
        engine.admit(storage, bytes);
    }

    /* The API's own figures */

    void requested() {
        apiRequests++;
    }

    void failed() {
        apiErrors++;
    }

    long apiRequests() {
        return apiRequests;
    }

    long apiErrors() {
        return apiErrors;
    }

    /* Sending. Loop only, outside a delivery. */

    /** Sends a text, an answer of the API for example. */
    void send(String subject, String text) {
        byte[] name = subject.getBytes(StandardCharsets.UTF_8);
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        send(name, 0, name.length, NONE, 0, 0, body, 0, body.length);
    }

    /** Sends a message that shows the subject it is sent to. */
    int send(
            byte[] subject,
            int subjectOffset,
            int subjectLength,
            byte[] headers,
            int headersOffset,
            int headersLength,
            byte[] payload,
            int payloadOffset,
            int payloadLength) {
        return client.publish(
                writer.write(
                        subject,
                        subjectOffset,
                        subjectLength,
                        NONE,
                        0,
                        0,
                        headers,
                        headersOffset,
                        headersLength,
                        payload,
                        payloadOffset,
                        payloadLength));
    }

    /** Sends a made message to another subject than the one that it shows. */
    int sendTo(byte[] destination, int offset, int length, Publication message) {
        return client.publishTo(destination, offset, length, message);
    }

    /** The writer for messages sent with {@link #sendTo}; the next sending uses it again. */
    PublicationWriter writer() {
        return writer;
    }

    /** The names of all streams in order. */
    List<String> streamNames() {
        return List.copyOf(streams.keySet());
    }
}
