package io.millrace.bridges.common;

/** A configuration file that cannot be used; its message names the file and the key. */
public final class SettingsException extends Exception {
    private static final long serialVersionUID = 1L;

    public SettingsException(String message) {
        super(message, null, false, false);
    }
}
