package io.millrace.protocol;

/** The 32-bit FNV-1a hash; partitions of subjects are agreed upon through it. */
final class Fnv1a {
    static final int START = 0x811c9dc5;
    private static final int PRIME = 0x01000193;

    private Fnv1a() {}

    static int add(int hash, byte[] bytes, int from, int to) {
        int next = hash;
        for (int i = from; i < to; i++) {
            next = (next ^ (bytes[i] & 0xff)) * PRIME;
        }
        return next;
    }
}
