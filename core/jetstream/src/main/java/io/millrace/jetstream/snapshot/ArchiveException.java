package io.millrace.jetstream.snapshot;

/** An archive that cannot be read on. Says what is wrong and where. Immutable: any thread. */
public final class ArchiveException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong, as far as callers act differently. */
    public enum Kind {
        /** Not an archive of a stream at all. */
        FOREIGN,
        /** Bytes were changed on the way or on a disk: a checksum or a compressed block fails. */
        DAMAGED,
        /** Intact, but its parts do not make up a stream. */
        MALFORMED,
        /** A part is larger than the limits allow. */
        TOO_LARGE,
        /** Ended before the mark that ends every whole archive. */
        TRUNCATED
    }

    private final Kind kind;
    private final long position;

    ArchiveException(Kind kind, String message, long position) {
        super(message, null, false, false);
        this.kind = kind;
        this.position = position;
    }

    public Kind kind() {
        return kind;
    }

    /**
     * Where it was noticed: a byte of what was fed when frames are {@link Kind#DAMAGED}, else a
     * byte of what was in the frames.
     */
    public long position() {
        return position;
    }
}
