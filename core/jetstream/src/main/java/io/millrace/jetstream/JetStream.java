package io.millrace.jetstream;

import io.millrace.broker.Account;
import io.millrace.broker.InternalClient;
import io.millrace.broker.Server;
import io.millrace.config.AccountOptions;
import io.millrace.config.JetStreamLimits;
import io.millrace.config.JetStreamOptions;
import io.millrace.config.Options;
import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.jetstream.api.ServerLimits;
import io.millrace.jetstream.api.Storage;
import io.millrace.protocol.UniqueIds;
import io.millrace.runtime.Log;
import io.millrace.runtime.Randomness;
import io.millrace.runtime.Timers;
import io.millrace.store.Store;
import io.millrace.store.StoreException;
import java.util.Collection;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * JetStream of one server: the streams of all accounts on one store. Owned by the server's loop;
 * what other threads may call says so.
 */
public final class JetStream {
    private final Server server;
    private final Store store;
    private final Log log;
    private final Randomness chance;
    private final Turn turn;
    private final Commits commits;
    private final PendingReplies<Stream> unsynced = new PendingReplies<>();
    private final TreeMap<String, JetStreamAccount> accounts = new TreeMap<>();
    private final Complaints complaints;
    private final StagingRoom staging;
    private final UniqueIds ids;
    private final long maxMemory;
    private final long maxStorage;
    private ServerLimits limits;
    private long memoryBytes;
    private long storageBytes;

    /**
     * Prepares JetStream on an open store. Before the loop starts, or on it.
     *
     * @param maxMemory bytes that streams in memory may hold together
     * @param maxStorage bytes that streams on disk may hold together
     */
    public JetStream(
            Server server,
            Store store,
            long maxMemory,
            long maxStorage,
            Log log,
            Randomness chance) {
        this.server = server;
        this.store = store;
        this.log = log;
        this.chance = chance;
        this.ids = new UniqueIds(chance);
        this.maxMemory = maxMemory;
        this.maxStorage = maxStorage;
        this.turn = new Turn(server.loop(), store);
        this.commits =
                new Commits(
                        store,
                        (stream, sequence, duplicate, buffer, offset, length) ->
                                stream.ingest()
                                        .sendAck(sequence, duplicate, buffer, offset, length),
                        (stream, buffer, offset, length, why) -> {
                            byte[] reply = new byte[length];
                            System.arraycopy(buffer, offset, reply, 0, length);
                            stream.ingest().sendRefusal(reply, answerFor(why));
                        });
        this.staging = new StagingRoom(() -> options().limits().batch());
        this.complaints = new Complaints(log, server.clock());
        this.limits = limitsOf(server.options());
    }

    private static ServerLimits limitsOf(Options options) {
        JetStreamLimits configured = options.jetstream().limits();
        return new ServerLimits(
                configured.maxAckPending(),
                configured.maxRequestBatch(),
                configured.duplicateWindowNanos(),
                configured.defaultMaxConsumers(),
                options.limits().maxPayload());
    }

    /** Brings back what the store holds, and serves the API. Loop only, once. */
    public void start() {
        store.listen(server.loop()::execute, commits);
        applyAccounts(server.options());
        new Recovered(this).bringBack(store.streams());
    }

    /** Which accounts have JetStream: those configured with it; without any, the global one. */
    private void applyAccounts(Options options) {
        boolean anyConfigured = !options.accounts().isEmpty();
        for (Account account : server.accounts().all()) {
            AccountOptions configured = configured(options, account.name());
            boolean isGlobal = account == server.accounts().global();
            if (configured != null && configured.jetstream() != null) {
                enable(account, AccountLimits.of(configured.jetstream()));
            } else if (isGlobal && !anyConfigured) {
                enable(account, AccountLimits.NONE);
            } else if (!accounts.containsKey(account.name())) {
                Api.refuseFor(this, server.clientIn(account));
            }
        }
    }

    private static @Nullable AccountOptions configured(Options options, String name) {
        for (AccountOptions account : options.accounts()) {
            if (account.name().equals(name)) {
                return account;
            }
        }
        return null;
    }

    private void enable(Account account, AccountLimits its) {
        JetStreamAccount known = accounts.get(account.name());
        if (known != null) {
            known.limit(its);
            return;
        }
        InternalClient client = server.clientIn(account);
        JetStreamAccount made = new JetStreamAccount(this, client, its);
        accounts.put(account.name(), made);
        new Api(made).serve();
        new AckDesk(made).serve();
    }

    /** Takes over changed limits. Loop only. */
    public void reload(Options changed) {
        limits = limitsOf(changed);
        applyAccounts(changed);
    }

    /** Ends its work; what was acknowledged is on disk already. Loop only. */
    public void stop() {
        for (JetStreamAccount account : accounts.values()) {
            for (Stream stream : account.streams()) {
                stream.close(ClosedBy.SHUTDOWN);
            }
        }
        store.requestCommit();
    }

    /* Acks */

    /** Confirms a message as soon as its number is on disk. */
    void acknowledge(
            Stream stream,
            long number,
            long sequence,
            boolean duplicate,
            byte[] buffer,
            int replyOffset,
            int replyLength) {
        if (number > store.committed()) {
            await(
                    commits.acks(),
                    number,
                    stream,
                    sequence,
                    duplicate,
                    buffer,
                    replyOffset,
                    replyLength);
            return;
        }
        if (unsynced.isEmpty()) {
            turn.soon(this::acknowledgeUnsynced);
        }
        await(unsynced, 0, stream, sequence, duplicate, buffer, replyOffset, replyLength);
    }

    private static void await(
            PendingReplies<Stream> where,
            long number,
            Stream stream,
            long sequence,
            boolean duplicate,
            byte[] buffer,
            int offset,
            int length) {
        if (duplicate) {
            where.addDuplicate(number, stream, sequence, buffer, offset, length);
        } else {
            where.add(number, stream, sequence, buffer, offset, length);
        }
    }

    /** Those who write into memory, or repeat what is on disk, wait for the turn's end only. */
    private void acknowledgeUnsynced() {
        unsynced.drainAll(
                (stream, sequence, duplicate, buffer, offset, length) ->
                        stream.ingest().sendAck(sequence, duplicate, buffer, offset, length));
    }

    /**
     * Says something about what has the number {@code number} as soon as that is on disk; of what
     * is in memory, or there already, when the delivery in hand is over.
     */
    void whenOnDisk(long number, Runnable say, Consumer<StoreException> failed) {
        if (number > store.committed()) {
            commits.after(number, say, failed);
        } else {
            turn.soon(say);
        }
    }

    /** The answer to a request that the disk has refused. */
    ApiException answerFor(StoreException failed) {
        return switch (failed.code()) {
            case NO_SPACE -> ApiError.INSUFFICIENT_RESOURCES.asException();
            case BUSY -> ApiError.STREAM_TOO_MANY_REQUESTS.asException();
            default -> ApiError.STREAM_STORE_FAILED_F.because(String.valueOf(failed.getMessage()));
        };
    }

    /** The store could not do something for a stream: said once in a while, counted always. */
    void storeFailed(Stream stream, StoreException failed) {
        complaints.add(stream.account().name() + " > " + stream.name(), failed);
    }

    /* Room */

    void used(Storage storage, long bytes) {
        if (storage == Storage.MEMORY) {
            memoryBytes += bytes;
        } else {
            storageBytes += bytes;
        }
    }

    /** Refuses a message when the server has no room for it. */
    void admit(Storage storage, long bytes) throws ApiException {
        boolean full =
                storage == Storage.MEMORY
                        ? memoryBytes + bytes > maxMemory
                        : storageBytes + bytes > maxStorage;
        if (full) {
            throw ApiError.INSUFFICIENT_RESOURCES.asException();
        }
    }

    long memoryBytes() {
        return memoryBytes;
    }

    long storageBytes() {
        return storageBytes;
    }

    long maxMemory() {
        return maxMemory;
    }

    long maxStorage() {
        return maxStorage;
    }

    /** What streams have asked for by their maximum, over all accounts. */
    long reservedBytes(Storage storage) {
        long reserved = 0;
        for (JetStreamAccount account : accounts.values()) {
            reserved += account.reservedBytes(storage);
        }
        return reserved;
    }

    /* Parts */

    Collection<JetStreamAccount> accounts() {
        return accounts.values();
    }

    @Nullable JetStreamAccount account(String name) {
        return accounts.get(name);
    }

    Server server() {
        return server;
    }

    Store store() {
        return store;
    }

    Log log() {
        return log;
    }

    Turn turn() {
        return turn;
    }

    StagingRoom staging() {
        return staging;
    }

    Commits commits() {
        return commits;
    }

    Timers timers() {
        return server.loop().timers();
    }

    Randomness chance() {
        return chance;
    }

    ServerLimits limits() {
        return limits;
    }

    JetStreamOptions options() {
        return server.options().jetstream();
    }

    /** Nanoseconds since 1970. */
    long epochNanos() {
        return server.clock().epochNanos();
    }

    /** An identifier that no other event has. */
    String newId() {
        return ids.next();
    }
}
