package io.millrace.jetstream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A name of 128 bits for bytes of any length: SipHash-2-4 under a key that nobody else knows.
 * Reused, owned by one loop.
 */
/* Message ids are chosen by clients. Whoever could make two of them meet in one name could have
 * another's message taken for a duplicate and lost; with 128 bits under a secret key nobody can, and
 * by chance it happens in one of 10^26 windows of a million ids. */
final class IdHash {
    static final int KEY_BYTES = 2 * Long.BYTES;

    private static final VarHandle WORD =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long key0;
    private final long key1;
    private long first;
    private long second;

    /**
     * @param key {@link #KEY_BYTES} secret bytes of this process
     */
    IdHash(byte[] key) {
        key0 = (long) WORD.get(key, 0);
        key1 = (long) WORD.get(key, Long.BYTES);
    }

    /** Names the bytes; {@link #first} and {@link #second} are the name until the next call. */
    void of(byte[] buffer, int offset, int length) {
        long v0 = key0 ^ 0x736f6d6570736575L;
        long v1 = key1 ^ 0x646f72616e646f6dL ^ 0xee;
        long v2 = key0 ^ 0x6c7967656e657261L;
        long v3 = key1 ^ 0x7465646279746573L;
        int words = length / Long.BYTES + 1;
        // All words, then the two steps that close the two halves of the name.
        for (int step = 0; step < words + 2; step++) {
            boolean closing = step >= words;
            long word = closing ? 0 : word(buffer, offset, length, step * Long.BYTES);
            v3 ^= word;
            v2 ^= step == words ? 0xee : 0;
            v1 ^= step == words + 1 ? 0xdd : 0;
            for (int round = closing ? 4 : 2; round > 0; round--) {
                v0 += v1;
                v2 += v3;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v1;
                v0 += v3;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= word;
            if (step == words) {
                first = v0 ^ v1 ^ v2 ^ v3;
            }
        }
        second = v0 ^ v1 ^ v2 ^ v3;
    }

    long first() {
        return first;
    }

    long second() {
        return second;
    }

    private static long word(byte[] buffer, int offset, int length, int at) {
        if (length - at >= Long.BYTES) {
            return (long) WORD.get(buffer, offset + at);
        }
        long word = (long) length << 56;
        for (int i = at; i < length; i++) {
            word |= (buffer[offset + i] & 0xffL) << (8 * (i - at));
        }
        return word;
    }
}
