package io.millrace.protocol;

import java.util.Locale;

/**
 * Finds the words in which Go's decoder refuses a text that Jackson has refused already, since
 * clients and scripts read them. Short-lived.
 */
final class JsonMistake {
    private final byte[] bytes;
    private final int offset;
    private final int end;
    private int at;
    private int depth;

    JsonMistake(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.offset = offset;
        this.at = offset;
        this.end = offset + length;
    }

    JsonException found() {
        try {
            value();
            skipBlanks();
            return at < end
                    ? unexpected("looking for beginning of value")
                    : new JsonException("invalid JSON text");
        } catch (JsonException mistake) {
            return mistake;
        }
    }

    private void value() throws JsonException {
        // Whoever sends brackets without end must not end up with our stack.
        if (++depth > JsonTree.DEPTH_MAX + 1) {
            throw new JsonException("exceeded max depth");
        }
        skipBlanks();
        switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> literal("true");
            case 'f' -> literal("false");
            case 'n' -> literal("null");
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            default -> throw unexpected("looking for beginning of value");
        }
        depth--;
    }

    private void object() throws JsonException {
        at++;
        skipBlanks();
        if (peek() == '}') {
            at++;
            return;
        }
        while (true) {
            skipBlanks();
            if (peek() != '"') {
                throw unexpected("looking for beginning of object key string");
            }
            string();
            skipBlanks();
            if (peek() != ':') {
                throw unexpected("after object key");
            }
            at++;
            value();
            skipBlanks();
            switch (peek()) {
                case ',' -> at++;
                case '}' -> {
                    at++;
                    return;
                }
                default -> throw unexpected("after object key:value pair");
            }
        }
    }

    private void array() throws JsonException {
        at++;
        skipBlanks();
        if (peek() == ']') {
            at++;
            return;
        }
        while (true) {
            value();
            skipBlanks();
            switch (peek()) {
                case ',' -> at++;
                case ']' -> {
                    at++;
                    return;
                }
                default -> throw unexpected("after array element");
            }
        }
    }

    private void string() throws JsonException {
        at++;
        while (peek() != '"') {
            if (bytes[at] >= 0 && bytes[at] < ' ') {
                throw unexpected("in string literal");
            }
            if (bytes[at] == '\\') {
                at++;
                if ("\"\\/bfnrtu".indexOf(peek()) < 0) {
                    throw unexpected("in string escape code");
                }
            }
            at++;
        }
        at++;
    }

    private void literal(String word) throws JsonException {
        for (int i = 1; i < word.length(); i++) {
            at++;
            if (peek() != word.charAt(i)) {
                throw unexpected("in literal " + word + " (expecting '" + word.charAt(i) + "')");
            }
        }
        at++;
    }

    private void number() throws JsonException {
        if (peek() == '-') {
            at++;
            if (peek() < '0' || peek() > '9') {
                throw unexpected("in numeric literal");
            }
        }
        while (at < end && "0123456789.eE+-".indexOf(bytes[at]) >= 0) {
            at++;
        }
    }

    private void skipBlanks() {
        while (at < end
                && (bytes[at] == ' '
                        || bytes[at] == '\n'
                        || bytes[at] == '\r'
                        || bytes[at] == '\t')) {
            at++;
        }
    }

    private int peek() throws JsonException {
        if (at >= end) {
            throw new JsonException("unexpected end of JSON input");
        }
        return bytes[at];
    }

    private JsonException unexpected(String where) {
        return new JsonException(
                "invalid character " + quoted(bytes[at]) + " " + where, at - offset + 1);
    }

    private static String quoted(byte b) {
        int c = b & 0xff;
        return switch (c) {
            case '\'' -> "'\\''";
            case '\\' -> "'\\\\'";
            case 7 -> "'\\a'";
            case '\b' -> "'\\b'";
            case '\t' -> "'\\t'";
            case '\n' -> "'\\n'";
            case 11 -> "'\\v'";
            case '\f' -> "'\\f'";
            case '\r' -> "'\\r'";
            default -> {
                if (c < ' ' || c == 0x7f) {
                    yield String.format(Locale.ROOT, "'\\x%02x'", c);
                }
                boolean unseen = (c >= 0x80 && c <= 0xa0) || c == 0xad;
                yield unseen ? String.format(Locale.ROOT, "'\\u%04x'", c) : "'" + (char) c + "'";
            }
        };
    }
}
