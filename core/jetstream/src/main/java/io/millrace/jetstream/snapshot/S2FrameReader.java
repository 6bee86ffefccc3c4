package io.millrace.jetstream.snapshot;

import io.millrace.jetstream.snapshot.ArchiveException.Kind;

/**
 * Unpacks a stream of S2 or Snappy frames that arrives in pieces of any size. Holds at most one
 * frame and what was fed last. One owner.
 */
final class S2FrameReader {
    /** A block that does not shrink: 4 MiB and a few bytes for each 60 of them at worst. */
    private static final int FRAME_BYTES_MAX =
            S2Block.UNPACKED_BYTES_MAX + S2Block.UNPACKED_BYTES_MAX / 6 + 64;

    private final ByteWindow in = new ByteWindow();
    private long position;
    private boolean identified;
    private int toSkip;

    void feed(byte[] bytes, int offset, int length) {
        in.append(bytes, offset, length);
    }

    int heldBytes() {
        return in.array().length;
    }

    /** How many bytes have been read, frames as they came. */
    long position() {
        return position;
    }

    /**
     * Appends the next frame's bytes to {@code into}.
     *
     * @return false when more must be fed first
     */
    boolean next(ByteWindow into) throws ArchiveException {
        while (true) {
            skip();
            if (toSkip > 0 || in.length() < S2Frame.HEADER_BYTES) {
                return false;
            }
            int type = in.unsignedAt(0);
            int length = in.unsignedAt(1) | (in.unsignedAt(2) << 8) | (in.unsignedAt(3) << 16);
            if (!identified && type != S2Frame.IDENTIFIER) {
                throw broken(Kind.FOREIGN, "not a stream of S2 frames");
            }
            if (type >= S2Frame.FIRST_SKIPPABLE && type != S2Frame.IDENTIFIER) {
                toSkip = S2Frame.HEADER_BYTES + length;
                continue;
            }
            if (length > FRAME_BYTES_MAX) {
                throw broken(Kind.DAMAGED, "frame of " + length + " bytes");
            }
            if (in.length() < S2Frame.HEADER_BYTES + length) {
                return false;
            }
            boolean gave = read(type, length, into);
            drop(S2Frame.HEADER_BYTES + length);
            if (gave) {
                return true;
            }
        }
    }

    private void skip() {
        int now = Math.min(toSkip, in.length());
        drop(now);
        toSkip -= now;
    }

    private void drop(int length) {
        in.dropFirst(length);
        position += length;
    }

    private boolean read(int type, int length, ByteWindow into) throws ArchiveException {
        byte[] bytes = in.array();
        int body = in.start() + S2Frame.HEADER_BYTES;
        if (type == S2Frame.IDENTIFIER) {
            if (!S2Frame.isIdentifier(bytes, body, length)) {
                throw broken(identified ? Kind.DAMAGED : Kind.FOREIGN, "not a stream of S2 frames");
            }
            identified = true;
            return false;
        }
        if (type != S2Frame.COMPRESSED && type != S2Frame.PLAIN) {
            throw broken(Kind.DAMAGED, "frame of unknown type " + type);
        }
        if (length < S2Frame.CHECKSUM_BYTES) {
            throw broken(Kind.DAMAGED, "frame without a checksum");
        }
        int data = body + S2Frame.CHECKSUM_BYTES;
        int dataLength = length - S2Frame.CHECKSUM_BYTES;
        int before = into.length();
        if (type == S2Frame.PLAIN) {
            if (dataLength > S2Block.UNPACKED_BYTES_MAX) {
                throw broken(Kind.DAMAGED, "frame of " + length + " bytes");
            }
            into.append(bytes, data, dataLength);
        } else if (!S2Block.unpack(bytes, data, dataLength, into)) {
            throw broken(Kind.DAMAGED, "broken compressed block");
        }
        int added = into.length() - before;
        int given =
                in.unsignedAt(4)
                        | (in.unsignedAt(5) << 8)
                        | (in.unsignedAt(6) << 16)
                        | (in.unsignedAt(7) << 24);
        if (given != S2Frame.checksum(into.array(), into.end() - added, added)) {
            throw broken(Kind.DAMAGED, "checksum mismatch");
        }
        return added > 0;
    }

    private ArchiveException broken(Kind kind, String what) {
        return new ArchiveException(kind, what + ", at byte " + position, position);
    }
}
