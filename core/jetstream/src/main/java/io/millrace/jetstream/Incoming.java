package io.millrace.jetstream;

import io.millrace.protocol.Publication;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way into a stream: slices of arrays that others own, and what is changed on the
 * way. Reused, owned by the loop.
 */
final class Incoming {
    private static final byte[] NONE = new byte[0];
    private static final int EMPTY_BLOCK = "NATS/1.0\r\n\r\n".length();

    byte[] subject = NONE;
    int subjectOffset;
    int subjectLength;
    byte[] headers = NONE;
    int headersOffset;
    int headersLength;
    byte[] body = NONE;
    int bodyOffset;
    int bodyLength;

    /** As {@link MessageTtl} has it. */
    long ttlSeconds;

    private @Nullable HeaderBlock edited;

    void show(Publication p) {
        subject = p.subjectBuffer;
        subjectOffset = p.subjectOffset;
        subjectLength = p.subjectLength;
        headers = p.hasHeaders ? p.buffer : NONE;
        headersOffset = p.hasHeaders ? p.messageOffset : 0;
        headersLength = p.headerLength;
        body = p.buffer;
        bodyOffset = p.bodyOffset();
        bodyLength = p.bodyLength();
        ttlSeconds = MessageTtl.NONE;
    }

    void subject(byte[] other) {
        subject = other;
        subjectOffset = 0;
        subjectLength = other.length;
    }

    void body(byte[] other) {
        body = other;
        bodyOffset = 0;
        bodyLength = other.length;
    }

    /** The headers, to be changed until {@link #headersDone} takes them. */
    HeaderBlock editHeaders() {
        HeaderBlock block = edited == null ? new HeaderBlock() : edited;
        edited = block;
        return block.start(headers, headersOffset, headersLength);
    }

    /**
     * The headers are those of a block that is finished now.
     *
     * @param found reads them anew
     */
    void headersDone(HeaderBlock block, PublishHeaders found) {
        block.finish();
        headers = block.buffer();
        headersOffset = 0;
        headersLength = block.length();
        found.read(headers, 0, headersLength);
    }

    /** A block without a header is none. */
    void dropEmptyHeaders() {
        if (headersLength == EMPTY_BLOCK) {
            headersLength = 0;
        }
    }

    /** Headers and body: what the largest size of a message is held against. */
    long size() {
        return (long) headersLength + bodyLength;
    }

    /** A copy of its own, for what has to wait. */
    Incoming copy() {
        Incoming copy = new Incoming();
        copy.subject(Arrays.copyOfRange(subject, subjectOffset, subjectOffset + subjectLength));
        copy.headers = Arrays.copyOfRange(headers, headersOffset, headersOffset + headersLength);
        copy.headersLength = headersLength;
        copy.body(Arrays.copyOfRange(body, bodyOffset, bodyOffset + bodyLength));
        return copy;
    }
}
