package io.millrace.jetstream;

import io.millrace.jetstream.api.AckPolicy;
import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.jetstream.api.ConsumerConfig;
import io.millrace.jetstream.api.ConsumerRules;
import io.millrace.jetstream.api.Retention;
import io.millrace.jetstream.api.Storage;
import io.millrace.jetstream.api.StreamConfig;
import io.millrace.jetstream.snapshot.ArchivedConsumer;
import io.millrace.jetstream.snapshot.ArchivedMessage;
import io.millrace.jetstream.snapshot.ArchivedState;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonFields;
import io.millrace.protocol.JsonTree;
import io.millrace.store.StateLog;
import io.millrace.store.StoreException;
import io.millrace.store.StreamStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stream in the making, out of an archive: in the store, but in no list yet. Owned by the loop.
 */
/* What arrives goes into the store at once, so that memory holds one message and the consumers. The
 * definition there says that the stream is unfinished until the last step replaces it; a server
 * that stops before that removes the stream at its next start. */
final class RestoredStream {
    private static final byte[] NONE = new byte[0];
    private static final byte[] PLACEHOLDER = {'_'};

    private final JetStreamAccount account;
    private final StreamApi streams;
    private final StreamConfig config;
    private final List<Member> members = new ArrayList<>();
    private @Nullable StreamStore store;
    private @Nullable ArchivedState state;

    /** A consumer that has arrived; no log when its state is kept in memory only. */
    private record Member(
            ConsumerDefinition definition, @Nullable StateLog log, ConsumerState state) {}

    RestoredStream(JetStreamAccount account, StreamApi streams, StreamConfig config) {
        this.account = account;
        this.streams = streams;
        this.config = config;
    }

    String name() {
        return config.name();
    }

    JetStreamAccount account() {
        return account;
    }

    /** The number that confirms everything that has arrived. */
    long lastNumber() {
        StreamStore here = store;
        return here == null ? 0 : here.lastNumber();
    }

    private StreamStore store() throws StoreException {
        StreamStore here = store;
        if (here == null) {
            here =
                    account.engine()
                            .store()
                            .createStream(
                                    new StreamDefinition(account.name(), 0, config, true).bytes(),
                                    config.storage() == Storage.MEMORY,
                                    account.engine().server().loop()::execute);
            store = here;
        }
        return here;
    }

    void begin(ArchivedState first) throws StoreException {
        state = first;
        store();
    }

    /** Takes a message in; when the store throws, nothing has happened. */
    void add(ArchivedMessage message) throws ApiException, StoreException {
        ArchivedState first = state;
        if (first == null || message.sequence() > first.lastSequence()) {
            throw failed("sequence " + message.sequence() + " is behind the last one");
        }
        StreamStore into = store();
        long before = into.bytes();
        account.admit(
                config.storage(),
                (long) message.subjectLength() + message.headersLength() + message.payloadLength());
        into.append(
                message.sequence(),
                message.timeNanos(),
                message.data(),
                message.subjectOffset(),
                message.subjectLength(),
                message.data(),
                message.headersOffset(),
                message.headersLength(),
                message.data(),
                message.payloadOffset(),
                message.payloadLength());
        account.used(config.storage(), into.bytes() - before);
    }

    /** Takes a consumer in. */
    void add(ArchivedConsumer consumer) throws ApiException, StoreException {
        try {
            ConsumerConfig asked = read(consumer);
            ConsumerConfig its =
                    ConsumerRules.complete(
                            asked,
                            config,
                            account.engine().limits(),
                            account.limits().maxAckPending(),
                            false);
            requireRoom();
            ConsumerState far =
                    ConsumerProgress.state(consumer.progress(), its.ackPolicy() != AckPolicy.NONE);
            ConsumerDefinition definition =
                    new ConsumerDefinition(
                            consumer.name(),
                            account.engine().epochNanos(),
                            state == null ? 0 : state.lastSequence(),
                            its);
            members.add(new Member(definition, log(its, definition, far), far));
        } catch (JsonException | ConsumerStateException broken) {
            throw failed("consumer " + consumer.name() + ": " + broken.getMessage());
        } catch (ApiException refused) {
            throw failed(
                    "error adding consumer ["
                            + consumer.name()
                            + "]: "
                            + refused.description()
                            + " ("
                            + refused.error().errorCode()
                            + ")");
        }
    }

    private static ConsumerConfig read(ArchivedConsumer consumer) throws JsonException {
        byte[] json = consumer.config().getBytes(StandardCharsets.UTF_8);
        return ConsumerConfig.read(
                        JsonFields.of(JsonTree.parse(json, 0, json.length), "ConsumerConfig"))
                .toBuilder()
                .name(consumer.name())
                .build();
    }

    private void requireRoom() throws ApiException {
        long most = config.maxConsumers();
        if (most <= 0) {
            most = account.engine().limits().defaultMaxConsumers();
        }
        long ofAccount = account.limits().maxConsumers();
        boolean full = most > 0 && members.size() >= most;
        if (full || (ofAccount > 0 && account.consumerCount() + members.size() >= ofAccount)) {
            throw ApiError.MAXIMUM_CONSUMERS_LIMIT.asException();
        }
    }

    private @Nullable StateLog log(
            ConsumerConfig its, ConsumerDefinition definition, ConsumerState far)
            throws StoreException {
        StreamStore into = store();
        if (its.memoryStorage() || into.isInMemory()) {
            return null;
        }
        StateLog log = into.createState(definition.bytes());
        log.replace(far.whole());
        return log;
    }

    /**
     * Everything has arrived and is on disk: makes it a stream like any other, with the configured
     * limits in force. What {@link #lastNumber} confirms is its existence.
     */
    Stream complete() throws ApiException, StoreException {
        if (account.stream(config.name()) != null) {
            throw ApiError.STREAM_NAME_EXIST_RESTORE_FAILED.asException();
        }
        try {
            streams.requirePlace(config);
        } catch (ApiException refused) {
            throw failed(
                    "error adding stream: "
                            + refused.description()
                            + " ("
                            + refused.error().errorCode()
                            + ")");
        }
        StreamStore whole = store();
        closeSequences(whole);
        StreamDefinition definition =
                new StreamDefinition(account.name(), account.engine().epochNanos(), config);
        whole.define(definition.bytes());
        Stream made = new Stream(account, whole, definition);
        account.add(made);
        try {
            open(made);
        } catch (StoreException failed) {
            account.remove(made);
            made.close(ClosedBy.STREAM_DELETED);
            throw failed;
        }
        return made;
    }

    private void open(Stream made) throws StoreException {
        for (Member member : members) {
            Consumer consumer =
                    Consumer.of(made, member.definition(), member.log(), member.state());
            made.add(consumer);
            consumer.open();
        }
        made.open();
        made.bounds().enforceAllNow();
        if (config.retention() != Retention.LIMITS) {
            made.dropDone();
        }
    }

    /** The next message gets the number that it would have got in the stream that was saved. */
    private void closeSequences(StreamStore whole) throws StoreException {
        ArchivedState first = state;
        if (first == null || first.lastSequence() <= whole.lastSequence()) {
            return;
        }
        if (whole.messages() == 0) {
            whole.compactTo(first.lastSequence() + 1);
            return;
        }
        // Sequences at the end that have no message any more: one is made to be taken out.
        whole.append(first.lastSequence(), lastTime(whole, first), PLACEHOLDER, NONE, NONE);
        whole.delete(first.lastSequence());
    }

    private static long lastTime(StreamStore whole, ArchivedState first) {
        try {
            return Math.max(whole.lastTimeNanos(), GoTime.epochNanos(first.lastTime()));
        } catch (JsonException unreadable) {
            return whole.lastTimeNanos();
        }
    }

    /** It comes to nothing: takes out what has arrived. */
    void drop() {
        StreamStore here = store;
        store = null;
        members.clear();
        if (here == null) {
            return;
        }
        long bytes = here.bytes();
        try {
            account.engine().store().dropStream(here);
            account.used(config.storage(), -bytes);
        } catch (StoreException failed) {
            account.engine()
                    .log()
                    .error(
                            "JetStream: what was restored of "
                                    + config.name()
                                    + " cannot be removed before the next start: "
                                    + failed.getMessage());
        }
    }

    /** The whole is in other hands now. */
    void release() {
        store = null;
    }

    static ApiException failed(String why) {
        return ApiError.STREAM_RESTORE.because(why);
    }
}
