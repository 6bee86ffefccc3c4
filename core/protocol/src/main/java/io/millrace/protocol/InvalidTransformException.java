package io.millrace.protocol;

/** A subject transform that cannot be; its message is what the server says about it. */
public final class InvalidTransformException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidTransformException(String message) {
        super(message, null, false, false);
    }
}
