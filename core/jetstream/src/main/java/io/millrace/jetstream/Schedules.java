package io.millrace.jetstream;

import io.millrace.auth.SubjectSet;
import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.protocol.Subjects;
import io.millrace.runtime.Timer;
import io.millrace.store.MessageCursor;
import io.millrace.store.StoreException;
import io.millrace.store.StoredMessage;
import io.millrace.store.SubjectFilter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The schedules that lie in one stream as messages, and what they put into it when they are due
 * (ADR-51). Owned by the loop.
 */
/* A schedule is the last message of its subject; here is only when it is due, and what it says is
 * read when it is. So whatever takes the message away, or puts another in its place, ends it. Those
 * whose messages have gone are swept out when their number has doubled.
 *
 * After a start the last message of a target says what the schedule would have done next: a time
 * that has passed meanwhile is made up for once, and one that was done is not done again. */
final class Schedules extends Timer {
    private static final int PER_TURN = 100;
    private static final int LEAST_SWEPT = 1024;
    private static final long RETRY_NANOS = 1_000_000_000L;
    private static final String PURGE = "purge";
    private static final byte[] NONE = new byte[0];

    private final Stream stream;
    private final Ingest ingest;
    private final PublishHeaders headers;
    private final PublishHeaders storedHeaders = new PublishHeaders();
    private final StoredMessage stored = new StoredMessage();
    private final Incoming made = new Incoming();
    private final Map<String, Due> bySubject = new HashMap<>();
    private final TreeSet<Due> byTime =
            new TreeSet<>(Comparator.comparingLong(Due::atNanos).thenComparingLong(Due::sequence));
    private int sweepAt = LEAST_SWEPT;
    private boolean producing;

    /** A schedule and when it is due. */
    private record Due(String subject, long sequence, long atNanos) {}

    Schedules(Stream stream, Ingest ingest, PublishHeaders headers) {
        this.stream = stream;
        this.ingest = ingest;
        this.headers = headers;
    }

    /* What a publisher may say */

    /** Refuses a schedule that is none; a good one is made to replace the one before it. */
    void check(Incoming message) throws ApiException, StoreException {
        boolean plans = headers.has(PublishHeader.SCHEDULE);
        boolean zoned = headers.isPresent(PublishHeader.SCHEDULE_TIME_ZONE);
        if ((plans || zoned) && !stream.config().allowMsgSchedules()) {
            throw ApiError.MESSAGE_SCHEDULES_DISABLED.asException();
        }
        if (plans) {
            checkPlan(message);
        } else if (zoned) {
            throw ApiError.MESSAGE_SCHEDULES_TIME_ZONE_INVALID.asException();
        }
        checkScheduler(message);
        if (plans && !headers.has(PublishHeader.ROLLUP)) {
            message.headersDone(
                    message.editHeaders().add(PublishHeader.ROLLUP.text(), "sub"), headers);
        }
    }

    private void checkPlan(Incoming message) throws ApiException {
        SchedulePlan plan = SchedulePlan.of(headers);
        if (plan.next(stream.engine().epochNanos()) == SchedulePlan.NEVER) {
            throw ApiError.MESSAGE_SCHEDULES_PATTERN_INVALID.asException();
        }
        checkTtl();
        if (headers.has(PublishHeader.SCHEDULE_ROLLUP)
                && !headers.text(PublishHeader.SCHEDULE_ROLLUP).equals("sub")) {
            throw ApiError.MESSAGE_SCHEDULES_ROLLUP_INVALID.asException();
        }
        String own = subject(message);
        String target = headers.text(PublishHeader.SCHEDULE_TARGET);
        String source = headers.text(PublishHeader.SCHEDULE_SOURCE);
        if (!source.isEmpty()
                && (!isOfStream(source) || source.equals(own) || source.equals(target))) {
            throw ApiError.MESSAGE_SCHEDULES_SOURCE_INVALID.asException();
        }
        if (!isOfStream(target) || target.equals(own)) {
            throw ApiError.MESSAGE_SCHEDULES_TARGET_INVALID.asException();
        }
        if (headers.has(PublishHeader.ROLLUP)
                && !headers.valueIsWord(PublishHeader.ROLLUP, PublishRules.ROLLUP_SUBJECT)) {
            throw ApiError.MESSAGE_SCHEDULES_ROLLUP_INVALID.asException();
        }
    }

    private void checkTtl() throws ApiException {
        if (headers.has(PublishHeader.SCHEDULE_TTL)) {
            long ttl =
                    MessageTtl.parse(
                            headers.buffer(),
                            headers.offset(PublishHeader.SCHEDULE_TTL),
                            headers.length(PublishHeader.SCHEDULE_TTL));
            if (ttl == MessageTtl.INVALID) {
                throw ApiError.MESSAGE_SCHEDULES_TTL_INVALID.asException();
            }
            if (!stream.config().allowMsgTtl()) {
                throw ApiError.MESSAGE_TTL_DISABLED.asException();
            }
        }
    }

    private boolean isOfStream(String subject) {
        if (!isLiteral(subject)) {
            return false;
        }
        for (String heard : stream.config().subjects()) {
            if (SubjectSet.isSubset(subject, heard)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLiteral(String subject) {
        byte[] bytes = subject.getBytes(StandardCharsets.UTF_8);
        return Subjects.isLiteral(bytes, 0, bytes.length);
    }

    /** A message that ends a schedule names it, and is itself something else. */
    private void checkScheduler(Incoming message) throws ApiException, StoreException {
        boolean names = headers.has(PublishHeader.SCHEDULER);
        boolean next = headers.has(PublishHeader.SCHEDULE_NEXT);
        if (producing || (!names && !next)) {
            return;
        }
        String scheduler = headers.text(PublishHeader.SCHEDULER);
        if (!headers.text(PublishHeader.SCHEDULE_NEXT).equals(PURGE)
                || !isLiteral(scheduler)
                || scheduler.equals(subject(message))
                || isSomethingElse(scheduler)) {
            throw ApiError.MESSAGE_SCHEDULES_SCHEDULER_INVALID.asException();
        }
        if (!stream.config().allowMsgSchedules()) {
            throw ApiError.MESSAGE_SCHEDULES_DISABLED.asException();
        }
    }

    private boolean isSomethingElse(String subject) throws StoreException {
        return stream.store().lastBySubject(subject.getBytes(StandardCharsets.UTF_8), stored)
                && !isPlan();
    }

    /** Whether the message read last is a schedule. */
    private boolean isPlan() {
        storedHeaders.read(stored.data(), stored.headersOffset(), stored.headersLength());
        return stored.headersLength() > 0 && storedHeaders.has(PublishHeader.SCHEDULE);
    }

    private static String subject(Incoming message) {
        return new String(
                message.subject,
                message.subjectOffset,
                message.subjectLength,
                StandardCharsets.UTF_8);
    }

    /* What lies in the stream */

    /** A message was stored; its headers have been read. */
    void written(byte[] subject, int offset, int length, long sequence, long timeNanos)
            throws StoreException {
        if (!stream.config().allowMsgSchedules()) {
            return;
        }
        if (headers.has(PublishHeader.SCHEDULE)) {
            String name = new String(subject, offset, length, StandardCharsets.UTF_8);
            try {
                add(new Due(name, sequence, SchedulePlan.of(headers).next(timeNanos)));
            } catch (ApiException unchecked) {
                throw new IllegalStateException("a schedule was stored unchecked", unchecked);
            }
            plan();
        }
        if (headers.has(PublishHeader.SCHEDULE_NEXT)
                && headers.text(PublishHeader.SCHEDULE_NEXT).equals(PURGE)) {
            end(headers.text(PublishHeader.SCHEDULER));
        }
    }

    private void end(String subject) throws StoreException {
        forget(bySubject.get(subject));
        stream.purge(SubjectFilter.of(subject), 0, 0);
        plan();
    }

    private void add(Due due) throws StoreException {
        forget(bySubject.get(due.subject()));
        bySubject.put(due.subject(), due);
        byTime.add(due);
        if (bySubject.size() >= sweepAt) {
            for (Due each : List.copyOf(bySubject.values())) {
                if (!isThere(each)) {
                    forget(each);
                }
            }
            sweepAt = Math.max(LEAST_SWEPT, 2 * bySubject.size());
        }
    }

    private void forget(@Nullable Due due) {
        if (due != null) {
            bySubject.remove(due.subject(), due);
            byTime.remove(due);
        }
    }

    private boolean isThere(Due due) throws StoreException {
        byte[] subject = due.subject().getBytes(StandardCharsets.UTF_8);
        return stream.subjects().last(subject, 0, subject.length) == due.sequence();
    }

    /** After a start: which schedules are there, and when are they due? */
    void restore() throws StoreException {
        if (!stream.config().allowMsgSchedules()) {
            return;
        }
        MessageCursor cursor = MessageCursor.ofHeaders(stream.store());
        long at = stream.store().firstSequence();
        List<Due> found = new ArrayList<>();
        while (cursor.next(at, stored)) {
            at = stored.sequence() + 1;
            if (isPlan()) {
                restore(found);
            }
        }
        for (Due due : found) {
            if (isThere(due)) {
                add(due);
            }
        }
        plan();
    }

    private void restore(List<Due> found) throws StoreException {
        String subject = new String(stored.subject(), StandardCharsets.UTF_8);
        long sequence = stored.sequence();
        try {
            SchedulePlan plan = SchedulePlan.of(storedHeaders);
            long last = stored.timeNanos();
            byte[] target =
                    storedHeaders
                            .text(PublishHeader.SCHEDULE_TARGET)
                            .getBytes(StandardCharsets.UTF_8);
            StoredMessage product = new StoredMessage();
            if (stream.store().lastBySubject(target, product) && product.sequence() > sequence) {
                storedHeaders.read(
                        product.data(), product.headersOffset(), product.headersLength());
                if (storedHeaders.text(PublishHeader.SCHEDULER).equals(subject)) {
                    last = product.timeNanos();
                }
            }
            found.add(new Due(subject, sequence, plan.next(last)));
        } catch (ApiException unknown) {
            stream.engine()
                    .log()
                    .warn(
                            "JetStream: the schedule at "
                                    + subject
                                    + " of the stream "
                                    + stream.name()
                                    + " is not understood and rests: "
                                    + unknown.description());
        }
    }

    /* What they do */

    void stop() {
        stream.engine().timers().cancel(this);
    }

    private void plan() {
        if (byTime.isEmpty() || stream.isClosed()) {
            stop();
        } else {
            long left = byTime.getFirst().atNanos() - stream.engine().epochNanos();
            stream.engine().timers().schedule(this, Math.max(0, left));
        }
    }

    @Override
    protected void fire() {
        long now = stream.engine().epochNanos();
        for (int i = 0; i < PER_TURN && !byTime.isEmpty(); i++) {
            Due due = byTime.getFirst();
            if (due.atNanos() > now || stream.isClosed()) {
                break;
            }
            forget(due);
            try {
                produce(due, now);
            } catch (StoreException failed) {
                stream.engine().storeFailed(stream, failed);
                again(due, now + RETRY_NANOS);
            } catch (ApiException noRoom) {
                again(due, now + RETRY_NANOS);
            }
        }
        plan();
    }

    private void again(Due due, long atNanos) {
        Due next = new Due(due.subject(), due.sequence(), atNanos);
        bySubject.put(next.subject(), next);
        byTime.add(next);
    }

    private void produce(Due due, long now) throws StoreException, ApiException {
        if (!isThere(due) || !stream.store().read(due.sequence(), stored) || !isPlan()) {
            return;
        }
        SchedulePlan plan = SchedulePlan.of(storedHeaders);
        String target = storedHeaders.text(PublishHeader.SCHEDULE_TARGET);
        String source = storedHeaders.text(PublishHeader.SCHEDULE_SOURCE);
        String ttl = storedHeaders.text(PublishHeader.SCHEDULE_TTL);
        boolean rollup = storedHeaders.has(PublishHeader.SCHEDULE_ROLLUP);
        byte[] block = stored.headers();
        byte[] body = stored.payload();
        if (!source.isEmpty()
                && stream.store().lastBySubject(source.getBytes(StandardCharsets.UTF_8), stored)) {
            block = stored.headers();
            body = stored.payload();
        }
        made.subject(target.getBytes(StandardCharsets.UTF_8));
        made.headers = block;
        made.headersOffset = 0;
        made.headersLength = block.length;
        made.body(body.length == 0 ? NONE : body);
        made.ttlSeconds = MessageTtl.NONE;
        HeaderBlock edited =
                made.editHeaders()
                        .removeStartingWith("Nats-Schedule")
                        .removeStartingWith("Nats-Expected-")
                        .removeStartingWith("Nats-Batch-")
                        .remove(PublishHeader.MSG_ID.text())
                        .remove(PublishHeader.TTL.text())
                        .remove(PublishHeader.ROLLUP.text())
                        .remove(PublishHeader.STREAM_SOURCE.text())
                        .add(PublishHeader.SCHEDULER.text(), due.subject())
                        .add(PublishHeader.SCHEDULE_NEXT.text(), plan.nextText(now));
        if (!ttl.isEmpty()) {
            edited.add(PublishHeader.TTL.text(), ttl);
        }
        if (rollup) {
            edited.add(PublishHeader.ROLLUP.text(), "sub");
        }
        made.headersDone(edited, headers);
        producing = true;
        try {
            ingest.store(made);
        } finally {
            producing = false;
        }
        if (!(plan instanceof SchedulePlan.Once)) {
            again(due, plan.next(now));
        }
    }
}
