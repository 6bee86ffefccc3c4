package io.millrace.jetstream;

import io.millrace.broker.InternalClient;
import io.millrace.broker.Origin;
import io.millrace.broker.Subscription;
import io.millrace.jetstream.api.ApiException;
import io.millrace.jetstream.api.ApiLevel;
import io.millrace.jetstream.snapshot.ArchiveException;
import io.millrace.jetstream.snapshot.ArchiveLimits;
import io.millrace.jetstream.snapshot.ArchivePart;
import io.millrace.jetstream.snapshot.ArchiveReader;
import io.millrace.jetstream.snapshot.ArchivedConsumer;
import io.millrace.jetstream.snapshot.ArchivedMessage;
import io.millrace.jetstream.snapshot.ArchivedState;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import io.millrace.protocol.Publication;
import io.millrace.runtime.Timer;
import io.millrace.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One stream on its way back from a client. Owned by the loop. */
/* A chunk is confirmed when all of it is in the store, and waits there for the disk when much has
 * gathered: a client that waits for its confirmations is never ahead of the disk by more than
 * that. One that does not wait fills the queue, and fails. What went wrong is said in answer to the
 * last chunk, an empty one; until then chunks are confirmed and thrown away. */
final class Restore extends Timer implements InternalClient.Listener {
    private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int QUEUED_BYTES_MAX = 4 << 20;
    private static final int QUEUED_CHUNKS_MAX = 1 << 14;
    private static final int PARTS_PER_STEP = 256;
    private static final int BYTES_PER_STEP = 256 << 10;

    /** How much may be in the store and not on disk before a wait. */
    private static final long UNSYNCED_BYTES_MAX = 4 << 20;

    /** Headers that the server has added make a message larger than a client may send it. */
    private static final int ADDED_HEADERS_MAX = 64 << 10;

    private static final String SUBJECT_PREFIX = "$JS.SNAPSHOT.RESTORE.";
    private static final byte[] NONE = new byte[0];

    private final RestoredStream into;
    private final ApiRequest request;
    private final Runnable atEnd;
    private final Runnable stepping = this::step;
    private final ArchiveReader archive;
    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>();
    private final String deliverSubject;
    private final long startNanos;
    private @Nullable Subscription listening;
    private @Nullable ArchivePart held;
    private @Nullable ApiException failure;
    private boolean fed;
    private boolean queued;
    private boolean waiting;
    private boolean ended;
    private long queuedBytes;
    private long unsynced;
    private long bytes;

    /** What has arrived and is not in the store yet. */
    private static final class Chunk {
        private final byte[] content;
        private final byte[] reply;

        Chunk(byte[] content, byte[] reply) {
            this.content = content;
            this.reply = reply;
        }
    }

    Restore(RestoredStream into, ApiRequest request, Runnable atEnd) {
        this.into = into;
        this.request = request;
        this.atEnd = atEnd;
        this.startNanos = engine().epochNanos();
        this.deliverSubject = SUBJECT_PREFIX + into.name() + "." + engine().newId();
        int payload = engine().server().options().limits().maxPayload();
        this.archive = new ArchiveReader(ArchiveLimits.ofMaxPayload(payload + ADDED_HEADERS_MAX));
    }

    String deliverSubject() {
        return deliverSubject;
    }

    /** The client may send now. */
    void begin() {
        listening = into.account().client().listen(deliverSubject, null, this);
        engine().timers().schedule(this, STALL_NANOS);
        engine().log().info("JetStream: restoring of stream '" + path() + "' begins");
        into.account()
                .advisories()
                .send(
                        "STREAM.RESTORE_CREATE." + into.name(),
                        "restore_create",
                        page -> client(page.text("stream", into.name())));
    }

    @Override
    public boolean hear(Publication p, Origin origin) {
        if (ended) {
            return false;
        }
        if (p.replyLength == 0) {
            // Nobody would ever know what becomes of it.
            engine().turn().soon(() -> stop("a chunk came without a reply subject"));
            return true;
        }
        byte[] reply = Arrays.copyOfRange(p.buffer, p.replyOffset, p.replyOffset + p.replyLength);
        int length = p.bodyLength();
        if (chunks.size() >= QUEUED_CHUNKS_MAX) {
            return true;
        }
        boolean tooFast = queuedBytes > QUEUED_BYTES_MAX;
        if (tooFast && failure == null) {
            engine().turn().soon(() -> fail("chunks come without waiting for confirmations"));
        }
        bytes += length;
        byte[] content =
                tooFast && length > 0
                        ? new byte[1]
                        : Arrays.copyOfRange(p.buffer, p.bodyOffset(), p.bodyOffset() + length);
        queuedBytes += content.length + reply.length;
        chunks.add(new Chunk(content, reply));
        engine().timers().schedule(this, STALL_NANOS);
        wake();
        return true;
    }

    @Override
    protected void fire() {
        if (waiting || !chunks.isEmpty()) {
            engine().timers().schedule(this, STALL_NANOS);
        } else {
            abandon();
        }
    }

    private void wake() {
        if (!queued && !waiting && !ended) {
            queued = true;
            engine().turn().soon(stepping);
        }
    }

    private void step() {
        queued = false;
        Chunk chunk = chunks.peek();
        if (ended || waiting || chunk == null) {
            return;
        }
        if (chunk.content.length == 0) {
            finish(chunk);
            return;
        }
        if (failure == null && !unpack(chunk)) {
            return;
        }
        chunks.remove();
        queuedBytes -= chunk.content.length + chunk.reply.length;
        fed = false;
        answer(chunk, NONE);
        wake();
    }

    /** Puts a part of a chunk into the store. Returns whether that was all of it. */
    private boolean unpack(Chunk chunk) {
        try {
            if (!fed) {
                archive.feed(chunk.content, 0, chunk.content.length);
                fed = true;
            }
            long before = unsynced;
            for (int i = 0; i < PARTS_PER_STEP && unsynced - before < BYTES_PER_STEP; i++) {
                ArchivePart part = held == null ? archive.next() : held;
                if (part == null) {
                    return true;
                }
                held = part;
                take(part);
                held = null;
            }
        } catch (ArchiveException broken) {
            fail(String.valueOf(broken.getMessage()));
            return true;
        } catch (ApiException refused) {
            fail(refused);
            return true;
        } catch (StoreException full) {
            if (full.code() != StoreException.Code.BUSY) {
                fail(engine().answerFor(full));
                return true;
            }
            unsynced = UNSYNCED_BYTES_MAX;
        }
        if (unsynced >= UNSYNCED_BYTES_MAX) {
            awaitDisk();
        }
        wake();
        return false;
    }

    private void take(ArchivePart part) throws ApiException, StoreException {
        switch (part) {
            case ArchivedState state -> into.begin(state);
            case ArchivedConsumer consumer -> into.add(consumer);
            case ArchivedMessage message -> {
                into.add(message);
                unsynced +=
                        (long) message.subjectLength()
                                + message.headersLength()
                                + message.payloadLength();
            }
            case ArchivePart.End end -> {}
        }
    }

    private void awaitDisk() {
        unsynced = 0;
        whenOnDisk(engine().store().appended(), this::wake);
    }

    private void whenOnDisk(long number, Runnable then) {
        waiting = true;
        Consumer<StoreException> refused =
                why -> {
                    waiting = false;
                    fail(engine().answerFor(why));
                    wake();
                };
        engine().commits()
                .after(
                        number,
                        () -> {
                            waiting = false;
                            then.run();
                        },
                        refused);
        engine().turn().wake();
    }

    private void fail(String why) {
        fail(RestoredStream.failed(why));
    }

    /** It will not become anything: what there is of it goes at once. */
    private void fail(ApiException why) {
        if (failure == null && !ended) {
            failure = why;
            held = null;
            into.drop();
        }
    }

    /** The last chunk has come. */
    private void finish(Chunk last) {
        try {
            if (failure == null) {
                archive.finish();
            }
        } catch (ArchiveException broken) {
            fail(bytes == 0 ? "EOF" : String.valueOf(broken.getMessage()));
        }
        if (failure == null) {
            whenOnDisk(into.lastNumber(), () -> complete(last));
        } else {
            refuse(last);
        }
    }

    private void complete(Chunk last) {
        Stream made;
        try {
            made = into.complete();
        } catch (ApiException refused) {
            fail(refused);
            refuse(last);
            return;
        } catch (StoreException failed) {
            fail(engine().answerFor(failed));
            refuse(last);
            return;
        }
        long number = made.store().lastNumber();
        into.release();
        waiting = true;
        engine().commits()
                .after(
                        number,
                        () -> tell(last, made),
                        why -> {
                            failure = engine().answerFor(why);
                            refuse(last);
                        });
        engine().turn().wake();
    }

    private void tell(Chunk last, Stream made) {
        JsonPage page = Api.begin(ApiCall.STREAM_CREATE);
        try {
            StreamInfo.write(page, made, ApiLevel.shown(made.config()));
        } catch (StoreException failed) {
            failure = engine().answerFor(failed);
            refuse(last);
            return;
        }
        page.text("ts", GoTime.rfc3339(engine().epochNanos())).endObject();
        into.account().advisories().streamAction(made, "CREATED", "create");
        end(last, page, "");
    }

    private void refuse(Chunk last) {
        ApiException why = failure;
        if (why == null) {
            return;
        }
        JsonPage page = Api.begin(ApiCall.STREAM_CREATE);
        ApiAnswers.error(page, why);
        end(last, page.endObject(), why.description());
    }

    private void end(Chunk last, JsonPage page, String why) {
        close();
        answer(last, page.toString().getBytes(StandardCharsets.UTF_8));
        completed(why);
    }

    /** The client does not know how to go on: nobody is there to be answered. */
    private void stop(String why) {
        if (ended || waiting) {
            return;
        }
        fail(why);
        close();
        completed(why);
    }

    /** The client has gone: as nats-server does, without an advisory. */
    private void abandon() {
        fail("nothing came for a while");
        close();
        engine().log().warn("JetStream: restoring of stream '" + path() + "' has stalled");
    }

    private void close() {
        ended = true;
        chunks.clear();
        engine().timers().cancel(this);
        Subscription subscription = listening;
        if (subscription != null) {
            into.account().client().unlisten(subscription);
        }
        atEnd.run();
    }

    private void completed(String why) {
        long now = engine().epochNanos();
        if (why.isEmpty()) {
            engine().log()
                    .info(
                            "JetStream: stream '"
                                    + path()
                                    + "' is restored: "
                                    + bytes
                                    + " bytes in "
                                    + GoTime.duration(now - startNanos));
        } else {
            engine().log().warn("JetStream: restoring of stream '" + path() + "' failed: " + why);
        }
        into.account()
                .advisories()
                .send(
                        "STREAM.RESTORE_COMPLETE." + into.name(),
                        "restore_complete",
                        page ->
                                client(
                                        page.text("stream", into.name())
                                                .text("start", GoTime.rfc3339(startNanos))
                                                .text("end", GoTime.rfc3339(now))
                                                .number("bytes", bytes)));
    }

    private void answer(Chunk chunk, byte[] body) {
        byte[] reply = chunk.reply;
        into.account().send(reply, 0, reply.length, NONE, 0, 0, body, 0, body.length);
    }

    private void client(JsonPage page) {
        if (request.sender() != null) {
            engine().server().events().clientOfApi(page, request.sender());
        }
    }

    private JetStream engine() {
        return into.account().engine();
    }

    private String path() {
        return into.account().name() + " > " + into.name();
    }
}
