package io.millrace.config;

/**
 * A configuration that cannot be used. The message is what the operator reads, without the
 * program's name in front; messages of several findings end each with a line break.
 */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1;

    ConfigException(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? "" : message;
    }
}
