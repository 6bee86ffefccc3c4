package io.millrace.config;

import java.util.List;

/**
 * A configuration that cannot be used. The message is what the operator reads, without the
 * program's name in front; messages of several findings end each with a line break.
 */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<String> hints;

    ConfigException(String message) {
        this(message, List.of());
    }

    ConfigException(String message, List<String> hints) {
        super(message);
        this.hints = List.copyOf(hints);
    }

    /** What may have been meant, a line each; said after the message, which stays as it is. */
    public List<String> hints() {
        return hints;
    }

    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? "" : message;
    }
}
