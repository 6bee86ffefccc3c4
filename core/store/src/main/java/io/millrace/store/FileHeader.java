package io.millrace.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The first 64 bytes of every file of a store.
 *
 * <pre>
 *  0 8 bytes kind        8 u32 version   12 u32 codec (0: plain)
 * 16 u64 store id       24 u64 first of its two names   32 u64 second
 * 40 zeros              60 u32 CRC32C of bytes 0..59, unsalted
 * </pre>
 *
 * @param kind which kind of file
 * @param version version of the format
 * @param codec how bodies are coded; only 0 so far
 * @param storeId the store's random id
 * @param first number of a journal file or checkpoint, or the stream of a segment
 * @param second the segment's own number
 */
record FileHeader(Kind kind, int version, int codec, long storeId, long first, long second) {
    static final int BYTES = 64;
    static final int VERSION = 1;

    /** Kinds of files, with the eight bytes that they begin with. */
    enum Kind {
        STORE("MILLSTOR"),
        JOURNAL("MILLJRNL"),
        SEGMENT("MILLSEGM"),
        CHECKPOINT("MILLCHKP");

        private final String mark;

        Kind(String mark) {
            this.mark = mark;
        }

        byte[] bytes() {
            return mark.getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** What a header turned out to be. */
    enum Verdict {
        GOOD,
        NEWER,
        DAMAGED
    }

    static FileHeader of(Kind kind, long storeId, long first, long second) {
        return new FileHeader(kind, VERSION, 0, storeId, first, second);
    }

    byte[] encode() {
        byte[] bytes = new byte[BYTES];
        System.arraycopy(kind.bytes(), 0, bytes, 0, 8);
        Frame.putInt(bytes, 8, version);
        Frame.putInt(bytes, 12, codec);
        Frame.putLong(bytes, 16, storeId);
        Frame.putLong(bytes, 24, first);
        Frame.putLong(bytes, 32, second);
        Frame.putInt(bytes, 60, crc(bytes, 0));
        return bytes;
    }

    static Verdict judge(byte[] bytes, int at, int end, Kind kind) {
        if (at + BYTES > end
                || !Arrays.equals(bytes, at, at + 8, kind.bytes(), 0, 8)
                || Frame.getInt(bytes, at + 60) != crc(bytes, at)) {
            return Verdict.DAMAGED;
        }
        boolean known = Frame.getInt(bytes, at + 8) <= VERSION && Frame.getInt(bytes, at + 12) == 0;
        return known ? Verdict.GOOD : Verdict.NEWER;
    }

    static FileHeader decode(byte[] bytes, int at, Kind kind) {
        return new FileHeader(
                kind,
                Frame.getInt(bytes, at + 8),
                Frame.getInt(bytes, at + 12),
                Frame.getLong(bytes, at + 16),
                Frame.getLong(bytes, at + 24),
                Frame.getLong(bytes, at + 32));
    }

    private static int crc(byte[] bytes, int at) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, at, 60);
        return (int) crc.getValue();
    }
}
