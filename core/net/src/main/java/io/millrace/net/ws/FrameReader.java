package io.millrace.net.ws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/** The frames of one client: what has been half read, and which rules hold next. One owner. */
/* Payload is handed on as it arrives, a frame need not be complete for that: however long a frame
 * says that it is, nothing of it is kept but its head. */
final class FrameReader {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;
    private static final int NOT_UTF8 = 1007;
    private static final int CONTROL_BYTES_MAX = 125;
    private static final int MASK_BYTES = 4;

    private final boolean compression;
    private final long messageBytesMax;
    private final Control control;

    /** What is left of a data frame that has begun. */
    private long left;

    private int mask;
    private boolean isLast;
    private boolean isInMessage;
    private @Nullable Inflation inflation;

    private boolean isFull;

    /** Where the input is read next, and the output written. */
    private int position;

    private int written;

    /** Hears of control frames. */
    interface Control {
        void ping(byte[] payload);

        /** Nothing is read behind it. */
        void close(int code, String reason);
    }

    FrameReader(boolean compression, long messageBytesMax, Control control) {
        this.compression = compression;
        this.messageBytesMax = messageBytesMax;
        this.control = control;
    }

    int position() {
        return position;
    }

    int written() {
        return written;
    }

    /** Whether there may be more to be had without any further input. */
    boolean isFull() {
        return isFull;
    }

    /** Opens what {@code from[0, end)} completes into {@code into[offset, limit)}. */
    void read(byte[] from, int end, byte[] into, int offset, int limit) throws WebSocketException {
        position = 0;
        written = offset;
        boolean goesOn = inflate(into, limit);
        while (goesOn) {
            goesOn = left > 0 ? payload(from, end, into, limit) : head(from, end, into, limit);
        }
    }

    private boolean payload(byte[] from, int end, byte[] into, int limit)
            throws WebSocketException {
        Inflation packed = inflation;
        int room = packed == null ? limit - written : Frames.PIECE_BYTES;
        int length =
                (int) Math.min(Math.min(left, end - position), Math.min(room, Frames.PIECE_BYTES));
        if (length <= 0) {
            return false;
        }
        byte[] opened = Frames.ofThread().open(mask, from, position, length);
        mask = Integer.rotateLeft(mask, 8 * (length % MASK_BYTES));
        position += length;
        left -= length;
        if (packed != null) {
            packed.add(opened);
            return inflate(into, limit);
        }
        System.arraycopy(opened, 0, into, written, length);
        written += length;
        endFrame();
        return true;
    }

    private void endFrame() {
        if (left == 0 && isLast) {
            isInMessage = false;
        }
    }

    /** Whether all of the compressed bytes at hand have been taken. */
    private boolean inflate(byte[] into, int limit) throws WebSocketException {
        Inflation packed = inflation;
        isFull = false;
        if (packed == null) {
            return true;
        }
        do {
            int count;
            do {
                if (written == limit) {
                    isFull = true;
                    return false;
                }
                count = packed.take(into, written, limit - written);
                written += count;
            } while (count > 0);
        } while (left == 0 && isLast && isInMessage && packed.addTail());
        if (left == 0 && isLast) {
            isInMessage = false;
            packed.end();
            inflation = null;
        }
        return true;
    }

    /** Reads one head; of a control frame the whole. False when it is not complete. */
    private boolean head(byte[] from, int end, byte[] into, int limit) throws WebSocketException {
        int available = end - position;
        if (available < 2) {
            return false;
        }
        int first = from[position] & 0xff;
        int second = from[position + 1] & 0xff;
        boolean last = (first & 0x80) != 0;
        boolean packed = (first & 0x40) != 0;
        int opcode = first & 0x0f;
        int shortLength = second & 0x7f;
        rules(first, (second & 0x80) != 0, opcode, shortLength);
        int lengthBytes = shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0;
        int headBytes = 2 + lengthBytes + MASK_BYTES;
        if (available < headBytes) {
            return false;
        }
        long length = lengthBytes == 0 ? shortLength : number(from, position + 2, lengthBytes);
        if (length < 0) {
            throw new WebSocketException("invalid 64-bit payload length");
        }
        int key = (int) number(from, position + headBytes - MASK_BYTES, MASK_BYTES);
        if (opcode >= CLOSE) {
            if (available < headBytes + length) {
                return false;
            }
            position += headBytes + (int) length;
            return control(opcode, key, from, position - (int) length, (int) length);
        }
        position += headBytes;
        left = length;
        mask = key;
        isLast = last;
        if (opcode != CONTINUATION) {
            isInMessage = true;
            inflation = packed ? new Inflation(messageBytesMax) : null;
        }
        if (inflation != null) {
            return inflate(into, limit);
        }
        endFrame();
        return true;
    }

    private void rules(int first, boolean isMasked, int opcode, int shortLength)
            throws WebSocketException {
        boolean packed = (first & 0x40) != 0;
        String wrong = null;
        if ((first & 0x30) != 0) {
            wrong = "RSV2 and RSV3 must be clear";
        } else if (!isMasked) {
            wrong = WebSocketTransport.UNMASKED;
        } else if (opcode >= CLOSE && opcode <= PONG) {
            if (shortLength > CONTROL_BYTES_MAX) {
                wrong = "control frame length bigger than maximum allowed of 125 bytes";
            } else if ((first & 0x80) == 0) {
                wrong = "control frame does not have final bit set";
            } else if (packed) {
                wrong = "control frame must not be compressed";
            }
        } else if (opcode > BINARY) {
            wrong = "unknown opcode " + opcode;
        } else if (opcode == CONTINUATION) {
            wrong = !isInMessage || packed ? "invalid continuation frame" : null;
        } else if (isInMessage) {
            wrong = "new message started before final frame for previous message was received";
        } else if (packed && !compression) {
            wrong = "compressed frame received without negotiated permessage-deflate";
        }
        if (wrong != null) {
            throw new WebSocketException(wrong);
        }
    }

    private boolean control(int opcode, int key, byte[] from, int offset, int length)
            throws WebSocketException {
        if (opcode == PONG) {
            return true;
        }
        byte[] payload = Frames.ofThread().open(key, from, offset, length);
        if (opcode == PING) {
            control.ping(payload);
            return true;
        }
        close(payload);
        return false;
    }

    private void close(byte[] payload) throws WebSocketException {
        if (payload.length == 0) {
            control.close(Frames.NO_CODE, "");
            return;
        } else if (payload.length == 1) {
            throw new WebSocketException("close frame payload cannot be 1 byte");
        }
        int code = (int) number(payload, 0, 2);
        boolean isReserved = (code >= 1004 && code <= 1006) || (code >= 1015 && code <= 2999);
        if (code < 1000 || code > 4999 || isReserved) {
            throw new WebSocketException("invalid close status code " + code);
        }
        try {
            ByteBuffer text = ByteBuffer.wrap(payload, 2, payload.length - 2);
            control.close(code, UTF_8.newDecoder().decode(text).toString());
        } catch (CharacterCodingException damaged) {
            // told to the peer only, as by nats-server: for the log it is an end like any other
            control.close(NOT_UTF8, "invalid utf8 body in close frame");
        }
    }

    private static long number(byte[] from, int offset, int length) {
        long number = 0;
        for (int i = 0; i < length; i++) {
            number = (number << 8) | (from[offset + i] & 0xff);
        }
        return number;
    }

    /** Gives back what is not on the heap. */
    void end() {
        if (inflation != null) {
            inflation.end();
            inflation = null;
        }
    }
}
