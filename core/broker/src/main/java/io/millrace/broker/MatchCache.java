package io.millrace.broker;

import io.millrace.auth.Permissions;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What subjects published lately have matched. Owned by the loop. */
/* A fixed table, one entry per slot, overwritten in place: neither a hit nor a miss allocates once
 * an entry has grown to its size. What an entry has matched is right only for the interest version
 * that it was made with. */
final class MatchCache {
    private static final int SLOTS = 1024;
    private static final long NO_VERSION = -1;

    private final @Nullable Entry[] entries = new Entry[SLOTS];

    /** The subscriptions of {@code account} that cover the subject; valid until the next call. */
    MatchResult match(Account account, byte[] b, int offset, int length) {
        Entry entry = entry(account, b, offset, length);
        Interest interest = account.interest();
        long version = interest.version();
        interest.lookups++;
        if (entry.version == version) {
            interest.hits++;
            return entry.result;
        }
        entry.result.clear();
        interest.match(b, offset, length, entry.result);
        entry.version = version;
        return entry.result;
    }

    /** Whether {@code rights} allow to publish, which they are not asked again while remembered. */
    boolean mayPublish(Account account, Permissions rights, byte[] b, int offset, int length) {
        Entry entry = entry(account, b, offset, length);
        if (entry.mayPublish != rights) {
            if (!rights.mayPublish(b, offset, length)) {
                return false;
            }
            entry.mayPublish = rights;
        }
        return true;
    }

    /** What is remembered of the subject, or the slot where it will be. */
    private Entry entry(Account account, byte[] b, int offset, int length) {
        int hash = hash(b, offset, length);
        int slot = hash & (SLOTS - 1);
        Entry entry = entries[slot];
        if (entry == null) {
            entry = new Entry();
            entries[slot] = entry;
        }
        if (entry.hash != hash
                || entry.account != account
                || entry.length != length
                || !Arrays.equals(entry.subject, 0, length, b, offset, offset + length)) {
            entry.keep(account, b, offset, length, hash);
        }
        return entry;
    }

    /** Eight bytes at a time: subjects are longer than a byte-wise hash is fast. */
    private static int hash(byte[] b, int offset, int length) {
        long hash = length;
        int i = offset;
        int end = offset + length;
        for (; i + 8 <= end; i += 8) {
            hash = (hash ^ (long) LONG.get(b, i)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 32;
        }
        for (; i < end; i++) {
            hash = (hash ^ b[i]) * 0x9E3779B97F4A7C15L;
        }
        return (int) (hash ^ (hash >>> 32));
    }

    private static final java.lang.invoke.VarHandle LONG =
            java.lang.invoke.MethodHandles.byteArrayViewVarHandle(
                    long[].class, java.nio.ByteOrder.LITTLE_ENDIAN);

    /** What is known now of the subjects of one account; of all when there is none. */
    Kept kept(@Nullable Account account) {
        int count = 0;
        int most = 0;
        long sum = 0;
        for (Entry entry : entries) {
            if (entry != null
                    && entry.account != null
                    && entry.version != NO_VERSION
                    && (account == null || entry.account == account)) {
                int fanout = entry.result.plainCount() + entry.result.groupCount();
                count++;
                most = Math.max(most, fanout);
                sum += fanout;
            }
        }
        return new Kept(count, most, sum);
    }

    /** How many subjects are remembered, and how many receivers they have. Immutable. */
    record Kept(int count, int mostReceivers, long receivers) {}

    /** Forgets everything about connections that may be gone. */
    void release() {
        for (Entry entry : entries) {
            if (entry != null) {
                entry.result.release();
                entry.account = null;
                entry.mayPublish = null;
                entry.length = -1;
            }
        }
    }

    private static final class Entry {
        private byte[] subject = new byte[32];
        private int length = -1;
        private int hash;
        private long version;
        private @Nullable Account account;

        /** The last rights that allowed it. */
        private @Nullable Permissions mayPublish;

        private final MatchResult result = new MatchResult();

        void keep(Account owner, byte[] b, int offset, int size, int newHash) {
            if (size > subject.length) {
                subject = new byte[size * 2];
            }
            System.arraycopy(b, offset, subject, 0, size);
            length = size;
            hash = newHash;
            account = owner;
            version = NO_VERSION;
            result.clear();
            mayPublish = null;
        }
    }
}
