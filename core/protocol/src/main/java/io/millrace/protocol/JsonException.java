package io.millrace.protocol;

/** A text that is not the JSON that was expected, said in the words of Go's decoder. */
public final class JsonException extends Exception {
    private static final long serialVersionUID = 1L;

    public JsonException(String message) {
        super(message, null, false, false);
    }
}
