package io.millrace.jetstream.snapshot;

import io.millrace.jetstream.snapshot.ArchiveException.Kind;
import io.millrace.protocol.JsonException;
import io.millrace.runtime.Check;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the archive of a stream while it arrives, in pieces of any size; never blocks. One owner.
 *
 * <p>{@link #feed} a piece, then {@link #next} until it gives null, and so on; {@link #finish} when
 * nothing more comes. After an exception nothing more can be read.
 */
/*
 * Inside the frames: the magic "NATSARC1", then entries without filling:
 *
 *   length of the name   varint
 *   time                 varint, zigzag: nanoseconds since 1970
 *   sequence             varint; 0: not a message
 *   length of headers    varint
 *   length of payload    varint
 *   name                 state.json, consumers/<name>, or the subject of a message
 *   headers, payload
 *
 * One state, as many consumers as it says, messages with rising sequences; an entry of five zeros
 * ends it, and what follows is passed over. Sequences that are left out have no message.
 */
public final class ArchiveReader {
    private static final byte[] MAGIC = "NATSARC1".getBytes(StandardCharsets.US_ASCII);
    private static final String STATE = "state.json";
    private static final String CONSUMER_PREFIX = "consumers/";
    private static final int FIELDS = 5;
    private static final int VARINT_BYTES_MAX = 10;

    private final ArchiveLimits limits;
    private final S2FrameReader frames = new S2FrameReader();
    private final ByteWindow held = new ByteWindow();
    private final ArchivedMessage message = new ArchivedMessage();

    /** The five numbers before a name, as far as they are known. */
    private final long[] fields = new long[FIELDS];

    private int bytesOfFields;
    private long position;
    private int toDrop;
    private boolean drained = true;
    private boolean failed;
    private boolean magicSeen;
    private boolean ended;
    private @Nullable ArchivedState state;
    private long consumersLeft;
    private long lastSequence;

    public ArchiveReader(ArchiveLimits limits) {
        this.limits = limits;
    }

    /** Takes the next piece; what it holds is copied. */
    public void feed(byte[] bytes, int offset, int length) {
        Check.state(drained && !failed, "an archive is fed only when nothing more can be read");
        if (ended) {
            return;
        }
        frames.feed(bytes, offset, length);
        drained = false;
    }

    /** Whether the mark of the end has been read: the archive was whole. */
    public boolean ended() {
        return ended;
    }

    /**
     * The next part; null when more must be fed first, and after the end.
     *
     * @throws ArchiveException when it cannot be read on
     */
    public @Nullable ArchivePart next() throws ArchiveException {
        Check.state(!failed, "a broken archive is not read on");
        failed = true;
        held.dropFirst(toDrop);
        toDrop = 0;
        ArchivePart part = null;
        while (!ended) {
            part = entry();
            if (part != null || !frames.next(held)) {
                break;
            }
        }
        failed = false;
        drained = part == null;
        return part;
    }

    /** Nothing more comes: makes sure that the archive was whole. */
    public void finish() throws ArchiveException {
        if (!ended) {
            String where = magicSeen ? " after sequence " + lastSequence : "";
            long at = frames.position();
            throw new ArchiveException(
                    Kind.TRUNCATED, "ends too early" + where + ", at byte " + at, at);
        }
    }

    /** How much memory it has taken for what it holds. */
    int heldBytes() {
        return frames.heldBytes() + held.array().length;
    }

    private @Nullable ArchivePart entry() throws ArchiveException {
        if (!magicSeen && !magic()) {
            return null;
        }
        if (!readFields()) {
            return null;
        }
        int nameLength = (int) fields[0];
        int headersLength = (int) fields[3];
        int payloadLength = (int) fields[4];
        int length = bytesOfFields + nameLength + headersLength + payloadLength;
        if (held.length() < length) {
            return null;
        }
        int name = held.start() + bytesOfFields;
        ArchivePart part = part(name, nameLength, headersLength, payloadLength);
        position += length;
        toDrop = length;
        bytesOfFields = 0;
        return part;
    }

    private boolean magic() throws ArchiveException {
        int known = Math.min(held.length(), MAGIC.length);
        int start = held.start();
        if (!Arrays.equals(held.array(), start, start + known, MAGIC, 0, known)) {
            throw broken(Kind.FOREIGN, "not an archive of a stream");
        }
        if (known < MAGIC.length) {
            return false;
        }
        held.dropFirst(known);
        position += known;
        magicSeen = true;
        return true;
    }

    /** Reads the numbers before a name once they are all there, and holds them to the limits. */
    private boolean readFields() throws ArchiveException {
        if (bytesOfFields > 0) {
            return true;
        }
        int at = 0;
        for (int field = 0; field < FIELDS; field++) {
            long value = 0;
            int from = at;
            int b;
            do {
                if (at == held.length()) {
                    return false;
                }
                b = held.unsignedAt(at);
                if (at - from == VARINT_BYTES_MAX - 1 && b > 1) {
                    throw broken(Kind.MALFORMED, "number longer than 64 bits");
                }
                value |= (long) (b & 0x7F) << (7 * (at - from));
                at++;
            } while (b >= 0x80);
            fields[field] = value;
        }
        fields[1] = (fields[1] >>> 1) ^ -(fields[1] & 1);
        checkFields();
        bytesOfFields = at;
        return true;
    }

    private void checkFields() throws ArchiveException {
        boolean isMessage = state != null && consumersLeft == 0 && fields[2] != 0;
        int contentMax = isMessage ? limits.messageBytesMax() : limits.jsonBytesMax();
        if (fields[2] < 0) {
            throw broken(Kind.MALFORMED, "sequence out of range");
        }
        if (fields[0] < 0 || fields[0] > limits.subjectBytesMax()) {
            throw broken(Kind.TOO_LARGE, "name of " + Long.toUnsignedString(fields[0]) + " bytes");
        }
        long headers = fields[3];
        long payload = fields[4];
        if (headers < 0 || headers > contentMax || payload < 0 || payload > contentMax - headers) {
            throw broken(
                    Kind.TOO_LARGE,
                    "content of "
                            + Long.toUnsignedString(headers)
                            + " and "
                            + Long.toUnsignedString(payload)
                            + " bytes");
        }
    }

    private ArchivePart part(int name, int nameLength, int headersLength, int payloadLength)
            throws ArchiveException {
        int content = name + nameLength;
        if (state != null && consumersLeft == 0) {
            return messageOrEnd(name, nameLength, headersLength, payloadLength);
        }
        String called = new String(held.array(), name, nameLength, StandardCharsets.UTF_8);
        try {
            if (state == null) {
                if (!called.equals(STATE)) {
                    throw broken(Kind.MALFORMED, "'" + called + "' where the state must be");
                }
                ArchivedState first =
                        ArchivedState.parse(held.array(), content, headersLength + payloadLength);
                state = first;
                consumersLeft = first.consumers();
                lastSequence = Math.max(0, first.firstSequence() - 1);
                return first;
            }
            if (!called.startsWith(CONSUMER_PREFIX)) {
                throw broken(Kind.MALFORMED, "'" + called + "' where a consumer must be");
            }
            consumersLeft--;
            return ArchivedConsumer.parse(
                    called.substring(CONSUMER_PREFIX.length()),
                    held.array(),
                    content,
                    headersLength + payloadLength);
        } catch (JsonException mistake) {
            throw broken(Kind.MALFORMED, "'" + called + "': " + mistake.getMessage());
        }
    }

    private ArchivePart messageOrEnd(int name, int nameLength, int headersLength, int payloadLength)
            throws ArchiveException {
        long time = fields[1];
        long sequence = fields[2];
        if (sequence == 0) {
            if (nameLength + headersLength + payloadLength > 0 || time != 0) {
                throw broken(Kind.MALFORMED, "no sequence where a message must be");
            }
            ended = true;
            return ArchivePart.End.END;
        }
        if (sequence <= lastSequence) {
            throw broken(
                    Kind.MALFORMED, "sequence " + sequence + " after sequence " + lastSequence);
        }
        if (!fitsALine(held.array(), name, nameLength)) {
            throw broken(Kind.MALFORMED, "message " + sequence + " has no valid subject");
        }
        lastSequence = sequence;
        message.show(sequence, time);
        message.show(held.array(), name, nameLength, headersLength, payloadLength);
        return message;
    }

    /**
     * A subject goes into lines of the protocol: nothing may come in here that ends a word there.
     */
    private static boolean fitsALine(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            switch (bytes[i]) {
                case ' ', '\t', '\r', '\n' -> {
                    return false;
                }
                default -> {}
            }
        }
        return length > 0;
    }

    private ArchiveException broken(Kind kind, String what) {
        return new ArchiveException(kind, what + ", at byte " + position + " unpacked", position);
    }
}
