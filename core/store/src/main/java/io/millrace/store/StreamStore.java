package io.millrace.store;

import io.millrace.runtime.Check;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one stream and the states that belong to it, on file or in memory. Every method
 * is for the stream's owner alone, the one that its executor runs.
 */
/* What is appended is visible here at once; whether it is confirmed is said by the numbers that the
 * changing calls return, against CommitListener. The journal holds everything since the last
 * checkpoint, the segments hold messages only; what is deleted is a bit per message until the
 * segment is compacted. The subject index is built at its first use, from the segments' indexes. */
public final class StreamStore {
    static final int FILE_SURCHARGE = 30;
    static final int HEADERS_SURCHARGE = 4;
    static final int MEMORY_SURCHARGE = 16;
    private static final byte[] NONE = new byte[0];

    final StreamSegments segments;
    private final FoundDamage found;
    private final int id;
    private final boolean inMemory;
    private final StoreOptions options;
    final @Nullable Journal journal;
    private final KeeperDesk desk;
    private final StoredMessage scratch = new StoredMessage();
    private final Map<Integer, StateLog> states = new LinkedHashMap<>();
    private final LostMessages lost = new LostMessages();
    private volatile Executor owner;
    private volatile boolean closed;
    private byte[] definition;
    private final StreamSubjects subjects = new StreamSubjects(this);
    private long messages;
    private long bytes;
    private long firstSequence = 1;
    private long lastSequence;
    private long lastTimeNanos;
    private long lastNumber;
    private long lastMessageNumber;
    private long roomFor;

    StreamStore(
            int id,
            boolean inMemory,
            byte[] definition,
            StoreParts parts,
            @Nullable Journal journal,
            Executor owner) {
        this.id = id;
        this.inMemory = inMemory;
        this.definition = definition;
        this.options = parts.options();
        this.journal = journal;
        this.desk = parts.desk();
        this.owner = owner;
        this.found = new FoundDamage(this, parts.log());
        this.segments = new StreamSegments(parts, found);
    }

    public int id() {
        return id;
    }

    public boolean isInMemory() {
        return inMemory;
    }

    public byte[] definition() {
        return definition;
    }

    public void owner(Executor executor) {
        owner = executor;
    }

    Executor owner() {
        return owner;
    }

    /** Replaces the definition. Returns the number that confirms it. */
    public long define(byte[] bytes) throws StoreException {
        requireOpen();
        long number = desk.journal().twice(Frame.STREAM, id, inMemory ? 1 : 0, 0, 0, bytes);
        definition = bytes;
        note(number);
        return number;
    }

    /**
     * Appends a message.
     *
     * @param sequence higher than every one before
     * @param timeNanos since 1970
     * @return the number that confirms it once it is committed
     * @throws StoreException NO_SPACE, BUSY, IO or READ_ONLY: nothing was appended
     */
    public long append(
            long sequence,
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
        requireOpen();
        Check.state(sequence > lastSequence, "a sequence is higher than the last");
        int length =
                Frame.padded(Frame.HEADER_BYTES + subjectLength + headersLength + payloadLength);
        Segment segment = segmentFor(sequence, length);
        Tail tail = segments.tail;
        if (tail.length > 0 && tail.length + length > options.tailBytes()) {
            segments.flush(true);
        }
        tail.room(length, options.tailBytes());
        int at = tail.length;
        int body = at + Frame.HEADER_BYTES;
        byte[] into = tail.bytes;
        Frame.header(into, at, Frame.MESSAGE, id, sequence, timeNanos, 0);
        into[at + 9] = sequence == lastSequence + 1 ? 0 : Frame.GAP_ON_PURPOSE;
        System.arraycopy(subject, subjectOffset, into, body, subjectLength);
        System.arraycopy(headers, headersOffset, into, body + subjectLength, headersLength);
        System.arraycopy(
                payload, payloadOffset, into, body + subjectLength + headersLength, payloadLength);
        Frame.body(into, at, subjectLength, headersLength, payloadLength, segments.check());
        long number;
        if (journal == null) {
            number = 0;
            Frame.seal(into, at, 1, segments.check());
        } else {
            number = journal.append(into, at, true);
        }
        took(segment, sequence, timeNanos, subject, subjectOffset, subjectLength, length);
        count(segment, surcharged(subjectLength, headersLength, payloadLength));
        noteMessage(number);
        return number;
    }

    /** The same with whole arrays. */
    public long append(
            long sequence, long timeNanos, byte[] subject, byte[] headers, byte[] payload)
            throws StoreException {
        return append(
                sequence,
                timeNanos,
                subject,
                0,
                subject.length,
                headers,
                0,
                headers.length,
                payload,
                0,
                payload.length);
    }

    void took(
            Segment segment,
            long sequence,
            long timeNanos,
            byte[] subject,
            int so,
            int sl,
            int length) {
        Tail tail = segments.tail;
        if (segment.index instanceof GrowingIndex index) {
            int delta = (int) (sequence - segment.base);
            index.add(delta, tail.start + tail.length, subject, so, sl);
        }
        segment.withHeaders += Frame.headersLength(tail.bytes, tail.length) > 0 ? 1 : 0;
        tail.length += length;
        segment.dataBytes += length;
        if (segment.messages++ == 0) {
            segment.firstTimeNanos = timeNanos;
        }
        segment.last = sequence;
        segment.lastTimeNanos = timeNanos;
        if (messages == 0) {
            firstSequence = sequence;
        }
        lastSequence = sequence;
        lastTimeNanos = timeNanos;
        subjects.added(subject, so, sl, sequence);
    }

    void count(Segment segment, long size) {
        segment.live++;
        segment.liveBytes += size;
        messages++;
        bytes += size;
    }

    Segment segmentFor(long sequence, int length) throws StoreException {
        Segment segment = segments.active;
        boolean follows = segment != null && segment.messages >= options.segmentMessages();
        if (segment != null) {
            // One that was made for an append that failed may begin behind this sequence.
            boolean full =
                    segment.messages == 0
                            ? sequence < segment.base
                            : segment.dataBytes + length > options.segmentBytes()
                                    || segment.messages >= options.segmentMessages()
                                    || sequence - segment.base >= Segment.MAX_RANGE
                                    || segment.suspect;
            if (!full) {
                return segment;
            }
            closeActive();
        }
        Segment made = new Segment(id, inMemory, segments.files().takeId(), sequence);
        made.index = follows ? desk.nextIndex() : new GrowingIndex();
        segments.list.add(made);
        segments.active = made;
        segments.tail.start = FileHeader.BYTES;
        return made;
    }

    /** Ends the newest segment; the next append begins another one. */
    void closeActive() throws StoreException {
        Segment segment = segments.active;
        if (segment == null) {
            return;
        }
        segments.flush(false);
        segment.closed = true;
        segments.active = null;
        if (segment.live == 0) {
            segments.list.remove(segment);
            desk.dead(segment);
        } else {
            desk.closed(this, segment);
        }
    }

    /** What a message counts for in {@link #bytes}. */
    public long surcharged(int subject, int headers, int payload) {
        int file = FILE_SURCHARGE + (headers > 0 ? HEADERS_SURCHARGE : 0);
        return (long) subject + headers + payload + (inMemory ? MEMORY_SURCHARGE : file);
    }

    /** Fills {@code into}; false when there is no such message, or damage took it. */
    public boolean read(long sequence, StoredMessage into) throws StoreException {
        int place = segments.placeOf(sequence);
        if (place < 0 || sequence < firstSequence) {
            return false;
        }
        Segment segment = segments.list.get(place);
        int at = segments.locate(segment, sequence);
        return at >= 0 && segments.read(segment, at, into);
    }

    /** Removes one message. Returns the confirming number, or -1 when there is no such message. */
    public long delete(long sequence) throws StoreException {
        requireOpen();
        int place = segments.placeOf(sequence);
        if (place < 0 || sequence < firstSequence) {
            return -1;
        }
        Segment segment = segments.list.get(place);
        int at = segments.locate(segment, sequence);
        // Read first: what fails must fail before the journal knows.
        if (at < 0 || !desk.removing().read(segments, segment, at, scratch)) {
            return -1;
        }
        long number = journalled(Frame.DELETE, sequence, 0, NONE);
        forgetScratch(segment, sequence);
        return number;
    }

    /**
     * Removes one message and its bytes: they are gone from the segments and the journal's files
     * with the next checkpoint, which this asks for.
     */
    public long secureErase(long sequence) throws StoreException {
        requireOpen();
        return StreamCutting.erase(this, desk, sequence, scratch);
    }

    /** Takes a message out of all figures; it is journalled already. */
    void forget(long sequence) throws StoreException {
        forget(sequence, desk.removing());
    }

    /** The same by who goes on in order. */
    void forget(long sequence, ReadAhead reading) throws StoreException {
        int place = segments.placeOf(sequence);
        if (place < 0) {
            return;
        }
        Segment segment = segments.list.get(place);
        int at = segments.locate(segment, sequence);
        // A message that cannot be read is counted as lost by the reading.
        if (at >= 0 && reading.read(segments, segment, at, scratch)) {
            forgetScratch(segment, sequence);
        }
    }

    /** The same for a message that has just been read. */
    private void forgetScratch(Segment segment, long sequence) throws StoreException {
        segment.markDeleted((int) (sequence - segment.base));
        uncount(
                segment,
                surcharged(
                        scratch.subjectLength(), scratch.headersLength(), scratch.payloadLength()));
        subjects.removed(
                scratch.data(), scratch.subjectOffset(), scratch.subjectLength(), sequence);
        settle(segment, sequence);
    }

    void uncount(Segment segment, long size) {
        segment.live--;
        segment.liveBytes -= size;
        messages--;
        bytes -= size;
    }

    /** After a message left: the first sequence, and segments with nothing alive. */
    void settle(Segment segment, long sequence) throws StoreException {
        if (segment.live == 0 && segment != segments.active) {
            drop(segment);
        } else if (segment.closed && !segment.busy) {
            desk.thinned(this, segment);
        }
        if (messages == 0) {
            firstSequence = lastSequence + 1;
        } else if (sequence == firstSequence) {
            long next = segments.nextLive(sequence + 1);
            firstSequence = next < 0 ? lastSequence + 1 : next;
        }
    }

    /** What damage took from a segment at once leaves the figures; nobody knows the subjects. */
    void uncountMissing(Segment segment, int gone) throws StoreException {
        long size = segment.live == 0 ? 0 : segment.liveBytes / segment.live * gone;
        segment.live -= gone;
        segment.liveBytes -= size;
        messages -= gone;
        bytes -= size;
        subjects.forget();
        if (segment.live == 0 && segment != segments.active) {
            drop(segment);
        }
        long next = messages == 0 ? -1 : segments.nextLive(firstSequence);
        firstSequence = next < 0 ? lastSequence + 1 : next;
    }

    void rewrite(Segment segment) {
        desk.rewrite(this, segment);
    }

    private void drop(Segment segment) {
        segments.list.remove(segment);
        segments.forget(segment);
        desk.dead(segment);
    }

    /**
     * Removes all below {@code sequence}; the last becomes at least one less. As {@link #define}.
     */
    public long compactTo(long sequence) throws StoreException {
        requireOpen();
        long last = Math.max(lastSequence, sequence - 1);
        long number = journalled(Frame.FIRST, sequence, last, NONE);
        applyFirst(sequence, last);
        return number;
    }

    void applyFirst(long sequence, long last) throws StoreException {
        StreamCutting.cut(this, sequence);
        lastSequence = Math.max(lastSequence, last);
        if (messages == 0) {
            firstSequence = Math.max(firstSequence, Math.max(sequence, lastSequence + 1));
        } else {
            long next = segments.nextLive(Math.max(firstSequence, sequence));
            firstSequence = next < 0 ? lastSequence + 1 : next;
        }
        if (segments.active != null && messages == 0) {
            abandonActive();
        }
    }

    private void abandonActive() {
        Segment segment = segments.active;
        if (segment != null) {
            segments.active = null;
            segments.tail.length = 0;
            segment.closed = true;
            segment.index = null;
            drop(segment);
        }
    }

    /** Takes a whole closed segment out, all of whose messages are below the cut. */
    void removeSegment(Segment segment) throws StoreException {
        if (subjects.isFollowed(segment.last)) {
            StreamCutting.tellRemoved(segments, segment, subjects);
        }
        messages -= segment.live;
        bytes -= segment.liveBytes;
        segment.live = 0;
        segment.liveBytes = 0;
        if (segment == segments.active) {
            abandonActive();
        } else {
            drop(segment);
        }
    }

    /** Everything goes, without a look at any message. */
    void removeAll() {
        List<Segment> all = new ArrayList<>(segments.list);
        for (Segment segment : all) {
            if (segment != segments.active) {
                drop(segment);
            }
        }
        abandonActive();
        messages = 0;
        bytes = 0;
        subjects.removedAll();
    }

    /** See {@link StreamCutting#purge}. */
    public long purge(@Nullable SubjectFilter filter, long below, long keep) throws StoreException {
        requireOpen();
        return StreamCutting.purge(this, filter, below, keep);
    }

    /** The same as {@link #purge} by subject, a piece at a time. */
    public PurgeRun purging(SubjectFilter filter, long below, long keep) {
        return new PurgeRun(this, filter, below, keep);
    }

    /** The sequence of the oldest of the newest {@code count} messages. */
    public long firstOfNewest(long count) throws StoreException {
        return StreamCutting.oldestKept(this, count);
    }

    /** A reader of the messages that match any of the filters; of all when there is none. */
    public MessageCursor cursor(List<SubjectFilter> filters) {
        return new MessageCursor(this, filters);
    }

    /** Fills {@code into} with the newest message of exactly this subject; false: there is none. */
    public boolean lastBySubject(byte[] subject, StoredMessage into) throws StoreException {
        return StreamQueries.last(this, subject, into);
    }

    /** First, last and count of what matches. Costs what matches. */
    public SubjectState subjectState(SubjectFilter filter) throws StoreException {
        return StreamQueries.state(this, filter);
    }

    /**
     * Lists the subjects that match, behind the first {@code offset} and at most so many, and
     * counts all of them.
     */
    public SubjectsRun subjects(SubjectFilter filter, long offset, int most) {
        return new SubjectsRun(this, filter, offset, most);
    }

    /**
     * Messages at or behind {@code from} that match any of the filters; of all when none is given.
     */
    public long numPending(long from, List<SubjectFilter> filters) throws StoreException {
        PendingRun run = counting(from, filters);
        while (run.goOn(Integer.MAX_VALUE)) {
            // until all are counted
        }
        return run.end();
    }

    /** The same a piece at a time; to be ended, whatever becomes of it. */
    public PendingRun counting(long from, List<SubjectFilter> filters) {
        return new PendingRun(this, from, filters);
    }

    /**
     * The newest message of each subject that matches, as ascending sequences.
     *
     * @param upTo newer messages do not count
     * @param most at most one more than this is returned, which says that there are too many
     */
    public long[] lastPerSubject(List<SubjectFilter> filters, long upTo, int most)
            throws StoreException {
        NewestRun run = newest(filters, upTo, most);
        while (run.goOn(Integer.MAX_VALUE)) {
            // until all are found
        }
        return run.found();
    }

    /** The same a piece at a time. */
    public NewestRun newest(List<SubjectFilter> filters, long upTo, int most) {
        return new NewestRun(this, filters, upTo, most);
    }

    /** The newest message that matches; 0 when none does. */
    public long lastMatching(SubjectFilter filter) throws StoreException {
        return StreamQueries.lastMatching(this, filter);
    }

    /**
     * Lets the oldest messages go until none is below a sequence, and there are not more than so
     * many and so much.
     */
    public CutRun cutting(long below, long most, long mostBytes) {
        return new CutRun(this, Math.min(below, lastSequence + 1), most, mostBytes);
    }

    /** Lets the oldest messages of each subject go that has more than so many. */
    public TrimRun trimming(long perSubject) {
        return new TrimRun(this, perSubject);
    }

    /** The first message not older than a time; one past the last when all are. */
    public long firstSequenceAt(long timeNanos) throws StoreException {
        return StreamQueries.firstAt(this, timeNanos, scratch);
    }

    /** A state of this stream that lives in the same journal, a consumer's for example. */
    public StateLog createState(byte[] stateDefinition) throws StoreException {
        requireOpen();
        int stateId = desk.takeStateId();
        long number = desk.journal().twice(Frame.STATE, id, stateId, 0, 0, stateDefinition);
        StateLog state = new StateLog(this, stateId, stateDefinition);
        state.note(number);
        states.put(stateId, state);
        note(number);
        return state;
    }

    /** The states there are, in order of creation. */
    public List<StateLog> states() {
        return List.copyOf(states.values());
    }

    Map<Integer, StateLog> stateMap() {
        return states;
    }

    Journal stateJournal() {
        return desk.journal();
    }

    /**
     * What is removed from now on makes room for what came with a number: a message, a definition.
     * When a crash tears that out of a batch of which nobody was told, the removals do not count
     * either. 0: they stand alone.
     */
    public void makeRoomFor(long number) {
        roomFor = number;
    }

    /** The number of the newest message; 0 before the first, and in memory. */
    public long lastMessageNumber() {
        return lastMessageNumber;
    }

    void noteMessage(long number) {
        lastMessageNumber = number;
        note(number);
    }

    void note(long number) {
        lastNumber = Math.max(lastNumber, number);
    }

    long journalled(byte type, long sequence, long time, byte[] body) throws StoreException {
        if (journal == null) {
            return 0;
        }
        long number = journal.removal(type, id, roomFor, sequence, time, body);
        note(number);
        return number;
    }

    /** A record about a state. */
    long stateRecord(byte type, int state, byte[] body, int offset, int length)
            throws StoreException {
        long number = desk.journal().control(type, id, state, 0, 0, body, offset, length);
        note(number);
        return number;
    }

    /** The newest sequence, 0 before the first. */
    public long lastSequence() {
        return lastSequence;
    }

    public long firstSequence() {
        return firstSequence;
    }

    public long messages() {
        return messages;
    }

    public long bytes() {
        return bytes;
    }

    /** All figures; counting the subjects may load the subject index. */
    public StreamState state() throws StoreException {
        long firstTime = 0;
        if (messages > 0 && read(firstSequence, scratch)) {
            firstTime = scratch.timeNanos();
        }
        return new StreamState(
                messages,
                bytes,
                firstSequence,
                firstTime,
                lastSequence,
                lastTimeNanos,
                subjects().size(),
                lost.count());
    }

    /** Messages that damage has cost, as far as it was found. */
    public long lost() {
        return lost.count();
    }

    /** What those counted for, as far as that is known, within a few bytes each. */
    public long lostBytes() {
        return lost.bytes();
    }

    /** The sequences of the first of them, as far as they are known. */
    public List<Long> lostSequences() {
        return lost.listed();
    }

    /** Who hears of it from now on, and at once of what the opening has found. */
    public void onLoss(LossListener listener) {
        lost.listener(listener);
    }

    FoundDamage found() {
        return found;
    }

    LostMessages losses() {
        return lost;
    }

    /** The subject index, built now when it was not needed before. */
    SubjectIndex subjects() throws StoreException {
        return subjects.index();
    }

    StreamSubjects bySubject() {
        return subjects;
    }

    /**
     * Builds a piece of the subject index, so that nobody has to wait for all of it.
     *
     * @param most subjects of a segment that are taken in
     * @return whether more is to be done
     */
    public boolean buildIndex(int most) throws StoreException {
        requireOpen();
        return subjects.buildSome(most);
    }

    /** Whether the subject index is there. */
    public boolean isIndexed() {
        return subjects.indexIfKnown() != null;
    }

    /** Who hears what is removed from now on. */
    public void onRemoval(RemovalListener listener) {
        subjects.listener(listener);
    }

    /** Bytes that the subject index holds in memory; 0 while it is not loaded. */
    public long indexBytes() {
        SubjectIndex known = subjects.indexIfKnown();
        return known == null ? 0 : known.bytes();
    }

    /** Gives back the memory that can be had again from disk: for a stream that idles. */
    public void unload() throws StoreException {
        segments.flush(false);
        segments.unload();
        subjects.forget();
    }

    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    void requireOpen() throws StoreException {
        if (closed) {
            throw new StoreException(
                    StoreException.Code.CLOSED, "stream " + id + " was removed or closed", null);
        }
    }

    /** The number of the newest change of this stream; committed, everything before it is. */
    public long lastNumber() {
        return lastNumber;
    }

    /** Of the newest append, since 1970; 0 before the first. */
    public long lastTimeNanos() {
        return lastTimeNanos;
    }

    /** Sets what a checkpoint holds. */
    void restore(long number, long first, long last, long lastTime, long count, long size) {
        lastNumber = number;
        firstSequence = first;
        lastSequence = last;
        lastTimeNanos = lastTime;
        messages = count;
        bytes = size;
    }

    /**
     * A message from the journal, at the opening. The record is whole.
     *
     * @param hole bytes of what is missing in front of it and was confirmed; below 0 when nothing
     *     is that was
     */
    void replay(byte[] record, int at, long hole, String file) throws StoreException {
        long sequence = Frame.sequence(record, at);
        if (sequence > lastSequence + 1
                && (record[at + 9] & Frame.GAP_ON_PURPOSE) == 0
                && hole >= 0) {
            long some = sequence - 1 - lastSequence;
            long each = Math.max(0, hole / some - Frame.HEADER_BYTES);
            lost.add(
                    lastSequence + 1,
                    sequence - 1,
                    each == 0 ? 0 : some * surcharged(0, 0, (int) each),
                    file);
        }
        int length = Frame.padded(Frame.length(record, at));
        Segment segment = segmentFor(sequence, length);
        Tail tail = segments.tail;
        if (tail.length > 0 && tail.length + length > options.tailBytes()) {
            segments.flush(true);
        }
        tail.room(length, options.tailBytes());
        System.arraycopy(record, at, tail.bytes, tail.length, length);
        int subject = Frame.subjectLength(record, at);
        took(
                segment,
                sequence,
                Frame.time(record, at),
                record,
                at + Frame.HEADER_BYTES,
                subject,
                length);
        count(
                segment,
                surcharged(
                        subject, Frame.headersLength(record, at), Frame.payloadLength(record, at)));
    }

    /** A record whose header says what was lost with it. */
    void replayLost(long sequence, long size, String file) {
        if (sequence > lastSequence) {
            lost.add(lastSequence + 1, sequence, size, file);
            lastSequence = sequence;
            if (messages == 0) {
                firstSequence = sequence + 1;
            }
        }
    }

    void restoreDefinition(byte[] bytes) {
        definition = bytes;
    }
}
