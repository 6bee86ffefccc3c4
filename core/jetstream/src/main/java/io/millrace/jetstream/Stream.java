package io.millrace.jetstream;

import io.millrace.broker.Subscription;
import io.millrace.jetstream.api.Retention;
import io.millrace.jetstream.api.StreamConfig;
import io.millrace.store.Loss;
import io.millrace.store.MessageGroup;
import io.millrace.store.StoreException;
import io.millrace.store.StoredMessage;
import io.millrace.store.StreamStore;
import io.millrace.store.SubjectFilter;
import io.millrace.store.SubjectLookup;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One stream, live: its messages, what writes into it, and the consumers that read from it. Owned
 * by the loop.
 */
/* A message is appended as soon as it is heard, and shown to consumers once it is on disk: `shown`
 * follows the commits. What is in memory only is shown at the end of the turn. */
final class Stream {
    private final JetStreamAccount account;
    private final StreamStore store;
    private final SubjectLookup subjects;
    private final long createdNanos;
    private final TreeMap<String, Consumer> consumers = new TreeMap<>();
    private final Readers readers = new Readers();
    private final List<Consumer> toSignal = new ArrayList<>();
    private final List<Subscription> listening = new ArrayList<>();
    private final Ingest ingest;
    private final Expiry expiry;
    private final StreamBounds bounds;
    private final LongWork longWork;
    private @Nullable Republisher republisher;
    private StreamConfig config;
    private boolean written;
    private boolean closed;
    private boolean opened;
    private int served;
    private boolean incomplete;
    private long lastNumber;
    private long shown;
    private long shownBefore;
    private long shownAtNanos;
    private long removals;
    private long highestRemoved;

    /** What the account was told that it weighs. */
    private long weighed;

    Stream(JetStreamAccount account, StreamStore store, StreamDefinition definition) {
        this.account = account;
        this.store = store;
        this.subjects = new SubjectLookup(store);
        this.createdNanos = definition.createdNanos();
        this.config = definition.config();
        this.ingest = new Ingest(this);
        this.expiry = new Expiry(this);
        this.bounds = new StreamBounds(this);
        this.longWork = new LongWork(this);
        this.shown = store.lastSequence();
        this.shownBefore = shown;
        this.weighed = store.bytes();
        store.onLoss(this::lost);
        store.onRemoval(readers);
    }

    /** Takes up its work: hears its subjects, lets messages expire. */
    void open() throws StoreException {
        opened = true;
        account.presence().streamComes();
        ingest.restore();
        configured();
        account.presence().streamCame();
        bounds.restore();
        expiry.restore();
        ingest.schedules().restore();
    }

    private void configured() {
        republisher = Republisher.of(this);
        ingest.configured();
        listening.forEach(account.client()::unlisten);
        listening.clear();
        for (String subject : config.subjects()) {
            listening.add(account.client().listen(subject, null, ingest));
        }
        served = account.presence().served(config, served);
    }

    /**
     * Puts another configuration in force; it has been checked and journalled.
     *
     * @param number of its record: what goes by it goes only with it
     * @param done hears when everything has gone that goes by it, or why that was refused: the rest
     *     is in force all the same
     */
    void reconfigure(StreamConfig changed, long number, Ending done) throws StoreException {
        boolean keepsOtherwise = changed.retention() != config.retention();
        config = changed;
        configured();
        expiry.configured();
        for (Consumer consumer : List.copyOf(consumers.values())) {
            consumer.streamReconfigured();
        }
        bounds.enforceAll(
                number,
                failed -> {
                    if (keepsOtherwise) {
                        dropDone(number, also -> done.ended(failed == null ? also : failed));
                    } else {
                        done.ended(failed);
                    }
                });
    }

    /** Hears of an end, and of what was refused. */
    interface Ending {
        void ended(@Nullable StoreException failed);
    }

    /** Stops hearing, expiring and delivering; what is stored stays. */
    void close(ClosedBy why) {
        if (closed) {
            return;
        }
        closed = true;
        longWork.streamGone(
                new StoreException(StoreException.Code.CLOSED, "the stream is closed", null));
        for (Consumer consumer : List.copyOf(consumers.values())) {
            consumer.close(why);
        }
        listening.forEach(account.client()::unlisten);
        listening.clear();
        expiry.stop();
        ingest.close();
        if (opened) {
            account.presence().streamLeft(served, why);
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** One of its consumers could not be brought back: what that needs must stay. */
    void incomplete() {
        incomplete = true;
    }

    boolean isIncomplete() {
        return incomplete;
    }

    /* Writing */

    /**
     * Appends a message and does what follows from it: limits, waiting consumers, republishing.
     *
     * @return the number whose commit confirms it; 0 in memory
     */
    long write(
            long timeNanos,
            byte[] subject,
            int subjectOffset,
            int subjectLength,
            byte[] headers,
            int headersOffset,
            int headersLength,
            byte[] payload,
            int payloadOffset,
            int payloadLength)
            throws StoreException {
        long sequence = store.lastSequence() + 1;
        Republisher further = republisher;
        long before = further == null ? 0 : subjects.last(subject, subjectOffset, subjectLength);
        long number =
                store.append(
                        sequence,
                        timeNanos,
                        subject,
                        subjectOffset,
                        subjectLength,
                        headers,
                        headersOffset,
                        headersLength,
                        payload,
                        payloadOffset,
                        payloadLength);
        weigh();
        store.makeRoomFor(number);
        try {
            appended(sequence, timeNanos, subject, subjectOffset, subjectLength, before);
        } finally {
            store.makeRoomFor(0);
        }
        touched();
        return number;
    }

    /**
     * Appends messages that belong together, and does what follows from each.
     *
     * @param ttlSeconds of each message, as {@link MessageTtl} has it
     * @return the number whose commit confirms them; 0 in memory
     */
    long write(long timeNanos, MessageGroup group, long[] ttlSeconds) throws StoreException {
        long first = store.lastSequence() + 1;
        long[] before = republisher == null ? new long[group.count()] : lastOfSubjects(group);
        long number = group.appendTo(store, timeNanos);
        weigh();
        store.makeRoomFor(number);
        try {
            for (int i = 0; i < group.count(); i++) {
                expiry.expect(ttlSeconds[i]);
                appended(
                        first + i,
                        timeNanos,
                        group.bytes(),
                        group.subjectOffset(i),
                        group.subjectLength(i),
                        before[i]);
            }
        } finally {
            store.makeRoomFor(0);
        }
        touched();
        return number;
    }

    private long[] lastOfSubjects(MessageGroup group) throws StoreException {
        long next = store.lastSequence() + 1;
        Map<String, Long> newest = new HashMap<>();
        long[] before = new long[group.count()];
        for (int i = 0; i < before.length; i++) {
            int offset = group.subjectOffset(i);
            int length = group.subjectLength(i);
            String subject = new String(group.bytes(), offset, length, StandardCharsets.UTF_8);
            Long inGroup = newest.put(subject, next + i);
            before[i] = inGroup == null ? subjects.last(group.bytes(), offset, length) : inGroup;
        }
        return before;
    }

    private void appended(
            long sequence,
            long timeNanos,
            byte[] subject,
            int subjectOffset,
            int subjectLength,
            long before)
            throws StoreException {
        Republisher further = republisher;
        int wanted = readers.match(subject, subjectOffset, subjectLength);
        for (int i = 0; i < wanted; i++) {
            readers.at(i).appended(sequence);
        }
        if (further != null) {
            further.appended(sequence, before);
        }
        boolean unwanted = wanted == 0 && config.retention() == Retention.INTEREST;
        if (!unwanted) {
            expiry.appended(sequence, timeNanos);
        }
        try {
            if (unwanted) {
                remove(sequence);
            } else {
                bounds.enforce(subject, subjectOffset, subjectLength);
            }
        } catch (StoreException failed) {
            // it is stored, whatever the disk refuses to let go: the next message tries that again
            engine().storeFailed(this, failed);
        }
    }

    /** Something was written: the end of the turn will see to it. */
    void touched() {
        lastNumber = store.lastNumber();
        if (!written) {
            written = true;
            account.engine().turn().wrote(this);
        }
    }

    /** The end of the turn in which something was written. */
    void turnEnded() {
        written = false;
        long last = store.lastSequence();
        if (store.isInMemory()) {
            show(last);
        } else {
            account.engine().commits().after(lastNumber, () -> show(last), null);
        }
    }

    private void show(long last) {
        if (closed || last <= shown) {
            return;
        }
        shownBefore = shown;
        shown = last;
        shownAtNanos = account.engine().epochNanos();
        Republisher further = republisher;
        if (further != null) {
            further.shown(last);
        }
        for (int i = 0; i < toSignal.size(); i++) {
            toSignal.get(i).wake();
        }
        // what was appended meanwhile is shown by a later commit, which has to wake them again
        if (last >= store.lastSequence()) {
            for (int i = 0; i < toSignal.size(); i++) {
                toSignal.get(i).allShown();
            }
            toSignal.clear();
        }
    }

    /** A consumer asks to be told when the messages appended up to now are shown. */
    void signalWhenShown(Consumer consumer) {
        toSignal.add(consumer);
    }

    /** The highest sequence that may be delivered. */
    long shown() {
        return shown;
    }

    /** How long ago a message came to be shown; -1 when others have come since. */
    long shownFor(long sequence, long nowNanos) {
        return sequence > shownBefore ? nowNanos - shownAtNanos : -1;
    }

    /* Removing */

    /** Takes one message out. Returns whether it was there. */
    boolean remove(long sequence) throws StoreException {
        if (store.delete(sequence) < 0) {
            return false;
        }
        removed(sequence);
        return true;
    }

    /** Takes one message out and destroys its bytes. Returns whether it was there. */
    boolean erase(long sequence) throws StoreException {
        if (store.secureErase(sequence) < 0) {
            return false;
        }
        removed(sequence);
        return true;
    }

    private void removed(long sequence) {
        weigh();
        removals++;
        highestRemoved = Math.max(highestRemoved, sequence);
        touched();
    }

    /** Tells the account how much more, or less, it holds than before. */
    private void weigh() {
        long now = store.bytes();
        account.used(config.storage(), now - weighed);
        weighed = now;
    }

    /** What it holds as far as the account knows. */
    long weighed() {
        return weighed;
    }

    /** Damage has taken messages. In the middle of a read: the consequences come later. */
    private void lost(Loss loss) {
        weigh();
        removals++;
        highestRemoved = Math.max(highestRemoved, store.lastSequence());
        consumers.values().forEach(consumer -> consumer.feed().recount());
        if (!closed) {
            account.engine().damage().lost(this, loss);
        }
    }

    /** Messages below {@code sequence} were taken out. */
    void cutTo(long sequence) {
        removed(sequence - 1);
    }

    /**
     * Takes out what matches.
     *
     * @param filter null for all subjects
     * @param below 0 for all; else only what has a lower sequence
     * @param keep how many of the newest stay
     * @return how many were taken out
     */
    long purge(@Nullable SubjectFilter filter, long below, long keep) throws StoreException {
        long purged = store.purge(filter, below, keep);
        removed(below == 0 ? store.lastSequence() : below - 1);
        purged();
        return purged;
    }

    /** A purge that is done piece by piece has come further. */
    void tookOut() {
        removed(store.lastSequence());
    }

    /** Something was purged. */
    void purged() {
        for (Consumer consumer : consumers.values()) {
            consumer.purged();
        }
    }

    /** How often something was removed; a consumer sees by it that its counts may be old. */
    long removals() {
        return removals;
    }

    /** The highest sequence that was ever removed while this process ran. */
    long highestRemoved() {
        return highestRemoved;
    }

    /** A consumer needs a message no more: with some retentions it may go now. */
    void acknowledged(Consumer consumer, long sequence) throws StoreException {
        switch (config.retention()) {
            case LIMITS -> {}
            case WORKQUEUE -> remove(sequence);
            case INTEREST -> {
                if (!isWanted(sequence, consumer)) {
                    remove(sequence);
                }
            }
        }
    }

    /** Whether a consumer other than {@code except} may still need a message. */
    boolean isWanted(long sequence, @Nullable Consumer except) throws StoreException {
        StoredMessage message = null;
        for (Consumer consumer : consumers.values()) {
            if (consumer == except || !consumer.mayNeed(sequence)) {
                continue;
            }
            if (message == null) {
                message = new StoredMessage();
                if (!store.read(sequence, message)) {
                    return false;
                }
            }
            if (consumer.wants(message.data(), message.subjectOffset(), message.subjectLength())) {
                return true;
            }
        }
        return false;
    }

    /**
     * An acknowledgement of a message that is not waited for: it was given up, or the disk had
     * refused to let it go.
     */
    void acknowledgedLate(Consumer consumer, long sequence) throws StoreException {
        if (config.retention() == Retention.LIMITS
                || sequence > consumer.state().deliveredStreamSequence()) {
            return;
        }
        StoredMessage message = new StoredMessage();
        if (store.read(sequence, message)
                && consumer.wants(
                        message.data(), message.subjectOffset(), message.subjectLength())) {
            acknowledged(consumer, sequence);
        }
    }

    /** After a start: takes out what consumers are through with. */
    void dropDone() throws StoreException {
        LongWork.Work sweep = sweepOfDone(0);
        while (sweep != null && sweep.goOn()) {
            // until all has been looked at
        }
    }

    /** The same piece by piece, with another retention that came with a number. */
    private void dropDone(long number, Ending done) {
        try {
            LongWork.Work sweep = sweepOfDone(number);
            if (sweep != null) {
                longWork.begin(sweep);
            }
            longWork.whenIdle(() -> done.ended(null));
        } catch (StoreException failed) {
            done.ended(failed);
        }
    }

    private @Nullable InterestSweep sweepOfDone(long number) throws StoreException {
        if (config.retention() == Retention.LIMITS) {
            return null;
        }
        if (consumers.isEmpty()) {
            if (config.retention() == Retention.INTEREST && store.messages() > 0) {
                store.makeRoomFor(number);
                try {
                    purge(null, 0, 0);
                } finally {
                    store.makeRoomFor(0);
                }
            }
            return null;
        }
        long end = store.lastSequence();
        if (config.retention() == Retention.WORKQUEUE) {
            end = 0;
            for (Consumer consumer : consumers.values()) {
                end = Math.max(end, consumer.state().deliveredStreamSequence());
            }
        }
        return new InterestSweep(this, this::isDone, end, number);
    }

    /** Whether those who want a message are through with it; in a work queue, somebody must be. */
    private boolean isDone(StoredMessage message) {
        boolean wanted = false;
        for (Consumer consumer : consumers.values()) {
            if (consumer.wants(message.data(), message.subjectOffset(), message.subjectLength())) {
                wanted = true;
                if (!consumer.isThrough(message.sequence())) {
                    return false;
                }
            }
        }
        return wanted || config.retention() == Retention.INTEREST;
    }

    /** After a consumer has gone, in a stream that keeps by interest: what nobody wants goes. */
    private void dropUnwanted() throws StoreException {
        if (!consumers.isEmpty()) {
            longWork.begin(
                    new InterestSweep(
                            this,
                            message -> !isWanted(message.sequence(), null),
                            store.lastSequence(),
                            0));
        } else if (store.messages() > 0) {
            purge(null, 0, 0);
        }
    }

    /* Consumers */

    void add(Consumer consumer) {
        consumers.put(consumer.name(), consumer);
        account.expectAcks();
        readers.add(consumer);
    }

    /** The filters of a consumer are about to change: {@code change} makes them so. */
    void refilter(Consumer consumer, Runnable change) {
        readers.remove(consumer);
        change.run();
        readers.add(consumer);
    }

    /** A consumer goes for good. */
    void remove(Consumer consumer) throws StoreException {
        if (consumers.remove(consumer.name(), consumer)) {
            readers.remove(consumer);
            toSignal.remove(consumer);
            if (config.retention() == Retention.INTEREST && !closed) {
                dropUnwanted();
            }
        }
    }

    @Nullable Consumer consumer(String name) {
        return consumers.get(name);
    }

    Collection<Consumer> consumers() {
        return consumers.values();
    }

    /* Facts */

    String name() {
        return config.name();
    }

    StreamConfig config() {
        return config;
    }

    long createdNanos() {
        return createdNanos;
    }

    JetStreamAccount account() {
        return account;
    }

    JetStream engine() {
        return account.engine();
    }

    StreamStore store() {
        return store;
    }

    SubjectLookup subjects() {
        return subjects;
    }

    Ingest ingest() {
        return ingest;
    }

    StreamBounds bounds() {
        return bounds;
    }

    LongWork longWork() {
        return longWork;
    }

    Expiry expiry() {
        return expiry;
    }
}
