package io.millrace.monitor;

/** A parameter that makes no sense; the text is for the person who asked. */
final class BadQuery extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String text;

    BadQuery(String text) {
        super(text, null, false, false);
        this.text = text;
    }

    String text() {
        return text;
    }
}
