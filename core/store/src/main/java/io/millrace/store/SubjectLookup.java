package io.millrace.store;

import java.util.Arrays;

/**
 * Questions about single subjects of a stream, asked for every message, without garbage. Owned by
 * the stream's owner. The first one builds the stream's subject index.
 */
public final class SubjectLookup {
    private final StreamStore stream;
    private byte[] scratch = new byte[64];

    public SubjectLookup(StreamStore stream) {
        this.stream = stream;
    }

    /** How many messages a subject has. */
    public long count(byte[] subject, int offset, int length) throws StoreException {
        SubjectIndex subjects = stream.subjects();
        return subjects.find(subject, offset, length) ? subjects.count() : 0;
    }

    /** The sequence of the oldest message of a subject; 0 when it has none. */
    public long first(byte[] subject, int offset, int length) throws StoreException {
        return stream.subjects().find(subject, offset, length)
                ? StreamQueries.first(stream, whole(subject, offset, length), length)
                : 0;
    }

    /** The sequence of the newest message of a subject; 0 when it has none. */
    public long last(byte[] subject, int offset, int length) throws StoreException {
        return stream.subjects().find(subject, offset, length)
                ? StreamQueries.last(stream, whole(subject, offset, length), length)
                : 0;
    }

    private byte[] whole(byte[] subject, int offset, int length) {
        if (offset == 0) {
            return subject;
        }
        if (scratch.length < length) {
            scratch = Arrays.copyOf(scratch, Math.max(length, scratch.length * 2));
        }
        System.arraycopy(subject, offset, scratch, 0, length);
        return scratch;
    }
}
