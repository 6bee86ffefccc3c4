package io.millrace.jetstream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.jetstream.api.ApiError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a stream must hold and answer. Owned by one simulation. */
/* While nothing has gone wrong the model knows everything to the sequence. After a crash, or when
 * the disk has refused something, it knows what must be there, what must not, and what may: then it
 * learns the rest from the server and holds that against what it knows. */
final class StreamModel {
    final TreeMap<Long, Published> live = new TreeMap<>();
    final Map<String, Published> known = new HashMap<>();
    final TreeMap<String, ConsumerModel> consumers = new TreeMap<>();

    /** Consumers whose deletion nobody has confirmed yet. */
    final TreeMap<String, ConsumerModel> leaving = new TreeMap<>();

    final TreeMap<Long, Published> everStored = new TreeMap<>();
    private final Map<String, Published> ids = new HashMap<>();
    private final Map<String, Published> uncertainIds = new HashMap<>();
    StreamShape shape;
    final List<StreamShape> possibleShapes = new ArrayList<>();
    long lastSequence;

    /** The message that is being stored. */
    private @Nullable Published newest;

    /** Of the last message; null when it is not known. */
    @Nullable String lastId = "";

    boolean created;
    boolean deleting;

    /** The highest sequence that anybody was told of. */
    long highestTold;

    /** Something may have happened or not: what is known has to be compared with the server. */
    boolean doubtful;

    /** The disk has failed since the last comparison: answers do not say what is stored. */
    boolean troubled;

    StreamModel(StreamShape shape) {
        this.shape = shape;
    }

    /** What a publish must be answered. */
    record Outcome(long sequence, boolean duplicate, long errorCode) {
        static Outcome refused(ApiError error) {
            return new Outcome(0, false, error.errorCode());
        }
    }

    Outcome publish(Published message, long nowNanos) {
        known.put(message.body, message);
        if (doubtful) {
            // whatever it will be: it may be stored, and what gives way for it may be gone
            store(message, nowNanos);
            return new Outcome(message.sequence, false, 0);
        }
        ApiError refusal = refusal(message);
        refusal = refusal == null ? unexpected(message) : refusal;
        if (refusal == null && !message.id.isEmpty()) {
            Published same = ids.get(message.id);
            if (same != null && same.timeNanos > nowNanos - shape.duplicateWindowNanos()) {
                return new Outcome(same.sequence, true, 0);
            }
        }
        refusal = refusal == null ? unlike(message) : refusal;
        refusal = refusal == null ? full(message) : refusal;
        if (refusal != null) {
            message.gone = true;
            return Outcome.refused(refusal);
        }
        store(message, nowNanos);
        return new Outcome(message.sequence, false, 0);
    }

    private void store(Published message, long nowNanos) {
        message.sequence = ++lastSequence;
        message.timeNanos = nowNanos;
        live.put(message.sequence, message);
        everStored.put(message.sequence, message);
        // in doubt, a consumer that nobody has confirmed may not be there to want it
        newest = message;
        boolean wanted =
                consumers.values().stream()
                        .filter(c -> c.created || !doubtful)
                        .anyMatch(c -> c.shape.wants(message.subject));
        boolean kept = wanted || !shape.isByInterest();
        if (!kept) {
            remove(message);
        }
        if (kept || doubtful) {
            enforce(message.subject);
        }
        if (!message.id.isEmpty()) {
            ids.put(message.id, message);
        }
        lastId = message.id;
        rollUp(message);
        newest = null;
    }

    /** What was said to have given way may be gone for another reason, too. */
    private void touched() {
        if (newest == null) {
            known.values().forEach(m -> m.gaveWayTo = null);
        }
    }

    /* In the order in which nats-server looks at them. */
    private @Nullable ApiError refusal(Published message) {
        long size = (long) message.headers().length() + message.body.length();
        if (shape.maxMessageSize() > 0 && size > shape.maxMessageSize()) {
            return ApiError.STREAM_MESSAGE_EXCEEDS_MAXIMUM;
        }
        if (!message.expectedStream.isEmpty() && !message.expectedStream.equals(shape.name())) {
            return ApiError.STREAM_NOT_MATCH;
        }
        return message.ttlSeconds != 0 && !shape.allowsTtl() ? ApiError.MESSAGE_TTL_DISABLED : null;
    }

    private @Nullable ApiError unexpected(Published message) {
        boolean wrong =
                (message.expectedLast >= 0 && message.expectedLast != lastSequence)
                        || (message.expectedLastOfSubject >= 0
                                && message.expectedLastOfSubject != lastOf(message.subject));
        return wrong ? ApiError.STREAM_WRONG_LAST_SEQUENCE : null;
    }

    private @Nullable ApiError unlike(Published message) {
        if (!message.expectedLastId.isEmpty() && !message.expectedLastId.equals(lastId)) {
            return ApiError.STREAM_WRONG_LAST_MSG_ID;
        }
        return !message.rollup.isEmpty() && !shape.allowsRollup()
                ? ApiError.STREAM_ROLLUP_FAILED_F
                : null;
    }

    private @Nullable ApiError full(Published message) {
        if (!shape.discardsNew()) {
            return null;
        }
        boolean subjectIsFull =
                shape.maxPerSubject() > 0 && of(message.subject).size() >= shape.maxPerSubject();
        boolean full =
                (subjectIsFull && shape.discardsNewPerSubject())
                        || (shape.maxMessages() > 0
                                && live.size() >= shape.maxMessages()
                                && !subjectIsFull)
                        || (shape.maxBytes() > 0
                                && bytes() + message.bytes(shape.inMemory()) > shape.maxBytes());
        return full ? ApiError.STREAM_STORE_FAILED_F : null;
    }

    /** An answer tells where a message is; what was thought to be there is elsewhere or nowhere. */
    void seat(Published message, long sequence) {
        live.remove(message.sequence, message);
        Published displaced = live.get(sequence);
        if (displaced != null) {
            displaced.sequence = Math.max(lastSequence, sequence) + 1;
            lastSequence = displaced.sequence;
            live.put(displaced.sequence, displaced);
        }
        message.sequence = sequence;
        lastSequence = Math.max(lastSequence, sequence);
        everStored.put(sequence, message);
        if (!message.gone) {
            live.put(sequence, message);
        }
    }

    long bytes() {
        return live.values().stream().mapToLong(m -> m.bytes(shape.inMemory())).sum();
    }

    List<Published> of(String filter) {
        return live.values().stream()
                .filter(m -> ConsumerShape.matches(filter, m.subject))
                .toList();
    }

    long lastOf(String subject) {
        List<Published> those = of(subject);
        return those.isEmpty() ? 0 : those.getLast().sequence;
    }

    long firstSequence() {
        return live.isEmpty() ? lastSequence + 1 : live.firstKey();
    }

    /** Takes a message out; that is certain only when the next confirmation comes. */
    void remove(Published message) {
        touched();
        message.gone = true;
        message.gaveWayTo = doubtful ? null : newest;
        if (!doubtful) {
            live.remove(message.sequence, message);
        }
    }

    /* In doubt it is not known what is there and which of several configurations is in force: what
     * has to give way by one of them, should all be there that may, may be gone. It goes on to be
     * counted. */
    private void enforce(String subject) {
        enforcePerSubject(shape, subject);
        enforceTotals(shape);
        if (doubtful) {
            possibleShapes.forEach(each -> enforcePerSubject(each, subject));
            possibleShapes.forEach(this::enforceTotals);
        }
    }

    /** Returns whether the subject had too many. */
    private boolean enforcePerSubject(StreamShape by, String subject) {
        List<Published> those = of(subject);
        long tooMany = by.maxPerSubject() == 0 ? 0 : those.size() - by.maxPerSubject();
        for (int i = 0; i < tooMany; i++) {
            remove(those.get(i));
        }
        return tooMany > 0;
    }

    /**
     * Where new messages are refused, the old ones do not give way: not even to a tighter limit.
     */
    private void enforceTotals(StreamShape by) {
        if (by.discardsNew()) {
            return;
        }
        long count = 0;
        long bytes = 0;
        for (Published message : List.copyOf(live.descendingMap().values())) {
            count++;
            bytes += message.bytes(by.inMemory());
            if ((by.maxMessages() > 0 && count > by.maxMessages())
                    || (by.maxBytes() > 0 && bytes > by.maxBytes())) {
                remove(message);
            }
        }
    }

    private void rollUp(Published message) {
        if (message.rollup.equals("all")) {
            purge(null, message.sequence, 0);
        } else if (message.rollup.equals("sub")) {
            of(message.subject).stream()
                    .filter(m -> m.sequence < message.sequence)
                    .toList()
                    .forEach(this::remove);
        }
    }

    void update(StreamShape changed) {
        touched();
        possibleShapes.add(shape);
        shape = changed;
        boolean any = false;
        for (String subject : live.values().stream().map(m -> m.subject).distinct().toList()) {
            any |= enforcePerSubject(shape, subject);
        }
        if (any) {
            consumers.values().forEach(c -> c.purged(firstSequence()));
        }
        enforceTotals(shape);
    }

    /** An update is confirmed: what was in force before is so no more. */
    void updated(StreamShape confirmed) {
        int at = possibleShapes.indexOf(confirmed);
        possibleShapes.subList(0, at < 0 ? possibleShapes.size() : at).clear();
    }

    /** Returns how many go. */
    int purge(String filter, long below, long keep) {
        touched();
        List<Published> those = filter == null ? List.copyOf(live.values()) : of(filter);
        List<Published> going = new ArrayList<>();
        for (int i = 0; i < those.size() - keep; i++) {
            Published each = those.get(i);
            boolean perhapsBelow = doubtful && !each.certain;
            if (below == 0 || each.sequence < below || perhapsBelow) {
                going.add(each);
            }
        }
        going.forEach(this::remove);
        consumers.values().forEach(c -> c.purged(firstSequence()));
        return going.size();
    }

    void expire(long nowNanos) {
        List.copyOf(live.values()).stream()
                .filter(m -> m.expiresNanos(shape.maxAgeNanos()) <= nowNanos)
                .forEach(this::remove);
    }

    /** When the next message expires. */
    long nextExpiry() {
        return live.values().stream()
                .mapToLong(m -> m.expiresNanos(shape.maxAgeNanos()))
                .min()
                .orElse(Published.NEVER);
    }

    /** A consumer needs a message no more. */
    void settled(Published message) {
        if (message.gone) {
            return;
        }
        if (shape.isWorkQueue()) {
            remove(message);
        } else if (shape.isByInterest()) {
            dropUnlessWanted(message);
        }
    }

    private void dropUnlessWanted(Published message) {
        List<ConsumerModel> those =
                consumers.values().stream()
                        .filter(c -> c.mayNeed(message.sequence))
                        .filter(c -> c.shape.wants(message.subject))
                        .toList();
        if (those.stream().allMatch(c -> !c.created || c.isDoubtful(message.sequence))) {
            // who may still wait for it holds it in the stream, where it counts for the limits, and
            // a newer message may push out another one: the doubt comes before the removal
            doubtful |= !those.isEmpty();
            remove(message);
        }
    }

    /** A consumer has gone. */
    void dropUnwanted() {
        if (shape.isByInterest()) {
            if (consumers.isEmpty()) {
                purge(null, 0, 0);
            } else {
                List.copyOf(live.values()).forEach(this::dropUnlessWanted);
            }
        }
    }

    /** Everything that has happened so far is on disk. */
    void allCertain() {
        for (Published message : known.values()) {
            message.certain |= message.sequence > 0 && !message.gone;
            message.certainlyGone |= message.gone;
        }
        possibleShapes.clear();
        consumers.values().forEach(ConsumerModel::allCertain);
    }

    /** Whether it depends on what was not said if an identifier is known to the stream. */
    boolean isUncertain(String id, long nowNanos) {
        Published message = uncertainIds.get(id);
        return message != null
                && !ids.containsKey(id)
                && message.timeNanos > nowNanos - shape.duplicateWindowNanos();
    }

    /* The server has started again: of the identifiers it knows those that it has read. As with
     * nats-server, those of messages that have left the stream are forgotten with the process. */
    private void restartIds(long nowNanos) {
        uncertainIds.putAll(ids);
        ids.clear();
        lastId = "";
        for (Published message : live.values()) {
            if (message.timeNanos >= nowNanos - shape.duplicateWindowNanos()) {
                if (!message.id.isEmpty()) {
                    ids.put(message.id, message);
                }
                lastId = message.id;
            }
        }
    }

    /** Puts what the server holds in place of what was thought. */
    void learn(Map<Long, Published> found, long last, long nowNanos, boolean restarted) {
        for (Published message : known.values()) {
            message.gone = true;
        }
        live.clear();
        live.putAll(found);
        for (Published message : found.values()) {
            message.gone = false;
            everStored.put(message.sequence, message);
        }
        touched();
        lastSequence = last;
        if (restarted) {
            restartIds(nowNanos);
        } else {
            uncertainIds.putAll(ids);
            ids.values().removeIf(message -> message.gone);
            lastId = null;
        }
        doubtful = false;
        troubled = false;
    }

    /** What the server says of itself when all is quiet. */
    void check(Answer info) {
        Described what =
                new Described(
                        () ->
                                shape
                                        + " shown as "
                                        + info.text()
                                        + ", in the model "
                                        + live.values());
        assertThat(info.number("state.messages")).as("%s", what).isEqualTo(live.size());
        assertThat(info.number("state.last_seq")).as("%s", what).isEqualTo(lastSequence);
        assertThat(info.number("state.bytes")).as("%s", what).isEqualTo(bytes());
        assertThat(info.number("state.first_seq"))
                .as("%s", what)
                .isEqualTo(lastSequence == 0 ? 0 : firstSequence());
        assertThat(info.number("state.num_subjects"))
                .as("%s", what)
                .isEqualTo(live.values().stream().map(m -> m.subject).distinct().count());
        assertThat(info.number("state.consumer_count")).as("%s", what).isEqualTo(consumers.size());
        assertThat(info.number("state.num_deleted"))
                .as("%s", what)
                .isEqualTo(live.isEmpty() ? 0 : lastSequence - firstSequence() + 1 - live.size());
        assertThat(shape.isShownBy(info)).as("%s", what).isTrue();
    }
}
