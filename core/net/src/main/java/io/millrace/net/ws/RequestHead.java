package io.millrace.net.ws;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The head of an HTTP request on its way in. Owned by the loop. */
/* What is refused here, and in which words, is what Go's HTTP server refuses before nats-server is
 * asked. */
final class RequestHead {
    /** Go admits a megabyte; no peer is known here yet, and a cookie's JWT has a few thousand. */
    static final int BYTES_MAX = 64 * 1024;

    private static final String TOO_LARGE = "431 Request Header Fields Too Large";
    private static final String BAD = "400 Bad Request";
    private static final String NAME_MARKS = "!#$%&'*+-.^_`|~";

    private byte[] bytes = {};
    private int length;
    private int scanned;
    private int lineStart;

    /** Something in it is wrong; {@code status} is the line of the answer, and its body. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;
        final String status;

        Malformed(String status) {
            super(status);
            this.status = status;
        }
    }

    void add(byte[] from, int count) {
        if (bytes.length < length + count) {
            bytes = Arrays.copyOf(bytes, Math.max(length + count, 2 * bytes.length));
        }
        System.arraycopy(from, 0, bytes, length, count);
        length += count;
    }

    /** Bytes behind the last head that was taken. */
    int left() {
        return length;
    }

    /** The next request when its head is complete; null when it is not. */
    @Nullable UpgradeRequest take() throws Malformed {
        int end = end();
        if (end < 0) {
            if (length > BYTES_MAX) {
                throw new Malformed(TOO_LARGE);
            }
            return null;
        }
        String head = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
        bytes = Arrays.copyOfRange(bytes, end, length);
        length -= end;
        scanned = 0;
        lineStart = 0;
        return parse(head.stripLeading().split("\r?\n", -1));
    }

    /** Where the empty line ends; -1 as long as there is none. */
    private int end() {
        for (; scanned < length; scanned++) {
            if (bytes[scanned] == '\n') {
                int chars = scanned - lineStart;
                boolean isEmpty = chars == 0 || (chars == 1 && bytes[lineStart] == '\r');
                if (isEmpty || (lineStart == 0 && !isRequestLine(scanned))) {
                    return scanned + 1;
                }
                lineStart = scanned + 1;
            }
        }
        return -1;
    }

    /** What cannot be a request line is not waited behind. */
    private boolean isRequestLine(int end) {
        String line = new String(bytes, 0, end, StandardCharsets.ISO_8859_1).stripTrailing();
        return line.split(" ", -1).length == 3 && line.contains(" HTTP/");
    }

    private static UpgradeRequest parse(String[] lines) throws Malformed {
        String[] words = lines[0].split(" ", -1);
        if (words.length != 3 || words[0].isEmpty() || !isTarget(words[1])) {
            throw new Malformed(BAD);
        }
        int minor = minorVersion(words[2]);
        Map<String, List<String>> headers = new HashMap<>();
        for (int i = 1; i < lines.length && !lines[i].isEmpty(); i++) {
            header(lines[i], headers);
        }
        List<String> hosts = headers.getOrDefault("host", List.of());
        if (hosts.isEmpty() && minor == 1) {
            throw new Malformed(BAD + ": missing required Host header");
        } else if (hosts.size() > 1) {
            throw new Malformed(BAD + ": too many Host headers");
        }
        return new UpgradeRequest(words[0], words[1], minor, headers);
    }

    private static boolean isTarget(String text) {
        return text.startsWith("/") || text.startsWith("http://") || text.startsWith("https://");
    }

    private static int minorVersion(String text) throws Malformed {
        boolean wellFormed =
                text.length() == "HTTP/1.1".length()
                        && text.startsWith("HTTP/")
                        && text.charAt(6) == '.'
                        && isDigit(text.charAt(5))
                        && isDigit(text.charAt(7));
        if (!wellFormed) {
            throw new Malformed(BAD);
        } else if (text.charAt(5) != '1') {
            throw new Malformed("505 HTTP Version Not Supported: unsupported protocol version");
        }
        return text.charAt(7) == '0' ? 0 : 1;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static void header(String line, Map<String, List<String>> into) throws Malformed {
        int colon = line.indexOf(':');
        if (colon <= 0) {
            throw new Malformed(BAD);
        }
        String name = line.substring(0, colon);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean isMark = NAME_MARKS.indexOf(c) >= 0;
            if (!isMark && !isDigit(c) && (c > 'z' || !Character.isLetter(c))) {
                throw new Malformed(BAD + ": invalid header name");
            }
        }
        String value = line.substring(colon + 1).strip();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                throw new Malformed(BAD + ": invalid header value");
            }
        }
        into.computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new ArrayList<>()).add(value);
    }
}
