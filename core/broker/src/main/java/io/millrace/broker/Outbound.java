package io.millrace.broker;

import io.millrace.net.Transport;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What a connection has been given and not yet sent. Holds no buffer while empty. Owned by the
 * loop.
 */
/* Bytes are appended to the open chunk; a small chunk that fills up is exchanged for a large one,
 * a large one is sent at once. Only while the peer takes nothing do full chunks queue up, bounded
 * by max_pending, which the connection checks before it appends. */
final class Outbound {
    private final ChunkPool pool;
    private Transport transport;
    private byte @Nullable [] open;
    private int openStart;
    private int openEnd;
    private @Nullable ArrayDeque<byte[]> full;
    private int firstFullStart;
    private long pendingBytes;
    private boolean blocked;
    private boolean failed;

    Outbound(ChunkPool pool, Transport transport) {
        this.pool = pool;
        this.transport = transport;
    }

    /** Goes on over another transport: the same peer after a TLS handshake began. */
    void switchTo(Transport other) {
        transport = other;
    }

    long pendingBytes() {
        return pendingBytes;
    }

    /** Whether the peer took less than there was. */
    boolean isBlocked() {
        return blocked;
    }

    /** Whether the stream is broken: nothing that is appended will arrive. */
    boolean isFailed() {
        return failed;
    }

    int chunks() {
        return (full == null ? 0 : full.size()) + (openEnd > openStart ? 1 : 0);
    }

    void append(byte[] from, int offset, int length) {
        if (failed) {
            return;
        }
        pendingBytes += length;
        int position = offset;
        int left = length;
        while (left > 0) {
            byte[] chunk = openChunk(left);
            int portion = Math.min(left, chunk.length - openEnd);
            System.arraycopy(from, position, chunk, openEnd, portion);
            openEnd += portion;
            position += portion;
            left -= portion;
        }
    }

    void append(byte single) {
        if (failed) {
            return;
        }
        pendingBytes++;
        byte[] chunk = openChunk(1);
        chunk[openEnd++] = single;
    }

    /** The open chunk with room for at least one byte. */
    private byte[] openChunk(int wanted) {
        byte[] chunk = open;
        if (chunk == null) {
            chunk = wanted > ChunkPool.SMALL_BYTES ? pool.large() : pool.small();
            open = chunk;
            openStart = 0;
            openEnd = 0;
            return chunk;
        }
        if (openEnd < chunk.length) {
            return chunk;
        }
        if (chunk.length < ChunkPool.LARGE_BYTES) {
            byte[] larger = pool.large();
            System.arraycopy(chunk, openStart, larger, 0, openEnd - openStart);
            pool.giveBack(chunk);
            openEnd -= openStart;
            openStart = 0;
            open = larger;
            return larger;
        }
        if (!blocked && !failed) {
            flush();
            if (open == null) {
                return openChunk(wanted);
            }
            if (openEnd < chunk.length) {
                return chunk;
            }
        }
        queue(chunk);
        byte[] next = pool.large();
        open = next;
        openStart = 0;
        openEnd = 0;
        return next;
    }

    private void queue(byte[] chunk) {
        if (failed) {
            pendingBytes -= openEnd - openStart;
            pool.giveBack(chunk);
            return;
        }
        ArrayDeque<byte[]> waiting = full;
        if (waiting == null) {
            waiting = new ArrayDeque<>();
            full = waiting;
            pool.startsToWait();
        }
        if (waiting.isEmpty()) {
            firstFullStart = openStart;
        }
        waiting.addLast(chunk);
    }

    /**
     * Sends what the peer takes.
     *
     * @return whether anything was sent
     */
    boolean flush() {
        if (failed) {
            return false;
        }
        long before = pendingBytes;
        try {
            blocked = !(sendFull() && sendOpen());
        } catch (IOException broken) {
            failed = true;
        }
        return pendingBytes < before;
    }

    private boolean sendFull() throws IOException {
        ArrayDeque<byte[]> waiting = full;
        if (waiting == null) {
            return true;
        }
        while (true) {
            byte[] chunk = waiting.peekFirst();
            if (chunk == null) {
                full = null;
                pool.waitsNoLonger();
                return true;
            }
            int length = chunk.length - firstFullStart;
            int sent = transport.send(chunk, firstFullStart, length);
            pendingBytes -= sent;
            if (sent < length) {
                firstFullStart += sent;
                return false;
            }
            waiting.removeFirst();
            firstFullStart = 0;
            pool.giveBack(chunk);
        }
    }

    private boolean sendOpen() throws IOException {
        byte[] chunk = open;
        if (chunk == null) {
            return true;
        }
        int sent = transport.send(chunk, openStart, openEnd - openStart);
        pendingBytes -= sent;
        openStart += sent;
        if (openStart < openEnd) {
            return false;
        }
        open = null;
        pool.giveBack(chunk);
        return true;
    }

    /** Gives every buffer back; what was pending is lost. */
    void discard() {
        if (open != null) {
            pool.giveBack(open);
            open = null;
        }
        ArrayDeque<byte[]> waiting = full;
        if (waiting != null) {
            waiting.forEach(pool::giveBack);
            full = null;
            pool.waitsNoLonger();
        }
        failed = true;
    }
}
