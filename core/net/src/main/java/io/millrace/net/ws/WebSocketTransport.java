package io.millrace.net.ws;

import io.millrace.net.NetLoop;
import io.millrace.net.Transport;
import io.millrace.net.TransportHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of a WebSocket over another transport. Owned by its loop; {@link Upgrade} makes
 * it.
 */
/* What has arrived is opened straight into the caller's buffer, and no more is taken from below than
 * the caller has room for. What the peer does not take waits here as frames, and send() takes
 * nothing more until it is gone. While it is idle it holds no buffer. */
public final class WebSocketTransport implements Transport, TransportHandler {
    static final String UNMASKED = "mask bit missing";
    private static final int PROTOCOL_ERROR = 1002;
    private static final int TOO_BIG = 1009;

    /** What a transport below may want, and room for half a head. */
    private static final int LEAST_RECEIVE_BYTES = 33 * 1024;

    private static final int ANSWERS_BYTES_MAX = 64 * 1024;
    private static final byte[] NOTHING = {};

    private final Transport below;
    private final NetLoop loop;
    private final boolean compression;
    private final Browser browser;
    private final FrameReader reader;
    private @Nullable TransportHandler above;

    /** Bytes that are no whole head yet, or whose content had no room. */
    private byte[] arrived = NOTHING;

    /** Frames that the peer has not taken. */
    private byte[] unsent = NOTHING;

    private @Nullable WebSocketException broken;

    /** What the peer is told last, behind everything that is for it. */
    private @Nullable ByteBuffer farewell;

    /** Nothing more comes from below. */
    private boolean isOver;

    private boolean isClosed;
    private boolean aboveWantsToWrite;
    private boolean wantsReading = true;

    WebSocketTransport(
            Transport below,
            NetLoop loop,
            boolean compression,
            long messageBytesMax,
            Browser browser) {
        this.below = below;
        this.loop = loop;
        this.compression = compression;
        this.browser = browser;
        this.reader = new FrameReader(compression, messageBytesMax, new Answers());
    }

    /** Sends the HTTP answer that comes before any frame. */
    void begin(String answer) {
        byte[] bytes = answer.getBytes(StandardCharsets.ISO_8859_1);
        deliver(ByteBuffer.wrap(bytes));
    }

    void handle(TransportHandler handler) {
        above = handler;
    }

    @Override
    public void readable() {
        TransportHandler handler = above;
        if (handler != null && !isClosed) {
            handler.readable();
        }
    }

    @Override
    public void writable() {
        TransportHandler handler = above;
        boolean flushed = flush();
        below.armWriting(!flushed || aboveWantsToWrite);
        if (flushed && aboveWantsToWrite && handler != null) {
            handler.writable();
        }
    }

    @Override
    public int leastReceive() {
        return LEAST_RECEIVE_BYTES;
    }

    @Override
    public int receive(byte[] into, int offset, int length) throws IOException {
        if (length < LEAST_RECEIVE_BYTES) {
            throw new IllegalArgumentException("room for " + length + " bytes only");
        }
        if (broken != null) {
            throw broken;
        }
        if (isClosed || (isOver && !reader.isFull())) {
            return -1;
        }
        byte[] raw = Frames.ofThread().received;
        System.arraycopy(arrived, 0, raw, 0, arrived.length);
        int end = arrived.length;
        if (!isOver && !reader.isFull()) {
            int count = below.receive(raw, end, Math.min(length, raw.length) - end);
            isOver = count < 0;
            end += Math.max(0, count);
        }
        return open(raw, end, into, offset, length);
    }

    private int open(byte[] raw, int end, byte[] into, int offset, int length) throws IOException {
        WebSocketException wrong = null;
        try {
            reader.read(raw, end, into, offset, offset + length);
        } catch (WebSocketException found) {
            wrong = found;
            broken = found;
            blame(found);
        }
        arrived =
                isOver || wrong != null
                        ? keptOfTheLast(raw, end)
                        : Arrays.copyOfRange(raw, reader.position(), end);
        int taken = reader.written() - offset;
        if (taken == 0 && wrong != null) {
            throw wrong;
        } else if (taken == 0) {
            return isOver && !reader.isFull() ? -1 : 0;
        }
        if (isOver || wrong != null || reader.isFull()) {
            loop.execute(this::tellOfMore);
        }
        return taken;
    }

    /** Behind the end only what had no room counts. */
    private byte[] keptOfTheLast(byte[] raw, int end) {
        return reader.isFull() ? Arrays.copyOfRange(raw, reader.position(), end) : NOTHING;
    }

    /** The peer learns why it ends; who forgot the mask gets no word, as from nats-server. */
    private void blame(WebSocketException wrong) {
        String reason = String.valueOf(wrong.getMessage());
        if (reason.startsWith("maximum payload")) {
            sayAtEnd(TOO_BIG, reason);
        } else if (!reason.equals(UNMASKED)) {
            sayAtEnd(PROTOCOL_ERROR, reason);
        }
    }

    private void tellOfMore() {
        if (wantsReading) {
            readable();
        }
    }

    /** What the peer is told when it is closed, unless something else was noted before. */
    public void sayAtEnd(int code, String reason) {
        if (farewell == null) {
            farewell = Frames.ofThread().close(code, reason);
        }
    }

    @Override
    public int send(byte[] from, int offset, int length) throws IOException {
        if (isClosed || !flush()) {
            return 0;
        }
        if (compression && length > Deflation.LEAST_BYTES) {
            Deflation deflation = Deflation.ofThread();
            int made = deflation.deflate(from, offset, length);
            boolean cuts = browser == Browser.ANY;
            message(deflation.made(), 0, made, cuts ? Browser.FRAME_BYTES : made);
        } else {
            int step = browser == Browser.NONE ? length : Browser.FRAME_BYTES;
            for (int sent = 0; sent < length; sent += step) {
                int part = Math.min(step, length - sent);
                deliver(Frames.ofThread().data(from, offset + sent, part, false, true, true));
            }
        }
        return length;
    }

    /** A compressed message in frames of a bounded length. */
    private void message(byte[] from, int offset, int length, int step) {
        for (int sent = 0; sent < length; sent += step) {
            int part = Math.min(step, length - sent);
            boolean last = sent + part == length;
            deliver(Frames.ofThread().data(from, offset + sent, part, true, sent == 0, last));
        }
    }

    /** Hands bytes down, behind those that wait. */
    private void deliver(ByteBuffer bytes) {
        int length = bytes.remaining();
        int sent = 0;
        try {
            if (unsent.length == 0) {
                sent = below.send(bytes.array(), bytes.arrayOffset() + bytes.position(), length);
            }
        } catch (IOException gone) {
            // whoever is above learns it by sending or receiving
            return;
        }
        if (sent < length) {
            int waiting = unsent.length;
            byte[] both = Arrays.copyOf(unsent, waiting + length - sent);
            bytes.get(bytes.position() + sent, both, waiting, length - sent);
            unsent = both;
            below.armWriting(true);
        }
    }

    /** Whether nothing waits any more. */
    private boolean flush() {
        if (unsent.length > 0) {
            try {
                int sent = below.send(unsent, 0, unsent.length);
                unsent =
                        sent == unsent.length
                                ? NOTHING
                                : Arrays.copyOfRange(unsent, sent, unsent.length);
            } catch (IOException gone) {
                return true;
            }
        }
        return unsent.length == 0;
    }

    @Override
    public void armWriting(boolean wanted) {
        aboveWantsToWrite = wanted;
        below.armWriting(wanted || unsent.length > 0);
    }

    @Override
    public void armReading(boolean wanted) {
        wantsReading = wanted;
        below.armReading(wanted);
        if (wanted && (arrived.length > 0 || reader.isFull() || isOver)) {
            // of what waits here the transport below knows nothing
            loop.execute(this::tellOfMore);
        }
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            flush();
            if (farewell != null) {
                deliver(farewell);
            }
            reader.end();
            below.close();
        }
    }

    @Override
    public String remoteHost() {
        return below.remoteHost();
    }

    @Override
    public int remotePort() {
        return below.remotePort();
    }

    @Override
    public String localHost() {
        return below.localHost();
    }

    /** What is answered at once, whoever is above. */
    private final class Answers implements FrameReader.Control {
        /** A peer that asks and does not listen is not answered for ever. */
        @Override
        public void ping(byte[] payload) {
            if (unsent.length < ANSWERS_BYTES_MAX) {
                deliver(Frames.ofThread().pong(payload));
            }
        }

        @Override
        public void close(int code, String reason) {
            isOver = true;
            sayAtEnd(code, reason);
        }
    }
}
