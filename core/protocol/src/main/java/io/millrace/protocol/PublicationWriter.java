package io.millrace.protocol;

/** Makes publications of the server's own out of their parts. Reused; owned by one loop. */
public final class PublicationWriter {
    private final Publication made = new Publication();
    private byte[] buffer = new byte[512];
    private int at;

    /**
     * Puts a message together.
     *
     * @param replyLength 0 for none
     * @param headersLength 0 for none
     * @return valid until the next call
     */
    public Publication write(
            byte[] subject,
            int subjectOffset,
            int subjectLength,
            byte[] reply,
            int replyOffset,
            int replyLength,
            byte[] headers,
            int headersOffset,
            int headersLength,
            byte[] payload,
            int payloadOffset,
            int payloadLength) {
        int room = subjectLength + replyLength + headersLength + payloadLength + 32;
        if (buffer.length < room) {
            buffer = new byte[Math.max(room, buffer.length * 2)];
        }
        at = 0;
        append(subject, subjectOffset, subjectLength);
        buffer[at++] = ' ';
        made.tailOffset = at;
        made.replyOffset = at;
        made.replyLength = replyLength;
        if (replyLength > 0) {
            append(reply, replyOffset, replyLength);
            buffer[at++] = ' ';
        }
        if (headersLength > 0) {
            decimal(headersLength);
            buffer[at++] = ' ';
        }
        decimal(headersLength + payloadLength);
        lineEnd();
        made.messageOffset = at;
        append(headers, headersOffset, headersLength);
        append(payload, payloadOffset, payloadLength);
        lineEnd();
        made.buffer = buffer;
        made.subjectBuffer = buffer;
        made.subjectOffset = 0;
        made.subjectLength = subjectLength;
        made.hasHeaders = headersLength > 0;
        made.headerLength = headersLength;
        made.messageLength = headersLength + payloadLength;
        made.tailLength = at - made.tailOffset;
        made.tailCanonical = true;
        return made;
    }

    private void append(byte[] from, int offset, int length) {
        System.arraycopy(from, offset, buffer, at, length);
        at += length;
    }

    private void lineEnd() {
        buffer[at++] = '\r';
        buffer[at++] = '\n';
    }

    private void decimal(int value) {
        int divisor = 1;
        while (value / divisor >= 10) {
            divisor *= 10;
        }
        for (; divisor > 0; divisor /= 10) {
            buffer[at++] = (byte) ('0' + value / divisor % 10);
        }
    }
}
