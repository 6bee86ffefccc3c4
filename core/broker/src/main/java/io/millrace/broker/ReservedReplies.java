package io.millrace.broker;

import java.nio.charset.StandardCharsets;

/**
 * Reply subjects that only the server itself may give: those of acks to consumers, of services in
 * other accounts, and of gateways. Who could name one in a message of his own would have it
 * answered in the name of the server. Stateless.
 */
final class ReservedReplies {
    private static final byte[] ACK = ascii("$JS.ACK.");
    private static final byte[] SERVICE = ascii("_R_.");
    private static final byte[] GATEWAY = ascii("_GR_.");
    private static final byte[] OLD_GATEWAY = ascii("$GR.");

    private ReservedReplies() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether a client must not ask for its answer there. */
    static boolean holds(byte[] buffer, int offset, int length) {
        return switch (buffer[offset]) {
            case '$' ->
                    isBelow(ACK, buffer, offset, length)
                            || isBelow(OLD_GATEWAY, buffer, offset, length);
            case '_' ->
                    startsWith(SERVICE, buffer, offset, length)
                            || isBelow(GATEWAY, buffer, offset, length);
            default -> false;
        };
    }

    private static boolean isBelow(byte[] prefix, byte[] buffer, int offset, int length) {
        return length > prefix.length && startsWith(prefix, buffer, offset, length);
    }

    private static boolean startsWith(byte[] prefix, byte[] buffer, int offset, int length) {
        if (length < prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if (buffer[offset + i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }
}
