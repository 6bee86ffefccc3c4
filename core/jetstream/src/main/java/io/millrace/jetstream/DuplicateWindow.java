package io.millrace.jetstream;

import io.millrace.runtime.Randomness;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The message ids (Nats-Msg-Id) that one stream has stored within its duplicate window, and the id
 * of its last message. Owned by the stream's loop.
 */
/* Of an id only a name of 128 bits is kept ({@link IdHash}): an entry costs the same whether the id
 * has 22 bytes or 60,000. A million ids take 42 MB when the tables are just full and twice that when
 * they have just grown, 44 to 88 bytes each (DuplicateWindowTest prints it). Asking and adding
 * allocate nothing.
 *
 * The entries lie in 16 shards chosen by the name, so that what has to grow or shrink at once is a
 * sixteenth of them. A stream that never saw an id holds no tables.
 *
 * `find` looks at the time itself, so that `expire` is only about memory and may come late. After a
 * start the owner reads its stream backwards from the last message to the first one outside of the
 * window and hands each to `restore`; any other order is right too, only slower to expire. */
final class DuplicateWindow {
    private static final int SHARD_BITS = 4;
    private static final int KEPT_ID_BYTES = 256;

    private final DuplicateShard[] shards = new DuplicateShard[1 << SHARD_BITS];
    private final Randomness chance;

    /** Made with the first id: most streams never see one, and secrets cost a start. */
    private @Nullable IdHash hash;

    private long windowNanos;
    private byte[] lastId = new byte[0];
    private int lastIdLength;
    private long lastSequence;

    DuplicateWindow(long windowNanos, Randomness chance) {
        this.windowNanos = windowNanos;
        this.chance = chance;
        Arrays.setAll(shards, i -> new DuplicateShard());
    }

    /** How long an id counts, from now on also for those that are here. */
    void window(long nanos) {
        windowNanos = nanos;
    }

    /** The sequence of the message that was stored with this id within the window, or 0. */
    long find(byte[] buffer, int offset, int length, long nowNanos) {
        if (length == 0) {
            return 0;
        }
        IdHash name = name(buffer, offset, length);
        return shard(name).find(name.first(), name.second(), nowNanos - windowNanos);
    }

    /** The stream's next message is stored; {@code length} 0 when it has no id. */
    void add(byte[] buffer, int offset, int length, long sequence, long timeNanos) {
        remember(buffer, offset, length, sequence, timeNanos);
        last(buffer, offset, length, sequence);
    }

    /** A message that the stream holds from before; {@code length} 0 when it has no id. */
    void restore(byte[] buffer, int offset, int length, long sequence, long timeNanos) {
        remember(buffer, offset, length, sequence, timeNanos);
        if (sequence > lastSequence) {
            last(buffer, offset, length, sequence);
        }
    }

    /**
     * Frees what has left the window, up to {@code most} ids for each of the shards.
     *
     * @return whether there is more to free
     */
    boolean expire(long nowNanos, int most) {
        long afterNanos = nowNanos - windowNanos;
        boolean more = false;
        for (DuplicateShard shard : shards) {
            shard.expire(afterNanos, most);
            more |= shard.oldestNanos() <= afterNanos;
        }
        return more;
    }

    /** When the first id leaves the window; {@link Long#MAX_VALUE} when there is none. */
    long nextExpiry() {
        long oldest = Long.MAX_VALUE;
        for (DuplicateShard shard : shards) {
            oldest = Math.min(oldest, shard.oldestNanos());
        }
        return oldest > Long.MAX_VALUE - windowNanos ? Long.MAX_VALUE : oldest + windowNanos;
    }

    /** Whether the stream's last message has exactly this id. */
    boolean lastIdIs(byte[] buffer, int offset, int length) {
        return Arrays.equals(buffer, offset, offset + length, lastId, 0, lastIdLength);
    }

    /** The id of the stream's last message, "" when it has none. */
    String lastId() {
        return new String(lastId, 0, lastIdLength, StandardCharsets.UTF_8);
    }

    /** Forgets all ids, the last one too. */
    void clear() {
        Arrays.setAll(shards, i -> new DuplicateShard());
        lastIdLength = 0;
    }

    /** How many ids are remembered, some of which may have left the window. */
    int size() {
        int size = 0;
        for (DuplicateShard shard : shards) {
            size += shard.size();
        }
        return size;
    }

    /** Bytes of memory held, for reports. */
    long memoryBytes() {
        long bytes = lastId.length;
        for (DuplicateShard shard : shards) {
            bytes += shard.memoryBytes();
        }
        return bytes;
    }

    private void remember(byte[] buffer, int offset, int length, long sequence, long timeNanos) {
        if (length > 0) {
            IdHash name = name(buffer, offset, length);
            shard(name).add(name.first(), name.second(), sequence, timeNanos);
        }
    }

    private IdHash name(byte[] buffer, int offset, int length) {
        IdHash name = hash;
        if (name == null) {
            byte[] key = new byte[IdHash.KEY_BYTES];
            chance.nextSecret(key);
            name = new IdHash(key);
            hash = name;
        }
        name.of(buffer, offset, length);
        return name;
    }

    private DuplicateShard shard(IdHash name) {
        return shards[(int) (name.second() >>> (Long.SIZE - SHARD_BITS))];
    }

    private void last(byte[] buffer, int offset, int length, long sequence) {
        lastSequence = sequence;
        if (length > lastId.length || (lastId.length > KEPT_ID_BYTES && length <= KEPT_ID_BYTES)) {
            lastId = new byte[Math.max(length, Math.min(KEPT_ID_BYTES, length * 2))];
        }
        System.arraycopy(buffer, offset, lastId, 0, length);
        lastIdLength = length;
    }
}
