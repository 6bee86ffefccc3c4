package io.millrace.monitor.explain;

/** A question that cannot be answered, with a sentence that says why. */
final class UnclearQuestion extends Exception {
    private static final long serialVersionUID = 1L;
    private final int code;

    /**
     * @param code as in the answers of JetStream's API: 400, 403, 404, 503
     */
    UnclearQuestion(int code, String text) {
        super(text);
        this.code = code;
    }

    static UnclearQuestion lacks(String field) {
        return new UnclearQuestion(
                400,
                "the question lacks \""
                        + field
                        + "\": name it behind the subject's last token, or as a field of a JSON"
                        + " object in the request");
    }

    int code() {
        return code;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
