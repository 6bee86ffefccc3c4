package io.millrace.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reader's place in a stream: finds the next message that matches, and remembers what it found
 * out about the segment it is in. One per consumer; owned by the stream's owner.
 */
/* The matches of a segment are found once, through its own index, and then walked: a consumer that
 * reads a stream to its end pays for what matches, and once per segment for finding it. Where
 * most messages match, they are read and looked at instead. In the newest segment the list grows
 * with the messages. Without a filter nothing is kept. */
public final class MessageCursor {
    /** Messages that are read and do not match before all matches of a segment are looked for. */
    private static final int MOST_IN_VAIN = 16;

    private final StreamStore stream;
    private final List<SubjectFilter> filters;
    private final boolean all;
    private final boolean headersOnly;
    private final @Nullable SubjectFilter single;
    private SegmentIndex.@Nullable Matches matches;
    private @Nullable Segment segment;
    private final ReadAhead reading;
    private int examined;

    /** The segment that is read in order, and how many of those messages did not match of late. */
    private @Nullable Segment read;

    private int inVain;

    /** Nothing before this index was looked at. */
    private int floor;

    MessageCursor(StreamStore stream, List<SubjectFilter> filters) {
        this(stream, filters, false);
    }

    /** One that passes over segments in which no message has headers: what is missed has none. */
    public static MessageCursor ofHeaders(StreamStore stream) {
        return new MessageCursor(stream, List.of(), true);
    }

    private MessageCursor(StreamStore stream, List<SubjectFilter> filters, boolean headersOnly) {
        this.headersOnly = headersOnly;
        this.stream = stream;
        this.reading = new ReadAhead();
        this.filters = List.copyOf(filters);
        this.all = filters.isEmpty() || filters.stream().anyMatch(SubjectFilter::isAll);
        this.single =
                filters.size() == 1 && filters.getFirst().isLiteral() ? filters.getFirst() : null;
    }

    /**
     * Fills {@code into} with the first message at or behind {@code from} that matches.
     *
     * @return false when there is none now
     */
    public boolean next(long from, StoredMessage into) throws StoreException {
        long start = Math.max(from, stream.firstSequence());
        SubjectFilter only = single;
        if (only != null) {
            start = narrowed(only, start);
        }
        StreamSegments segments = stream.segments;
        while (start <= stream.lastSequence()) {
            int at = Math.max(0, segments.placeOf(start));
            if (at >= segments.list.size()) {
                break;
            }
            Segment candidate = segments.list.get(at);
            if (candidate.live == 0 || candidate.last < start) {
                if (at + 1 >= segments.list.size()) {
                    break;
                }
                start = Math.max(start, segments.list.get(at + 1).base);
                continue;
            }
            if (headersOnly && candidate.withHeaders == 0) {
                start = candidate.last + 1;
                continue;
            }
            if (reads(candidate)) {
                start = readOn(candidate, start, into);
                if (start < 0) {
                    return true;
                }
                continue;
            }
            int found = in(candidate, start);
            if (found < 0) {
                start = candidate.last + 1;
                continue;
            }
            long sequence = candidate.base + segments.index(candidate).delta(found);
            if (reading.read(stream.segments, candidate, found, into)) {
                return true;
            }
            start = sequence + 1;
        }
        reading.release();
        return false;
    }

    /**
     * Whether a closed segment is read in order and each subject is looked at, as long as most of
     * them match: finding all matches of a segment at once takes long where there are very many.
     */
    private boolean reads(Segment candidate) {
        if (all || single != null || candidate == segment || !candidate.closed) {
            return false;
        }
        if (candidate != read) {
            read = candidate;
            inVain = 0;
        }
        return inVain < MOST_IN_VAIN;
    }

    /** Reads on; returns where to go on from, or -1 when a message was found. */
    private long readOn(Segment candidate, long start, StoredMessage into) throws StoreException {
        SegmentIndex index = stream.segments.index(candidate);
        int at = index.lowerBound((int) Math.max(0, start - candidate.base));
        while (inVain < MOST_IN_VAIN) {
            at = candidate.nextLive(index, at);
            if (at < 0) {
                return candidate.last + 1;
            }
            if (reading.read(stream.segments, candidate, at, into)) {
                if (matches(into)) {
                    inVain = Math.max(0, inVain - 1);
                    return -1;
                }
                inVain++;
            }
            at++;
        }
        return Math.max(start, at < index.count() ? candidate.base + index.delta(at) : start);
    }

    private boolean matches(StoredMessage message) {
        for (int i = 0; i < filters.size(); i++) {
            if (filters.get(i)
                    .matches(message.data(), message.subjectOffset(), message.subjectLength())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Fills {@code into} with one message, whatever its subject; who asks in order is served from
     * what was read ahead.
     *
     * @return false when there is no such message
     */
    public boolean read(long sequence, StoredMessage into) throws StoreException {
        StreamSegments segments = stream.segments;
        int place = segments.placeOf(sequence);
        if (place < 0 || sequence < stream.firstSequence()) {
            return false;
        }
        Segment candidate = segments.list.get(place);
        int at = segments.locate(candidate, sequence);
        return at >= 0 && reading.read(stream.segments, candidate, at, into);
    }

    /** A single subject is known by its first and last: what lies outside is not looked at. */
    private long narrowed(SubjectFilter only, long start) throws StoreException {
        SubjectIndex subjects = stream.subjects();
        byte[] subject = only.text();
        if (!subjects.find(subject, 0, subject.length) || subjects.last() < start) {
            return Long.MAX_VALUE;
        }
        return Math.max(start, subjects.first());
    }

    private int in(Segment candidate, long start) throws StoreException {
        SegmentIndex index = stream.segments.index(candidate);
        int from = index.lowerBound((int) Math.max(0, start - candidate.base));
        return all ? candidate.nextLive(index, from) : nextMatch(candidate, index, from);
    }

    private int nextMatch(Segment candidate, SegmentIndex index, int from) throws StoreException {
        SegmentIndex.Matches known = matches;
        if (candidate != segment || known == null || from < floor || examined > index.count()) {
            known = StreamQueries.union(index, filters, from);
            matches = known;
            segment = candidate;
            examined = index.count();
            floor = from;
        } else if (examined < index.count()) {
            SegmentIndex.Matches more = StreamQueries.union(index, filters, examined);
            for (int i = 0; i < more.count; i++) {
                known.add(more.indexes[i]);
            }
            examined = index.count();
        }
        for (int place = known.lowerBound(from); place < known.count; place++) {
            int at = known.indexes[place];
            if (!candidate.isDeleted(index.delta(at))) {
                return at;
            }
        }
        return -1;
    }
}
