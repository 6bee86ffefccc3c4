package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

/** A document of which the figures are wanted and not the text. One owner. */
final class FieldPage extends JsonPage {
    private final Fields taker;

    /** How deep it is inside of arrays. */
    private int ignored;

    FieldPage(Fields taker) {
        super(false, false, 0);
        this.taker = taker;
    }

    @Override
    public JsonPage object(@Nullable String key) {
        if (ignored > 0) {
            ignored++;
        } else {
            taker.object(key);
        }
        return this;
    }

    @Override
    public JsonPage endObject() {
        if (ignored > 0) {
            ignored--;
        } else {
            taker.endObject();
        }
        return this;
    }

    @Override
    public JsonPage array(@Nullable String key) {
        ignored++;
        return this;
    }

    @Override
    public JsonPage endArray() {
        ignored--;
        return this;
    }

    @Override
    public JsonPage text(@Nullable String key, String value) {
        if (ignored == 0 && key != null) {
            taker.text(key, value);
        }
        return this;
    }

    @Override
    public JsonPage number(@Nullable String key, long value) {
        return key == null ? this : decimal(key, (double) value);
    }

    @Override
    public JsonPage unsigned(String key, long value) {
        return decimal(key, value >= 0 ? (double) value : (value >>> 1) * 2.0 + (value & 1));
    }

    @Override
    public JsonPage decimal(String key, double value) {
        if (ignored == 0) {
            taker.number(key, value);
        }
        return this;
    }

    @Override
    public JsonPage flag(String key, boolean value) {
        return this;
    }

    @Override
    public JsonPage nothing(String key) {
        return this;
    }

    @Override
    public JsonPage json(String key, String value) {
        return this;
    }
}
