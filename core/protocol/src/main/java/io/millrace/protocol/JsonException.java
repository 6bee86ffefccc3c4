package io.millrace.protocol;

/** A text that is not the JSON that was expected, said in the words of Go's decoder. */
public final class JsonException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String plain;

    public JsonException(String message) {
        super(message, null, false, false);
        this.plain = message;
    }

    /**
     * @param offset of the byte that was not expected, counted from one
     */
    JsonException(String message, int offset) {
        super(message + " at offset " + offset, null, false, false);
        this.plain = message;
    }

    /** The message without the place. */
    public String plain() {
        return plain;
    }
}
