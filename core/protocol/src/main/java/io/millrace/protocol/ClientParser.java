package io.millrace.protocol;

/**
 * Splits a client's bytes into operations. Owned by one loop and shared by its connections: all
 * state of a half-read operation is the bytes that {@link #parse} did not consume.
 */
/* An operation is handled when its last byte is there; until then the caller keeps its bytes and
 * presents them again together with what follows. Three things bound what may be kept: the
 * control line limit, the payload limit (asked as soon as the size is known), and the rule that a
 * wrong first letter is refused at once. What looks quadratic is not: a control line is at most a
 * few KB, and while a payload is incomplete only its control line is read again.
 *
 * Rules as observed in nats-server: letters in any case; blanks and tabs separate; a bare LF ends a
 * line too; PING, PONG and +OK ignore what follows them on their line. */
public final class ClientParser {
    /** More digits than this make no size: nine of them are beyond every payload limit. */
    private static final int SIZE_DIGITS_MAX = 9;

    private static final int ARGUMENTS_MAX = 5;

    private final Publication publication = new Publication();
    private final int[] argumentStart = new int[ARGUMENTS_MAX];
    private final int[] argumentEnd = new int[ARGUMENTS_MAX];
    private int needed;

    /**
     * Handles every whole operation in {@code buffer[from, to)}.
     *
     * @param controlLineMax longest argument part of an operation, in bytes
     * @return the position of the first byte that was not consumed
     */
    public int parse(byte[] buffer, int from, int to, int controlLineMax, ClientOperations client) {
        int position = from;
        needed = 0;
        while (position < to && client.isOpen()) {
            int next = operation(buffer, position, to, controlLineMax, client);
            if (next < 0) {
                break;
            }
            position = next;
        }
        return position;
    }

    /**
     * Bytes that the operation left over by the last {@link #parse} takes as a whole; 0: unknown.
     */
    public int needed() {
        return needed;
    }

    /** The position after the operation at {@code start}; -1 when it is incomplete or refused. */
    private int operation(
            byte[] b, int start, int to, int controlLineMax, ClientOperations client) {
        if (!client.admits(b[start])) {
            return -1;
        }
        return switch (b[start]) {
            case 'P', 'p' -> startingWithP(b, start, to, controlLineMax, client);
            case 'H', 'h' -> {
                int args = keyword(b, start, to, "HPUB", true, client);
                yield args < 0 ? -1 : publish(b, start, args, to, controlLineMax, true, client);
            }
            case 'S', 's' -> {
                int args = keyword(b, start, to, "SUB", true, client);
                yield args < 0 ? -1 : subscribe(b, args, to, controlLineMax, client);
            }
            case 'U', 'u' -> {
                int args = keyword(b, start, to, "UNSUB", true, client);
                yield args < 0 ? -1 : unsubscribe(b, args, to, controlLineMax, client);
            }
            case 'C', 'c' -> {
                int args = keyword(b, start, to, "CONNECT", false, client);
                yield args < 0 ? -1 : connect(b, args, to, controlLineMax, client);
            }
            case 'I', 'i' -> {
                int args = keyword(b, start, to, "INFO", true, client);
                yield args < 0 ? -1 : skipLine(b, args, to, controlLineMax, client);
            }
            case '+' -> {
                int args = keyword(b, start, to, "+OK", false, client);
                yield args < 0 ? -1 : skipLine(b, args, to, controlLineMax, client);
            }
            case '-' -> {
                int args = keyword(b, start, to, "-ERR", true, client);
                yield args < 0 ? -1 : err(b, args, to, controlLineMax, client);
            }
            default -> {
                client.unknownOperation(b, start, to - start);
                yield -1;
            }
        };
    }

    private int startingWithP(
            byte[] b, int start, int to, int controlLineMax, ClientOperations client) {
        if (start + 1 >= to) {
            return -1;
        }
        return switch (b[start + 1]) {
            case 'U', 'u' -> {
                int args = keyword(b, start, to, "PUB", true, client);
                yield args < 0 ? -1 : publish(b, start, args, to, controlLineMax, false, client);
            }
            case 'I', 'i' -> {
                int args = keyword(b, start, to, "PING", false, client);
                int next = args < 0 ? -1 : skipLine(b, args, to, controlLineMax, client);
                if (next >= 0) {
                    client.ping();
                }
                yield next;
            }
            case 'O', 'o' -> {
                int args = keyword(b, start, to, "PONG", false, client);
                int next = args < 0 ? -1 : skipLine(b, args, to, controlLineMax, client);
                if (next >= 0) {
                    client.pong();
                }
                yield next;
            }
            default -> {
                client.unknownOperation(b, start + 1, to - start - 1);
                yield -1;
            }
        };
    }

    /** The position behind {@code word} and, where one must follow, a blank; -1 as above. */
    private static int keyword(
            byte[] b,
            int start,
            int to,
            String word,
            boolean blankFollows,
            ClientOperations client) {
        int length = word.length();
        for (int i = 0; i < length; i++) {
            if (start + i >= to) {
                return -1;
            }
            int letter = b[start + i];
            if (letter >= 'a' && letter <= 'z') {
                letter -= 'a' - 'A';
            }
            if (letter != word.charAt(i)) {
                client.unknownOperation(b, start + i, to - start - i);
                return -1;
            }
        }
        int position = start + length;
        if (!blankFollows) {
            return position;
        }
        if (position >= to) {
            return -1;
        }
        if (!isBlank(b[position])) {
            client.unknownOperation(b, position, to - position);
            return -1;
        }
        return position + 1;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    /** The position of the LF that ends the line; -1 when it is not there yet or too far. */
    private static int lineEnd(
            byte[] b, int args, int to, int controlLineMax, ClientOperations client) {
        // the two bytes of CRLF do not count
        int limit = (int) Math.min(to, (long) args + controlLineMax + 2);
        for (int i = args; i < limit; i++) {
            if (b[i] == '\n') {
                return i;
            }
        }
        if (to - args > controlLineMax + 1) {
            client.controlLineTooLong();
        }
        return -1;
    }

    private static int skipLine(
            byte[] b, int args, int to, int controlLineMax, ClientOperations client) {
        int end = lineEnd(b, args, to, controlLineMax, client);
        return end < 0 ? -1 : end + 1;
    }

    private static int trimEnd(byte[] b, int from, int lineFeed) {
        return lineFeed > from && b[lineFeed - 1] == '\r' ? lineFeed - 1 : lineFeed;
    }

    private static int skipBlanks(byte[] b, int from, int to) {
        int position = from;
        while (position < to && isBlank(b[position])) {
            position++;
        }
        return position;
    }

    private static int connect(
            byte[] b, int args, int to, int controlLineMax, ClientOperations client) {
        int from = skipBlanks(b, args, to);
        if (from - args > controlLineMax) {
            client.controlLineTooLong();
            return -1;
        }
        int lineFeed = lineEnd(b, from, to, controlLineMax, client);
        if (lineFeed < 0) {
            return -1;
        }
        client.connect(b, from, trimEnd(b, from, lineFeed) - from);
        return lineFeed + 1;
    }

    private static int err(
            byte[] b, int args, int to, int controlLineMax, ClientOperations client) {
        int lineFeed = lineEnd(b, args, to, controlLineMax, client);
        if (lineFeed < 0) {
            return -1;
        }
        client.err(b, args, trimEnd(b, args, lineFeed) - args);
        return lineFeed + 1;
    }

    /** Splits at blanks; the number of arguments, at most {@link #ARGUMENTS_MAX}. */
    private int split(byte[] b, int from, int end) {
        int count = 0;
        int position = from;
        while (count < ARGUMENTS_MAX) {
            position = skipBlanks(b, position, end);
            if (position >= end) {
                break;
            }
            argumentStart[count] = position;
            while (position < end && !isBlank(b[position]) && b[position] != '\r') {
                position++;
            }
            argumentEnd[count++] = position;
            if (position < end && b[position] == '\r') {
                position++;
            }
        }
        return count;
    }

    private int subscribe(byte[] b, int args, int to, int controlLineMax, ClientOperations client) {
        int lineFeed = lineEnd(b, args, to, controlLineMax, client);
        if (lineFeed < 0) {
            return -1;
        }
        int end = trimEnd(b, args, lineFeed);
        int count = split(b, args, end);
        if (count < 2 || count > 3) {
            client.badArguments("processSub Parse Error", b, args, end - args);
            return -1;
        }
        int sid = count - 1;
        boolean queue = count == 3;
        client.subscribe(
                b,
                argumentStart[0],
                argumentEnd[0] - argumentStart[0],
                queue ? argumentStart[1] : 0,
                queue ? argumentEnd[1] - argumentStart[1] : 0,
                argumentStart[sid],
                argumentEnd[sid] - argumentStart[sid]);
        return lineFeed + 1;
    }

    private int unsubscribe(
            byte[] b, int args, int to, int controlLineMax, ClientOperations client) {
        int lineFeed = lineEnd(b, args, to, controlLineMax, client);
        if (lineFeed < 0) {
            return -1;
        }
        int end = trimEnd(b, args, lineFeed);
        int count = split(b, args, end);
        if (count < 1 || count > 2) {
            client.badArguments("processUnsub Parse Error", b, args, end - args);
            return -1;
        }
        long max = count == 2 ? size(b, argumentStart[1], argumentEnd[1]) : 0;
        client.unsubscribe(b, argumentStart[0], argumentEnd[0] - argumentStart[0], max);
        return lineFeed + 1;
    }

    /** A decimal number of at most nine digits; -1 for anything else. */
    private static int size(byte[] b, int from, int to) {
        if (from >= to || to - from > SIZE_DIGITS_MAX) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = b[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private int publish(
            byte[] b,
            int start,
            int args,
            int to,
            int controlLineMax,
            boolean withHeaders,
            ClientOperations client) {
        int lineFeed = lineEnd(b, args, to, controlLineMax, client);
        if (lineFeed < 0) {
            return -1;
        }
        int end = trimEnd(b, args, lineFeed);
        int count = split(b, args, end);
        int total =
                withHeaders
                        ? headersAndSize(b, args, end, count, client)
                        : plainSize(b, args, end, count, client);
        if (total < 0 || !client.admitsMessage(total, withHeaders)) {
            return -1;
        }
        int message = lineFeed + 1;
        long wholeEnd = (long) message + total + 2;
        if (wholeEnd > to) {
            if ((long) message + total < to && b[message + total] != '\r') {
                client.unknownOperation(b, message + total, to - message - total);
                return -1;
            }
            needed = (int) Math.min(Integer.MAX_VALUE, wholeEnd - start);
            return -1;
        }
        if (b[message + total] != '\r' || b[message + total + 1] != '\n') {
            int wrong = b[message + total] != '\r' ? message + total : message + total + 1;
            client.unknownOperation(b, wrong, to - wrong);
            return -1;
        }
        fill(b, count, lineFeed, total, withHeaders);
        client.publish(publication);
        return (int) wholeEnd;
    }

    private int plainSize(byte[] b, int args, int end, int count, ClientOperations client) {
        if (count < 2 || count > 3) {
            client.badArguments("processPub Parse Error", b, args, end - args);
            return -1;
        }
        int size = size(b, argumentStart[count - 1], argumentEnd[count - 1]);
        if (size < 0) {
            client.badArguments("processPub Bad or Missing Size", b, args, end - args);
        }
        return size;
    }

    private int headersAndSize(byte[] b, int args, int end, int count, ClientOperations client) {
        if (count < 3 || count > 4) {
            client.badArguments("processHeaderPub Parse Error", b, args, end - args);
            return -1;
        }
        int headers = size(b, argumentStart[count - 2], argumentEnd[count - 2]);
        int total = size(b, argumentStart[count - 1], argumentEnd[count - 1]);
        if (headers < 0) {
            client.badArguments("processHeaderPub Bad or Missing Header Size", b, args, end - args);
            return -1;
        }
        if (total < 0) {
            client.badArguments("processHeaderPub Bad or Missing Total Size", b, args, end - args);
            return -1;
        }
        if (headers > total) {
            client.badArguments(
                    "processHeaderPub Header Size larger then TotalSize", b, args, end - args);
            return -1;
        }
        return total;
    }

    private void fill(byte[] b, int count, int lineFeed, int total, boolean withHeaders) {
        Publication p = publication;
        int sizes = withHeaders ? 2 : 1;
        p.buffer = b;
        p.subjectBuffer = b;
        p.subjectOffset = argumentStart[0];
        p.subjectLength = argumentEnd[0] - argumentStart[0];
        boolean reply = count > sizes + 1;
        p.replyOffset = reply ? argumentStart[1] : 0;
        p.replyLength = reply ? argumentEnd[1] - argumentStart[1] : 0;
        p.hasHeaders = withHeaders;
        p.headerLength =
                withHeaders ? size(b, argumentStart[count - 2], argumentEnd[count - 2]) : 0;
        p.messageOffset = lineFeed + 1;
        p.messageLength = total;
        p.tailOffset = argumentStart[1];
        p.tailLength = lineFeed + 1 + total + 2 - argumentStart[1];
        p.tailCanonical = isCanonical(b, count, lineFeed);
    }

    /** Single blanks between the arguments, no leading zero, CRLF behind the last one. */
    private boolean isCanonical(byte[] b, int count, int lineFeed) {
        for (int i = 1; i < count; i++) {
            if (argumentStart[i] != argumentEnd[i - 1] + 1 || b[argumentStart[i] - 1] != ' ') {
                return false;
            }
        }
        int last = count - 1;
        boolean leadingZero =
                b[argumentStart[last]] == '0' && argumentEnd[last] - argumentStart[last] > 1;
        return !leadingZero && argumentEnd[last] + 1 == lineFeed && b[lineFeed - 1] == '\r';
    }
}
