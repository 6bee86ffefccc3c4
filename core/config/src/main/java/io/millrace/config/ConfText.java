package io.millrace.config;

import java.nio.charset.StandardCharsets;

/**
 * A cursor over the bytes of a configuration file that knows its line. One char is one byte;
 * strings are decoded when they are taken out. Confined to the thread that parses.
 */
final class ConfText {
    /** What {@link #next} answers behind the last byte. */
    static final char END = 0;

    private final String file;
    private final String bytes;
    private int index;
    private int line = 1;
    private int lineStart;
    private int previousLineStart;
    private boolean metEnd;

    ConfText(String file, byte[] content) {
        this.file = file;
        this.bytes = new String(content, StandardCharsets.ISO_8859_1);
    }

    String file() {
        return file;
    }

    int index() {
        return index;
    }

    boolean atEnd() {
        return index >= bytes.length();
    }

    char peek() {
        return atEnd() ? END : bytes.charAt(index);
    }

    char next() {
        metEnd = atEnd();
        if (metEnd) {
            return END;
        }
        char read = bytes.charAt(index);
        if (read == '\n') {
            line++;
            previousLineStart = lineStart;
            lineStart = index;
        }
        index++;
        return read;
    }

    char last() {
        return index == 0 ? END : bytes.charAt(index - 1);
    }

    /** Takes the last byte back, once; not for use after the end was met. */
    void back() {
        index--;
        if (bytes.charAt(index) == '\n') {
            line--;
            lineStart = previousLineStart;
        }
    }

    /** The bytes from {@code start} to here. */
    String since(int start) {
        return bytes.substring(start, index);
    }

    String ahead(int length) {
        return bytes.substring(index, Math.min(bytes.length(), index + length));
    }

    Position here() {
        return at(index);
    }

    /** A place on the current line. */
    Position at(int start) {
        return new Position(file, line, Math.max(0, start - lineStart));
    }

    int line() {
        return line;
    }

    ConfigException error(String what) {
        return new ConfigException("Parse error on line " + line + ": '" + what + "'");
    }

    /** The character that {@link #next} just took, as messages show it. */
    String lastShown() {
        if (index == 0 || metEnd) {
            return "\0";
        }
        char first = bytes.charAt(index - 1);
        if (first == '\n') {
            return "\\n";
        }
        int length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        return decoded(bytes.substring(index - 1, Math.min(bytes.length(), index - 1 + length)));
    }

    static String decoded(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || isLineEnd(c) || c == 0x0b || c == '\f';
    }

    static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    static boolean isLineEnd(char c) {
        return c == '\n' || c == '\r';
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isSeparator(char c) {
        return c == ':' || c == '=';
    }
}
