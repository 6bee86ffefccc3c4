package io.millrace.jetstream;

import java.nio.charset.StandardCharsets;

/**
 * The headers of one published message that its stream acts on, found in one pass and remembered as
 * slices of the buffer they stand in. Reused for message after message, owned by a stream's loop;
 * what it shows is valid as long as the buffer is.
 */
/* How nats-server 2.15 finds a header, as experiments with it show, and so do we:
 *
 * - lines end with CRLF, never with a bare CR or LF: those are part of a value;
 * - the first line is the version and holds no header; whatever else it says does not matter;
 * - a name counts only at the start of its line, written exactly so, with the colon right behind;
 * - blanks in front of a value are skipped (blanks only, no tabs), those behind it are part of it;
 * - of several the first wins, even if it is empty; an empty value counts as none, nearly always
 *   (Nats-Batch-Commit is the exception, hence `isPresent` beside `has`);
 * - lines behind an empty line count too, as the length of the block is what the client said;
 * - a last line without CRLF counts.
 *
 * Numbers are plain digits, leading zeros allowed, no sign; everything else is no number. One
 * difference is meant: what does not fit into 63 bits is no number here, there it wraps around. */
final class PublishHeaders {
    /** What {@link #number} answers when the value is no number. */
    static final long NO_NUMBER = -1;

    private static final int COUNT = PublishHeader.values().length;

    private final int[] offsets = new int[COUNT];
    private final int[] lengths = new int[COUNT];
    private byte[] buffer = new byte[0];

    /** A bit for each header that stands in the block. */
    private int present;

    /** A bit for each header that stands in the block and has a value. */
    private int filled;

    /** Looks at the header block of a message; {@code length} 0 when it has none. Never throws. */
    void read(byte[] from, int offset, int length) {
        buffer = from;
        present = 0;
        filled = 0;
        int end = offset + length;
        int at = lineEnd(from, offset, end) + 2;
        while (at < end) {
            int lineEnd = lineEnd(from, at, end);
            // Nothing else starts a name that matters: most lines cost one look.
            if (from[at] == 'N' || from[at] == 'K') {
                line(at, lineEnd);
            }
            at = lineEnd + 2;
        }
    }

    /** Forgets everything, as for a message without headers. */
    void clear() {
        present = 0;
        filled = 0;
    }

    /** Whether none of the headers that matter is there: the usual message. */
    boolean isEmpty() {
        return present == 0;
    }

    /** Whether the header has a value. */
    boolean has(PublishHeader header) {
        return (filled & (1 << header.place())) != 0;
    }

    /** Whether the header is there, with or without a value. */
    boolean isPresent(PublishHeader header) {
        return (present & (1 << header.place())) != 0;
    }

    /** Where all the slices are. */
    byte[] buffer() {
        return buffer;
    }

    /** Where the value starts in {@link #buffer}, 0 when there is none. */
    int offset(PublishHeader header) {
        return has(header) ? offsets[header.place()] : 0;
    }

    /** How long the value is, 0 when there is none. */
    int length(PublishHeader header) {
        return has(header) ? lengths[header.place()] : 0;
    }

    /** The value as a number, or {@link #NO_NUMBER}. */
    long number(PublishHeader header) {
        return has(header) ? Digits.parse(buffer, offset(header), length(header)) : NO_NUMBER;
    }

    /** Whether the value is exactly {@code expected}. */
    boolean valueIs(PublishHeader header, byte[] expected) {
        int length = length(header);
        if (length != expected.length) {
            return false;
        }
        int at = offset(header);
        for (int i = 0; i < length; i++) {
            if (buffer[at + i] != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether the value is {@code word}, given in small ASCII letters, in letters of any size. */
    boolean valueIsWord(PublishHeader header, String word) {
        int length = length(header);
        return length == word.length() && Digits.isWord(buffer, offset(header), length, word);
    }

    /** The value as text, for what happens seldom; "" when there is none. */
    String text(PublishHeader header) {
        return new String(buffer, offset(header), length(header), StandardCharsets.UTF_8);
    }

    private void line(int from, int end) {
        int colon = from;
        while (colon < end && buffer[colon] != ':') {
            colon++;
        }
        if (colon == end) {
            return;
        }
        for (PublishHeader header : PublishHeader.ofLength(colon - from)) {
            if (header.standsAt(buffer, from)) {
                remember(header.place(), colon + 1, end);
                return;
            }
        }
    }

    private void remember(int header, int from, int end) {
        int bit = 1 << header;
        if ((present & bit) != 0) {
            return;
        }
        present |= bit;
        int at = from;
        while (at < end && buffer[at] == ' ') {
            at++;
        }
        if (at < end) {
            filled |= bit;
            offsets[header] = at;
            lengths[header] = end - at;
        }
    }

    /** Where the next CRLF is, or the end. */
    private static int lineEnd(byte[] buffer, int from, int end) {
        for (int i = from; i < end - 1; i++) {
            if (buffer[i] == '\r' && buffer[i + 1] == '\n') {
                return i;
            }
        }
        return end;
    }
}
