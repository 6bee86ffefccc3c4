package io.millrace.broker;

import io.millrace.auth.Permissions;
import io.millrace.protocol.Publication;
import io.millrace.protocol.Subjects;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a publication asks for a trace of its way ({@code Nats-Trace-Dest}). To name a subject
 * there is to publish to it, so it takes the same right. Stateless.
 */
final class TraceDestinations {
    private static final byte[] HEADER = "\r\nNats-Trace-Dest:".getBytes(StandardCharsets.US_ASCII);

    private TraceDestinations() {}

    /** Whether a message names a destination. */
    static boolean isNamed(Publication p) {
        return find(p.buffer, p.messageOffset, p.messageOffset + p.headerLength) >= 0;
    }

    /** Whether something may be sent there. */
    static boolean isSubject(String text) {
        byte[] b = text.getBytes(StandardCharsets.UTF_8);
        return b.length > 0
                && text.indexOf(' ') < 0
                && Subjects.isValid(b, 0, b.length)
                && Subjects.isLiteral(b, 0, b.length);
    }

    /** The first destination, of all copies of the header, that {@code rights} do not cover. */
    static @Nullable String forbidden(Publication p, Permissions rights) {
        if (!p.hasHeaders) {
            return null;
        }
        int end = p.messageOffset + p.headerLength;
        for (int at = find(p.buffer, p.messageOffset, end); at >= 0; at = find(p.buffer, at, end)) {
            int from = at + HEADER.length;
            int to = from;
            while (to < end && p.buffer[to] != '\r') {
                to++;
            }
            String subject = new String(p.buffer, from, to - from, StandardCharsets.UTF_8).strip();
            byte[] bytes = subject.getBytes(StandardCharsets.UTF_8);
            if (bytes.length > 0 && !rights.mayPublish(bytes, 0, bytes.length)) {
                return subject;
            }
            at = to;
        }
        return null;
    }

    private static int find(byte[] buffer, int from, int end) {
        for (int at = from; at + HEADER.length <= end; at++) {
            if (buffer[at] == '\r'
                    && Arrays.equals(buffer, at, at + HEADER.length, HEADER, 0, HEADER.length)) {
                return at;
            }
        }
        return -1;
    }
}
