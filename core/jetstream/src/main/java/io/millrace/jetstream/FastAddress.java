package io.millrace.jetstream;

import io.millrace.protocol.Publication;
import java.nio.charset.StandardCharsets;

/**
 * What the reply subject of a message of a fast batch says: {@code
 * <prefix>.<id>.<flow>.<ok|fail>.<place>.<operation>.$FI}. Reused, owned by the loop.
 */
final class FastAddress {
    /** What the message is for. */
    enum Operation {
        START,
        APPEND,
        COMMIT,
        COMMIT_WITHOUT,
        PING
    }

    private static final Operation[] OPERATIONS = Operation.values();
    private static final byte[] MARK = ".$FI".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OK = "ok".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FAIL = "fail".getBytes(StandardCharsets.US_ASCII);
    private static final int USUAL_FLOW = 10;

    String id = "";
    int idBytes;
    int flow;
    boolean endsAtGap;
    long place;
    Operation operation = Operation.START;
    private byte[] buffer = MARK;
    private int start;
    private int tokenStart;
    private int tokenEnd;

    /** Whether a message is one of a fast batch. */
    static boolean isMeant(Publication p) {
        int at = p.replyOffset + p.replyLength - MARK.length;
        return p.replyLength > MARK.length
                && p.buffer[at + 3] == 'I'
                && p.buffer[at + 2] == 'F'
                && p.buffer[at + 1] == '$'
                && p.buffer[at] == '.';
    }

    /** Reads a reply subject that {@link #isMeant}; false when it says nothing sensible. */
    boolean read(Publication p) {
        buffer = p.buffer;
        start = p.replyOffset;
        tokenStart = p.replyOffset + p.replyLength - MARK.length + 1;
        return operation() && place() && gap() && flow() && id() && tokenStart > start;
    }

    /** Steps to the token in front; false when there is none. */
    private boolean back() {
        tokenEnd = tokenStart - 1;
        tokenStart = tokenEnd;
        while (tokenStart > start && buffer[tokenStart - 1] != '.') {
            tokenStart--;
        }
        return tokenEnd > start && tokenStart < tokenEnd;
    }

    private long number() {
        return Digits.parse(buffer, tokenStart, tokenEnd - tokenStart);
    }

    private boolean is(byte[] word) {
        return java.util.Arrays.equals(buffer, tokenStart, tokenEnd, word, 0, word.length);
    }

    private boolean operation() {
        if (!back()) {
            return false;
        }
        long number = number();
        if (number < 0 || number >= OPERATIONS.length) {
            return false;
        }
        operation = OPERATIONS[(int) number];
        return true;
    }

    /** The first message starts the batch, or is all of it; nothing else is the first. */
    private boolean place() {
        if (!back()) {
            return false;
        }
        place = number();
        return switch (operation) {
            case START -> place == 1;
            case APPEND, COMMIT_WITHOUT -> place > 1;
            case COMMIT, PING -> place > 0;
        };
    }

    private boolean gap() {
        if (!back()) {
            return false;
        }
        endsAtGap = is(FAIL);
        return endsAtGap || is(OK);
    }

    private boolean flow() {
        if (!back()) {
            return false;
        }
        boolean digits = true;
        for (int i = tokenStart; i < tokenEnd; i++) {
            digits &= buffer[i] >= '0' && buffer[i] <= '9';
        }
        long number = number();
        if (digits && (number < 0 || number > Integer.MAX_VALUE)) {
            flow = Integer.MAX_VALUE;
        } else {
            flow = number > 0 ? (int) number : USUAL_FLOW;
        }
        return true;
    }

    private boolean id() {
        if (!back()) {
            return false;
        }
        idBytes = tokenEnd - tokenStart;
        id = new String(buffer, tokenStart, idBytes, StandardCharsets.UTF_8);
        return true;
    }
}
