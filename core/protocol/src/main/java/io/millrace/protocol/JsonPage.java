package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON document as Go's encoding/json would, field after field: two blanks of indent, or
 * everything on one line. One owner.
 */
public sealed class JsonPage permits FieldPage {
    private static final int ROOM = 1024;
    private static final int DEEPEST_READY = 16;
    private static final String READY_LINE = "\n" + "  ".repeat(DEEPEST_READY);

    private final StringBuilder out;
    private final boolean indented;
    private final boolean plain;
    private int depth;
    private boolean first = true;

    JsonPage(boolean indented, boolean plain, int room) {
        this.out = new StringBuilder(room);
        this.indented = indented;
        this.plain = plain;
    }

    public static JsonPage indented() {
        return new JsonPage(true, false, ROOM);
    }

    /** Indented, with what need not be escaped as it is: for people. */
    public static JsonPage readable() {
        return new JsonPage(true, true, ROOM);
    }

    public static JsonPage compact() {
        return new JsonPage(false, false, ROOM);
    }

    /** Takes the fields of a document one by one; of those in arrays nothing is told. */
    public interface Fields {
        /** What follows up to the matching end is inside; null for the document itself. */
        void object(@Nullable String key);

        void endObject();

        void number(String key, double value);

        void text(String key, String value);
    }

    /** No text at all: the fields are told as they are written. */
    public static JsonPage told(Fields taker) {
        return new FieldPage(taker);
    }

    private void separate() {
        if (!first) {
            out.append(',');
        }
        if (depth > 0) {
            newLine();
        }
        first = false;
    }

    private void newLine() {
        if (indented) {
            if (depth < DEEPEST_READY) {
                out.append(READY_LINE, 0, 1 + 2 * depth);
            } else {
                out.append('\n').repeat("  ", depth);
            }
        }
    }

    private JsonPage key(@Nullable String key) {
        separate();
        if (key != null) {
            JsonText.quote(out, key);
            out.append(indented ? ": " : ":");
        }
        return this;
    }

    private JsonPage open(@Nullable String key, char bracket) {
        key(key);
        out.append(bracket);
        depth++;
        first = true;
        return this;
    }

    private JsonPage close(char bracket) {
        depth--;
        if (!first) {
            newLine();
        }
        first = false;
        out.append(bracket);
        return this;
    }

    /** Begins an object; {@code key} null for the document itself or an element of an array. */
    public JsonPage object(@Nullable String key) {
        return open(key, '{');
    }

    public JsonPage endObject() {
        return close('}');
    }

    public JsonPage array(@Nullable String key) {
        return open(key, '[');
    }

    public JsonPage endArray() {
        return close(']');
    }

    public JsonPage text(@Nullable String key, String value) {
        key(key);
        if (plain) {
            JsonText.quotePlainly(out, value);
        } else {
            JsonText.quote(out, value);
        }
        return this;
    }

    /** Leaves the field out when there is nothing to say. */
    public JsonPage textUnlessEmpty(String key, @Nullable String value) {
        return value == null || value.isEmpty() ? this : text(key, value);
    }

    public JsonPage number(@Nullable String key, long value) {
        key(key);
        out.append(value);
        return this;
    }

    /** A whole number without a sign, as Go's uint64. */
    public JsonPage unsigned(String key, long value) {
        key(key);
        out.append(Long.toUnsignedString(value));
        return this;
    }

    public JsonPage numberUnlessZero(String key, long value) {
        return value == 0 ? this : number(key, value);
    }

    /** A floating-point number in Go's shortest form. */
    public JsonPage decimal(String key, double value) {
        key(key);
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            out.append((long) value);
        } else {
            out.append(value);
        }
        return this;
    }

    public JsonPage flag(String key, boolean value) {
        key(key);
        out.append(value);
        return this;
    }

    public JsonPage flagUnlessFalse(String key, boolean value) {
        return value ? flag(key, true) : this;
    }

    /** The field with null for its value. */
    public JsonPage nothing(String key) {
        key(key);
        out.append("null");
        return this;
    }

    /** A field whose value is a whole JSON text already. */
    public JsonPage json(String key, String value) {
        key(key);
        out.append(value);
        return this;
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
