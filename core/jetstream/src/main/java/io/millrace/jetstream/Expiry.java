package io.millrace.jetstream;

import io.millrace.jetstream.api.StreamConfig;
import io.millrace.protocol.GoTime;
import io.millrace.runtime.Timer;
import io.millrace.store.MessageCursor;
import io.millrace.store.StoreException;
import io.millrace.store.StoredMessage;
import io.millrace.store.StreamStore;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Lets messages go when their time has come: by the stream's maximum age, or by their own TTL
 * (ADR-43). Owned by the loop.
 */
final class Expiry extends Timer {
    /** Messages taken out before the loop gets its turn again. */
    private static final int PER_TURN = 1000;

    /** How long to wait when the disk does not let a message go. */
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final byte[] NONE = new byte[0];

    private final Stream stream;
    private final StoredMessage message = new StoredMessage();
    private final PublishHeaders headers = new PublishHeaders();
    private final HeaderBlock marker = new HeaderBlock();
    private final ExpiryQueue deadlines = new ExpiryQueue();
    private long expectedTtl;

    /** When it looks next; {@link Long#MAX_VALUE} for never. */
    private long plannedNanos = Long.MAX_VALUE;

    /** Below this, what is left stays for ever: it has outlived the maximum age. */
    private long agedBelow;

    Expiry(Stream stream) {
        this.stream = stream;
    }

    /** The TTL of the message that is appended next, in seconds as {@link MessageTtl} has it. */
    void expect(long ttlSeconds) {
        expectedTtl = ttlSeconds;
    }

    /** A message was appended. */
    void appended(long sequence, long timeNanos) {
        long ttl = expectedTtl;
        expectedTtl = MessageTtl.NONE;
        if (ttl > 0) {
            deadlines.add(MessageTtl.deadline(timeNanos, ttl), sequence);
        }
        long age = stream.config().maxAgeNanos();
        if (ttl > 0 || (age > 0 && timeNanos + age < plannedNanos)) {
            plan();
        }
    }

    /** After a start: which messages have a TTL of their own? It is found out piece by piece. */
    void restore() {
        if (stream.config().allowMsgTtl() && stream.store().messages() > 0) {
            Scan scan = new Scan();
            if (scan.goOn()) {
                stream.engine().turn().piecemeal(scan);
            }
        } else {
            plan();
        }
    }

    /** Looks for TTLs in what was there at the start. */
    private final class Scan extends Timer implements Turn.Piecemeal {
        private final MessageCursor cursor = MessageCursor.ofHeaders(stream.store());
        private final long end = stream.store().lastSequence();
        private long at = stream.store().firstSequence();

        @Override
        public boolean goOn() {
            if (stream.isClosed()) {
                return false;
            }
            boolean more;
            try {
                more = look();
            } catch (StoreException failed) {
                stream.engine().storeFailed(stream, failed);
                stream.engine().timers().schedule(this, RETRY_NANOS);
                more = false;
            }
            plan();
            return more;
        }

        @Override
        protected void fire() {
            stream.engine().turn().piecemeal(this);
        }

        private boolean look() throws StoreException {
            for (int i = 0; i < LongWork.PIECE; i++) {
                if (at > end || !cursor.next(at, message) || message.sequence() > end) {
                    return false;
                }
                at = message.sequence() + 1;
                long ttl = ttl();
                if (ttl > 0) {
                    deadlines.add(
                            MessageTtl.deadline(message.timeNanos(), ttl), message.sequence());
                }
            }
            return true;
        }
    }

    private long ttl() {
        if (message.headersLength() == 0) {
            return MessageTtl.NONE;
        }
        headers.read(message.data(), message.headersOffset(), message.headersLength());
        return MessageTtl.of(headers);
    }

    /** The stream has another configuration. */
    void configured() {
        agedBelow = 0;
        plan();
    }

    void stop() {
        plannedNanos = Long.MAX_VALUE;
        stream.engine().timers().cancel(this);
    }

    /** Appoints the next look. */
    private void plan() {
        long next = Math.min(deadlines.nextDeadline(), nextByAge());
        if (next == Long.MAX_VALUE || stream.isClosed()) {
            stop();
        } else {
            look(next);
        }
    }

    private void look(long atNanos) {
        plannedNanos = atNanos;
        stream.engine().timers().schedule(this, atNanos - stream.engine().epochNanos());
    }

    private long nextByAge() {
        long age = stream.config().maxAgeNanos();
        StreamStore store = stream.store();
        if (age <= 0 || store.messages() == 0) {
            return Long.MAX_VALUE;
        }
        try {
            long from = Math.max(store.firstSequence(), agedBelow);
            return store.cursor(List.of()).next(from, message)
                    ? message.timeNanos() + age
                    : Long.MAX_VALUE;
        } catch (StoreException failed) {
            stream.engine().storeFailed(stream, failed);
            return stream.engine().epochNanos() + age;
        }
    }

    @Override
    protected void fire() {
        if (stream.isClosed()) {
            return;
        }
        try {
            long now = stream.engine().epochNanos();
            int left = PER_TURN;
            for (long due = deadlines.popDue(now); due > 0; due = deadlines.popDue(now)) {
                expireOrRetry(due, now);
                if (--left == 0) {
                    break;
                }
            }
            byAge(now, left);
        } catch (StoreException failed) {
            stream.engine().storeFailed(stream, failed);
            look(stream.engine().epochNanos() + RETRY_NANOS);
            return;
        }
        plan();
    }

    private void expireOrRetry(long due, long now) throws StoreException {
        try {
            expire(due);
        } catch (StoreException failed) {
            deadlines.add(now + RETRY_NANOS, due);
            throw failed;
        }
    }

    private void byAge(long now, int most) throws StoreException {
        StreamConfig config = stream.config();
        StreamStore store = stream.store();
        if (config.maxAgeNanos() <= 0 || store.messages() == 0) {
            return;
        }
        long limit = now - config.maxAgeNanos();
        if (!config.allowMsgTtl() && config.subjectDeleteMarkerTtlNanos() <= 0) {
            long keep = store.firstSequenceAt(limit + 1);
            if (keep > store.firstSequence()) {
                // a piece: what is left is due at once, after others had their turn
                store.cutting(keep, Long.MAX_VALUE, Long.MAX_VALUE).goOn(PER_TURN);
                stream.cutTo(keep);
            }
            return;
        }
        var cursor = store.cursor(List.of());
        long at = Math.max(store.firstSequence(), agedBelow);
        for (int i = 0; i < most && cursor.next(at, message); i++) {
            if (message.timeNanos() > limit) {
                return;
            }
            at = message.sequence() + 1;
            if (ttl() != MessageTtl.NEVER) {
                expire(message.sequence());
            }
            agedBelow = at;
        }
    }

    /** Takes one message out, and leaves a marker when its subject is gone with it. */
    private void expire(long sequence) throws StoreException {
        StreamConfig config = stream.config();
        boolean marks = config.subjectDeleteMarkerTtlNanos() > 0;
        if (marks && !stream.store().read(sequence, message)) {
            return;
        }
        if (!marks || !isLastOfItsSubject() || isMarker()) {
            stream.remove(sequence);
            return;
        }
        byte[] subject = message.subject();
        stream.remove(sequence);
        long ttl = config.subjectDeleteMarkerTtlNanos() / 1_000_000_000L;
        marker.start()
                .add(PublishHeader.MARKER_REASON.text(), "MaxAge")
                .add(PublishHeader.TTL.text(), GoTime.duration(ttl * 1_000_000_000L))
                .add(PublishHeader.ROLLUP.text(), "sub")
                .finish();
        expect(ttl);
        stream.write(
                Math.max(stream.engine().epochNanos(), stream.store().lastTimeNanos()),
                subject,
                0,
                subject.length,
                marker.buffer(),
                0,
                marker.length(),
                NONE,
                0,
                0);
    }

    private boolean isLastOfItsSubject() throws StoreException {
        return stream.subjects()
                        .count(message.data(), message.subjectOffset(), message.subjectLength())
                == 1;
    }

    private boolean isMarker() {
        if (message.headersLength() == 0) {
            return false;
        }
        headers.read(message.data(), message.headersOffset(), message.headersLength());
        return headers.has(PublishHeader.MARKER_REASON);
    }
}
