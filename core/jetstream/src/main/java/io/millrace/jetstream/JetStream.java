package io.millrace.jetstream;

import io.millrace.broker.Server;
import io.millrace.config.JetStreamLimits;
import io.millrace.config.JetStreamOptions;
import io.millrace.config.Options;
import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.jetstream.api.ServerLimits;
import io.millrace.jetstream.api.Storage;
import io.millrace.protocol.UniqueIds;
import io.millrace.runtime.Histogram;
import io.millrace.runtime.Log;
import io.millrace.runtime.Randomness;
import io.millrace.runtime.Timers;
import io.millrace.store.Store;
import io.millrace.store.StoreException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
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
    private final Recovered recovered = new Recovered(this);
    private final Grants grants = new Grants(this, recovered);
    private final Complaints complaints;
    private final Histogram deliveryTimes = Histogram.ofDurations();
    private final Histogram requestTimes = Histogram.ofDurations();
    private final Damage damage = new Damage(this);
    private final StagingRoom staging;
    private final UniqueIds ids;
    private final long beganNanos;
    private final long beganEpochNanos;
    private long maxMemory;
    private long maxStorage;
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
        this.beganNanos = server.clock().nanoTime();
        this.beganEpochNanos = server.clock().epochNanos();
        this.ids = new UniqueIds(chance);
        this.maxMemory = maxMemory;
        this.maxStorage = maxStorage;
        this.commits =
                new Commits(
                        store,
                        server.clock(),
                        (stream, sequence, duplicate, buffer, offset, length) ->
                                stream.ingest()
                                        .sendAck(sequence, duplicate, buffer, offset, length),
                        (stream, buffer, offset, length, why) -> {
                            byte[] reply = new byte[length];
                            System.arraycopy(buffer, offset, reply, 0, length);
                            stream.ingest().sendRefusal(reply, answerFor(why));
                        });
        this.turn = new Turn(server.loop(), store, commits);
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

    /**
     * Takes up its work: what the options grant, and then {@link #bringBackSome} until everything
     * is back. Loop only, once.
     *
     * @throws ApiException when the accounts are promised more than there is
     */
    public void start() throws ApiException {
        store.listen(server.loop()::execute, commits);
        ApiException lacking = grants.apply(server.options());
        if (lacking != null) {
            throw lacking;
        }
        recovered.begin(store.streams());
    }

    /**
     * Brings back streams for about so long; requests are taken when all are back. Loop only.
     *
     * @return whether more is to be done
     */
    public boolean bringBackSome(long nanos) {
        boolean more = recovered.bringBackSome(nanos);
        if (!more) {
            grants.serve();
            damage.opened(store.report());
        }
        return more;
    }

    /** How far the start has come. Loop only. */
    public RecoveryProgress progress() {
        return recovered.progress();
    }

    /**
     * Takes over changed limits. Loop only.
     *
     * @throws ApiException when the accounts are promised more than there is; who could not get
     *     what he was promised keeps what he had
     */
    public void reload(Options changed, long maxMemory, long maxStorage) throws ApiException {
        this.maxMemory = maxMemory;
        this.maxStorage = maxStorage;
        limits = limitsOf(changed);
        ApiException lacking = grants.apply(changed);
        if (lacking != null) {
            throw lacking;
        }
    }

    /** Ends its work; what was acknowledged is on disk already. Loop only. */
    public void stop() {
        grants.close();
        damage.stop();
        store.requestCommit();
    }

    /* What can be seen of it */

    /** The whole of it, without its streams. Loop only. */
    public JetStreamView view() {
        long streams = 0;
        long consumers = 0;
        long messages = 0;
        long bytes = 0;
        long requests = 0;
        long errors = 0;
        List<AccountView> accountViews = new ArrayList<>();
        for (JetStreamAccount account : accounts()) {
            accountViews.add(AccountView.of(account));
            requests += account.apiRequests();
            errors += account.apiErrors();
            for (Stream stream : account.streams()) {
                streams++;
                consumers += stream.consumers().size();
                messages += stream.store().messages();
                bytes += stream.store().bytes();
            }
        }
        return new JetStreamView(
                store.directory(),
                maxMemory,
                maxStorage,
                memoryBytes,
                storageBytes,
                reservedBytes(Storage.MEMORY),
                reservedBytes(Storage.FILE),
                requests,
                errors,
                streams,
                consumers,
                messages,
                bytes,
                accountViews,
                refusal(),
                recovered.unserved(),
                store.report().losses());
    }

    /** Why the disk takes no messages at the moment; null when it does. Loop only. */
    @Nullable String refusal() {
        StoreException refusal = store.refusal();
        return refusal == null ? null : String.valueOf(refusal.getMessage());
    }

    /** What keeps a consumer from delivering; null when there is no such one. Loop only. */
    public @Nullable ConsumerDiagnosis diagnose(String account, String stream, String consumer)
            throws StoreException {
        JetStreamAccount its = account(account);
        Stream found = its == null ? null : its.stream(stream);
        io.millrace.jetstream.Consumer reader = found == null ? null : found.consumer(consumer);
        return reader == null ? null : Standstill.of(reader);
    }

    /** The streams that store messages of a literal subject. Loop only. */
    public List<Capture> captures(String account, String subject) {
        JetStreamAccount its = account(account);
        return its == null
                ? List.of()
                : its.streams().stream()
                        .filter(stream -> Capture.takes(stream, subject))
                        .map(stream -> Capture.of(stream, subject, chance))
                        .toList();
    }

    /** The streams of an account, the oldest first; empty when it has no JetStream. Loop only. */
    public List<StreamView> streams(String account, boolean withConsumers) {
        JetStreamAccount found = account(account);
        if (found == null) {
            return List.of();
        }
        List<StreamView> views = new ArrayList<>();
        for (Stream stream : found.streams()) {
            try {
                views.add(StreamView.of(stream, withConsumers));
            } catch (StoreException failed) {
                storeFailed(stream, failed);
            }
        }
        views.sort(
                Comparator.comparingLong(StreamView::createdNanos).thenComparing(StreamView::name));
        return views;
    }

    /**
     * Removes all streams of an account, where there are any, at the end of the turn. Loop only.
     */
    public void removeStreams(String name) {
        JetStreamAccount account = account(name);
        if (account != null) {
            turn.soon(() -> removeStreams(account));
        }
    }

    private void removeStreams(JetStreamAccount account) {
        StreamApi streams = new StreamApi(account, new ApiAnswers(account));
        for (Stream stream : List.copyOf(account.streams())) {
            try {
                streams.drop(stream);
                account.advisories().streamAction(stream, "DELETED", "delete");
            } catch (StoreException failed) {
                storeFailed(stream, failed);
            }
        }
    }

    /** How long its steps take. Loop only. */
    public JetStreamFigures figures() {
        return new JetStreamFigures(
                commits.publishTimes(),
                deliveryTimes.picture(),
                requestTimes.picture(),
                turn.requestsWaiting(),
                store.figures());
    }

    /** Whether an account has it. Loop only. */
    public boolean has(String account) {
        return account(account) != null;
    }

    /** The health of every stream. Loop only. */
    public List<StreamHealth> health() {
        List<StreamHealth> all = new ArrayList<>();
        for (JetStreamAccount account : accounts()) {
            for (Stream stream : account.streams()) {
                all.add(
                        new StreamHealth(
                                account.name(),
                                stream.name(),
                                stream.store().isInMemory(),
                                stream.store().lost()));
            }
        }
        return all;
    }

    /** Whether there is such a consumer. Loop only. */
    public boolean hasConsumer(String account, String stream, String consumer) {
        JetStreamAccount its = account(account);
        Stream found = its == null ? null : its.stream(stream);
        return found != null && found.consumer(consumer) != null;
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

    /** A message was sent that might have been for so long. */
    void delivered(long afterNanos) {
        deliveryTimes.record(afterNanos);
    }

    /** A request was answered that had been heard then. */
    void answered(long heardAtNanos) {
        requestTimes.record(server.clock().nanoTime() - heardAtNanos);
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
        for (JetStreamAccount account : accounts()) {
            reserved += account.reservedBytes(storage);
        }
        return reserved;
    }

    /* Parts */

    Collection<JetStreamAccount> accounts() {
        return grants.accounts();
    }

    @Nullable JetStreamAccount account(String name) {
        return grants.account(name);
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

    Damage damage() {
        return damage;
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

    /**
     * For what lasts a while: the same as {@link #epochNanos} at the start, and untouched by
     * whoever sets the clock.
     */
    long steadyNanos() {
        return beganEpochNanos + server.clock().nanoTime() - beganNanos;
    }

    /** When something was, in the time of {@link #steadyNanos}; not later than now. */
    long steadyNanos(long epochNanos) {
        return steadyNanos() - Math.max(0, epochNanos() - epochNanos);
    }

    /** An identifier that no other event has. */
    String newId() {
        return ids.next();
    }
}
