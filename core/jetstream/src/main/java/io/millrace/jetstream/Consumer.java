package io.millrace.jetstream;

import io.millrace.jetstream.api.AckPolicy;
import io.millrace.jetstream.api.ConsumerConfig;
import io.millrace.jetstream.api.Retention;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonPage;
import io.millrace.store.StateLog;
import io.millrace.store.StoreException;
import io.millrace.store.StoredMessage;
import io.millrace.store.SubjectFilter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One consumer, live: how far somebody has read a stream, and how the next messages get there.
 * Owned by the loop.
 */
/* What happens to its state is noted by the state itself, and journalled once a turn: a delivery
 * costs a few bytes there. Deliveries do not wait for that; after a crash a message may come again,
 * an acknowledgement that was confirmed does not get lost. */
final class Consumer {
    private final Stream stream;
    private final @Nullable StateLog log;
    private final ConsumerState state;
    private final Acks acks;
    private final Feed feed;
    private final Delivery delivery;
    private final Lifetime lifetime;
    private final Outgoing outgoing;
    private final List<byte[]> confirmations = new ArrayList<>();
    private @Nullable OldestUnfinished oldest;
    private ConsumerDefinition definition;
    private List<SubjectFilter> filters;
    private int samplePercent;
    private boolean ready;
    private boolean changed;
    private boolean awaitsShown;
    private boolean closed;
    private int served;
    private long lastDeliveredNanos;
    private long lastAckedNanos;

    private Consumer(
            Stream stream,
            ConsumerDefinition definition,
            @Nullable StateLog log,
            ConsumerState state) {
        this.stream = stream;
        this.definition = definition;
        this.log = log;
        this.state = state;
        this.filters = filtersOf(definition.config());
        this.samplePercent = definition.config().samplePercent();
        this.acks = new Acks(this);
        this.feed = new Feed(this);
        this.outgoing = new Outgoing(this);
        this.lifetime = new Lifetime(this);
        this.delivery =
                definition.config().isPush() ? new PushDelivery(this) : new PullDelivery(this);
    }

    /**
     * Makes a consumer whose configuration has been checked, and journals that.
     *
     * @param newest the newest message of each subject, when it begins with them
     */
    static Consumer create(Stream stream, ConsumerDefinition definition, long[] newest)
            throws StoreException {
        ConsumerConfig config = definition.config();
        ConsumerState state = new ConsumerState(config.ackPolicy() != AckPolicy.NONE);
        long first = StartingPoint.of(stream, definition, newest);
        StateLog log =
                config.memoryStorage() || stream.store().isInMemory()
                        ? null
                        : stream.store().createState(definition.bytes());
        if (first > 1) {
            state.reset(first);
        }
        return new Consumer(stream, definition, log, state);
    }

    /** The consumer that a log of the store belongs to. */
    static Consumer restored(Stream stream, StateLog log) throws JsonException, StoreException {
        ConsumerDefinition definition = ConsumerDefinition.of(log.definition());
        try {
            byte[] whole = log.recoveredWhole();
            ConsumerState state =
                    whole.length == 0
                            ? new ConsumerState(definition.config().ackPolicy() != AckPolicy.NONE)
                            : ConsumerState.restore(whole);
            for (byte[] record : log.recoveredChanges()) {
                state.apply(record);
            }
            return new Consumer(stream, definition, log, state);
        } catch (ConsumerStateException damaged) {
            throw new JsonException(
                    "the state of consumer " + definition.name() + ": " + damaged.getMessage());
        }
    }

    /** A consumer out of an archive, whose definition and state are journalled. */
    static Consumer of(
            Stream stream,
            ConsumerDefinition definition,
            @Nullable StateLog log,
            ConsumerState state) {
        return new Consumer(stream, definition, log, state);
    }

    /** Whether its state is journalled, so that it outlasts the process. */
    boolean isLasting() {
        return log != null;
    }

    /** The same consumer for a stream that goes on after it was closed. */
    Consumer resumed(Stream anew) throws ConsumerStateException {
        return new Consumer(anew, definition, log, ConsumerState.restore(state.whole()));
    }

    private static List<SubjectFilter> filtersOf(ConsumerConfig config) {
        return config.filters().stream().map(SubjectFilter::of).toList();
    }

    /** Takes up its work, and begins with messages that are known already. */
    void open(long[] newest) throws StoreException {
        open();
        if (newest.length > 0) {
            feed.begin(newest);
        }
    }

    /** Takes up its work. */
    void open() throws StoreException {
        served = presence().consumerCame(config());
        if (log != null) {
            log.source(state::whole);
        }
        feed.restart();
        acks.restore();
        if (delivery instanceof PushDelivery push) {
            push.open();
        }
        lifetime.start();
        awaitAppended();
        wake();
    }

    /** Puts another configuration in force; it has been checked. Journals it. */
    void reconfigure(ConsumerConfig config) throws StoreException {
        definition = definition.with(config);
        samplePercent = config.samplePercent();
        served = presence().served(config, served);
        if (log != null) {
            log.define(definition.bytes());
        }
        List<SubjectFilter> wanted = filtersOf(config);
        if (!same(wanted, filters)) {
            stream.refilter(this, () -> filters = wanted);
            feed.restart();
            awaitAppended();
        }
        delivery.configured();
        lifetime.start();
        acks.restore();
        wake();
    }

    private Presence presence() {
        return stream.account().presence();
    }

    private static boolean same(List<SubjectFilter> one, List<SubjectFilter> other) {
        return one.stream()
                .map(SubjectFilter::toString)
                .toList()
                .equals(other.stream().map(SubjectFilter::toString).toList());
    }

    /* What its stream tells it */

    /** A message that it wants was appended; it comes to be shown. */
    void appended(long sequence) {
        if (sequence > state.deliveredStreamSequence()) {
            feed.appended();
            awaitShown();
        } // else it starts further on
    }

    private void awaitShown() {
        if (!awaitsShown) {
            awaitsShown = true;
            stream.signalWhenShown(this);
        }
    }

    /** What was appended before it looked, and is on its way to the disk, concerns it too. */
    private void awaitAppended() {
        if (stream.store().lastSequence() > stream.shown()) {
            awaitShown();
        }
    }

    /** Everything that was appended may be delivered now. */
    void allShown() {
        awaitsShown = false;
    }

    /** Messages were taken out of the stream: what was before its first one is passed. */
    void purged() {
        long first = stream.store().firstSequence();
        if (first > 1 && first - 1 > state.ackFloorStreamSequence() && state.skipped(first - 1)) {
            changed();
        }
        wake();
    }

    /** Whether what is removed up to a sequence changes what is pending. */
    boolean caresForRemoval(long last) {
        return feed.caresFor(last);
    }

    /** Messages of a subject that it wants are gone. */
    void removed(long first, long last, int count) {
        feed.removed(first, last, count);
    }

    void streamReconfigured() {
        wake();
    }

    /** Whether it may still want a message, as far as that can be said without the subject. */
    boolean mayNeed(long sequence) {
        if (sequence > state.deliveredStreamSequence()) {
            return true;
        }
        return state.awaitsAcks()
                && sequence > state.ackFloorStreamSequence()
                && state.isPending(sequence);
    }

    /**
     * Whether it is certainly through with a message: a message that was given up, because it was
     * delivered as often as it may be, stays in the stream.
     */
    boolean isThrough(long sequence) {
        return !mayNeed(sequence) && !state.isGivenUp(sequence);
    }

    /** Whether it wants messages of a subject. */
    boolean wants(byte[] subject, int offset, int length) {
        if (filters.isEmpty()) {
            return true;
        }
        for (SubjectFilter filter : filters) {
            if (filter.matches(subject, offset, length)) {
                return true;
            }
        }
        return false;
    }

    /* Delivering */

    /** There may be something to do at the end of the turn. */
    void wake() {
        if (!ready && !closed) {
            ready = true;
            engine().turn().ready(this);
        }
    }

    /** Delivers what can be delivered now; how many messages that were. */
    int deliver(int most) {
        ready = false;
        if (closed || stream.longWork().isHidden()) {
            return 0; // the end of a purge wakes it
        }
        try {
            return delivery.deliver(most);
        } catch (StoreException failed) {
            engine().storeFailed(stream, failed);
            lifetime.lookAgain();
            return 0;
        }
    }

    /** Something failed that may go better a little later. */
    void lookAgain() {
        lifetime.lookAgain();
    }

    /** Gets the next message ready to be sent: how large it is depends on what goes along. */
    void prepare(StoredMessage message) throws StoreException {
        long pending = feed.pending() - (feed.deliveries() == 1 ? 1 : 0);
        outgoing.prepare(
                message,
                feed.deliveries(),
                state.deliveredConsumerSequence() + 1,
                Math.max(0, pending));
    }

    /** What the prepared message counts for: subject, reply, headers and payload. */
    long preparedBytes(StoredMessage message) {
        return outgoing.bytes(message);
    }

    /**
     * Sends the prepared message, and notes that it was delivered. When the disk refuses to let go
     * of a message that nobody acknowledges, nothing has happened.
     */
    void send(byte[] destination, StoredMessage message, @Nullable String pin)
            throws StoreException {
        long sequence = message.sequence();
        int deliveries = feed.deliveries();
        long now = engine().epochNanos();
        if (!state.awaitsAcks() && stream.config().retention() != Retention.LIMITS) {
            feed.taking();
            try {
                stream.acknowledged(this, sequence);
            } finally {
                feed.notTaken();
            }
        }
        feed.taken();
        state.delivered(sequence, state.deliveredConsumerSequence() + 1, now, deliveries);
        lastDeliveredNanos = now;
        changed();
        if (deliveries == 1) {
            long shownFor = stream.shownFor(sequence, now);
            if (shownFor >= 0) {
                engine().delivered(shownFor);
            }
        }
        if (state.awaitsAcks()) {
            acks.delivered(sequence, deliveries);
        }
        outgoing.send(destination, message, pin);
    }

    /** Whether so much waits for who listens there that more could end its connection. */
    boolean isStuffed(byte[] subject) {
        return lifetime.isStuffed(subject);
    }

    /** The status of an idle heartbeat. */
    String heartbeat() {
        return "100 Idle Heartbeat\r\nNats-Last-Consumer: "
                + state.deliveredConsumerSequence()
                + "\r\nNats-Last-Stream: "
                + state.deliveredStreamSequence();
    }

    /* State */

    /** Its state has changed: the end of the turn journals that. */
    void changed() {
        if (!changed) {
            changed = true;
            engine().turn().changed(this);
        }
    }

    /** Somebody wants to know when his acknowledgement is on disk. */
    void confirm(byte[] reply) {
        confirmations.add(reply);
        changed();
    }

    void acknowledgedNow() {
        lastAckedNanos = engine().epochNanos();
        lifetime.acknowledged();
        changed();
    }

    /** The end of a turn in which something changed. */
    void journal() {
        changed = false;
        try {
            long number = journalNow();
            if (!confirmations.isEmpty()) {
                List<byte[]> these = List.copyOf(confirmations);
                confirmations.clear();
                engine().commits().after(number, () -> confirmAll(these), null);
            }
        } catch (StoreException failed) {
            engine().storeFailed(stream, failed);
            if (!closed) {
                engine().timers().schedule(lifetime.retry(), Lifetime.RETRY_NANOS);
            }
        }
    }

    /**
     * Journals where a new consumer begins. When the disk refuses that, the consumer is there all
     * the same, with a log in the store that cannot be taken back, and goes on trying.
     */
    void journalBeginning() throws StoreException {
        try {
            journalNow();
        } catch (StoreException failed) {
            changed();
            throw failed;
        }
    }

    private long journalNow() throws StoreException {
        ConsumerEvents events = state.events();
        StateLog journal = log;
        if (journal == null || closed) {
            events.clear();
            return 0;
        }
        if (events.isEmpty()) {
            return stream.store().lastNumber();
        }
        long number = journal.change(events.bytes(), 0, events.length());
        events.clear();
        return number;
    }

    private void confirmAll(List<byte[]> replies) {
        for (byte[] reply : replies) {
            stream.account().send(reply, 0, reply.length, NONE, 0, 0, NONE, 0, 0);
        }
    }

    private static final byte[] NONE = new byte[0];

    /** Sets it back to deliver from a sequence on; consumer sequences begin anew. */
    void reset(long next) throws StoreException {
        acks.clear();
        state.reset(next);
        lastDeliveredNanos = 0;
        lastAckedNanos = 0;
        feed.restart();
        changed();
        awaitAppended();
        wake();
    }

    /* Lifetime */

    boolean isPaused() {
        return lifetime.isPaused();
    }

    void interestCame() {
        lifetime.interestCame();
    }

    void interestWent() {
        lifetime.interestWent();
    }

    /** Ends it; {@code why} decides what stays. Outside a delivery. */
    void close(ClosedBy why) {
        if (closed) {
            return;
        }
        if (why == ClosedBy.SHUTDOWN) {
            journal();
        } else {
            // its state goes, so nothing can become of what it was told that a crash would undo
            confirmAll(confirmations);
            confirmations.clear();
        }
        closed = true;
        feed.close();
        delivery.close(why);
        acks.stop();
        lifetime.stop();
        if (served > 0) {
            presence().consumerLeft(served, why);
        }
    }

    /** Deletes it with its state. Returns the number that confirms it. Outside a delivery. */
    long delete() throws StoreException {
        long number = log == null ? 0 : log.drop();
        close(ClosedBy.CONSUMER_DELETED);
        stream.store().makeRoomFor(number);
        try {
            stream.remove(this);
        } finally {
            stream.store().makeRoomFor(0);
        }
        advise("DELETED", "consumer_action", page -> page.text("action", "delete"));
        return number;
    }

    boolean isClosed() {
        return closed;
    }

    /** Tells of it in an advisory: {@code fields} come behind the names. */
    void advise(String event, String type, java.util.function.Consumer<JsonPage> fields) {
        engine().turn()
                .soon(
                        () ->
                                stream.account()
                                        .advisories()
                                        .send(
                                                "CONSUMER." + event + "." + path(),
                                                type,
                                                page -> {
                                                    page.text("stream", stream.name())
                                                            .text("consumer", name());
                                                    fields.accept(page);
                                                }));
    }

    /* Facts */

    String name() {
        return definition.name();
    }

    /** Stream and consumer, as subjects name them. */
    String path() {
        return stream.name() + "." + name();
    }

    ConsumerDefinition definition() {
        return definition;
    }

    ConsumerConfig config() {
        return definition.config();
    }

    List<SubjectFilter> filters() {
        return filters;
    }

    ConsumerState state() {
        return state;
    }

    Acks acks() {
        return acks;
    }

    /** Of how many acknowledgements in a hundred the time is told. */
    int samplePercent() {
        return samplePercent;
    }

    Feed feed() {
        return feed;
    }

    /** Made for those who ask. */
    OldestUnfinished oldest() {
        OldestUnfinished known = oldest;
        if (known == null) {
            known = new OldestUnfinished(this);
            oldest = known;
        }
        return known;
    }

    Delivery delivery() {
        return delivery;
    }

    Stream stream() {
        return stream;
    }

    JetStream engine() {
        return stream.engine();
    }

    /** The number that confirms everything about it so far. */
    long lastNumber() {
        return stream.store().lastNumber();
    }

    /** Since 1970; 0 before the first. */
    long lastDeliveredNanos() {
        return lastDeliveredNanos;
    }

    /** Since 1970; 0 before the first. */
    long lastAckedNanos() {
        return lastAckedNanos;
    }
}
