package io.millrace.jetstream;

/** Bytes that are not the state of a consumer, or are that of a newer server. */
final class ConsumerStateException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong with them. */
    enum Code {
        /** Written by a server that came later: this one must leave them alone. */
        NEWER,
        DAMAGED
    }

    private final Code code;

    ConsumerStateException(Code code, String message) {
        super(message);
        this.code = code;
    }

    static ConsumerStateException damaged(String what) {
        return new ConsumerStateException(
                Code.DAMAGED, "the stored state of a consumer is damaged: " + what);
    }

    static ConsumerStateException newer(int version, int known) {
        return new ConsumerStateException(
                Code.NEWER,
                "the stored state of a consumer has version "
                        + version
                        + ", this server reads up to "
                        + known);
    }

    Code code() {
        return code;
    }
}
