package io.millrace.jetstream;

import io.millrace.protocol.GoTime;
import io.millrace.runtime.Check;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A header block in the making: a new one, or one of a message with headers added, replaced and
 * removed. Reused, owned by a stream's loop; the finished bytes are valid until the next start.
 */
/* Headers keep their order; what is set anew goes to the end, as nats-server does it. A block that
 * a client left without its closing lines gets them; a CR or LF inside a value that is added would
 * start a line of its own and is written as a blank. */
final class HeaderBlock {
    private static final String VERSION = "NATS/1.0";

    /** No array that was needed for one huge block is kept. */
    private static final int KEPT_BYTES_MAX = 64 << 10;

    private byte[] bytes = new byte[256];
    private int length;
    private boolean finished;

    /** A new block without headers. */
    HeaderBlock start() {
        reset(VERSION.length());
        ascii(VERSION);
        return line();
    }

    /** A new block whose first line is a status, "NATS/1.0 404 No Messages". */
    HeaderBlock status(int code, String description) {
        reset(VERSION.length());
        ascii(VERSION);
        put((byte) ' ');
        number(code);
        put((byte) ' ');
        value(description);
        return line();
    }

    /** The headers of an existing block, to be changed; {@code count} 0 starts a new one. */
    HeaderBlock start(byte[] block, int offset, int count) {
        if (count == 0) {
            return start();
        }
        reset(count);
        int end = offset + count;
        // Of the closing lines one CRLF stays, that of the last header.
        while (end - offset >= 4 && endsWithEmptyLine(block, end)) {
            end -= 2;
        }
        put(block, offset, end - offset);
        return length >= 2 && bytes[length - 2] == '\r' && bytes[length - 1] == '\n'
                ? this
                : line();
    }

    /** Adds a header behind the others. */
    HeaderBlock add(String name, String value) {
        name(name);
        value(value);
        return line();
    }

    HeaderBlock add(String name, long number) {
        name(name);
        number(number);
        return line();
    }

    /** An instant, in nanoseconds since 1970. */
    HeaderBlock addTime(String name, long epochNanos) {
        name(name);
        room(GoTime.LONGEST);
        length = GoTime.write(bytes, length, epochNanos);
        return line();
    }

    HeaderBlock add(String name, byte[] value, int offset, int count) {
        name(name);
        room(count);
        for (int i = 0; i < count; i++) {
            put(harmless(value[offset + i]));
        }
        return line();
    }

    /** Takes every header of this name out, written exactly so. */
    HeaderBlock remove(String name) {
        return remove(name, true);
    }

    /** Takes every header out whose name starts with {@code prefix}, written exactly so. */
    HeaderBlock removeStartingWith(String prefix) {
        return remove(prefix, false);
    }

    /** Replaces every header of this name by one at the end. */
    HeaderBlock set(String name, String value) {
        return remove(name).add(name, value);
    }

    HeaderBlock set(String name, long number) {
        return remove(name).add(name, number);
    }

    HeaderBlock set(String name, byte[] value, int offset, int count) {
        return remove(name).add(name, value, offset, count);
    }

    /** Closes the block; {@link #buffer} and {@link #length} then show all of it, from 0. */
    HeaderBlock finish() {
        Check.state(!finished, "a header block is finished once");
        line();
        finished = true;
        return this;
    }

    byte[] buffer() {
        return bytes;
    }

    int length() {
        return length;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    private HeaderBlock remove(String name, boolean whole) {
        int kept = lineEnd(0);
        int at = kept;
        while (at < length) {
            int next = lineEnd(at);
            if (!named(at, next, name, whole)) {
                System.arraycopy(bytes, at, bytes, kept, next - at);
                kept += next - at;
            }
            at = next;
        }
        length = kept;
        return this;
    }

    private boolean named(int from, int end, String name, boolean whole) {
        int count = name.length();
        if (end - from <= count || (whole && bytes[from + count] != ':')) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (bytes[from + i] != name.charAt(i)) {
                return false;
            }
        }
        return whole || hasColon(from + count, end);
    }

    private boolean hasColon(int from, int end) {
        for (int i = from; i < end; i++) {
            if (bytes[i] == ':') {
                return true;
            }
        }
        return false;
    }

    /** Behind the CRLF of the line that starts at {@code from}. */
    private int lineEnd(int from) {
        for (int i = from; i < length - 1; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
                return i + 2;
            }
        }
        return length;
    }

    private static boolean endsWithEmptyLine(byte[] block, int end) {
        return block[end - 1] == '\n'
                && block[end - 2] == '\r'
                && block[end - 3] == '\n'
                && block[end - 4] == '\r';
    }

    private void reset(int count) {
        if (bytes.length > KEPT_BYTES_MAX && count <= KEPT_BYTES_MAX) {
            bytes = new byte[KEPT_BYTES_MAX];
        }
        length = 0;
        finished = false;
    }

    private void name(String name) {
        Check.state(!finished, "a finished header block is not changed");
        ascii(name);
        put((byte) ':');
        put((byte) ' ');
    }

    private HeaderBlock line() {
        put((byte) '\r');
        put((byte) '\n');
        return this;
    }

    private void number(long number) {
        room(Digits.LONGEST + 1);
        if (number < 0) {
            value(Long.toString(number));
        } else {
            length = Digits.write(bytes, length, number);
        }
    }

    private void ascii(String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
    }

    private void value(String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                byte[] rest = text.substring(i).getBytes(StandardCharsets.UTF_8);
                for (byte b : rest) {
                    put(harmless(b));
                }
                return;
            }
            put(harmless((byte) c));
        }
    }

    private static byte harmless(byte b) {
        return b == '\r' || b == '\n' ? (byte) ' ' : b;
    }

    private void put(byte b) {
        room(1);
        bytes[length++] = b;
    }

    private void put(byte[] from, int offset, int count) {
        room(count);
        System.arraycopy(from, offset, bytes, length, count);
        length += count;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
