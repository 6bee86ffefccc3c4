package io.millrace.broker;

import io.millrace.protocol.Publication;
import java.util.Arrays;

/**
 * Builds what follows the sid of a MSG or HMSG, where it is not byte for byte what the publisher
 * wrote: odd spacing, or a header block that a subscriber does not want. Owned by the loop.
 */
final class MessageTail {
    private byte[] whole = new byte[256];
    private int wholeLength = -1;
    private byte[] stripped = new byte[256];
    private int strippedLength = -1;

    /** A new publication begins. */
    void forget() {
        wholeLength = -1;
        strippedLength = -1;
    }

    byte[] buffer(boolean withoutHeaders) {
        return withoutHeaders ? stripped : whole;
    }

    /** Builds the tail, once per publication; its length. */
    int build(Publication p, boolean withoutHeaders) {
        if (withoutHeaders) {
            if (strippedLength < 0) {
                strippedLength = write(p, true);
            }
            return strippedLength;
        }
        if (wholeLength < 0) {
            wholeLength = write(p, false);
        }
        return wholeLength;
    }

    private int write(Publication p, boolean withoutHeaders) {
        int from = withoutHeaders ? p.bodyOffset() : p.messageOffset;
        int length = withoutHeaders ? p.bodyLength() : p.messageLength;
        byte[] out = buffer(withoutHeaders);
        int room = p.replyLength + length + 32;
        if (out.length < room) {
            out = Arrays.copyOf(out, room);
            if (withoutHeaders) {
                stripped = out;
            } else {
                whole = out;
            }
        }
        int position = 0;
        if (p.replyLength > 0) {
            System.arraycopy(p.buffer, p.replyOffset, out, 0, p.replyLength);
            position = p.replyLength;
            out[position++] = ' ';
        }
        if (p.hasHeaders && !withoutHeaders) {
            position = decimal(out, position, p.headerLength);
            out[position++] = ' ';
        }
        position = decimal(out, position, length);
        out[position++] = '\r';
        out[position++] = '\n';
        System.arraycopy(p.buffer, from, out, position, length);
        position += length;
        out[position++] = '\r';
        out[position++] = '\n';
        return position;
    }

    private static int decimal(byte[] out, int position, int value) {
        int divisor = 1;
        while (value / divisor >= 10) {
            divisor *= 10;
        }
        int next = position;
        for (; divisor > 0; divisor /= 10) {
            out[next++] = (byte) ('0' + value / divisor % 10);
        }
        return next;
    }
}
