package io.millrace.jetstream.api;

/** What a client says of a message that was delivered to it. Immutable: any thread. */
public enum AckKind {
    /** It is done: "+ACK", "+OK" or nothing at all. */
    ACK(""),
    /** Deliver it again, at once or after {@link AckBody#delayNanos}: begins with "-NAK". */
    NAK("-NAK"),
    /** It takes longer: exactly "+WPI". */
    PROGRESS("+WPI"),
    /** It is done, and {@link AckBody#next} is wanted: begins with "+NXT". */
    NEXT("+NXT"),
    /** Never deliver it again, for {@link AckBody#reason}: begins with "+TERM". */
    TERM("+TERM"),
    /** Something else, which is confirmed to those who want it, and otherwise ignored. */
    UNKNOWN("");

    private final String prefix;

    AckKind(String prefix) {
        this.prefix = prefix;
    }

    /** The kind of the body in {@code b}. Makes no garbage. */
    public static AckKind of(byte[] b, int offset, int length) {
        if (length == 0 || is("+ACK", b, offset, length) || is("+OK", b, offset, length)) {
            return ACK;
        }
        if (NAK.begins(b, offset, length)) {
            return NAK;
        }
        if (is(PROGRESS.prefix, b, offset, length)) {
            return PROGRESS;
        }
        if (NEXT.begins(b, offset, length)) {
            return NEXT;
        }
        return TERM.begins(b, offset, length) ? TERM : UNKNOWN;
    }

    private static boolean is(String word, byte[] b, int offset, int length) {
        return length == word.length() && begins(word, b, offset);
    }

    private boolean begins(byte[] b, int offset, int length) {
        return length >= prefix.length() && begins(prefix, b, offset);
    }

    private static boolean begins(String word, byte[] b, int offset) {
        for (int i = 0; i < word.length(); i++) {
            if (b[offset + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** How many bytes tell the kind; what follows is for {@link AckBody}. */
    int prefixLength() {
        return prefix.length();
    }
}
