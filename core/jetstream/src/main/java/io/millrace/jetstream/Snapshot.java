package io.millrace.jetstream;

import io.millrace.broker.InternalClient;
import io.millrace.broker.Origin;
import io.millrace.broker.Subscription;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import io.millrace.protocol.Publication;
import io.millrace.runtime.Timer;
import io.millrace.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One snapshot on its way to a client. Owned by the loop. */
/* A step a turn: it reads a little, and sends a chunk when one is full. What may be on its way is
 * bounded by the window; a chunk leaves it when the client answers on the chunk's reply subject.
 * A client may subscribe only when it has read the answer, and its inbox may cover the subject by a
 * wildcard that throws chunks away: so it waits a little for a subscription to just this subject.
 * The steps end when the window is full, when nobody listens any more, or when too much waits for
 * the client, and go on by an answer, by new interest, or by the timer. */
final class Snapshot extends Timer implements InternalClient.Listener {
    private static final long INTEREST_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long FLOW_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long ROOM_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int STEP_BYTES = 256 << 10;
    private static final int BACKLOG_SHARE = 4;
    private static final String ACK_PREFIX = "$JS.SNAPSHOT.ACK.";
    private static final byte[] NONE = new byte[0];

    private final Stream stream;
    private final SnapshotRequest how;
    private final ApiRequest request;
    private final Runnable atEnd;
    private final Runnable stepping = this::step;
    private final Runnable waking = this::wake;
    private final Set<Long> unconfirmed = new HashSet<>();
    private final byte[] deliver;
    private final String ackSubject;
    private final long startNanos;
    private @Nullable SnapshotContent content;
    private @Nullable Subscription acks;
    private Awaited awaited = Awaited.INTEREST;
    private long chunks;
    private long bytes;
    private boolean queued;
    private boolean ended;

    /** What the timer is set for. */
    private enum Awaited {
        NOTHING,
        INTEREST,
        CONFIRMATION,
        ROOM
    }

    Snapshot(Stream stream, SnapshotRequest how, ApiRequest request, Runnable atEnd) {
        this.stream = stream;
        this.how = how;
        this.request = request;
        this.atEnd = atEnd;
        this.startNanos = stream.engine().epochNanos();
        this.deliver = how.deliverSubject().getBytes(StandardCharsets.UTF_8);
        this.ackSubject = ACK_PREFIX + stream.name() + "." + stream.engine().newId();
    }

    /** Begins; the client has been told the state. */
    void begin(SnapshotContent what) {
        content = what;
        stream.engine().log().info("JetStream: snapshot of stream '" + path() + "' begins");
        account()
                .advisories()
                .send(
                        "STREAM.SNAPSHOT_CREATE." + stream.name(),
                        "snapshot_create",
                        page -> {
                            page.text("stream", stream.name());
                            what.state().write(page, "state");
                            client(page);
                        });
        acks = account().client().listen(ackSubject + ".*.*", null, this);
        account().client().watch(how.deliverSubject(), waking);
        await(Awaited.INTEREST, INTEREST_NANOS);
        wake();
    }

    private void await(Awaited what, long nanos) {
        awaited = what;
        stream.engine().timers().schedule(this, nanos);
    }

    private void wake() {
        if (!queued && !ended) {
            queued = true;
            stream.engine().turn().soon(stepping);
        }
    }

    /** The client has taken a chunk. */
    @Override
    public boolean hear(Publication p, Origin origin) {
        long index = 0;
        for (int i = p.subjectOffset + p.subjectLength - 1, unit = 1; i >= 0; i--, unit *= 10) {
            int digit = p.subjectBuffer[i] - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            index += (long) digit * unit;
        }
        if (unconfirmed.remove(index)) {
            if (awaited == Awaited.CONFIRMATION) {
                stream.engine().timers().cancel(this);
            }
            wake();
        }
        return true;
    }

    @Override
    protected void fire() {
        switch (awaited) {
            case INTEREST -> {
                awaited = Awaited.NOTHING;
                wake();
            }
            case NOTHING -> {}
            case CONFIRMATION -> end("408 No Flow Response", "no chunk is confirmed any more");
            case ROOM -> wake();
        }
    }

    private void step() {
        queued = false;
        SnapshotContent from = content;
        if (ended || from == null) {
            return;
        }
        if (stream.isClosed()) {
            // The store shows no messages any more: that is not their end.
            end("500 Stream Deleted", "the stream was deleted");
            return;
        }
        if (awaited == Awaited.INTEREST) {
            if (!account().client().isNamed(deliver, 0, deliver.length)) {
                return;
            }
            awaited = Awaited.NOTHING;
        }
        if (!account().client().isHeard(deliver, 0, deliver.length)) {
            end("408 No Interest", "nobody listens");
            return;
        }
        if ((unconfirmed.size() + 1L) * how.chunkBytes() > how.windowBytes()) {
            if (!isScheduled() || awaited != Awaited.CONFIRMATION) {
                await(Awaited.CONFIRMATION, FLOW_NANOS);
            }
            return;
        }
        if (account().client().backlogBytes(deliver, 0, deliver.length) > backlogMax()) {
            await(Awaited.ROOM, ROOM_NANOS);
            return;
        }
        awaited = Awaited.NOTHING;
        stream.engine().timers().cancel(this);
        try {
            from.fill(how.chunkBytes(), STEP_BYTES);
        } catch (StoreException failed) {
            end("500 " + failed.getMessage(), String.valueOf(failed.getMessage()));
            return;
        }
        send(from);
    }

    private long backlogMax() {
        return stream.engine().server().options().limits().maxPending() / BACKLOG_SHARE;
    }

    private void send(SnapshotContent from) {
        if (from.available() >= how.chunkBytes()) {
            byte[] chunk = from.take(how.chunkBytes());
            chunks++;
            bytes += chunk.length;
            unconfirmed.add(chunks);
            send(chunk, ackSubject + "." + chunk.length + "." + chunks);
        } else if (from.isComplete()) {
            byte[] rest = from.take(how.chunkBytes());
            bytes += rest.length;
            if (rest.length > 0) {
                send(rest, "");
            }
            end(chunks > 0 ? "204" : "", "");
            return;
        }
        wake();
    }

    private void send(byte[] chunk, String reply) {
        byte[] answer = reply.getBytes(StandardCharsets.UTF_8);
        account()
                .sendTo(
                        deliver,
                        0,
                        deliver.length,
                        account()
                                .writer()
                                .write(
                                        deliver,
                                        0,
                                        deliver.length,
                                        answer,
                                        0,
                                        answer.length,
                                        NONE,
                                        0,
                                        0,
                                        chunk,
                                        0,
                                        chunk.length));
    }

    /**
     * Ends it with a last, empty chunk.
     *
     * @param status what its headers say; empty for no headers
     * @param why what went wrong; empty for nothing
     */
    private void end(String status, String why) {
        if (status.isEmpty()) {
            send(NONE, "");
        } else {
            new StatusMessages(account()).send(deliver, status);
        }
        stop();
        long now = stream.engine().epochNanos();
        if (why.isEmpty()) {
            stream.engine()
                    .log()
                    .info(
                            "JetStream: snapshot of stream '"
                                    + path()
                                    + "' is complete: "
                                    + bytes
                                    + " bytes in "
                                    + GoTime.duration(now - startNanos));
        } else {
            stream.engine()
                    .log()
                    .warn("JetStream: snapshot of stream '" + path() + "' failed: " + why);
        }
        account()
                .advisories()
                .send(
                        "STREAM.SNAPSHOT_COMPLETE." + stream.name(),
                        "snapshot_complete",
                        page -> {
                            page.text("stream", stream.name())
                                    .text("start", GoTime.rfc3339(startNanos))
                                    .text("end", GoTime.rfc3339(now));
                            client(page);
                        });
    }

    /** Lets go of everything, without a word. */
    private void stop() {
        ended = true;
        content = null;
        stream.engine().timers().cancel(this);
        account().client().unwatch(how.deliverSubject(), waking);
        Subscription listening = acks;
        if (listening != null) {
            account().client().unlisten(listening);
        }
        atEnd.run();
    }

    private void client(JsonPage page) {
        if (request.sender() != null) {
            stream.engine().server().events().clientOfApi(page, request.sender());
        }
    }

    private JetStreamAccount account() {
        return stream.account();
    }

    private String path() {
        return account().name() + " > " + stream.name();
    }
}
